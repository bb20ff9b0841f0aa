"""Taking a reading: decided with what is known of its meter and month, and stored with all that it changes there."""

from collections.abc import Sequence
from datetime import datetime
from functools import reduce
from typing import Any
from uuid import UUID

import msgspec

from webapp.actions import messages, receipts, webhooks
from webapp.actions.submissions import (
    Accepted,
    Doubted,
    KeyReused,
    Outcome,
    Refused,
    Sender,
    Submission,
    repeated,
)
from webapp.database.engine import DB
from webapp.database.queries import readings as queries
from webapp.database.queries.readings import Sent, Standing, Stored
from webapp.outside.receipt_keys import ReceiptKeys
from webapp.rules import periods
from webapp.rules import readings as rules
from webapp.rules.policy import Policy
from webapp.rules.readings import Mistake, Refusal
from webapp.rules.receipts import giver


class Heard(msgspec.Struct, frozen=True):
    """A submission with its moments put right."""

    sent: Submission
    taken_at: datetime
    """By our clock."""
    counted: periods.Counted

    @property
    def asked(self) -> queries.Asked:
        return self.sent.meter_id, self.counted.month, self.sent.id, self.sent.corrects


class Change(msgspec.Struct, frozen=True):
    """A reading of the same month that stands otherwise from now on."""

    stored: Stored
    state: str


class Entry(msgspec.Struct, frozen=True):
    """A reading that is decided, and not stored yet."""

    row: dict[str, Any]
    changes: list[Change]
    outcome: Accepted | Refused

    @property
    def id(self) -> UUID:
        found: UUID = self.row["id"]
        return found


def hear(sent: Submission, policy: Policy, now: datetime) -> Heard:
    taken_at = periods.corrected(sent.taken_at, sent.sent_at or now, now)
    if sent.read_on == periods.day_of(sent.taken_at):  # the device's own «today»: as wrong as its clock
        sent = msgspec.structs.replace(sent, read_on=periods.day_of(taken_at))
    return Heard(sent, taken_at, periods.counts_for(taken_at, now, policy.window))


async def decide_for(
    meter: queries.Meter,
    sent: Submission,
    sender: Sender,
    policy: Policy,
    now: datetime,
    ask: bool,
    keys: ReceiptKeys,
    *,
    reason: str | None = None,
) -> Outcome:
    """Decide one reading once, whoever gives it. The caller's transaction holds `meter`, and proved whose it is.

    `ask` returns doubts before anything is stored. `reason`: why it is odd, as the sender says it.
    """
    if reason:
        sent = msgspec.structs.replace(sent, reason=reason)
    return await take(meter, hear(sent, policy, now), sender, policy, now, ask, keys)


async def take(
    meter: queries.Meter,
    heard: Heard,
    sender: Sender,
    policy: Policy,
    now: datetime,
    ask: bool,
    keys: ReceiptKeys,
) -> Outcome:
    """The same where its month is known already."""
    (known,) = await queries.standings([heard.asked])
    decided = decide(meter, heard, sender, policy, known, now, ask, keys)
    if not isinstance(decided, Entry):
        return decided
    if decided.changes:
        return await _store_with_changes(decided, sender, now)
    return decided.outcome if await store([decided]) else KeyReused()


def decide(
    meter: queries.Meter,
    heard: Heard,
    sender: Sender,
    policy: Policy,
    known: Standing,
    now: datetime,
    ask: bool,
    keys: ReceiptKeys,
) -> Outcome | Entry:
    """Writes nothing: an `Entry` is still to be stored, anything else is the answer."""
    sent, counted = heard.sent, heard.counted
    if known.same_id:
        return repeated(known.same_id, sent, sender)
    if not sent.intact:
        return Refused(Refusal.DIGEST_MISMATCH)
    value = rules.parse(sent.value, meter.digits)
    corrected = _corrected(heard, sender, known)
    refusal = _refusal(sent, value, sender, policy, meter, known, corrected, now)
    if refusal or isinstance(value, Mistake):
        standing = known.standing if refusal is Refusal.ALREADY_SENT else None
        outcome = Refused(refusal or Refusal.NOT_A_READING, _sent(standing))
        typed = 0 if isinstance(value, Mistake) else value
        return Entry(_row(heard, sender, meter, known, typed, now, reason=outcome.reason), [], outcome)
    verdict = rules.judge(value, sent.read_on, known.last, meter.dial)
    if verdict.doubts and ask:
        return Doubted(verdict)
    receipt = receipts.seal(
        keys, number=known.number, company=_taker(sender, policy, meter), account=meter.account,
        meter=meter.serial, digits=meter.digits, value=value, read_on=sent.read_on, month=counted.month,
        taken_at=heard.taken_at, received_at=now,
        source=giver(sender.source, sent.by_token),
    )  # fmt: skip
    given = rules.Given(sender.source, value, sent.read_on, not counted.in_window)
    state, winner, changes = _placed(given, corrected if isinstance(corrected, Stored) else None, known)
    row = _row(
        heard, sender, meter, known, value, now, state=state, doubts=verdict.doubts, receipt=receipt,
        corrected=corrected,
    )  # fmt: skip
    accepted = Accepted(
        known.number, value, counted.month, given.late, verdict.doubts, now, _sent(winner), row["replaces"]
    )
    return Entry(row, changes, accepted)


def _corrected(heard: Heard, sender: Sender, known: Standing) -> Stored | Refusal | None:
    """The reading that this one takes the place of; None: it stands for itself."""
    wanted = known.corrected
    if wanted is None:
        return None
    if wanted.state == "refused":  # nothing of it was taken, unless something else was in its way
        return known.of(sender.source) if wanted.reason is Refusal.ALREADY_SENT else None
    if wanted.month != heard.counted.month:
        return Refusal.CORRECTION_CLOSED
    if wanted.state == "replaced":
        return Refusal.ALREADY_CORRECTED
    return wanted if wanted.source == sender.source else None


def _refusal(
    sent: Submission,
    value: int | Mistake,
    sender: Sender,
    policy: Policy,
    meter: queries.Meter,
    known: Standing,
    corrected: Stored | Refusal | None,
    now: datetime,
) -> Refusal | None:
    if sender.source in ("consumer", "staff") and not policy.readings.taken_by:
        return Refusal.READINGS_NOT_TAKEN
    if meter.removed_on:
        return Refusal.METER_REMOVED
    if isinstance(value, Mistake):
        return rules.refusal_of(value)
    if periods.is_future(sent.read_on, now):
        return Refusal.FROM_THE_FUTURE
    if isinstance(corrected, Refusal):
        return corrected
    again = sender.source == "consumer" and corrected is None and known.of("consumer")
    return Refusal.ALREADY_SENT if again else None


def _placed(
    given: rules.Given, corrected: Stored | None, known: Standing
) -> tuple[str, Stored | None, list[Change]]:
    """How the new one stands, what counts instead of it, and what changes for the others of the month."""
    others = [stored for stored in known.month if stored != corrected]
    best = reduce(_better, others, None)
    wins = rules.stands(given, best.given if best else None)
    changes = [Change(corrected, "replaced")] if corrected else []
    for stored in others:
        state = "accepted" if stored == best and not wins else "beside"
        if state != stored.state:
            changes.append(Change(stored, state))
    return "accepted" if wins else "beside", None if wins else best, changes


def _better(best: Stored | None, one: Stored) -> Stored:
    return one if best is None or rules.stands(one.given, best.given) else best


def _taker(sender: Sender, policy: Policy, meter: queries.Meter) -> str:
    """The inspector, and what reads itself, are the operator's, whoever takes readings on this portal."""
    if sender.source in ("inspector", "remote"):
        return meter.operator
    return receipts.taker(policy, meter.operator, meter.supplier)


def _sent(stored: Stored | None) -> Sent | None:
    return Sent(stored.value, stored.number, stored.source) if stored else None


def _row(
    heard: Heard,
    sender: Sender,
    meter: queries.Meter,
    known: Standing,
    value: int,
    now: datetime,
    *,
    state: str = "refused",
    reason: Refusal | None = None,
    doubts: Sequence[rules.Doubt] = (),
    receipt: bytes | None = None,
    corrected: Stored | Refusal | None = None,
) -> dict[str, Any]:
    sent = heard.sent
    before = corrected if isinstance(corrected, Stored) else None
    return {
        "id": sent.id, "number": known.number, "company_id": meter.company_id, "meter_id": meter.id,
        "person_id": sender.person_id, "colleague_id": sender.colleague_id, "source": sender.source,
        "month": heard.counted.month, "value": value, "read_on": sent.read_on, "taken_at": heard.taken_at,
        "received_at": now, "skew_seconds": int((heard.taken_at - sent.taken_at).total_seconds()),
        "late": not heard.counted.in_window, "state": state, "reason": reason, "doubts": list(doubts),
        "digest": sent.digest, "device_id": sent.device_id, "by_token": sent.by_token,
        "receipt": f"\\x{receipt.hex()}" if receipt else None, "reason_said": sent.reason,
        "replaces": before.id if before else None, "version": before.version + 1 if before else 1,
    }  # fmt: skip


class Put(msgspec.Struct, frozen=True):
    """What one statement has stored, and the calls of webhooks that it has noted."""

    ids: list[UUID]
    calls: list[UUID]


async def store(entries: Sequence[Entry]) -> set[UUID]:
    """In one statement; the ids that were free. Another one just went to a meter that we have not locked."""
    rows = msgspec.json.encode([entry.row for entry in entries]).decode()
    put = await DB.one(STORE, rows, into=Put) or Put([], [])
    await webhooks.ring(put.calls)
    return set(put.ids)


COLUMNS = """
id, number, company_id, meter_id, person_id, colleague_id, source, month, value, read_on, taken_at, received_at,
skew_seconds, late, state, reason, doubts, digest, device_id, by_token, receipt, reason_said, replaces, version
"""
STORE = f"""
WITH stored AS (
    INSERT INTO readings ({COLUMNS}) SELECT {COLUMNS} FROM json_populate_recordset(NULL::readings, $1::json)
    ON CONFLICT (id) DO NOTHING RETURNING id, meter_id, received_at, reason
), noted AS ({webhooks.noting("reading.accepted", webhooks.STORED_READINGS)})
SELECT json_build_object(
    'ids', (SELECT coalesce(json_agg(id), '[]') FROM stored),
    'calls', (SELECT coalesce(json_agg(id), '[]') FROM noted)
)
"""


async def _store_with_changes(entry: Entry, sender: Sender, now: datetime) -> Outcome:
    """It is kept out of the way until its place is free: no month ever has two that count."""
    waiting = msgspec.structs.replace(entry, row=entry.row | {"state": "replaced"})
    if not await store([waiting]):
        return KeyReused()
    for change in sorted(entry.changes, key=lambda change: change.state == "accepted"):
        await DB.do(MOVE, change.stored.id, change.state)
    await DB.do(MOVE, entry.id, entry.row["state"])
    for change in entry.changes:
        loser = change.stored
        if change.state == "beside" and loser.person_id and loser.person_id != sender.person_id:
            await messages.tell("reading-replaced", loser.person_id, now=now, about=loser.id)
    return entry.outcome


MOVE = "UPDATE readings SET state = $2 WHERE id = $1"
