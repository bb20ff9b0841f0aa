"""What deciding a reading needs to know. Whose meter it is is part of every question."""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import takewhile
from typing import Protocol
from uuid import UUID

import msgspec

from webapp.database.engine import DB
from webapp.database.queries.shown import SINCE
from webapp.rules import readings as rules
from webapp.rules import usual
from webapp.rules.roles import Right, granted


class Meter(msgspec.Struct, frozen=True):
    """A meter that is held until the transaction ends, with all that its reading is judged by."""

    id: UUID
    company_id: UUID
    digits: int
    max_hourly_litres: int
    profile: str
    volumes: list[tuple[date, int]]
    serial: str
    account: str
    """Its number."""
    operator: str
    supplier: str | None
    """Names of companies."""
    removed_on: date | None = None
    """Another hangs in its place since."""

    @property
    def dial(self) -> rules.Dial:
        history = [usual.Volume(month, m3) for month, m3 in self.volumes]
        daily = usual.usual_daily(history, usual.PROFILES[self.profile])
        return rules.Dial(self.digits, self.max_hourly_litres, daily)


async def lock_meter(meter_id: UUID, *, of: UUID) -> Meter | None:
    """The person's meter, held until the transaction ends: readings of one meter are decided one by one.

    Ask for the readings after this, not in the same statement: that one would see them as they were
    before it waited.
    """
    return await DB.one(LOCK_METER, meter_id, of, into=Meter)


SUPPLY = """
LEFT JOIN contracts AS supply ON supply.account_id = meters.account_id AND supply.service = 'supply'
LEFT JOIN companies AS supplier ON supplier.id = supply.company_id
"""
VOLUMES = f"""
(SELECT coalesce(json_agg(json_build_array(month, volume)), '[]') FROM (
    SELECT month, sum(volume) AS volume FROM charges
    WHERE contract_id = supply.id AND volume IS NOT NULL AND month >= {SINCE}
    GROUP BY month ORDER BY month DESC LIMIT 24) x)
"""


def facts(volumes: str) -> str:
    """SQL of one `Meter`; `volumes` where they come in another way."""
    return f"""
json_build_object(
    'id', meters.id, 'company_id', meters.company_id, 'digits', digits,
    'max_hourly_litres', max_hourly_litres, 'profile', meter_points.profile,
    'serial', serial, 'account', accounts.number, 'removed_on', meters.removed_on,
    'operator', companies.name, 'supplier', supplier.name, 'volumes', {volumes}
)
"""


METER = facts(VOLUMES)
OF_METERS = f"""
FROM meters JOIN meter_points ON meter_points.id = meters.meter_point_id
JOIN accounts ON accounts.id = meters.account_id
JOIN companies ON companies.id = meters.company_id {SUPPLY}
"""


def locked(condition: str, joins: str = "") -> str:
    """SQL of one `Meter`, held: whoever asks proves by `joins` and `condition` that it is theirs to read."""
    return f"SELECT {METER} {OF_METERS} {joins} WHERE {condition} FOR UPDATE OF meters"


OWN = f"links.person_id = $2 AND {granted(Right.READINGS)}"
LINKED = "JOIN links ON links.account_id = meters.account_id"
LOCK_METER = locked(f"meters.id = $1 AND {OWN}", LINKED)


async def lock_free_meters(ids: Sequence[UUID], *, of: UUID) -> dict[UUID, Meter]:
    """The person's own among these, all held at once; asyncpg.LockNotAvailableError if one is held already."""
    held = await DB.one(LOCK_FREE_METERS, ids, of, into=list[Meter]) or []
    return {meter.id: meter for meter in held}


LOCK_FREE_METERS = f"""
SELECT json_agg(m) FROM (
    SELECT {METER} AS m {OF_METERS} {LINKED} WHERE meters.id = ANY($1) AND {OWN}
    ORDER BY meters.id FOR UPDATE OF meters NOWAIT
) x
"""


class Reach(Protocol):
    """Which meters somebody gives readings of, and how they are held."""

    async def lock(self, meter_id: UUID) -> Meter | None: ...

    async def lock_free(self, ids: Sequence[UUID]) -> dict[UUID, Meter]:
        """asyncpg.LockNotAvailableError if one is held already."""


class Own(msgspec.Struct, frozen=True):
    """Those of the accounts that are linked to the person."""

    person_id: UUID

    async def lock(self, meter_id: UUID) -> Meter | None:
        return await lock_meter(meter_id, of=self.person_id)

    async def lock_free(self, ids: Sequence[UUID]) -> dict[UUID, Meter]:
        return await lock_free_meters(ids, of=self.person_id)


class Sent(msgspec.Struct, frozen=True):
    """What stands for the month."""

    value: int
    number: int
    source: str = "consumer"


class Stored(msgspec.Struct, frozen=True):
    id: UUID
    number: int
    person_id: UUID | None
    colleague_id: UUID | None
    meter_id: UUID
    source: str
    month: date
    value: int
    read_on: date
    received_at: datetime
    state: str
    reason: rules.Refusal | None
    doubts: list[rules.Doubt]
    digest: str
    late: bool
    replaces: UUID | None
    version: int
    standing: Sent | None = None
    """What the month of one that does not count has, when a repeated id or its device asks."""

    @property
    def given(self) -> rules.Given:
        return rules.Given(self.source, self.value, self.read_on, self.late)


class Standing(msgspec.Struct, frozen=True):
    """What is known of a month before a reading of it is decided."""

    number: int
    """Free to be given to the reading that is decided; nobody else gets it."""
    recent: list[tuple[int, date]]
    """Value and day of the latest six that count for earlier months, newest first."""
    month: list[Stored]
    """What was given for this month already, by whomever: the one that counts, and those beside it."""
    same_id: Stored | None
    corrected: Stored | None
    """The one that is to be corrected, if it ever came."""

    @property
    def last(self) -> rules.Reading | None:
        same = [day for value, day in takewhile(lambda one: one[0] == self.recent[0][0], self.recent)]
        return rules.Reading(self.recent[0][0], self.recent[0][1], min(same)) if same else None

    @property
    def standing(self) -> Stored | None:
        return next((stored for stored in self.month if stored.state == "accepted"), None)

    def of(self, source: str) -> Stored | None:
        return next((stored for stored in reversed(self.month) if stored.source == source), None)


Asked = tuple[UUID, date, UUID, UUID | None]
"""Meter, month, the id of what came, and of what it corrects."""


async def standings(asked: Sequence[Asked]) -> list[Standing]:
    """In the same order."""
    meters, months, ids, corrects = zip(*asked, strict=True)
    return await DB.one(STANDINGS, meters, months, ids, corrects, into=list[Standing]) or []


FACTS = """
r.id, r.number, r.person_id, r.colleague_id, r.meter_id, r.source, r.month, r.value, r.read_on, r.received_at, r.state,
r.reason, r.doubts, r.digest, r.late, r.replaces, r.version
"""
STORED = f"""
SELECT {FACTS}, (
    SELECT json_build_object('value', value, 'number', number, 'source', source) FROM readings
    WHERE company_id = r.company_id AND meter_id = r.meter_id AND month = r.month AND state = 'accepted'
      AND (r.reason = 'already_sent' OR r.state = 'beside')
) AS standing
FROM readings r
"""
STANDINGS = f"""
SELECT json_agg(json_build_object(
    'number', nextval('readings_number_seq'),
    'recent', (SELECT coalesce(json_agg(json_build_array(value, read_on)), '[]') FROM (
        SELECT value, read_on FROM readings r
        WHERE r.meter_id = asked.meter_id AND r.state = 'accepted' AND r.month < asked.month
        ORDER BY r.month DESC, r.number DESC LIMIT 6) s),
    'month', (SELECT coalesce(json_agg(s), '[]') FROM (
        SELECT {FACTS} FROM readings r
        WHERE r.meter_id = asked.meter_id AND r.state IN ('accepted', 'beside') AND r.month = asked.month
        ORDER BY r.number) s),
    'same_id', (SELECT to_json(s) FROM ({STORED} WHERE r.id = asked.id) s),
    'corrected', (SELECT to_json(s) FROM (
        SELECT {FACTS} FROM readings r WHERE r.id = asked.corrects AND r.meter_id = asked.meter_id) s)
) ORDER BY place)
FROM unnest($1::uuid[], $2::date[], $3::uuid[], $4::uuid[]) WITH ORDINALITY
     AS asked (meter_id, month, id, corrects, place)
"""


async def stored(ids: list[UUID]) -> list[Stored]:
    """What became of these submissions, whoever sent them: the action says only what the asker may know."""
    sql = f"SELECT json_agg(to_json(s)) FROM ({STORED} WHERE id = ANY($1)) s"
    return await DB.one(sql, ids, into=list[Stored]) or []
