"""Sending a reading: the page and the device's queue come in here, others will."""

import time
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

import asyncpg
import msgspec
import structlog

from webapp.actions import limiting, receipts
from webapp.database.engine import DB
from webapp.database.queries import readings as queries
from webapp.database.queries.visits import Person
from webapp.outside.receipt_keys import ReceiptKeys
from webapp.rules import limits, periods
from webapp.rules import readings as rules
from webapp.rules.policy import Policy
from webapp.rules.readings import Doubt, Mistake, Refusal

log = structlog.get_logger()
PATIENCE = 10.0
"""Seconds for a batch: the device gives up after 20, and asks again for what was not decided by then."""
BUSY = (asyncpg.QueryCanceledError, asyncpg.LockNotAvailableError)
"""Somebody holds the meter, or the database is slow: the same reading can be decided a little later."""


class Submission(msgspec.Struct, frozen=True):
    """What somebody says they read. The id is minted where it is said, and stays through every retry."""

    id: UUID
    meter_id: UUID
    value: str
    """As it was typed: the drums are read here, where the dial is known."""
    read_on: date
    taken_at: datetime
    """By the device's clock."""
    digest: str
    sent_at: datetime | None = None
    """When the device says it sent it; tells how wrong its clock is."""
    device_id: UUID | None = None
    intact: bool = True
    """Whether the digest it came with is the one of what came."""


class Accepted(msgspec.Struct, frozen=True, tag_field="outcome", tag="accepted"):
    number: int
    value: int
    month: date
    late: bool
    doubts: list[Doubt]
    received_at: datetime


class Refused(msgspec.Struct, frozen=True, tag_field="outcome", tag="rejected"):
    reason: Refusal
    standing: queries.Sent | None = None


class Doubted(msgspec.Struct, frozen=True, tag_field="outcome", tag="doubted"):
    """Nothing is stored: the person is asked first."""

    verdict: rules.Verdict


class KeyReused(msgspec.Struct, frozen=True, tag_field="outcome", tag="key_reused"):
    """The same id was used for something else: a mistake of the sender, who keeps both."""


class NotYours(msgspec.Struct, frozen=True, tag_field="outcome", tag="owner_mismatch"):
    """The id, or the meter, belongs to somebody else; which of the two, and to whom, is not said."""


Outcome = Accepted | Refused | Doubted | KeyReused | NotYours
"""What became of a submission. Only surprises, such as a lost database, are exceptions."""


async def submit(
    sent: Submission, *, by: Person, policy: Policy, now: datetime, ask: bool, keys: ReceiptKeys
) -> Outcome:
    """Decide one reading once: whoever repeats its id, or comes at the same moment, gets the same answer.

    `ask` returns doubts to the person before anything is stored; a queue has nobody to ask, so its
    doubtful readings are accepted with their doubts, for the operator to check. `keys` sign the receipt.
    """
    async with DB.transaction():
        outcome = await _decide(sent, by, policy, now, ask, keys)
    return outcome


async def submit_typed(
    meter_id: UUID,
    read: Callable[[int], Submission | Mistake],
    *,
    by: Person,
    policy: Policy,
    now: datetime,
    ask: bool,
    keys: ReceiptKeys,
) -> tuple[Outcome | Mistake, int]:
    """The same for what a person typed: `read` is told how many drums the meter has, and so is the caller."""
    async with DB.transaction():
        meter = await queries.lock_meter(meter_id, of=by.id)
        sent = read(meter.digits) if meter else None
        outcome: Outcome | Mistake = sent if isinstance(sent, Mistake) else NotYours()
        if meter and isinstance(sent, Submission):
            outcome = await _decide_for(meter, sent, by, policy, now, ask, keys)
    return outcome, meter.digits if meter else 0


async def submit_all(
    batch: Iterable[Submission], *, by: Person, policy: Policy, now: datetime, keys: ReceiptKeys
) -> list[tuple[Submission, Outcome]]:
    """Each reading in a savepoint of its own: one that breaks is left out, and so stays in its queue.

    Raises what the database said when it was too busy for any of them.
    """
    decided: list[tuple[Submission, Outcome]] = []
    busy: tuple[UUID, Exception] | None = None
    until = time.monotonic() + PATIENCE
    async with DB.transaction() as transaction:
        # Meters are locked in one order everywhere, so that two batches never wait for each other.
        for sent in sorted(batch, key=lambda sent: sent.meter_id):
            if time.monotonic() > until:
                break
            if busy and busy[0] == sent.meter_id:
                continue  # it would take the month of the one before
            savepoint = await transaction.savepoint()
            try:
                outcome = await _decide(sent, by, policy, now, False, keys)
            except BUSY as error:
                log.warning("a reading of a batch has to wait", error=type(error).__name__)
                await savepoint.rollback_to()
                busy = sent.meter_id, error
            except Exception:
                log.exception("a reading of a batch could not be decided")
                await savepoint.rollback_to()
            else:
                await savepoint.release()
                decided.append((sent, outcome))
    if busy and not decided:
        raise busy[1]
    return decided


async def wait(by: Person, many: int, now: datetime) -> timedelta:
    """How long the person's devices have to wait before `many` more are looked at; zero when they are now."""
    asking = await limiting.wait(limits.READING_REQUESTS_PER_PERSON, str(by.id), now)
    if asking or not many:
        return asking
    return await limiting.wait(limits.READINGS_PER_PERSON, str(by.id), now, many)


async def status(ids: list[UUID], *, by: Person) -> dict[UUID, Outcome]:
    """What became of the person's own submissions; the others are as unknown as those that never came."""
    found = await queries.stored(ids)
    return {row.id: _outcome(row) for row in found if row.person_id == by.id}


async def _decide(
    sent: Submission, by: Person, policy: Policy, now: datetime, ask: bool, keys: ReceiptKeys
) -> Outcome:
    meter = await queries.lock_meter(sent.meter_id, of=by.id)
    if (
        meter is None
    ):  # nor is it any more if the account was unlinked, or the meter replaced, after the first try
        known = await queries.stored([sent.id])
        return _repeated(known[0], sent, by) if known else NotYours()
    return await _decide_for(meter, sent, by, policy, now, ask, keys)


async def _decide_for(
    meter: queries.Meter,
    sent: Submission,
    by: Person,
    policy: Policy,
    now: datetime,
    ask: bool,
    keys: ReceiptKeys,
) -> Outcome:
    """`meter` is held by the transaction around."""
    taken_at = periods.corrected(sent.taken_at, sent.sent_at or now, now)
    if sent.read_on == periods.day_of(sent.taken_at):  # the device's own «today»: as wrong as its clock
        sent = msgspec.structs.replace(sent, read_on=periods.day_of(taken_at))
    counted = periods.counts_for(taken_at, now, policy.window)
    standing = await queries.standing(meter.id, counted.month, sent.id)
    if standing.same_id:
        return _repeated(standing.same_id, sent, by)
    if not sent.intact:
        return Refused(Refusal.DIGEST_MISMATCH)
    value = rules.parse(sent.value, meter.digits)
    refusal = _refusal(sent, value, policy, standing, now)
    doubts: list[Doubt] = []
    receipt, number = None, standing.number
    if refusal is None and not isinstance(value, Mistake):
        last = standing.last
        verdict = rules.judge(
            value, sent.read_on, rules.Reading(last.value, last.read_on) if last else None, meter.dial
        )
        if verdict.doubts and ask:
            return Doubted(verdict)
        doubts = verdict.doubts
        receipt = receipts.seal(
            keys, number=number, company=receipts.taker(policy, meter.operator, meter.supplier),
            account=meter.account, meter=meter.serial, digits=meter.digits, value=value, read_on=sent.read_on,
            month=counted.month, taken_at=taken_at, received_at=now, source="consumer",
        )  # fmt: skip
    if not await _store(number, sent, by, meter, value, taken_at, counted, refusal, doubts, now, receipt):
        return KeyReused()
    if refusal:
        return Refused(refusal, _sent(standing.this_month) if refusal is Refusal.ALREADY_SENT else None)
    assert isinstance(value, int)
    return Accepted(number, value, counted.month, not counted.in_window, doubts, now)


def _refusal(
    sent: Submission, value: int | Mistake, policy: Policy, standing: queries.Standing, now: datetime
) -> Refusal | None:
    if not policy.readings.taken_by:
        return Refusal.READINGS_NOT_TAKEN
    if isinstance(value, Mistake):
        return rules.refusal_of(value)
    if periods.is_future(sent.read_on, now):
        return Refusal.FROM_THE_FUTURE
    return Refusal.ALREADY_SENT if standing.this_month else None


def _repeated(stored: queries.Stored, sent: Submission, by: Person) -> Outcome:
    if stored.person_id != by.id:
        return NotYours()
    return _outcome(stored) if stored.digest == sent.digest else KeyReused()


def _outcome(stored: queries.Stored) -> Outcome:
    if stored.reason:
        return Refused(stored.reason, stored.standing)
    return Accepted(stored.number, stored.value, stored.month, stored.late, stored.doubts, stored.received_at)


def _sent(stored: queries.Stored | None) -> queries.Sent | None:
    return queries.Sent(stored.value, stored.number) if stored else None


STORE = """
INSERT INTO readings (id, company_id, meter_id, person_id, source, month, value, read_on, taken_at,
                      received_at, skew_seconds, late, state, reason, doubts, digest, device_id, number, receipt)
VALUES ($1, $2, $3, $4, 'consumer', $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
ON CONFLICT (id) DO NOTHING
"""


async def _store(
    number: int,
    sent: Submission,
    by: Person,
    meter: queries.Meter,
    value: int | Mistake,
    taken_at: datetime,
    counted: periods.Counted,
    refusal: Refusal | None,
    doubts: list[Doubt],
    now: datetime,
    receipt: bytes | None,
) -> bool:
    """False if the id just went to a meter that we have not locked."""
    skew = int((taken_at - sent.taken_at).total_seconds())  # of the device's clock
    stored = await DB.do(
        STORE, sent.id, meter.company_id, meter.id, by.id, counted.month,
        value if isinstance(value, int) else 0, sent.read_on, taken_at, now, skew, not counted.in_window,
        "refused" if refusal else "accepted", refusal, list(doubts), sent.digest, sent.device_id, number, receipt,
    )  # fmt: skip
    return stored == 1
