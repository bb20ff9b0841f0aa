"""Reminding those who have not paid before the last day: a person once of all that is due on a day."""

from datetime import date, datetime, timedelta
from uuid import UUID

from webapp.database.engine import DB
from webapp.database.queries.bill_reminders import ASKED_FOR
from webapp.rules import reminders
from webapp.rules.periods import KYIV
from webapp.rules.policy import Policy
from webapp.rules.reminders import Way

AT_ONCE = 500
"""People of one statement: a statement has five seconds."""


async def remind(portal_id: UUID, policy: Policy, now: datetime) -> int:
    """Those of the portal whose bill is due soon; returns how many are reminded.

    It may be asked again, by several workers at once, and after one was killed in the middle: the row of
    person and day is unique, and is made in the same transaction as the job.
    """
    today = due_today(now)
    if policy.bills.remind_days is None or today is None:
        return 0
    until, reminded = today + timedelta(days=policy.bills.remind_days), 0
    while True:
        async with DB.transaction():
            made = await DB.one(MAKE, portal_id, today, until, now, AT_ONCE, into=list[UUID]) or []
            if made:
                await DB.enqueue_all("bill_reminder", [id.bytes for id in made], "bulk")
        reminded += len(made)
        if len(made) < AT_ONCE:
            return reminded


def due_today(now: datetime) -> date | None:
    """The day whose reminders leave now; None at night."""
    local = now.astimezone(KYIV)
    return local.date() if reminders.HOUR <= local.hour < reminders.QUIET_FROM else None


MAKE = f"""
WITH wanted AS (
    SELECT DISTINCT links.person_id, bills.due_on {ASKED_FOR}
      AND bills.due_on BETWEEN $2 AND $3
      AND EXISTS (SELECT FROM people WHERE people.id = links.person_id AND portal_id = $1 AND gone_at IS NULL)
      AND NOT EXISTS (
        SELECT FROM bill_reminder_choices chosen WHERE chosen.person_id = links.person_id AND way = 'none')
      AND NOT EXISTS (
        SELECT FROM bill_reminders r WHERE r.person_id = links.person_id AND r.due_on = bills.due_on)
    LIMIT $5
), made AS (
    INSERT INTO bill_reminders (id, portal_id, person_id, due_on, created_at)
    SELECT gen_random_uuid(), $1, person_id, due_on, $4 FROM wanted
    ON CONFLICT (person_id, due_on) DO NOTHING RETURNING id
)
SELECT json_agg(id) FROM made
"""


async def choose(person_id: UUID, way: Way, now: datetime) -> None:
    """The last word counts, however often it comes."""
    await DB.do(CHOOSE, person_id, way, now)


CHOOSE = """
INSERT INTO bill_reminder_choices (person_id, way, changed_at) VALUES ($1, $2, $3)
ON CONFLICT (person_id) DO UPDATE SET way = excluded.way, changed_at = excluded.changed_at
"""
