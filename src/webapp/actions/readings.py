"""Sending a reading: the page and the device's queue come in here, others will."""

import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg
import structlog
from piccolo.engine.postgres import PostgresTransaction

from webapp.actions import limiting, taking
from webapp.actions.submissions import (
    Accepted,
    Doubted,
    KeyReused,
    NotYours,
    Outcome,
    Refused,
    Sender,
    Submission,
    outcome_of,
    repeated,
)
from webapp.actions.taking import decide_for
from webapp.database.engine import DB
from webapp.database.queries import readings as queries
from webapp.database.queries.visits import Person
from webapp.outside.receipt_keys import ReceiptKeys
from webapp.rules import limits
from webapp.rules.policy import Policy
from webapp.rules.readings import Mistake

__all__ = [
    "Accepted", "Doubted", "KeyReused", "NotYours", "Outcome", "Refused", "Sender", "Submission", "consumer",
    "decide_for", "status", "submit", "submit_all", "submit_typed", "wait",
]  # fmt: skip

log = structlog.get_logger()
PATIENCE = 10.0
"""Seconds for a batch: the device gives up after 20, and asks again for what was not decided by then."""
BUSY = (asyncpg.QueryCanceledError, asyncpg.LockNotAvailableError)
"""Somebody holds the meter, or the database is slow: the same reading can be decided a little later."""


async def submit(
    sent: Submission, *, by: Person, policy: Policy, now: datetime, ask: bool, keys: ReceiptKeys
) -> Outcome:
    """Decide one reading once: whoever repeats its id, or comes at the same moment, gets the same answer.

    `ask` returns doubts to the person before anything is stored; a queue has nobody to ask, so its
    doubtful readings are accepted with their doubts, for the operator to check. `keys` sign the receipt.
    """
    async with DB.transaction():
        outcome = await _decide(sent, by, policy, now, ask, keys, queries.Own(by.id))
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
            outcome = await decide_for(meter, sent, consumer(by), policy, now, ask, keys)
    return outcome, meter.digits if meter else 0


async def submit_all(
    batch: Iterable[Submission],
    *,
    by: Person,
    policy: Policy,
    now: datetime,
    keys: ReceiptKeys,
    reach: queries.Reach | None = None,
) -> list[tuple[Submission, Outcome]]:
    """Each reading for itself: one that breaks is left out, and so stays in its queue.

    `reach`: of which meters; of those that are linked to the person, unless it is said.

    Raises what the database said when it was too busy for any of them.
    """
    # Meters are locked in one order everywhere, so that two batches never wait for each other.
    left = sorted(batch, key=lambda sent: sent.meter_id)
    reach = reach or queries.Own(by.id)
    decided: list[tuple[Submission, Outcome]] = []
    async with DB.transaction() as transaction:
        if len(left) > 1:
            savepoint = await transaction.savepoint()
            try:
                decided = await _decide_at_once(left, by, policy, now, keys, reach)
            except Exception as error:  # then one by one, and whoever broke it is found
                log.info("a batch is decided one by one", error=type(error).__name__)
                await savepoint.rollback_to()
            else:
                await savepoint.release()
            done = {id(sent) for sent, _ in decided}  # an id of theirs may come twice
            left = [sent for sent in left if id(sent) not in done]
        decided += await _decide_one_by_one(
            transaction, left, by, policy, now, keys, reach, alone=not decided
        )
    return decided


async def _decide_at_once(
    batch: list[Submission],
    by: Person,
    policy: Policy,
    now: datetime,
    keys: ReceiptKeys,
    reach: queries.Reach,
) -> list[tuple[Submission, Outcome]]:
    """One of each meter, in three statements, as long as nobody holds any of them; leaves out what changes others."""
    first: dict[UUID, Submission] = {}
    ids: set[UUID] = set()
    for sent in batch:
        if sent.meter_id not in first and sent.id not in ids:
            first[sent.meter_id] = sent
            ids.add(sent.id)
    meters = await reach.lock_free(list(first))
    mine = [sent for sent in first.values() if sent.meter_id in meters]
    heard = [taking.hear(sent, policy, now) for sent in mine]
    decided: list[tuple[Submission, Outcome]] = []
    entries: list[tuple[Submission, taking.Entry]] = []
    known = await queries.standings([one.asked for one in heard]) if heard else []
    for sent, one, standing in zip(mine, heard, known, strict=True):
        meter = meters[sent.meter_id]
        answer = taking.decide(meter, one, consumer(by), policy, standing, now, False, keys)
        if not isinstance(answer, taking.Entry):
            decided.append((sent, answer))
        elif not answer.changes:
            entries.append((sent, answer))
    stored = await taking.store([entry for _, entry in entries]) if entries else set()
    return decided + [(sent, entry.outcome if entry.id in stored else KeyReused()) for sent, entry in entries]


async def _decide_one_by_one(
    transaction: PostgresTransaction,
    batch: list[Submission],
    by: Person,
    policy: Policy,
    now: datetime,
    keys: ReceiptKeys,
    reach: queries.Reach,
    *,
    alone: bool,
) -> list[tuple[Submission, Outcome]]:
    """Each in a savepoint of its own. `alone`: nothing was decided before them."""
    decided: list[tuple[Submission, Outcome]] = []
    busy: tuple[UUID, Exception] | None = None
    until = time.monotonic() + PATIENCE
    for sent in batch:
        if time.monotonic() > until:
            break
        if busy and busy[0] == sent.meter_id:
            continue  # it would take the month of the one before
        savepoint = await transaction.savepoint()
        try:
            outcome = await _decide(sent, by, policy, now, False, keys, reach)
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
    if busy and alone and not decided:
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
    return {row.id: outcome_of(row) for row in found if row.person_id == by.id}


async def _decide(
    sent: Submission,
    by: Person,
    policy: Policy,
    now: datetime,
    ask: bool,
    keys: ReceiptKeys,
    reach: queries.Reach,
) -> Outcome:
    meter, sender = await reach.lock(sent.meter_id), consumer(by)
    if meter is None:  # nor is it any more if the account was unlinked after the first try
        known = await queries.stored([sent.id])
        return repeated(known[0], sent, sender) if known else NotYours()
    return await decide_for(meter, sent, sender, policy, now, ask, keys)


def consumer(person: Person) -> Sender:
    return Sender("consumer", person_id=person.id)
