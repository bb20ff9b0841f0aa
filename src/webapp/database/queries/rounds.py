"""Rounds as the supervisor sees them: what could be planned, what is planned, how far it has come."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from webapp.database.engine import DB
from webapp.rules.rounds import Choice, Street

AT_ONCE = 50


class Plan(msgspec.Struct, frozen=True):
    """Which doors, on which day."""

    choice: Choice
    day: date
    streets: tuple[str, ...] = ()
    """«Settlement, street»; none of them: everywhere."""
    not_since: date | None = None
    """Nobody of the company has read there since this day."""
    doubts_since: date | None = None
    """The consumer's readings since this day are looked at."""

    @property
    def values(self) -> tuple[Any, ...]:
        return self.day, list(self.streets), self.not_since, self.doubts_since


STREET = "accounts.settlement || ', ' || coalesce(nullif(accounts.street, ''), accounts.address)"
DOORS = f"""
SELECT accounts.id, {STREET} AS street, accounts.address_key COLLATE "C" AS place, accounts.number
FROM accounts
WHERE accounts.company_id = $1 AND accounts.closed_on IS NULL
  AND EXISTS (SELECT 1 FROM meters WHERE meters.account_id = accounts.id AND meters.removed_on IS NULL)
  AND (cardinality($3::text[]) = 0 OR {STREET} = ANY($3))
  AND ($4::date IS NULL OR NOT EXISTS (
      SELECT 1 FROM readings JOIN meters ON meters.id = readings.meter_id
      WHERE meters.account_id = accounts.id AND readings.source = 'inspector' AND readings.state <> 'refused'
        AND readings.read_on >= $4))
  AND ($5::date IS NULL OR EXISTS (
      SELECT 1 FROM readings JOIN meters ON meters.id = readings.meter_id
      WHERE meters.account_id = accounts.id AND meters.removed_on IS NULL AND readings.state = 'accepted'
        AND readings.source = 'consumer' AND readings.doubts <> '{{}}' AND readings.read_on >= $5
      UNION ALL
      SELECT 1 FROM visits JOIN stops ON stops.id = visits.stop_id
      WHERE stops.account_id = accounts.id AND visits.review = 'again' AND visits.read_on >= $5))
  AND NOT EXISTS (
      SELECT 1 FROM stops
      WHERE stops.company_id = $1 AND stops.account_id = accounts.id AND stops.day = $2 AND stops.is_open)
"""
"""Of the company's register, in the order of the street; a door that is on a round of the day is not there."""


class Planned(msgspec.Struct, frozen=True):
    """What a plan would find."""

    doors: int
    streets: list[tuple[str, int]]


async def planned(company_id: UUID | None, plan: Plan) -> Planned:
    found = await DB.one(PLANNED, company_id, *plan.values, into=Planned)
    return found or Planned(0, [])


PLANNED = f"""
WITH doors AS ({DOORS}), by_street AS (
    SELECT street, count(*) AS doors, min(place) AS place FROM doors GROUP BY street
)
SELECT json_build_object(
    'doors', coalesce(sum(doors), 0),
    'streets', coalesce(json_agg(json_build_array(street, doors) ORDER BY place), '[]')
)
FROM by_street
"""


class Inspector(msgspec.Struct, frozen=True):
    id: UUID
    name: str
    doors: int = 0
    """On rounds of the day that is asked about."""


class Register(msgspec.Struct, frozen=True):
    inspectors: list[Inspector]
    streets: list[tuple[str, int]]


async def register(company_id: UUID | None, day: date) -> Register:
    """Who could go, and along which streets."""
    found = await DB.one(REGISTER, company_id, day, into=Register)
    assert found
    return found


INSPECTORS = """
(SELECT coalesce(json_agg(json_build_object(
    'id', goes.id, 'name', coalesce(nullif(goes.name, ''), goes.mail), 'doors', (
        SELECT count(*) FROM stops JOIN rounds theirs ON theirs.id = stops.round_id
        WHERE theirs.inspector_id = goes.id AND theirs.day = {day} AND stops.is_open)
) ORDER BY goes.name, goes.mail), '[]')
FROM staff goes WHERE goes.company_id = $1 AND goes.role = 'inspector' AND goes.blocked_at IS NULL)
"""
REGISTER = f"""
SELECT json_build_object('inspectors', {INSPECTORS.format(day="$2")}, 'streets', (
    SELECT coalesce(json_agg(json_build_array(street, doors) ORDER BY street), '[]') FROM (
        SELECT {STREET} AS street, count(*) AS doors FROM accounts
        WHERE accounts.company_id = $1 AND accounts.closed_on IS NULL
          AND EXISTS (SELECT 1 FROM meters WHERE meters.account_id = accounts.id AND removed_on IS NULL)
        GROUP BY 1) s
))
"""

FAR = """
(SELECT coalesce(json_agg(x ORDER BY x.seq), '[]') FROM (
    SELECT street AS name, count(*) AS stops, min(seq) AS seq, count(*) FILTER (WHERE done) AS done,
           count(*) FILTER (WHERE no_access AND NOT done) AS no_access
    FROM (
        SELECT s.seq, a.settlement || ', ' || coalesce(nullif(a.street, ''), a.address) AS street,
               read.meters >= greatest(hanging.meters, 1) AS done,
               EXISTS (SELECT 1 FROM visits v WHERE v.stop_id = s.id AND v.kind = 'no_access'
                       AND v.outcome = 'accepted') AS no_access
        FROM stops s JOIN accounts a ON a.id = s.account_id,
        LATERAL (SELECT count(DISTINCT meter_id) AS meters FROM visits v
                 WHERE v.stop_id = s.id AND v.kind = 'reading' AND v.outcome = 'accepted'
                   AND v.review IS DISTINCT FROM 'again') read,
        LATERAL (SELECT count(*) AS meters FROM meters m
                 WHERE m.account_id = a.id AND m.removed_on IS NULL) hanging
        WHERE s.round_id = rounds.id
    ) one GROUP BY street
) x)
"""
"""Street by street; a stop is done when each of its meters is read, and none is to be read again."""
WAITING = """
(SELECT count(*) FROM visits JOIN stops ON stops.id = visits.stop_id
 WHERE stops.round_id = rounds.id AND visits.kind = 'reading' AND visits.outcome = 'accepted'
   AND visits.doubts <> '{}' AND visits.review IS NULL)
"""
CONTACT = """
(SELECT to_json(c) FROM (
    SELECT contacted_at AS at, unsent, ended_at IS NOT NULL AS ended FROM field_tickets t
    WHERE t.colleague_id = rounds.inspector_id AND t.company_id = rounds.company_id
    ORDER BY contacted_at DESC LIMIT 1) c)
"""


class Contact(msgspec.Struct, frozen=True):
    """What the phone last said."""

    at: datetime
    unsent: int | None
    ended: bool


class Round(msgspec.Struct, frozen=True):
    id: UUID
    day: date
    title: str
    version: int
    inspector_id: UUID
    inspector: str
    cancelled_at: datetime | None
    streets: list[Street]
    waiting: int
    """Doubtful values that nobody has looked at."""
    contact: Contact | None
    inspectors: list[Inspector] = []

    @property
    def stops(self) -> int:
        return sum(street.stops for street in self.streets)

    @property
    def done(self) -> int:
        return sum(street.done for street in self.streets)

    @property
    def no_access(self) -> int:
        return sum(street.no_access for street in self.streets)

    @property
    def left(self) -> int:
        return self.stops - self.done - self.no_access


FACTS = f"""
'id', rounds.id, 'day', rounds.day, 'title', rounds.title, 'version', rounds.version,
'inspector_id', rounds.inspector_id, 'inspector', coalesce(nullif(staff.name, ''), staff.mail),
'cancelled_at', rounds.cancelled_at, 'streets', {FAR}, 'waiting', {WAITING}, 'contact', {CONTACT}
"""


async def round_of(round_id: UUID, company_id: UUID | None) -> Round | None:
    """One round, and who could have it, with how much each has that day."""
    return await DB.one(ROUND, company_id, round_id, into=Round)


ROUND = f"""
SELECT json_build_object({FACTS}, 'inspectors', {INSPECTORS.format(day="rounds.day")})
FROM rounds JOIN staff ON staff.id = rounds.inspector_id WHERE rounds.id = $2 AND rounds.company_id = $1
"""


class Listing(msgspec.Struct, frozen=True):
    rounds: list[Round]
    count: int
    waiting: int
    """Doubtful values of all rounds."""

    @property
    def last(self) -> int:
        return max(1, -(-self.count // AT_ONCE))


async def rounds(company_id: UUID | None, today: date, *, past: bool, number: int) -> Listing:
    """Of today and later, the next first; or those that are over, the latest first."""
    offset = (number - 1) * AT_ONCE
    found = await DB.one(ROUNDS, company_id, today, past, AT_ONCE, offset, into=Listing)
    return found or Listing([], 0, 0)


ROUNDS = f"""
WITH meant AS (
    SELECT * FROM rounds WHERE company_id = $1 AND (day < $2) = $3
), rounds AS (
    SELECT *, row_number() OVER (
        ORDER BY CASE WHEN NOT $3 THEN day END, CASE WHEN $3 THEN day END DESC, created_at, id
    ) AS place FROM meant ORDER BY place LIMIT $4 OFFSET $5
)
SELECT json_build_object(
    'count', (SELECT count(*) FROM meant),
    'waiting', (SELECT count(*) FROM visits
                WHERE company_id = $1 AND kind = 'reading' AND outcome = 'accepted' AND doubts <> '{{}}'
                  AND review IS NULL),
    'rounds', (SELECT coalesce(json_agg(json_build_object({FACTS}) ORDER BY rounds.place), '[]')
               FROM rounds JOIN staff ON staff.id = rounds.inspector_id)
)
"""
