"""Becoming a person of a portal: a form, a contact that proves itself, then a person, a login, a consent."""

from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID, uuid4

import msgspec

from webapp.actions import consents, hashing, identifying, messages, proofs, sign_in
from webapp.actions.consents import Agreed
from webapp.actions.proofs import Contact, Kind, Proof
from webapp.actions.sign_in import Device, SignedIn
from webapp.database.engine import DB

LIFE = timedelta(hours=24)
CALLED_AT = "called_at"
"""Beside the fields as they were typed: the phone as it is stored."""


class SignUp(msgspec.Struct, frozen=True):
    id: UUID
    contact: str
    password_hash: str | None
    typed: dict[str, str]
    account_id: UUID | None
    consent: Agreed | None
    language: str
    created_at: datetime
    browser_sha256: str
    """As PostgreSQL writes bytes."""

    def is_of(self, browser: bytes | None) -> bool:
        return browser is not None and self.browser_sha256 == f"\\x{browser.hex()}"


class Waiting(msgspec.Struct, frozen=True):
    """A code or a link is under way, or so it seems: the answer is the same for a contact somebody has."""


class TooSoon(msgspec.Struct, frozen=True):
    """A limit of sending: the person waits, or takes another way."""


class Taken(msgspec.Struct, frozen=True):
    """The account is registered here already: the contact centre helps (A26)."""


class WrongCode(msgspec.Struct, frozen=True):
    left: bool
    """Whether this code may be tried again."""


class Expired(msgspec.Struct, frozen=True):
    """Too late, used, or never asked for from here."""


class Registered(msgspec.Struct, frozen=True):
    """A letter to set a password is on its way (A31)."""


class MaySet(msgspec.Struct, frozen=True):
    """Proved, but not in the browser where the password was typed: it is set on the next page."""

    link: str


class Request(msgspec.Struct, frozen=True):
    """A form that was read without mistakes."""

    contact: Contact
    password: str | None
    typed: dict[str, str]
    consent: Agreed | None
    claim: identifying.Claim | None
    """What the identified form asks as well (A12)."""
    way: Kind = "code"
    """How the contact is to be proved."""
    phone: str = ""
    """To be called at (A20)."""


async def begin(
    asked: Request, *, portal_id: UUID, exclusive: bool, browser: bytes, language: str, ip: str, now: datetime
) -> Waiting | TooSoon | identifying.NotIdentified | identifying.TooManyTries | Taken:
    account_id = None
    if asked.claim:
        match await identifying.identify(asked.claim, ip=ip, now=now):
            case identifying.Identified(account_id=found):
                account_id = found
                if exclusive and await identifying.is_registered(found, portal_id):
                    return Taken()
            case refused:
                return refused
    if not await proofs.may_send(asked.contact, ip, now):
        return TooSoon()
    password_hash = await hashing.hash_of(asked.password) if asked.password else None
    id, typed = uuid4(), asked.typed | {CALLED_AT: asked.phone}
    async with DB.transaction():
        await DB.do(
            BEGIN, id, portal_id, browser, asked.contact.value, password_hash, _json(typed), account_id,
            _json(asked.consent), language, now, now + LIFE,
        )  # fmt: skip
        await _issue(id, asked.contact, asked.way, portal_id, browser, language, now)
    return Waiting()


BEGIN = """
INSERT INTO sign_ups (id, portal_id, browser_sha256, contact, password_hash, typed, account_id, consent,
                      language, created_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7, $8::jsonb, $9, $10, $11)
"""


async def _issue(
    id: UUID, to: Contact, way: Kind, portal_id: UUID, browser: bytes, language: str, now: datetime
) -> None:
    """Somebody who is registered already is told so instead (T2); page, time and rows are the same."""
    holder = await proofs.holder(portal_id, to.value)
    await proofs.issue(
        "sign_up", way, to,
        portal_id=portal_id, language=language, now=now, browser=browser, sign_up_id=id,
        person_id=holder.person_id if holder else None, announced=holder is None,
    )  # fmt: skip
    if holder:
        await messages.tell("already-registered", holder.person_id, now=now, login_id=holder.id)


async def waiting(portal_id: UUID, browser: bytes | None, now: datetime) -> SignUp | None:
    """What this browser has begun and not finished."""
    return await DB.one(WAITING, portal_id, browser, now, into=SignUp)


WAITING = """
SELECT to_json(sign_ups) FROM sign_ups
WHERE portal_id = $1 AND browser_sha256 = $2 AND done_at IS NULL AND expires_at > $3
ORDER BY created_at DESC LIMIT 1
"""


async def resend(
    begun: SignUp, to: Contact, way: Kind, *, portal_id: UUID, browser: bytes, ip: str, after: timedelta,
    now: datetime,
) -> Waiting | TooSoon:  # fmt: skip
    """«Повторити»: the former code or link is dead from now on (A29, K08)."""
    last = await proofs.live(portal_id, "sign_up", browser)
    if last and now - last.created_at < after:
        return TooSoon()
    if not await proofs.may_send(to, ip, now):
        return TooSoon()
    async with DB.transaction():
        await _issue(begun.id, to, way, portal_id, browser, begun.language, now)
    return Waiting()


async def by_code(
    typed: str, *, portal_id: UUID, browser: bytes, on: Device, key: bytes, now: datetime
) -> SignedIn | WrongCode | Expired:
    proof = await proofs.live(portal_id, "sign_up", browser)
    if proof is None or not proof.takes_code(now):
        return Expired()
    if not await proofs.try_code(proof, typed, key=key, now=now) or proof.person_id:
        return WrongCode(left=await proofs.tries_left(proof))
    made = await _become(proof, portal_id, now, browser=browser)
    return Expired() if made is None else await sign_in.enter(made[0], portal_id, on=on, now=now)


async def by_link(
    proof: Proof, *, portal_id: UUID, exclusive: bool, browser: bytes | None, on: Device, key: bytes,
    now: datetime,
) -> Registered | SignedIn | MaySet | Expired:  # fmt: skip
    """The button behind the link (A28): the person exists from here on.

    The password that was typed is good only in the browser where it was typed: whoever signs up with a foreign
    address, and has its holder press the button, would know the password of the holder's cabinet.
    """
    made = None
    if proof.person_id is None:
        made = await _become(proof, portal_id, now, browser=browser, exclusive=exclusive)
    if made is None:
        return Expired()
    person_id, begun = made
    if begun.password_hash is None:
        return Registered()
    if begun.is_of(browser):
        return await sign_in.enter(person_id, portal_id, on=on, now=now)
    language = begun.language
    link = await proofs.permit(
        "set_password", proof, person_id=person_id, portal_id=portal_id, language=language, now=now
    )
    return MaySet(proofs.link_of(key, link))


async def _become(
    proof: Proof, portal_id: UUID, now: datetime, *, browser: bytes | None, exclusive: bool = False
) -> tuple[UUID, SignUp] | None:
    """One transaction for all that makes a person; None for whoever comes second.

    `exclusive`: also where somebody else has got the account since the form was filled in (A07).
    """
    person_id, made = uuid4(), None
    async with DB.transaction() as transaction:
        if not await proofs.use(proof, now):
            return None
        begun = await DB.one(DONE, proof.sign_up_id, now, into=SignUp)
        if begun is None:
            return None
        password_hash = begun.password_hash if begun.is_of(browser) else None
        called_at = begun.typed.get(CALLED_AT, "")
        await DB.do(PERSON, person_id, portal_id, uuid4(), called_at, begun.language, password_hash, now)
        kind: Literal["mail", "phone"] = "mail" if proof.channel == "mail" else "phone"
        if not await DB.do(LOGIN, uuid4(), portal_id, person_id, kind, proof.contact, now):
            await transaction.rollback()
            return None
        if begun.consent:
            await consents.sign(begun.consent, by=person_id, portal_id=portal_id, language=begun.language)
        if begun.account_id:
            # The account's row is held: of two sign-ups with one account, one gets it.
            await DB.do("SELECT 1 FROM accounts WHERE id = $1 FOR UPDATE", begun.account_id)
            if exclusive and await identifying.is_registered(begun.account_id, portal_id):
                await transaction.rollback()
                return None
            await identifying.link(person_id, begun.account_id, now)
        if begun.password_hash is None:
            await proofs.issue(
                "set_password", "link", Contact(kind, proof.contact),
                portal_id=portal_id, language=begun.language, now=now, person_id=person_id,
            )  # fmt: skip
        made = person_id, begun
    return made


DONE = """
UPDATE sign_ups SET done_at = $2 WHERE id = $1 AND done_at IS NULL RETURNING to_json(sign_ups)
"""
PERSON = """
INSERT INTO people (id, portal_id, partition, name, phone, language, password_hash, created_at)
VALUES ($1, $2, $3, '', $4, $5, $6, $7)
"""
LOGIN = """
INSERT INTO logins (id, portal_id, person_id, kind, contact, verified_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT DO NOTHING
"""


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
