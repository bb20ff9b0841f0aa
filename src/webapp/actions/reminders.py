"""Reminding those who have not sent a reading: each person once a day, by the ways that the person likes."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec

from webapp.actions.notifications import LISTED
from webapp.database.engine import DB
from webapp.database.queries import reminders as queries
from webapp.rules import periods, reminders
from webapp.rules.periods import Window
from webapp.rules.policy import Policy

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
        wanted = [one.person_id for one in walk.people if one.reach.ways("reading_reminder")]
        reminded += await _enqueue(portal_id, wanted, day, month, policy.window, now)
        if walk.last is None:
            return reminded
        after = walk.last


async def _enqueue(
    portal_id: UUID, people: list[UUID], day: date, month: date, window: Window, now: datetime
) -> int:
    if not people:
        return 0
    ids, words = [uuid4() for _ in people], said(month, window)
    told = msgspec.json.encode({name: str(value) for name, value in words.items()}).decode()
    async with DB.transaction():
        made = await DB.one(MAKE, ids, people, portal_id, day, month, now, told, into=list[UUID]) or []
        if made:
            await DB.enqueue_all("reminder", [id.bytes for id in made], "bulk")
    return len(made)


def said(month: date, window: Window) -> dict[str, Any]:
    """What a reminder names, wherever it stands."""
    last_day = periods.last_day(month, window)
    return {"month": month, "last_day": last_day, "short_day": f"{last_day.day}.{last_day.month:02}"}


NOTE = f"""
    INSERT INTO notifications (id, portal_id, person_id, kind, notice, subject, words, listed, created_at)
    SELECT made.id, $3, person_id, '{{kind}}', '{{notice}}', made.id, {{words}},
           {LISTED.format(person="made.person_id", kind="'{kind}'")}, {{now}}
    FROM made
"""
"""Beside the reminder, with its id: it is one thing, told by several ways."""
MAKE = f"""
WITH made AS (
    INSERT INTO reminders (id, person_id, portal_id, day, month, created_at)
    SELECT id, person_id, $3, $4, $5, $6 FROM unnest($1::uuid[], $2::uuid[]) AS x(id, person_id)
    ON CONFLICT (person_id, day) DO NOTHING RETURNING id, person_id
), noted AS ({NOTE.format(kind="reading_reminder", notice="reading-reminder", words="$7::jsonb", now="$6")})
SELECT json_agg(id) FROM made
"""
