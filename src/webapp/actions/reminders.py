"""Reminding those who have not sent a reading: each person once a day, by the way that the person likes."""

from datetime import date, datetime
from uuid import UUID, uuid4

from webapp.database.engine import DB
from webapp.database.queries import reminders as queries
from webapp.rules import periods, reminders
from webapp.rules.policy import Policy
from webapp.rules.reminders import Way

AT_ONCE = 500
"""People that one statement looks at: a statement has five seconds."""


async def remind(portal_id: UUID, policy: Policy, now: datetime) -> int:
    """Those of the portal whose reading is waited for today; returns how many are reminded.

    It may be asked again, by several workers at once, and after one was killed in the middle: the row of
    person and day is unique, and is made in the same transaction as the job.
    """
    day = reminders.due(now, policy.readings.reminder_days, policy.window)
    if day is None or not policy.readings.taken_by:
        return 0
    month, after, reminded = periods.month_at(now, policy.window), None, 0
    while True:
        walk = await queries.candidates(
            portal_id, after, day=day, month=month, since=reminders.begins_at(day), most=AT_ONCE
        )
        wanted = [one.person_id for one in walk.people if reminders.login_for(one.chosen, one.logins)]
        reminded += await _enqueue(portal_id, wanted, day, month, now)
        if walk.last is None:
            return reminded
        after = walk.last


async def _enqueue(portal_id: UUID, people: list[UUID], day: date, month: date, now: datetime) -> int:
    if not people:
        return 0
    ids = [uuid4() for _ in people]
    async with DB.transaction():
        made = await DB.one(MAKE, ids, people, portal_id, day, month, now, into=list[UUID]) or []
        if made:
            await DB.enqueue_all("reminder", [id.bytes for id in made], "bulk")
    return len(made)


MAKE = """
WITH made AS (
    INSERT INTO reminders (id, person_id, portal_id, day, month, created_at)
    SELECT id, person_id, $3, $4, $5, $6 FROM unnest($1::uuid[], $2::uuid[]) AS x(id, person_id)
    ON CONFLICT (person_id, day) DO NOTHING RETURNING id
)
SELECT json_agg(id) FROM made
"""


async def choose(person_id: UUID, way: Way, now: datetime) -> None:
    """The last word counts, however often it comes."""
    await DB.do(CHOOSE, person_id, way, now)


CHOOSE = """
INSERT INTO reminder_choices (person_id, way, changed_at) VALUES ($1, $2, $3)
ON CONFLICT (person_id) DO UPDATE SET way = excluded.way, changed_at = excluded.changed_at
"""
