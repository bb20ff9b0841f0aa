"""What a person may book and has booked. Whose it is stands in every WHERE."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from webapp.database.engine import DB
from webapp.database.queries.people import ACCOUNTS
from webapp.database.queries.shown import AccountName
from webapp.rules import queue, slots
from webapp.rules.queue import CallState, Part, State
from webapp.rules.slots import Hours, Kind, Slot

DAYS_BACK = 60
"""So long an appointment that is over still stands in the list."""


class Resource(msgspec.Struct, frozen=True):
    """Who receives, and when."""

    id: UUID
    company_id: UUID
    company: str
    kind: Kind
    name: str
    place: str
    bring: str
    prefix: str
    week: list[str]
    minutes: int
    places: int
    days_ahead: int
    notice: int
    is_open: bool
    version: int
    taken: list[tuple[datetime, datetime, int]] = []
    closed: list[date] = []

    @property
    def hours(self) -> Hours:
        return Hours(slots.week_of(self.week), self.minutes, self.places, self.days_ahead, self.notice)

    @property
    def busy(self) -> list[tuple[Slot, int]]:
        return [(Slot(starts, ends), place) for starts, ends, place in self.taken]


RESOURCE = """
'id', r.id, 'company_id', r.company_id, 'company', c.short, 'kind', r.kind, 'name', r.name, 'place', r.place,
'bring', r.bring, 'prefix', r.prefix, 'week', r.week, 'minutes', r.minutes, 'places', r.places,
'days_ahead', r.days_ahead, 'notice', r.notice, 'is_open', r.is_open, 'version', r.version
"""
BUSY = """
'taken', (SELECT coalesce(json_agg(json_build_array(b.starts_at, b.ends_at, b.place)), '[]')
          FROM appointments b
          WHERE b.company_id = r.company_id AND b.resource_id = r.id AND b.state <> 'cancelled' {but}
            AND b.day BETWEEN {from_day} AND {to_day}),
'closed', (SELECT coalesce(json_agg(DISTINCT x.day), '[]') FROM closures x
           WHERE x.company_id = r.company_id AND (x.resource_id = r.id OR x.resource_id IS NULL)
             AND x.day BETWEEN {from_day} AND {to_day})
"""
HERE = """
resources r JOIN companies c ON c.id = r.company_id
JOIN portal_companies served ON served.company_id = r.company_id AND served.portal_id = {portal}
"""


class Offer(msgspec.Struct, frozen=True):
    """What one page of booking needs."""

    resources: list[Resource]
    accounts: list[AccountName]
    open: dict[str, int]
    """Of the person, by kind."""
    phone: str = ""

    @property
    def homes(self) -> list[AccountName]:
        """Where a technician may be sent: only to a door that is proved to be one's own."""
        return [one for one in self.accounts if one.level == "extended" and one.role in ("owner", "family")]


async def offer(person_id: UUID, portal_id: UUID, kinds: Sequence[str], today: date, until: date) -> Offer:
    found = await DB.one(OFFER, person_id, portal_id, list(kinds), today, until, into=Offer)
    return found or Offer([], [], {})


OFFER = f"""
SELECT json_build_object(
    'resources', (
        SELECT coalesce(json_agg(json_build_object({RESOURCE}, {BUSY.format(from_day="$4", to_day="$5", but="")})
                                 ORDER BY served.position, r.name, r.id), '[]')
        FROM {HERE.format(portal="$2")} WHERE r.is_open AND r.kind = ANY($3)),
    'accounts', ({ACCOUNTS}),
    'open', (SELECT coalesce(json_object_agg(kind, many), '{{}}') FROM (
        SELECT kind, count(*) AS many FROM appointments
        WHERE person_id = $1 AND state IN ('booked', 'called') GROUP BY kind
        UNION ALL SELECT 'callback', count(*) FROM callbacks WHERE person_id = $1 AND state = 'open') o),
    'phone', coalesce((SELECT nullif(phone, '') FROM people WHERE id = $1),
                      (SELECT contact FROM logins WHERE person_id = $1 AND kind = 'phone' ORDER BY verified_at LIMIT 1),
                      '')
)
"""


class Appointment(msgspec.Struct, frozen=True):
    id: UUID
    resource_id: UUID
    kind: Kind
    company: str
    name: str
    """Of the post, the window or the service."""
    where: str
    bring: str
    prefix: str
    number: int
    day: date
    starts_at: datetime
    ends_at: datetime
    topic: str
    state: State
    moves: int
    desk: str
    reason: str
    home: str
    """Where a technician comes, as far as the person is shown it."""
    minutes: int
    places: int
    booked_at: datetime
    ahead: int = 0
    """Who are still to be called before this one, that day."""
    through: int = 0
    """Of those before, who have been."""

    @property
    def ticket(self) -> str:
        return queue.ticket(self.prefix, self.number)

    @property
    def is_open(self) -> bool:
        return self.state in queue.OPEN

    @property
    def waiting(self) -> int:
        """Minutes, about."""
        return queue.waiting_minutes(self.ahead, self.minutes, self.places)


BEFORE = """
(SELECT count(*) FROM appointments b
 WHERE b.company_id = a.company_id AND b.resource_id = a.resource_id AND b.day = a.day AND b.state {state}
   AND (b.starts_at, b.place) < (a.starts_at, a.place))
"""
APPOINTMENT = f"""
json_build_object(
    'id', a.id, 'resource_id', a.resource_id, 'kind', a.kind, 'company', c.name, 'name', r.name, 'where', r.place,
    'bring', r.bring, 'prefix', r.prefix, 'number', a.number, 'day', a.day, 'starts_at', a.starts_at,
    'ends_at', a.ends_at, 'topic', a.topic, 'state', a.state, 'moves', a.moves, 'desk', a.desk,
    'reason', a.reason, 'minutes', r.minutes, 'places', r.places, 'booked_at', a.booked_at,
    'home', coalesce((SELECT accounts.settlement || ', ' || accounts.address FROM accounts
                      JOIN links ON links.account_id = accounts.id AND links.person_id = a.person_id
                       AND links.level = 'extended' WHERE accounts.id = a.account_id), ''),
    'ahead', {BEFORE.format(state="= 'booked'")},
    'through', {BEFORE.format(state="IN ('called', 'served', 'missed')")}
)
"""
OF = "appointments a JOIN resources r ON r.id = a.resource_id JOIN companies c ON c.id = a.company_id"


class Callback(msgspec.Struct, frozen=True):
    id: UUID
    company: str
    phone: str
    day: date
    part: Part
    topic: str
    state: CallState
    tries: int


class Own(msgspec.Struct, frozen=True):
    appointments: list[Appointment]
    callbacks: list[Callback]
    accounts: list[AccountName]


async def own(person_id: UUID, today: date) -> Own:
    """The open ones, the next first; then what was lately."""
    return await DB.one(OWN, person_id, today, DAYS_BACK, into=Own) or Own([], [], [])


OWN = f"""
SELECT json_build_object(
    'appointments', (
        SELECT coalesce(json_agg({APPOINTMENT} ORDER BY a.state IN ('booked', 'called') DESC,
            CASE WHEN a.state IN ('booked', 'called') THEN a.starts_at END, a.starts_at DESC), '[]')
        FROM {OF} WHERE a.person_id = $1 AND a.day >= $2::date - $3::int),
    'callbacks', (
        SELECT coalesce(json_agg(json_build_object(
            'id', b.id, 'company', c.name, 'phone', b.phone, 'day', b.day, 'part', b.part, 'topic', b.topic,
            'state', b.state, 'tries', b.tries
        ) ORDER BY b.state = 'open' DESC, b.day DESC, b.created_at DESC), '[]')
        FROM callbacks b JOIN companies c ON c.id = b.company_id
        WHERE b.person_id = $1 AND b.day >= $2::date - $3::int),
    'accounts', ({ACCOUNTS})
)
"""


class Ticket(msgspec.Struct, frozen=True):
    appointment: Appointment
    accounts: list[AccountName]


async def ticket(person_id: UUID, id: UUID) -> Ticket | None:
    """The own one; anybody else's does not exist. With its place in the line, in this one statement."""
    return await DB.one(TICKET, person_id, id, into=Ticket)


TICKET = f"""
SELECT json_build_object('appointment', {APPOINTMENT}, 'accounts', ({ACCOUNTS}))
FROM {OF} WHERE a.person_id = $1 AND a.id = $2
"""


class Line(msgspec.Struct, frozen=True):
    appointment: Appointment | None
    accounts: list[AccountName]


async def in_line(person_id: UUID, today: date) -> Line:
    """The person's next ticket of an electronic queue."""
    return await DB.one(IN_LINE, person_id, today, into=Line) or Line(None, [])


IN_LINE = f"""
SELECT json_build_object('accounts', ({ACCOUNTS}), 'appointment', (
    SELECT {APPOINTMENT} FROM {OF}
    WHERE a.person_id = $1 AND a.kind = 'queue' AND a.state IN ('booked', 'called') AND a.day >= $2
    ORDER BY a.starts_at LIMIT 1))
"""
