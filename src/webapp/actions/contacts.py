"""Logins of a person: one more, proved by a code or a link to it; one less, but never the last one."""

from datetime import datetime
from uuid import UUID, uuid4

import msgspec

from webapp.actions import limiting, messages, proofs
from webapp.actions.proofs import Contact, Kind, Proof
from webapp.actions.sign_up import Expired, TooSoon, Waiting, WrongCode
from webapp.database.engine import DB
from webapp.database.queries.people import Login
from webapp.rules import limits, logins


class Asker(msgspec.Struct, frozen=True):
    """Who wants it, and where: a code works in the sign-in that asked for it only."""

    person_id: UUID
    sign_in_id: UUID
    portal_id: UUID
    language: str
    ip: str

    @property
    def browser(self) -> bytes:
        return self.sign_in_id.bytes


class Mine(msgspec.Struct, frozen=True):
    """It is a login of this very person already."""


class Full(msgspec.Struct, frozen=True):
    """So many logins nobody needs."""


class Done(msgspec.Struct, frozen=True):
    pass


class Taken(msgspec.Struct, frozen=True):
    """Somebody else has got it meanwhile; told only to who has proved that it is theirs."""


class Absent(msgspec.Struct, frozen=True):
    """No such login, not any more."""


async def ask(to: Contact, way: Kind, *, by: Asker, now: datetime) -> Waiting | TooSoon | Mine | Full:
    """The answer is the same for a contact that is somebody else's login; its holder is told."""
    mine = await of(by.person_id)
    if any(login.contact == to.value for login in mine):
        return Mine()
    if len(mine) >= logins.MOST:
        return Full()
    if not await may_send(to, by, now):
        return TooSoon()
    async with DB.transaction():
        await issue(to, way, by=by, now=now)
    return Waiting()


async def may_send(to: Contact, by: Asker, now: datetime) -> bool:
    own = (limits.NEW_CONTACT_PER_PERSON, str(by.person_id))
    return await limiting.take(*own, now) and await proofs.may_send(to, by.ip, now)


async def issue(to: Contact, way: Kind, *, by: Asker, now: datetime) -> None:
    holder = await proofs.holder(by.portal_id, to.value)
    await proofs.issue(
        "add_login", way, to, portal_id=by.portal_id, language=by.language, now=now, browser=by.browser,
        person_id=None if holder else by.person_id, announced=holder is None,
    )  # fmt: skip
    if holder:
        await messages.tell("already-registered", holder.person_id, now=now, login_id=holder.id)


async def by_code(
    typed: str, *, by: Asker, key: bytes, now: datetime
) -> Done | WrongCode | Expired | Taken | Full:
    proof = await proofs.live(by.portal_id, "add_login", by.browser)
    if proof is None or not proof.takes_code(now):
        return Expired()
    if not await proofs.try_code(proof, typed, key=key, now=now) or proof.person_id != by.person_id:
        return WrongCode(left=await proofs.tries_left(proof))
    return await add(proof, by.person_id, portal_id=by.portal_id, now=now)


async def add(
    proof: Proof, person_id: UUID, *, portal_id: UUID, now: datetime
) -> Done | Expired | Taken | Full:
    """Also by the link of the letter, opened by the same person; the person's row is held meanwhile."""
    async with DB.transaction() as transaction:
        if not await lock(person_id) or proof.person_id != person_id or not await proofs.use(proof, now):
            return Expired()
        if len(await of(person_id)) >= logins.MOST:
            return Full()
        kind = "mail" if proof.channel == "mail" else "phone"
        if not await DB.do(ADD, uuid4(), portal_id, person_id, kind, proof.contact, now):
            await transaction.rollback()
            return Taken()
        await messages.tell("login-added", person_id, now=now)
    return Done()


ADD = """
INSERT INTO logins (id, portal_id, person_id, kind, contact, verified_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (portal_id, contact) DO NOTHING
"""


async def remove(
    login_id: UUID, *, person_id: UUID, portal_id: UUID, language: str, now: datetime
) -> Done | Absent | logins.Keeps:
    """Of two who remove two logins at once, the second finds the last one. The removed one is told as well."""
    async with DB.transaction():
        await lock(person_id)
        mine = await of(person_id)
        gone = next((login for login in mine if login.id == login_id), None)
        if gone is None:
            return Absent()
        keeps = logins.may_remove({login.id: login.verified_at for login in mine}, login_id, now)
        if keeps:
            return keeps
        await DB.do("DELETE FROM logins WHERE id = $1 AND person_id = $2", login_id, person_id)
        await forget_proofs(person_id, gone.contact, now)
        await messages.tell("login-removed", person_id, now=now)
        await messages.write("login-removed", gone.contact, portal_id=portal_id, language=language, now=now)
    return Done()


async def lock(person_id: UUID) -> bool:
    """Holds the person's row until the transaction ends; False where the person has left."""
    return await DB.do(LOCK, person_id) == 1


LOCK = "SELECT 1 FROM people WHERE id = $1 AND gone_at IS NULL FOR UPDATE"


async def of(person_id: UUID) -> list[Login]:
    return await DB.one(OF, person_id, into=list[Login]) or []


OF = "SELECT json_agg(logins ORDER BY verified_at, id) FROM logins WHERE person_id = $1"


async def forget_proofs(person_id: UUID, contact: str, now: datetime) -> None:
    """No code or link that lies in a mailbox opens the door once the mailbox is no login any more."""
    await DB.do(FORGET_PROOFS, person_id, contact, now)


FORGET_PROOFS = """
UPDATE proofs SET used_at = $3 WHERE person_id = $1 AND contact = $2 AND used_at IS NULL
"""
