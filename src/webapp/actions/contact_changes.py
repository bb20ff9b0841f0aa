"""A login is replaced: proved on the new channel, and on the old one at once, or otherwise after three days."""

from datetime import datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID, uuid4

import msgspec

from webapp.actions import authenticators, contacts, limiting, messages, proofs
from webapp.actions.contacts import Absent, Asker, Done, Mine, Taken
from webapp.actions.proofs import Contact, Purpose
from webapp.actions.sign_up import TooSoon, Waiting
from webapp.database.engine import DB
from webapp.database.queries.people import Change
from webapp.rules import limits, logins

Said = Literal["wrong", "dead", "expired", "too_many"]
"""Why a proof did not count."""


class Given(msgspec.Struct, frozen=True):
    """What the person has typed to prove oneself; None where nothing was."""

    new_code: str | None = None
    old_code: str | None = None
    app_code: str | None = None
    payment: Decimal | None = None


class Under(msgspec.Struct, frozen=True):
    """Not yet: what did not fit, field by field; without mistakes something is still to be typed."""

    mistakes: dict[str, Said]


class Waits(msgspec.Struct, frozen=True):
    """Proved without the old contact: it changes at this moment unless somebody objects."""

    until: datetime


async def ask(login_id: UUID, to: Contact, *, by: Asker, now: datetime) -> Waiting | TooSoon | Mine | Absent:
    """Codes to both; a change that was under way is given up for this one."""
    mine = await contacts.of(by.person_id)
    old = next((login for login in mine if login.id == login_id), None)
    if old is None:
        return Absent()
    if any(login.contact == to.value for login in mine):
        return Mine()
    if not await contacts.may_send(to, by, now):
        return TooSoon()
    former = Contact(old.kind, old.contact)
    reach_former = await proofs.may_send(former, by.ip, now)
    async with DB.transaction():
        if not await contacts.lock(by.person_id):
            return Absent()
        await DB.do(CANCEL, by.person_id, now)
        await DB.do(ASK, uuid4(), by.portal_id, by.person_id, old.contact, to.kind, to.value, now)
        await contacts.issue(to, "code", by=by, now=now)
        if reach_former:
            await _issue_to_former(former, by, now)
    return Waiting()


ASK = """
INSERT INTO contact_changes (id, portal_id, person_id, old_contact, new_kind, new_contact, asked_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
CANCEL = """
UPDATE contact_changes SET cancelled_at = $2
WHERE person_id = $1 AND done_at IS NULL AND cancelled_at IS NULL
"""


async def resend(*, by: Asker, now: datetime) -> Waiting | TooSoon | Absent:
    """To whichever of the two has not answered yet."""
    change = await _open(by.person_id)
    if change is None or change.effective_at:
        return Absent()
    silent = [change.new_contact] if change.new_proved_at is None else []
    silent += [change.old_contact] if change.old_proved_at is None else []
    contacts_to = [Contact("mail" if "@" in value else "phone", value) for value in silent]
    reached = [to for to in contacts_to if await contacts.may_send(to, by, now)]
    if not reached:
        return TooSoon()
    async with DB.transaction():
        for to in reached:
            if to.value == change.new_contact:
                await contacts.issue(to, "code", by=by, now=now)
            else:
                await _issue_to_former(to, by, now)
    return Waiting()


async def _issue_to_former(to: Contact, by: Asker, now: datetime) -> None:
    await proofs.issue(
        "old_contact", "code", to, portal_id=by.portal_id, language=by.language, now=now, browser=by.browser,
        person_id=by.person_id,
    )  # fmt: skip


async def prove(
    given: Given, *, by: Asker, key: bytes, now: datetime
) -> Done | Under | Waits | Absent | Taken:
    """Each proof that fits is kept; all of them together change the login, at once or after the wait."""
    change = await _open(by.person_id)
    if change is None or change.effective_at:
        return Absent() if change is None else Waits(change.effective_at or now)
    mistakes: dict[str, Said] = {}
    if given.new_code is not None and change.new_proved_at is None:
        mistakes |= await _by_code("new_code", "add_login", change.new_contact, given.new_code, by, key, now)
    if given.old_code is not None and change.old_proved_at is None:
        mistakes |= await _by_code(
            "old_code", "old_contact", change.old_contact, given.old_code, by, key, now
        )
    otherwise = await _otherwise(given, by.person_id, mistakes, key, now)
    if mistakes:
        return Under(mistakes)
    return await _settle(change.id, by.person_id, otherwise, now)


async def _by_code(
    field: str, purpose: Purpose, contact: str, typed: str, by: Asker, key: bytes, now: datetime
) -> dict[str, Said]:
    proof = await proofs.live(by.portal_id, purpose, by.browser)
    if proof is None or proof.contact != contact or not proof.takes_code(now):
        return {field: "expired"}
    if not await proofs.try_code(proof, typed, key=key, now=now) or proof.person_id != by.person_id:
        return {field: "wrong" if await proofs.tries_left(proof) else "dead"}
    async with DB.transaction():
        if not await proofs.use(proof, now):
            return {field: "expired"}
        await DB.do(PROVED[purpose], by.person_id, contact, now)
    return {}


PROVED = {
    "add_login": """
UPDATE contact_changes SET new_proved_at = $3
WHERE person_id = $1 AND new_contact = $2 AND done_at IS NULL AND cancelled_at IS NULL
""",
    "old_contact": """
UPDATE contact_changes SET old_proved_at = $3
WHERE person_id = $1 AND old_contact = $2 AND done_at IS NULL AND cancelled_at IS NULL
""",
}


async def _otherwise(
    given: Given, person_id: UUID, mistakes: dict[str, Said], key: bytes, now: datetime
) -> bool:
    """Where the old contact is lost: the application, or the last payment of an own account."""
    if given.app_code is not None:
        tried = await authenticators.try_code(person_id, given.app_code, key=key, now=now)
        if tried != "fits":
            mistakes["app_code"] = tried
        return tried == "fits"
    if given.payment is None:
        return False
    share = (limits.LINK_PER_PERSON, str(person_id))
    if not await limiting.take(*share, now):
        mistakes["payment"] = "too_many"
        return False
    if not await DB.one(PAID, person_id, given.payment, into=bool):
        mistakes["payment"] = "wrong"
        return False
    await limiting.give_back([share])
    return True


PAID = """
SELECT to_json(EXISTS (
    SELECT FROM links JOIN contracts ON contracts.account_id = links.account_id
    CROSS JOIN LATERAL (
        SELECT amount FROM payments WHERE contract_id = contracts.id AND kind = 'payment'
        ORDER BY paid_on DESC, id LIMIT 1
    ) AS latest
    WHERE links.person_id = $1 AND links.level = 'extended' AND links.role = 'owner' AND latest.amount = $2
))
"""


async def _settle(
    id: UUID, person_id: UUID, otherwise: bool, now: datetime
) -> Done | Under | Waits | Absent | Taken:
    async with DB.transaction() as transaction:
        if not await contacts.lock(person_id):
            return Absent()
        change = await _open(person_id)
        if change is None or change.id != id:
            return Absent()
        at = logins.effective_at(
            now, asked=now, new_proved=change.new_proved_at is not None,
            old_proved=change.old_proved_at is not None, otherwise_proved=otherwise,
        )  # fmt: skip
        if at is None:
            return Under({})
        if at > now:
            await DB.do("UPDATE contact_changes SET effective_at = $2 WHERE id = $1", id, at)
            await messages.tell("login-will-change", person_id, now=now)
            return Waits(at)
        outcome = await _replace(change, person_id, now)
        if outcome == Taken():
            await transaction.rollback()
    if outcome == Taken():
        await cancel(person_id, now)
    return outcome


async def _replace(change: Change, person_id: UUID, now: datetime) -> Done | Taken:
    """Inside a transaction that holds the person's row."""
    removed = await DB.do(
        "DELETE FROM logins WHERE person_id = $1 AND contact = $2", person_id, change.old_contact
    )
    if not removed or not await DB.do(REPLACE, uuid4(), person_id, change.new_kind, change.new_contact, now):
        return Taken()
    await DB.do("UPDATE contact_changes SET done_at = $2 WHERE id = $1", change.id, now)
    await contacts.forget_proofs(person_id, change.old_contact, now)
    await messages.tell("login-replaced", person_id, now=now)
    who = await DB.one(WHO, person_id, into=Who)
    if who:
        await messages.write(
            "login-replaced", change.old_contact, portal_id=who.portal_id, language=who.language, now=now
        )
    return Done()


REPLACE = """
INSERT INTO logins (id, portal_id, person_id, kind, contact, verified_at)
SELECT $1, portal_id, id, $3, $4, $5 FROM people WHERE id = $2
ON CONFLICT (portal_id, contact) DO NOTHING
"""
WHO = "SELECT json_build_object('portal_id', portal_id, 'language', language) FROM people WHERE id = $1"


class Who(msgspec.Struct, frozen=True):
    portal_id: UUID
    language: str


async def cancel(person_id: UUID, now: datetime) -> bool:
    """«Це не я»: whoever signs in with a contact that is left may stop it until the last moment."""
    return await DB.do(CANCEL, person_id, now) == 1


async def not_lost(person_id: UUID, contact: str, now: datetime) -> None:
    """Somebody has just answered from the contact that is said to be lost: it stays."""
    await DB.do(f"{CANCEL} AND old_contact = $3", person_id, now, contact)


class Due(msgspec.Struct, frozen=True):
    id: UUID
    person_id: UUID


async def apply_due(now: datetime) -> int:
    """Changes whose three days are over; each in its own transaction, so that one does not hold up the rest."""
    applied = 0
    for due in await DB.one(DUE, now, into=list[Due]) or []:
        async with DB.transaction() as transaction:
            change = await _open(due.person_id) if await contacts.lock(due.person_id) else None
            if change is None or change.id != due.id:
                continue
            if await _replace(change, due.person_id, now) == Done():
                applied += 1
                continue
            await transaction.rollback()
        await cancel(due.person_id, now)
    return applied


DUE = """
SELECT json_agg(json_build_object('id', id, 'person_id', person_id)) FROM (
    SELECT id, person_id FROM contact_changes
    WHERE effective_at <= $1 AND done_at IS NULL AND cancelled_at IS NULL
    ORDER BY effective_at LIMIT 500
) AS due
"""


async def _open(person_id: UUID) -> Change | None:
    return await DB.one(OPEN, person_id, into=Change)


OPEN = """
SELECT to_json(contact_changes) FROM contact_changes
WHERE person_id = $1 AND done_at IS NULL AND cancelled_at IS NULL
"""
