"""Who has not sent a reading yet, and what a reminder says to whom."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from webapp.database.engine import DB
from webapp.database.queries.notifications import Reach, reach
from webapp.rules.reminders import MOST_METERS
from webapp.rules.roles import Right, granted

PLACE = """
CASE WHEN links.level = 'extended' AND accounts.street <> '' AND accounts.house <> ''
     THEN accounts.street || ', ' || accounts.house ELSE accounts.settlement END
"""
"""Enough to know one's own door by; the flat is not told in letters, nor where nobody signs in."""
SERIAL = "'…' || right(meters.serial, 2)"
"""The whole of it proves an account."""
SENT = """EXISTS (
    SELECT FROM readings WHERE readings.meter_id = meters.id
      AND readings.month = {month} AND readings.state = 'accepted' AND readings.source <> 'planned'
)"""
WAITING = f"""
FROM links JOIN accounts ON accounts.id = links.account_id
JOIN meters ON meters.account_id = accounts.id AND meters.removed_on IS NULL
WHERE links.person_id = {{person}} AND {granted(Right.READINGS)} AND accounts.closed_on IS NULL
  AND NOT {SENT}
"""
REACH = reach("'reading_reminder'")


async def portals() -> list[UUID]:
    return await DB.one("SELECT json_agg(id ORDER BY id) FROM portals", into=list[UUID]) or []


class Candidate(msgspec.Struct, frozen=True):
    person_id: UUID
    reach: Reach


class Walk(msgspec.Struct, frozen=True):
    """Some people of the portal in the order of their ids: those among them who have not sent."""

    last: UUID | None
    """Whom to go on after; None behind the last."""
    people: list[Candidate]


async def candidates(
    portal_id: UUID, after: UUID | None, *, day: date, month: date, since: datetime, most: int
) -> Walk:
    """`since`: who has linked an account later needs no reminder. A statement looks at `most` people."""
    found = await DB.one(CANDIDATES, portal_id, after, most, day, month, since, into=Walk)
    return found or Walk(None, [])


CANDIDATES = f"""
WITH walked AS (
    SELECT id FROM people WHERE portal_id = $1 AND gone_at IS NULL AND ($2::uuid IS NULL OR id > $2)
    ORDER BY id LIMIT $3
)
SELECT json_build_object(
    'last', (SELECT id FROM walked ORDER BY id DESC LIMIT 1),
    'people', (
        SELECT coalesce(json_agg(json_build_object('person_id', people.id, 'reach', {REACH}) ORDER BY people.id), '[]')
        FROM walked AS people
        WHERE NOT EXISTS (SELECT FROM reminders WHERE person_id = people.id AND day = $4)
          AND EXISTS (SELECT {WAITING.format(person="people.id", month="$5")} AND links.linked_at < $6)
    )
)
"""


class Waiting(msgspec.Struct, frozen=True):
    """A meter whose reading is waited for, as far as a letter shows it."""

    id: UUID
    company_id: UUID
    place: str
    serial: str


class Reminder(msgspec.Struct, frozen=True):
    id: UUID
    portal_id: UUID
    person_id: UUID
    month: date
    meters: list[Waiting]
    """At most as many as a letter names."""
    more: int
    """The others."""


async def reminder(id: UUID) -> Reminder | None:
    """As things are now: whoever has sent, left or chosen otherwise meanwhile is not written to."""
    return await DB.one(REMINDER, id, MOST_METERS, into=Reminder)


OF_IT = WAITING.format(person="r.person_id", month="r.month")
REMINDER = f"""
SELECT json_build_object(
    'id', r.id, 'portal_id', r.portal_id, 'person_id', r.person_id, 'month', r.month,
    'meters', (
        SELECT coalesce(json_agg(w), '[]') FROM (
            SELECT meters.id, meters.company_id, {PLACE} AS place, {SERIAL} AS serial {OF_IT}
            ORDER BY links.position, links.linked_at, meters.serial LIMIT $2) w
    ),
    'more', (SELECT greatest(count(*) - $2, 0) {OF_IT})
)
FROM reminders r JOIN people ON people.id = r.person_id AND people.gone_at IS NULL
WHERE r.id = $1
"""
