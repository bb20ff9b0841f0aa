"""What the contact centre does for a consumer: every look is written down, and so is every deed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

import msgspec

from webapp.actions import audit, limiting, messages, pins, sealing, taking
from webapp.actions.audit import By
from webapp.actions.identifying import FACTS
from webapp.actions.submissions import Accepted, NotYours, Outcome, Sender, Submission
from webapp.database.engine import DB
from webapp.database.queries import accounts, bills, history, readings
from webapp.outside.receipt_keys import ReceiptKeys
from webapp.rules import answers as rules
from webapp.rules import limits
from webapp.rules.answers import Answer, Facts
from webapp.rules.policy import Policy
from webapp.rules.readings import Mistake
from webapp.rules.roles import Right, granted

T = TypeVar("T", covariant=True)


async def look(account_id: UUID, reason: str, *, by: By, now: datetime) -> bool:
    """The card opens for this colleague, for a while. False: the company has no such account."""
    async with DB.transaction():
        found = await DB.one(OWN_ACCOUNT, account_id, by.company_id, into=UUID)
        if found:
            await audit.write("looked", by, now=now, account_id=account_id, reason=reason)
    return found is not None


OF_COMPANY = """(accounts.company_id = $2 OR EXISTS (
    SELECT FROM contracts c WHERE c.account_id = accounts.id AND c.company_id = $2))"""
OWN_ACCOUNT = f"SELECT to_json(id) FROM accounts WHERE id = $1 AND {OF_COMPANY}"


@dataclass(frozen=True)
class View(Generic[T]):
    """A page of the cabinet: its one question, about a person ($1) and an account ($2)."""

    page: str
    sql: str
    into: type[T]


CABINET = View("cabinet", accounts.CABINET, accounts.Cabinet)
READINGS = View("readings", history.HISTORY, list[accounts.Account])
BILLS = View("bills", bills.BILLS, bills.Bills)


class Looked(msgspec.Struct, frozen=True):
    name: str
    looked: bool
    found: msgspec.Raw


@dataclass(frozen=True)
class Seen(Generic[T]):
    name: str
    found: T | None
    """None: the reason was not given, or too long ago; then nothing is shown and nothing written down."""


async def mirror(
    account_id: UUID, person_id: UUID, view: View[T], *, since: datetime, by: By, now: datetime
) -> Seen[T] | None:
    """A page of the person's cabinet, written down as it is read: neither is there without the other.

    None: nobody of this portal has the account under that id.
    """
    seen = await DB.one(
        MIRRORED.format(page=view.sql), person_id, account_id, bills.LATEST, None, by.company_id, by.portal_id, by.id,
        since, view.page, by.ip, now, into=Looked,
    )  # fmt: skip
    if seen is None:
        return None
    return Seen(seen.name, msgspec.json.decode(seen.found, type=view.into) if seen.looked else None)


MIRRORED = """
WITH seen AS (
    SELECT people.name, EXISTS (
        SELECT FROM audit
        WHERE account_id = $2 AND colleague_id = $7 AND deed = 'looked' AND case_id IS NULL AND at >= $8
    ) AS looked
    FROM accounts JOIN links ON links.account_id = accounts.id
    JOIN people ON people.id = links.person_id
    WHERE accounts.id = $2 AND (accounts.company_id = $5 OR EXISTS (
              SELECT FROM contracts c WHERE c.account_id = accounts.id AND c.company_id = $5))
      AND people.id = $1 AND people.portal_id = $6 AND people.gone_at IS NULL
      AND $3::bigint IS NOT NULL AND $4::date IS NULL
), written AS (
    INSERT INTO audit (id, company_id, colleague_id, deed, person_id, account_id, reason, changed, ip, at)
    SELECT gen_random_uuid(), $5, $7, 'mirrored', $1, $2, '', jsonb_build_object('page', $9::text), $10, $11
    FROM seen WHERE looked
)
SELECT json_build_object('name', name, 'looked', looked, 'found', CASE WHEN looked THEN ({page}) END) FROM seen
"""
"""$3 and $4 are of the page of bills: how many of each, and no month chosen."""


async def submit(
    account_id: UUID,
    meter_id: UUID,
    read: Callable[[int], Submission | Mistake],
    *,
    by: By,
    policy: Policy,
    now: datetime,
    ask: bool,
    keys: ReceiptKeys,
) -> tuple[Outcome | Mistake, int]:
    """A reading that somebody has told by phone: through the door of all readings, and who has the account is told."""
    sender = Sender("staff", colleague_id=by.id)
    async with DB.transaction():
        meter = await DB.one(LOCK_METER, account_id, by.company_id, meter_id, into=readings.Meter)
        if meter is None:
            return NotYours(), 0
        sent = read(meter.digits)
        if isinstance(sent, Mistake):
            return sent, meter.digits
        is_new = not await readings.stored([sent.id])
        outcome = await taking.decide_for(meter, sent, sender, policy, now, ask, keys)
        if isinstance(outcome, Accepted) and is_new:
            said = {"meter": meter.serial, "value": str(outcome.value), "number": str(outcome.number)}
            await audit.write("reading_taken", by, now=now, account_id=account_id, changed=said)
            for person_id in await DB.one(READERS, account_id, into=list[UUID]) or []:
                await messages.tell("reading-taken", person_id, now=now, about=sent.id)
    return outcome, meter.digits


LOCK_METER = readings.locked(f"meters.id = $3 AND accounts.id = $1 AND {OF_COMPANY}")
READERS = f"SELECT json_agg(person_id) FROM links WHERE account_id = $1 AND {granted(Right.READINGS)}"


class Told(msgspec.Struct, frozen=True):
    pin: str


class NotIdentified(msgspec.Struct, frozen=True):
    """One of the answers, or both: which is not said, so that nobody is helped along."""


class TooManyTries(msgspec.Struct, frozen=True):
    """About this account, or by this colleague, today."""


class NoCard(msgspec.Struct, frozen=True):
    """The company has no such account."""


async def tell_pin(
    account_id: UUID, answers: Sequence[Answer], *, by: By, key: bytes, now: datetime
) -> Told | NotIdentified | TooManyTries | NoCard:
    """After two answers of different kinds that fit. Each try is counted before it is compared; right ones are free.

    The one that bills print is told; where none was issued, one is.
    """
    shares = [
        (limits.IDENTIFY_PER_COLLEAGUE, str(by.id)), (limits.IDENTIFY_PER_ACCOUNT, str(account_id)),
    ]  # fmt: skip
    async with DB.transaction():
        if await DB.one(OWN_ACCOUNT + " FOR UPDATE", account_id, by.company_id, into=UUID) is None:
            return NoCard()
        if not await limiting.take_all(shares, now):
            return TooManyTries()
        found = await DB.one(FACTS + "WHERE accounts.id = $1) f", account_id, into=list[Facts]) or []
        kinds = {"kinds": sorted(answer.kind for answer in answers)}
        fits = rules.are_two(answers) and any(
            all(rules.fits(answer, facts, key) for answer in answers) for facts in found
        )
        if not fits:
            await audit.write("not_identified", by, now=now, account_id=account_id, changed=kinds)
            return NotIdentified()
        await limiting.give_back(shares)
        pin = await _pin(account_id, key, now)
        await audit.write("pin_told", by, now=now, account_id=account_id, changed=kinds)
    return Told(pin)


async def _pin(account_id: UUID, key: bytes, now: datetime) -> str:
    sealed = await DB.one(SEALED, account_id, into=str)
    known = sealing.unseal(bytes.fromhex(sealed), account_id, key=key) if sealed else None
    return known.decode() if known else await pins.issue(account_id, key=key, now=now)


SEALED = "SELECT to_json(encode(sealed, 'hex')) FROM pins WHERE account_id = $1 AND sealed IS NOT NULL"
