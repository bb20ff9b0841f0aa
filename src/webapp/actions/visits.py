"""What an inspector did at the doors comes in: readings, no access, notes. Each entry stands alone."""

import time
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import structlog

from webapp.actions import limiting, messages
from webapp.actions import readings as taking
from webapp.actions.readings import Sender, Submission
from webapp.database.engine import DB
from webapp.database.queries import field as queries
from webapp.database.queries.field import Deliverer, StoredVisit
from webapp.database.queries.readings import Meter
from webapp.outside.receipt_keys import ReceiptKeys
from webapp.rules import limits, periods
from webapp.rules import visits as rules
from webapp.rules.policy import Policy
from webapp.rules.readings import Doubt
from webapp.rules.readings import Refusal as ReadingRefusal
from webapp.rules.roles import Right, granted
from webapp.rules.visits import Refusal

log = structlog.get_logger()
PATIENCE = 10.0
"""Seconds for a batch: the device gives up after 20, and asks again for what was not decided by then."""
BUSY = taking.BUSY


class Entry(msgspec.Struct, frozen=True):
    """What somebody says they did at a door. The id is minted there, and stays through every retry."""

    id: UUID
    round_id: UUID
    stop_id: UUID
    kind: str
    taken_at: datetime
    """By the device's clock."""
    read_on: date
    digest: str
    meter_id: UUID | None = None
    value: str = ""
    """As it was typed."""
    reason: str = ""
    words: str = ""
    position: tuple[float, float, float | None] | None = None
    has_photo: bool = False
    card_left: bool | None = None
    sent_at: datetime | None = None
    intact: bool = True

    @property
    def held(self) -> UUID:
        """What is locked for it: the meter that is read, else the door."""
        return self.meter_id if self.kind == "reading" and self.meter_id else self.stop_id


class Accepted(msgspec.Struct, frozen=True, tag_field="outcome", tag="accepted"):
    number: int | None
    """Of the reading; None: nothing was read."""
    standing: bool
    """Whether it counts for its month; else it is kept beside what does."""
    doubts: list[Doubt]
    photo_missing: bool
    """A doubt without a photo: taken all the same, and looked at."""


class Rejected(msgspec.Struct, frozen=True, tag_field="outcome", tag="rejected"):
    reason: Refusal | ReadingRefusal


class KeyReused(msgspec.Struct, frozen=True, tag_field="outcome", tag="key_reused"):
    """The same id was used for another entry: a mistake of the sender, who keeps both."""


class NotYours(msgspec.Struct, frozen=True, tag_field="outcome", tag="owner_mismatch"):
    """The door is on nobody's round, or on another inspector's; which, and whose, is not said."""


Outcome = Accepted | Rejected | KeyReused | NotYours


async def wait(by: Deliverer, many: int, now: datetime) -> timedelta:
    """How long the inspector's devices have to wait before `many` more are looked at; zero when they are now."""
    asking = await limiting.wait(limits.FIELD_REQUESTS_PER_INSPECTOR, str(by.id), now)
    if asking or not many:
        return asking
    return await limiting.wait(limits.VISITS_PER_INSPECTOR, str(by.id), now, many)


async def hand_in(
    batch: Iterable[Entry], *, by: Deliverer, policy: Policy, now: datetime, keys: ReceiptKeys
) -> list[tuple[Entry, Outcome]]:
    """Each entry in a savepoint of its own: one that breaks is left out, and so stays on its device.

    Raises what the database said when it was too busy for any of them.
    """
    decided: list[tuple[Entry, Outcome]] = []
    busy: tuple[UUID, Exception] | None = None
    until = time.monotonic() + PATIENCE
    async with DB.transaction() as transaction:
        for entry in sorted(batch, key=_order):
            if time.monotonic() > until:
                break
            if busy and busy[0] == entry.held:
                continue  # it would go before the one that has to wait
            savepoint = await transaction.savepoint()
            try:
                outcome = await _decide(entry, by, policy, now, keys)
            except BUSY as error:
                log.warning("an entry of a round has to wait", error=type(error).__name__)
                await savepoint.rollback_to()
                busy = entry.held, error
            except Exception:
                log.exception("an entry of a round could not be decided")
                await savepoint.rollback_to()
            else:
                kept = isinstance(outcome, Accepted | Rejected)
                await (savepoint.release() if kept else savepoint.rollback_to())
                decided.append((entry, outcome))
    if busy and not decided:
        raise busy[1]
    return decided


def _order(entry: Entry) -> tuple[bool, str, datetime, str]:
    """Doors, then meters, in one order everywhere, so that two batches never wait for each other.

    Of one meter in the order of the entries: the later one corrects the earlier.
    """
    return entry.held == entry.meter_id, str(entry.held), entry.taken_at, str(entry.id)


async def status(ids: list[UUID], *, by: Deliverer) -> dict[UUID, tuple[str, Outcome]]:
    """What became of the inspector's own entries, with their digests; others are as unknown as those never sent."""
    found = await queries.stored(ids)
    return {row.id: (row.digest, _told(row)) for row in found if _is_own(row, by)}


async def _decide(entry: Entry, by: Deliverer, policy: Policy, now: datetime, keys: ReceiptKeys) -> Outcome:
    known = await _known(entry, by)
    if known:
        return known
    meter: Meter | None = None
    at = {"round_id": entry.round_id, "company_id": by.company_id, "colleague_id": by.id}
    if entry.kind == "reading" and entry.meter_id:
        meter = await queries.lock_meter(entry.meter_id, stop_id=entry.stop_id, **at)
    card = rules.leaves_card(entry.kind, entry.reason, entry.card_left)
    door = await queries.lock_stop(entry.stop_id, **at, card=card)
    if door is None:
        return NotYours()
    wrong = rules.wrong(entry.kind, meter=bool(entry.meter_id), reason=entry.reason, words=entry.words)
    if not entry.intact:
        return Rejected(Refusal.DIGEST_MISMATCH)
    if entry.kind not in rules.KINDS or (entry.kind == "reading" and entry.meter_id is None):
        return Rejected(Refusal.NOT_A_VISIT)
    if wrong is None and entry.kind == "reading" and meter is None:
        wrong = Refusal.METER_GONE
    taken_at = periods.corrected(entry.taken_at, entry.sent_at or now, now)
    if not await _store(entry, by, taken_at, now, card and wrong is None):
        return await _known(entry, by) or KeyReused()  # its twin came between
    if wrong:
        await DB.do(REJECT, entry.id, wrong)
        return Rejected(wrong)
    if card and not door.told:
        await _tell_of_card(door.account_id, now)
    return await _read(entry, meter, by, policy, now, keys) if meter else Accepted(None, True, [], False)


async def _read(
    entry: Entry, meter: Meter, by: Deliverer, policy: Policy, now: datetime, keys: ReceiptKeys
) -> Outcome:
    """The reading of the entry, under the same id, by the same rules as everybody's."""
    sent = Submission(
        entry.id, meter.id, entry.value, entry.read_on, entry.taken_at, entry.digest, sent_at=entry.sent_at,
        device_id=by.device_id,
    )  # fmt: skip
    sender = Sender("inspector", colleague_id=by.id)
    outcome = await taking.decide_for(
        meter, sent, sender, policy, now, False, keys, reason=entry.reason or None
    )
    match outcome:
        case taking.Accepted(number=number, doubts=doubts):
            if doubts:
                await DB.do(DOUBT, entry.id, list(doubts))
            return Accepted(number, outcome.stands, doubts, bool(doubts) and not entry.has_photo)
        case taking.Refused(reason=reason):
            await DB.do(REJECT, entry.id, reason)
            return Rejected(reason)
        case taking.NotYours():
            return NotYours()
        case _:
            return KeyReused()


async def _known(entry: Entry, by: Deliverer) -> Outcome | None:
    """The id came before: whoever repeats it gets the answer of then."""
    for row in await queries.stored([entry.id]):
        if not _is_own(row, by):
            return NotYours()
        return _told(row) if row.digest == entry.digest else KeyReused()
    return None


def _is_own(row: StoredVisit, by: Deliverer) -> bool:
    return (row.company_id, row.colleague_id) == (by.company_id, by.id)


def _told(row: StoredVisit) -> Outcome:
    if row.refusal:
        known = row.refusal in set(Refusal)
        return Rejected(Refusal(row.refusal) if known else ReadingRefusal(row.refusal))
    standing = row.state in (None, "accepted")
    return Accepted(row.number, standing, row.doubts, bool(row.doubts) and not row.has_photo)


async def _store(entry: Entry, by: Deliverer, taken_at: datetime, now: datetime, card: bool) -> bool:
    skew = int((taken_at - entry.taken_at).total_seconds())
    place: tuple[Any, ...] = entry.position or (None, None, None)
    stored = await DB.do(
        STORE, entry.id, by.company_id, entry.stop_id, by.id, by.device_id, entry.kind, entry.meter_id,
        entry.value, entry.read_on, taken_at, now, skew, entry.reason, entry.words, *place, entry.has_photo, card,
        entry.digest,
    )  # fmt: skip
    return stored == 1


STORE = """
INSERT INTO visits (id, company_id, stop_id, colleague_id, device_id, kind, meter_id, value, read_on, taken_at,
                    received_at, skew_seconds, reason, words, latitude, longitude, accuracy, has_photo, card_left,
                    digest, outcome, doubts, review_reason)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, 'accepted', '{}',
        '')
ON CONFLICT (id) DO NOTHING
"""
REJECT = "UPDATE visits SET outcome = 'rejected', refusal = $2 WHERE id = $1"
DOUBT = "UPDATE visits SET doubts = $2 WHERE id = $1"


async def _tell_of_card(account_id: UUID, now: datetime) -> None:
    """Whoever has the account in the cabinet hears at once what the card on the door says."""
    for person_id in await DB.one(HOLDERS, account_id, into=list[UUID]) or []:
        await messages.tell("no-access", person_id, now=now, about=account_id)


HOLDERS = f"""
SELECT json_agg(person_id) FROM links JOIN people ON people.id = links.person_id
WHERE account_id = $1 AND people.gone_at IS NULL AND {granted(Right.READINGS)}
"""
