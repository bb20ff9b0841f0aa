"""Who receives, at which hours, and on which days nobody does: set by the company, row by row."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from webapp.actions import audit, messages
from webapp.actions.audit import By
from webapp.actions.booking import Absent, Done
from webapp.database.engine import DB
from webapp.rules.slots import Hours, Kind, written_day


class Plan(msgspec.Struct, frozen=True):
    kind: Kind
    name: str
    place: str
    bring: str
    prefix: str
    hours: Hours
    is_open: bool = True


class Changed(msgspec.Struct, frozen=True):
    """A colleague has saved meanwhile: whoever saves now has not seen how it stands."""


async def save(id: UUID, plan: Plan, seen: int, *, by: By, now: datetime) -> Done | Changed | Absent:
    """`seen` is the version that the form showed, 0 of a new one. What is booked already stays as it is."""
    hours = plan.hours
    week = [written_day(day) for day in hours.week]
    values = (
        plan.kind, plan.name, plan.place, plan.bring, plan.prefix, week, hours.minutes, hours.places,
        hours.days_ahead, hours.notice, plan.is_open,
    )  # fmt: skip
    async with DB.transaction():
        if seen == 0:
            saved = await DB.do(ADD, id, by.company_id, *values, now)
        else:
            saved = await DB.do(CHANGE, id, by.company_id, *values, seen)
        if saved == 1:
            changed = {"resource": str(id), "week": week}
            await audit.write("hours_changed", by, now=now, changed=changed)
            return Done()
        known = await DB.one(VERSION, id, by.company_id, list(week), into=Saved)
    if known is None:
        return Absent()
    return Done() if known.version == seen + 1 and known.same else Changed()


class Saved(msgspec.Struct, frozen=True):
    version: int
    same: bool


ADD = """
INSERT INTO resources (id, company_id, kind, name, place, bring, prefix, week, minutes, places, days_ahead, notice,
                       is_open, version, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 1, $14) ON CONFLICT (id) DO NOTHING
"""
CHANGE = """
UPDATE resources SET kind = $3, name = $4, place = $5, bring = $6, prefix = $7, week = $8, minutes = $9,
       places = $10, days_ahead = $11, notice = $12, is_open = $13, version = version + 1
WHERE id = $1 AND company_id = $2 AND version = $14
"""
VERSION = """
SELECT json_build_object('version', version, 'same', week = $3::varchar[])
FROM resources WHERE id = $1 AND company_id = $2
"""


class Closed(msgspec.Struct, frozen=True):
    told: int
    """People whose booking was cancelled by it."""


async def close(
    id: UUID, day: date, reason: str, resource_id: UUID | None, *, by: By, now: datetime
) -> Closed | Absent:
    """A day without; of the whole company where no resource is named. Who has booked it is told at once.

    The resources are held first: nobody books the day between our look and our word.
    """
    async with DB.transaction():
        held = await DB.one(HOLD, by.company_id, resource_id, into=list[UUID]) or []
        if resource_id is not None and not held:
            return Absent()
        added = await DB.do(CLOSE, id, by.company_id, resource_id, day, reason, by.id, now)
        gone = await DB.one(CANCEL, by.company_id, held, day, now, by.id, reason, into=list[Gone]) or []
        for one in gone:
            await messages.tell("appointment-cancelled", one.person_id, now=now, about=one.id)
        if added == 1:
            changed = {"closure": str(id), "day": day.isoformat(), "cancelled": len(gone)}
            await audit.write("day_closed", by, now=now, reason=reason, changed=changed)
    return Closed(len(gone))


class Gone(msgspec.Struct, frozen=True):
    id: UUID
    person_id: UUID


HOLD = """
WITH held AS (
    SELECT id FROM resources WHERE company_id = $1 AND ($2::uuid IS NULL OR id = $2) ORDER BY id FOR UPDATE
)
SELECT json_agg(id) FROM held
"""
CLOSE = """
INSERT INTO closures (id, company_id, resource_id, day, reason, created_by, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING
"""
CANCEL = """
WITH gone AS (
    UPDATE appointments SET state = 'cancelled', ended_at = $4, ended_by = $5, reason = $6
    WHERE company_id = $1 AND resource_id = ANY($2::uuid[]) AND day = $3 AND state = 'booked'
    RETURNING id, person_id
)
SELECT json_agg(gone) FROM gone
"""


async def reopen(id: UUID, *, by: By, now: datetime) -> Done:
    """What was cancelled by it stays cancelled: those people were told. Said twice it is said once."""
    async with DB.transaction():
        if await DB.do("DELETE FROM closures WHERE id = $1 AND company_id = $2", id, by.company_id) == 1:
            await audit.write("day_opened", by, now=now, changed={"closure": str(id)})
    return Done()
