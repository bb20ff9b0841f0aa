"""An hour is booked, put off, given back: the last one never goes to two people."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

import msgspec

from webapp.actions import limiting, messages
from webapp.database.engine import DB
from webapp.database.queries.appointments import BUSY, HERE, RESOURCE, Resource
from webapp.rules import limits, queue, slots
from webapp.rules.periods import day_of
from webapp.rules.slots import Kind, Slot

NotThere = Literal["past", "closed", "no_slot"]


class Wanted(msgspec.Struct, frozen=True):
    id: UUID
    """The form's."""
    resource_id: UUID
    starts_at: datetime
    topic: str = ""
    account_id: UUID | None = None


class Booked(msgspec.Struct, frozen=True):
    id: UUID


class Taken(msgspec.Struct, frozen=True):
    """Somebody was quicker; `free` are the next ones."""

    free: list[datetime]


class NotOffered(msgspec.Struct, frozen=True):
    """No such hour is received at: it is over, too near, on a day without, or between two others."""

    reason: NotThere
    free: list[datetime]


class TooMany(msgspec.Struct, frozen=True):
    """As many of a kind are open as one person may have."""


class TooOften(msgspec.Struct, frozen=True):
    pass


class NoHome(msgspec.Struct, frozen=True):
    """A technician goes to an account of one's own, whose address is proved."""


class Over(msgspec.Struct, frozen=True):
    """It was called, has taken place, or was cancelled."""


class Done(msgspec.Struct, frozen=True):
    pass


class Absent(msgspec.Struct, frozen=True):
    """The person has no such appointment, or the portal nobody who receives so."""


Refusal = Taken | NotOffered | TooMany | TooOften | NoHome | Absent


async def book(
    wanted: Wanted, *, by: UUID, portal_id: UUID, kinds: tuple[str, ...], now: datetime
) -> Booked | Refusal:
    """The form sent twice is one booking; of many people at once for one hour one gets it.

    Two rows are held, always in this order: the person, whose bookings are counted, and the resource, whose
    hours are looked through.
    """
    if not await limiting.take(limits.BOOKINGS_PER_PERSON, str(by), now):
        return TooOften()
    async with DB.transaction():
        await _hold(by)
        known = await DB.one(
            "SELECT to_json(person_id) FROM appointments WHERE id = $1", wanted.id, into=UUID
        )
        if known:
            return Booked(wanted.id) if known == by else Absent()
        resource = await _held(wanted.resource_id, portal_id, kinds)
        if resource is None:
            return Absent()
        if (await DB.one(OPEN, by, resource.kind, day_of(now), into=int) or 0) >= slots.MOST_OPEN:
            return TooMany()
        if not await _may_name(wanted, resource.kind, by):
            return NoHome()
        found = await _place(resource, wanted.starts_at, now, None)
        if not isinstance(found, tuple):
            return found
        slot, place = found
        added = await DB.do(
            ADD, wanted.id, resource.company_id, portal_id, resource.id, resource.kind, by, wanted.account_id,
            day_of(slot.starts_at), slot.starts_at, slot.ends_at, place, wanted.topic, now,
        )  # fmt: skip
        if added != 1:
            return Absent()
        await messages.tell("appointment-booked", by, now=now, about=wanted.id)
    return Booked(wanted.id)


async def _hold(person_id: UUID) -> None:
    await DB.do("SELECT FROM people WHERE id = $1 FOR NO KEY UPDATE", person_id)


async def _held(resource_id: UUID, portal_id: UUID, kinds: tuple[str, ...]) -> Resource | None:
    """Held until the end; its hours are read by another statement, which sees what those before us have booked."""
    return await DB.one(HOLD, resource_id, portal_id, list(kinds), into=Resource)


HOLD = f"""
SELECT json_build_object({RESOURCE}) FROM {HERE.format(portal="$2")}
WHERE r.id = $1 AND r.is_open AND r.kind = ANY($3) FOR UPDATE OF r
"""
OPEN = """
SELECT to_json(count(*)) FROM appointments
WHERE person_id = $1 AND kind = $2 AND state IN ('booked', 'called') AND day >= $3
"""


async def _may_name(wanted: Wanted, kind: Kind, by: UUID) -> bool:
    """Whose account it is; a technician needs one, whose address the person has proved."""
    if wanted.account_id is None:
        return kind != "technician"
    return bool(await DB.one(MAY_NAME, by, wanted.account_id, kind == "technician", into=bool))


MAY_NAME = """
SELECT to_json(true) FROM links WHERE person_id = $1 AND account_id = $2
  AND (NOT $3 OR (level = 'extended' AND role IN ('owner', 'family')))
"""


async def _place(
    resource: Resource, starts_at: datetime, now: datetime, instead_of: UUID | None
) -> tuple[Slot, int] | Taken | NotOffered:
    """The slot and the place in it. `instead_of`: an appointment that would leave its own."""
    days = slots.days_ahead(resource.hours, now)
    busy = await DB.one(FULL, resource.id, days[0], days[-1], instead_of, into=Resource) or resource
    hours, day = busy.hours, day_of(starts_at)

    def next_ones() -> list[datetime]:
        free = slots.next_free(hours, busy.busy, busy.closed, now, after=starts_at)
        return [slot.starts_at for slot in free]

    slot = next((one for one in slots.slots_of(hours, day) if one.starts_at == starts_at), None)
    if slot is None or day not in days:
        return NotOffered("past" if starts_at <= now else "no_slot", next_ones())
    if slots.is_late(slot, hours, now):
        return NotOffered("past", next_ones())
    if day in busy.closed:
        return NotOffered("closed", next_ones())
    place = slots.place_for(slot, busy.busy, hours.places)
    return Taken(next_ones()) if place is None else (slot, place)


OTHERS = "AND b.id IS DISTINCT FROM $4"
FULL = f"""
SELECT json_build_object({RESOURCE}, {BUSY.format(from_day="$2", to_day="$3", but=OTHERS)})
FROM resources r JOIN companies c ON c.id = r.company_id WHERE r.id = $1
"""
NUMBER = """
(SELECT coalesce(max(number), 0) + 1 FROM appointments
 WHERE company_id = {company} AND resource_id = {resource} AND day = {day})
"""
ADD = f"""
INSERT INTO appointments (id, company_id, portal_id, resource_id, kind, person_id, account_id, day, starts_at, ends_at,
                          place, number, topic, state, moves, created_at, booked_at, desk, reason)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, {NUMBER.format(company="$2", resource="$4", day="$8")},
        $12, 'booked', 0, $13, $13, '', '')
ON CONFLICT (id) DO NOTHING
"""


async def move(
    id: UUID, starts_at: datetime, *, by: UUID, portal_id: UUID, kinds: tuple[str, ...], now: datetime
) -> Booked | Over | Refusal:
    """To another hour of the same resource; the one before is free from the same moment on."""
    async with DB.transaction():
        await _hold(by)
        known = await DB.one(KNOWN, id, by, into=Known)
        if known is None:
            return Absent()
        if known.state != "booked":
            return Over()
        if known.starts_at == starts_at:
            return Booked(id)
        if not await limiting.take(limits.BOOKINGS_PER_PERSON, str(by), now):
            return TooOften()
        resource = await _held(known.resource_id, portal_id, kinds)
        if resource is None:
            return Absent()
        found = await _place(resource, starts_at, now, id)
        if not isinstance(found, tuple):
            return found
        slot, place = found
        values = day_of(slot.starts_at), slot.starts_at, slot.ends_at, place, now
        if await DB.do(MOVE, id, by, *values) != 1:
            return Over()
        await messages.tell("appointment-booked", by, now=now, about=id)
    return Booked(id)


class Known(msgspec.Struct, frozen=True):
    resource_id: UUID
    state: queue.State
    starts_at: datetime


KNOWN = """
SELECT json_build_object('resource_id', resource_id, 'state', state, 'starts_at', starts_at)
FROM appointments WHERE id = $1 AND person_id = $2
"""
OTHER_NUMBER = NUMBER.format(company="a.company_id", resource="a.resource_id", day="$3")
MOVE = f"""
UPDATE appointments a SET starts_at = $4, ends_at = $5, place = $6, booked_at = $7, reminded_at = NULL,
       moves = moves + 1, number = CASE day WHEN $3 THEN number ELSE {OTHER_NUMBER} END, day = $3
WHERE id = $1 AND person_id = $2 AND state = 'booked'
"""


async def cancel(id: UUID, *, by: UUID, now: datetime) -> Done | Over | Absent:
    """The hour is free for others at once. Said twice it is said once."""
    if await DB.do(CANCEL, id, by, now) == 1:
        return Done()
    known = await DB.one(KNOWN, id, by, into=Known)
    if known is None:
        return Absent()
    return Done() if known.state == "cancelled" else Over()


CANCEL = """
UPDATE appointments SET state = 'cancelled', ended_at = $3
WHERE id = $1 AND person_id = $2 AND state = 'booked'
"""


async def remind(now: datetime) -> int:
    """Of tomorrow's, once each: whoever asks at the same time finds nothing left. Returns how many."""
    day, reminded = queue.remind_for(now), 0
    while day is not None:
        async with DB.transaction():
            due = await DB.one(REMIND, day, queue.booked_before(day), now, AT_ONCE, into=list[Reminded]) or []
            for one in due:
                await messages.tell("appointment-reminder", one.person_id, now=now, about=one.id)
        reminded += len(due)
        if len(due) < AT_ONCE:
            break
    return reminded


class Reminded(msgspec.Struct, frozen=True):
    id: UUID
    person_id: UUID


AT_ONCE = 200
REMIND = """
WITH due AS (
    SELECT id FROM appointments
    WHERE day = $1 AND state = 'booked' AND reminded_at IS NULL AND booked_at < $2
    LIMIT $4 FOR UPDATE SKIP LOCKED
), reminded AS (
    UPDATE appointments SET reminded_at = $3 FROM due WHERE appointments.id = due.id
    RETURNING appointments.id, person_id
)
SELECT json_agg(reminded) FROM reminded
"""


async def close_past(now: datetime) -> int:
    """What nobody has spoken about by the next day. Who was not called in a queue was not served; else people came."""
    return await DB.do(CLOSE_PAST, day_of(now), now)


CLOSE_PAST = """
UPDATE appointments SET state = CASE WHEN kind = 'queue' AND state = 'booked' THEN 'missed' ELSE 'served' END,
       ended_at = $2
WHERE state IN ('booked', 'called') AND day < $1
"""


def last_day(now: datetime) -> date:
    """As far as anybody may book at all."""
    return date.fromordinal(day_of(now).toordinal() + slots.MOST_DAYS)
