"""Reminding those who have not paid before the last day: a person once of all that is due on a day."""

from datetime import date, datetime, timedelta
from uuid import UUID

from webapp.actions.reminders import NOTE
from webapp.database.engine import DB
from webapp.database.queries.bill_reminders import ASKED_FOR
from webapp.rules import reminders
from webapp.rules.periods import KYIV
from webapp.rules.policy import Policy

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
            made = await DB.one(MAKE, today, until, portal_id, AT_ONCE, now, into=list[UUID]) or []
            if made:
                await DB.enqueue_all("bill_reminder", [id.bytes for id in made], "bulk")
        reminded += len(made)
        if len(made) < AT_ONCE:
            return reminded


def due_today(now: datetime) -> date | None:
    """The day whose reminders leave now; None at night."""
    return now.astimezone(KYIV).date() if reminders.by_day(now) else None


NOTED = NOTE.format(
    kind="bill_reminder",
    notice="bill-reminder",
    now="$5",
    words="jsonb_build_object('due_on', due_on, 'short_day', to_char(due_on, 'FMDD.MM'))",
)
MAKE = f"""
WITH wanted AS (
    SELECT DISTINCT links.person_id, bills.due_on {ASKED_FOR}
      AND bills.due_on BETWEEN $1 AND $2
      AND EXISTS (SELECT FROM people WHERE people.id = links.person_id AND portal_id = $3 AND gone_at IS NULL)
      AND NOT EXISTS (
        SELECT FROM notification_choices c WHERE c.person_id = links.person_id AND c.kind = 'bill_reminder'
          AND NOT (cabinet OR mail OR sms OR push))
      AND NOT EXISTS (
        SELECT FROM bill_reminders r WHERE r.person_id = links.person_id AND r.due_on = bills.due_on)
    LIMIT $4
), made AS (
    INSERT INTO bill_reminders (id, portal_id, person_id, due_on, created_at)
    SELECT gen_random_uuid(), $3, person_id, due_on, $5 FROM wanted
    ON CONFLICT (person_id, due_on) DO NOTHING RETURNING id, person_id, due_on
), noted AS ({NOTED})
SELECT json_agg(id) FROM made
"""
