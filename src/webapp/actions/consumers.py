"""What the contact centre does for a consumer: every look is written down, and so is every deed."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from webapp.actions import audit, limiting, messages, pins, sealing, taking
from webapp.actions.audit import By
from webapp.actions.identifying import FACTS
from webapp.actions.submissions import Accepted, NotYours, Outcome, Sender, Submission
from webapp.database.engine import DB
from webapp.database.queries import readings
from webapp.outside.receipt_keys import ReceiptKeys
from webapp.rules import answers as rules
from webapp.rules import limits
from webapp.rules.answers import Answer, Facts
from webapp.rules.policy import Policy
from webapp.rules.readings import Mistake
from webapp.rules.roles import Right, granted

Page = Literal["cabinet", "readings", "bills", "payments"]


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


class Seen(msgspec.Struct, frozen=True):
    name: str
    looked: bool
    """Whether the reason was given, and not too long ago; only then it is written down."""


async def mirror(
    account_id: UUID, person_id: UUID, page: Page, *, since: datetime, by: By, now: datetime
) -> Seen | None:
    """Before a page of the person's cabinet is shown. None: nobody of this portal has the account under that id."""
    async with DB.transaction():
        seen = await DB.one(
            MIRRORED, account_id, by.company_id, person_id, by.portal_id, by.id, since, into=Seen
        )
        if seen and seen.looked:
            said = {"page": page}
            await audit.write(
                "mirrored", by, now=now, account_id=account_id, person_id=person_id, changed=said
            )
    return seen


MIRRORED = f"""
SELECT json_build_object('name', people.name, 'looked', EXISTS (
    SELECT FROM audit WHERE account_id = $1 AND colleague_id = $5 AND deed = 'looked' AND case_id IS NULL AND at >= $6
))
FROM accounts JOIN links ON links.account_id = accounts.id
JOIN people ON people.id = links.person_id
WHERE accounts.id = $1 AND {OF_COMPANY} AND people.id = $3 AND people.portal_id = $4 AND people.gone_at IS NULL
"""


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
