"""Appointments as the company sees them: who receives, a week of one, the queue of today, calls that are waited for.

Nobody's name stands in a list; it stands on the card, and every look at one is written down.
"""

from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec

from webapp.database.engine import DB
from webapp.database.queries.appointments import RESOURCE, Resource
from webapp.rules import queue
from webapp.rules.queue import CallState, Part, State
from webapp.rules.slots import Kind

OF_COMPANY = "resources r JOIN companies c ON c.id = r.company_id"
TICKET = """
json_build_object('id', a.id, 'number', a.number, 'prefix', r.prefix, 'kind', a.kind, 'name', r.name,
                  'day', a.day, 'starts_at', a.starts_at, 'ends_at', a.ends_at, 'place', a.place,
                  'state', a.state, 'desk', a.desk, 'topic', a.topic)
"""


class Listed(msgspec.Struct, frozen=True):
    """A booking without whose it is."""

    id: UUID
    number: int
    prefix: str
    kind: Kind
    name: str
    day: date
    starts_at: datetime
    ends_at: datetime
    place: int
    state: State
    desk: str
    topic: str

    @property
    def ticket(self) -> str:
        return queue.ticket(self.prefix, self.number)


class Closure(msgspec.Struct, frozen=True):
    id: UUID
    day: date
    reason: str
    resource_id: UUID | None
    name: str
    """Of the resource; empty for a holiday of all."""


class Schedule(msgspec.Struct, frozen=True):
    resources: list[Resource]
    closures: list[Closure]
    booked: list[Listed]
    """Of the chosen resource, in the week that is shown."""

    def resource(self, id: UUID | None) -> Resource | None:
        return next((one for one in self.resources if id in (None, one.id)), None)


async def schedule(
    company_id: UUID | None, kinds: list[str], chosen: UUID | None, monday: date, today: date
) -> Schedule:
    """The first resource, unless another is chosen; closures from today on, and those of the week."""
    sunday = monday + timedelta(days=6)
    found = await DB.one(SCHEDULE, company_id, kinds, chosen, monday, sunday, today, into=Schedule)
    return found or Schedule([], [], [])


SCHEDULE = f"""
WITH r AS (
    SELECT * FROM resources WHERE company_id = $1 AND kind = ANY($2)
), chosen AS (
    SELECT id FROM r WHERE $3::uuid IS NULL OR id = $3 ORDER BY kind, name, id LIMIT 1
)
SELECT json_build_object(
    'resources', (SELECT coalesce(json_agg(json_build_object({RESOURCE}) ORDER BY r.kind, r.name, r.id), '[]')
                  FROM r JOIN companies c ON c.id = r.company_id),
    'closures', (SELECT coalesce(json_agg(json_build_object(
                    'id', x.id, 'day', x.day, 'reason', x.reason, 'resource_id', x.resource_id,
                    'name', coalesce(r.name, '')) ORDER BY x.day, r.name NULLS FIRST), '[]')
                 FROM closures x LEFT JOIN r ON r.id = x.resource_id
                 WHERE x.company_id = $1 AND x.day >= least($4::date, $6::date)),
    'booked', (SELECT coalesce(json_agg({TICKET} ORDER BY a.starts_at, a.place), '[]')
               FROM appointments a JOIN chosen ON chosen.id = a.resource_id JOIN r ON r.id = a.resource_id
               WHERE a.company_id = $1 AND a.day BETWEEN $4 AND $5 AND a.state <> 'cancelled')
)
"""


async def resource(company_id: UUID | None, id: UUID) -> Resource | None:
    return await DB.one(ONE, company_id, id, into=Resource)


ONE = f"SELECT json_build_object({RESOURCE}) FROM {OF_COMPANY} WHERE r.company_id = $1 AND r.id = $2"


class Card(msgspec.Struct, frozen=True):
    """One appointment, with whose it is."""

    id: UUID
    number: int
    prefix: str
    kind: Kind
    name: str
    day: date
    starts_at: datetime
    ends_at: datetime
    state: State
    desk: str
    topic: str
    reason: str
    person_id: UUID
    person: str
    logins: list[str]
    account: str
    address: str
    account_id: UUID | None
    booked_at: datetime
    ended_at: datetime | None
    looked_at: datetime | None
    """When this colleague last wrote down that they look; without it nobody's name is shown."""

    @property
    def ticket(self) -> str:
        return queue.ticket(self.prefix, self.number)


LOGINS = """
(SELECT coalesce(json_agg(contact ORDER BY verified_at), '[]') FROM logins WHERE logins.person_id = {person})
"""
LOOKED = """
(SELECT max(at) FROM audit WHERE company_id = $1 AND colleague_id = $3 AND at >= $4
 AND person_id = {row}.person_id AND changed ->> '{what}' = {row}.id::text)
"""
CARD = f"""
SELECT json_build_object(
    'id', a.id, 'number', a.number, 'prefix', r.prefix, 'kind', a.kind, 'name', r.name, 'day', a.day,
    'starts_at', a.starts_at, 'ends_at', a.ends_at, 'state', a.state, 'desk', a.desk, 'topic', a.topic,
    'reason', a.reason, 'person_id', a.person_id, 'account_id', a.account_id, 'booked_at', a.booked_at,
    'ended_at', a.ended_at, 'looked_at', {LOOKED.format(what="appointment", row="a")},
    'person', coalesce(people.name, ''), 'logins', {LOGINS.format(person="a.person_id")},
    'account', coalesce(accounts.number, ''),
    'address', coalesce(accounts.settlement || ', ' || accounts.address, '')
)
FROM appointments a JOIN resources r ON r.id = a.resource_id LEFT JOIN people ON people.id = a.person_id
LEFT JOIN accounts ON accounts.id = a.account_id
WHERE a.id = $2 AND a.company_id = $1
"""


async def card(company_id: UUID | None, id: UUID, colleague_id: UUID, since: datetime) -> Card | None:
    """`since`: a look that was written down before does not count any more."""
    return await DB.one(CARD, company_id, id, colleague_id, since, into=Card)


class Queue(msgspec.Struct, frozen=True):
    """Today at one resource."""

    resources: list[Resource]
    mine: Listed | None
    """Whom this colleague has called, and has not let go yet."""
    called: list[Listed]
    """By all windows, the latest first."""
    waiting: list[Listed]
    served: int
    missed: int

    def resource(self, id: UUID | None) -> Resource | None:
        return next((one for one in self.resources if id in (None, one.id)), None)


async def today(company_id: UUID | None, chosen: UUID | None, colleague_id: UUID, day: date) -> Queue:
    found = await DB.one(QUEUE, company_id, chosen, colleague_id, day, into=Queue)
    return found or Queue([], None, [], [], 0, 0)


QUEUE = f"""
WITH r AS (
    SELECT * FROM resources WHERE company_id = $1 AND kind = 'queue'
), a AS (
    SELECT * FROM appointments WHERE company_id = $1 AND day = $4 AND state <> 'cancelled' AND resource_id = (
        SELECT id FROM r WHERE $2::uuid IS NULL OR id = $2 ORDER BY name, id LIMIT 1)
)
SELECT json_build_object(
    'resources', (SELECT coalesce(json_agg(json_build_object({RESOURCE}) ORDER BY r.name, r.id), '[]')
                  FROM r JOIN companies c ON c.id = r.company_id),
    'mine', (SELECT {TICKET} FROM a JOIN r ON r.id = a.resource_id
             WHERE a.state = 'called' AND a.called_by = $3 ORDER BY a.called_at DESC LIMIT 1),
    'called', (SELECT coalesce(json_agg({TICKET} ORDER BY a.called_at DESC), '[]')
               FROM a JOIN r ON r.id = a.resource_id WHERE a.state = 'called'),
    'waiting', (SELECT coalesce(json_agg({TICKET} ORDER BY a.starts_at, a.place), '[]')
                FROM a JOIN r ON r.id = a.resource_id WHERE a.state = 'booked'),
    'served', (SELECT count(*) FROM a WHERE state = 'served'),
    'missed', (SELECT count(*) FROM a WHERE state = 'missed')
)
"""


class Call(msgspec.Struct, frozen=True):
    """A call back, without whose it is."""

    id: UUID
    day: date
    part: Part
    state: CallState
    tries: int
    tried_at: datetime | None
    created_at: datetime


async def calls(company_id: UUID | None, *, is_open: bool, most: int = 200) -> list[Call]:
    """The open ones by the time they are wanted at, the others the latest first."""
    return await DB.one(CALLS, company_id, is_open, most, into=list[Call]) or []


CALLS = """
SELECT json_agg(x) FROM (
    SELECT id, day, part, state, tries, tried_at, created_at FROM callbacks
    WHERE company_id = $1 AND (state = 'open') = $2
    ORDER BY CASE WHEN $2 THEN day END, CASE WHEN $2 THEN array_position(ARRAY['morning', 'day', 'evening'], part::text)
             END, ended_at DESC, created_at, id LIMIT $3) x
"""


class CallCard(msgspec.Struct, frozen=True):
    id: UUID
    day: date
    part: Part
    state: CallState
    tries: int
    tried_at: datetime | None
    created_at: datetime
    phone: str
    topic: str
    person_id: UUID
    person: str
    account: str
    account_id: UUID | None
    looked_at: datetime | None


async def call(company_id: UUID | None, id: UUID, colleague_id: UUID, since: datetime) -> CallCard | None:
    return await DB.one(CALL, company_id, id, colleague_id, since, into=CallCard)


CALL = f"""
SELECT json_build_object(
    'id', b.id, 'day', b.day, 'part', b.part, 'state', b.state, 'tries', b.tries, 'tried_at', b.tried_at,
    'created_at', b.created_at, 'phone', b.phone, 'topic', b.topic, 'person_id', b.person_id,
    'person', coalesce(people.name, ''), 'account', coalesce(accounts.number, ''), 'account_id', b.account_id,
    'looked_at', {LOOKED.format(what="callback", row="b")}
)
FROM callbacks b LEFT JOIN people ON people.id = b.person_id LEFT JOIN accounts ON accounts.id = b.account_id
WHERE b.id = $2 AND b.company_id = $1
"""
