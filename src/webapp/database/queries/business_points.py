"""The metering points of a business: what hangs there, what it showed, what it takes. Whose it is is in every WHERE.

Its accounts are those whose contract of supply is one of the business's. Many points may hang on one account: what each
of them takes is then told by the charges that name its meter.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import takewhile
from uuid import UUID

import msgspec

from webapp.database.engine import DB
from webapp.database.queries.readings import OF_METERS, Meter, facts
from webapp.database.queries.shown import SINCE
from webapp.rules import readings, usual
from webapp.rules.bulk_readings import Known, Row
from webapp.rules.business_roles import Right, Role, granted

HISTORY_MONTHS = 24
Volumes = dict[UUID, list[tuple[date, int]]]


class Sent(msgspec.Struct, frozen=True):
    """What counts for the month."""

    id: UUID
    value: int
    number: int
    source: str
    read_on: date


class Point(msgspec.Struct, frozen=True):
    meter_id: UUID
    eic: str
    serial: str
    digits: int
    max_hourly_litres: int
    profile: str
    account: str
    """Its number."""
    contract: str
    address: str
    recent: list[tuple[int, date]]
    """Value and day of the latest six of the months before, newest first."""
    sent: Sent | None
    volumes: list[tuple[date, int]] = []

    @property
    def last(self) -> readings.Reading | None:
        same = [day for value, day in takewhile(lambda one: one[0] == self.recent[0][0], self.recent)]
        return readings.Reading(self.recent[0][0], self.recent[0][1], min(same)) if same else None

    @property
    def dial(self) -> readings.Dial:
        history = [usual.Volume(month, m3) for month, m3 in self.volumes]
        daily = usual.usual_daily(history, usual.PROFILES[self.profile])
        return readings.Dial(self.digits, self.max_hourly_litres, daily)

    @property
    def known(self) -> Known:
        sent = self.sent.value if self.sent else None
        return Known(self.meter_id, self.eic, self.serial, self.address, self.dial, self.last, sent)

    def expected(self, today: date) -> tuple[int, int] | None:
        """What the meter probably shows, as values of the dial."""
        last = self.last
        return readings.judge(last.value, today, last, self.dial).expected if last else None


class Asked(msgspec.Struct, frozen=True):
    words: str = ""
    unread: bool = False
    page: int = 1


class Points(msgspec.Struct, frozen=True):
    """The business as the head of the page names it, and a page of its points."""

    id: UUID
    company_id: UUID
    name: str
    edrpou: str
    role: Role
    total: int
    sent: int
    """How many have a reading of the month."""
    found: int
    points: list[Point]


async def points(
    person_id: UUID, business_id: UUID, month: date, asked: Asked, *, right: Right = Right.LOOK,
    most: int = 50, ids: Sequence[UUID] | None = None,
) -> Points | None:  # fmt: skip
    """In two questions. None where there is no such business, or the person may not do this there."""
    found = await DB.one(
        POINTS % {"granted": granted(right)}, person_id, business_id, month, asked.words, asked.unread, most,
        (max(asked.page, 1) - 1) * most, ids, into=Points,
    )  # fmt: skip
    if not found or not found.points:
        return found
    volumes = await volumes_of([point.meter_id for point in found.points], month)
    told = [msgspec.structs.replace(one, volumes=volumes.get(one.meter_id, [])) for one in found.points]
    return msgspec.structs.replace(found, points=told)


MINE = """
SELECT b.id, b.company_id, b.name, b.edrpou, b.address, m.role
FROM business_members AS m JOIN businesses AS b ON b.id = m.business_id
WHERE m.person_id = $1 AND b.id = $2 AND %(granted)s
"""
HELD = """
SELECT accounts.id AS account_id, accounts.number AS account, supply.number AS contract, address_key,
       concat_ws(', ', nullif(settlement, ''), nullif(accounts.address, '')) AS address
FROM mine JOIN business_contracts bc ON bc.business_id = mine.id
JOIN contracts supply ON supply.company_id = bc.company_id AND supply.number = bc.number AND service = 'supply'
JOIN accounts ON accounts.id = supply.account_id AND accounts.closed_on IS NULL
"""
POINTS = f"""
WITH mine AS MATERIALIZED ({MINE}), held AS MATERIALIZED ({HELD}), points AS MATERIALIZED (
    SELECT meters.id AS meter_id, p.eic, meters.serial, meters.digits, meters.max_hourly_litres, p.profile, held.*, (
        SELECT to_json(s) FROM (
            SELECT id, value, number, source, read_on FROM readings
            WHERE meter_id = meters.id AND month = $3 AND state = 'accepted' AND source <> 'planned' LIMIT 1) s
    ) AS sent
    FROM held JOIN meter_points p ON p.account_id = held.account_id
    JOIN meters ON meters.meter_point_id = p.id AND meters.removed_on IS NULL
), meant AS (
    SELECT * FROM points
    WHERE ($4 = '' OR strpos(lower(concat_ws(' ', address, eic, serial, account)), lower($4)) > 0)
      AND NOT ($5 AND sent IS NOT NULL) AND ($8::uuid[] IS NULL OR meter_id = ANY($8))
), shown AS (
    SELECT *, row_number() OVER (ORDER BY address_key COLLATE "C", eic, serial) AS place FROM meant
    ORDER BY place LIMIT $6 OFFSET $7
)
SELECT json_build_object(
    'id', mine.id, 'company_id', mine.company_id, 'name', mine.name, 'edrpou', mine.edrpou, 'role', mine.role,
    'total', (SELECT count(*) FROM points), 'sent', (SELECT count(sent) FROM points),
    'found', (SELECT count(*) FROM meant),
    'points', (SELECT coalesce(json_agg(json_build_object(
        'meter_id', meter_id, 'eic', eic, 'serial', serial, 'digits', digits, 'profile', profile,
        'max_hourly_litres', max_hourly_litres, 'account', account, 'contract', contract, 'address', address,
        'sent', sent, 'recent', (SELECT coalesce(json_agg(json_build_array(value, read_on)), '[]') FROM (
            SELECT value, read_on FROM readings r
            WHERE r.meter_id = shown.meter_id AND r.state = 'accepted' AND r.month < $3
            ORDER BY r.month DESC, r.number DESC LIMIT 6) x)
    ) ORDER BY place), '[]') FROM shown)
)
FROM mine
"""


class Hung(msgspec.Struct, frozen=True):
    meter_id: UUID
    contract_id: UUID
    alone: bool
    """Nothing else hangs on the account: all that is charged is this point's."""
    serials: list[str]
    """All that ever hung at the point."""


class Booked(msgspec.Struct, frozen=True):
    hung: list[Hung]
    booked: list[tuple[UUID, str, date, Decimal]]
    """By contract, meter and month, m³."""


async def volumes_of(ids: Sequence[UUID], month: date) -> Volumes:
    """m³ a month of each meter. What belongs to which is put together here: thousands of points share a contract."""
    told = await DB.one(BOOKED, ids, month, HISTORY_MONTHS, into=Booked)
    if told is None:
        return {}
    of_contract: dict[UUID, dict[date, int]] = defaultdict(lambda: defaultdict(int))
    of_meter: dict[tuple[UUID, str], list[tuple[date, int]]] = defaultdict(list)
    for contract, serial, booked, m3 in told.booked:
        of_contract[contract][booked] += int(m3)
        of_meter[contract, serial].append((booked, int(m3)))
    return {
        one.meter_id: list(of_contract[one.contract_id].items())
        if one.alone
        else [line for serial in one.serials for line in of_meter[one.contract_id, serial]]
        for one in told.hung
    }


BOOKED = f"""
WITH hung AS MATERIALIZED (
    SELECT meters.id AS meter_id, supply.id AS contract_id, {SINCE} AS since, NOT EXISTS (
        SELECT FROM meter_points o WHERE o.account_id = meters.account_id AND o.id <> meters.meter_point_id
    ) AS alone, (SELECT json_agg(serial) FROM meters o WHERE o.meter_point_id = meters.meter_point_id) AS serials
    FROM meters JOIN accounts ON accounts.id = meters.account_id
    JOIN contracts supply ON supply.account_id = meters.account_id AND supply.service = 'supply'
    WHERE meters.id = ANY($1)
)
SELECT json_build_object('hung', coalesce((SELECT json_agg(json_build_object(
    'meter_id', meter_id, 'contract_id', contract_id, 'alone', alone, 'serials', serials)) FROM hung), '[]'),
'booked', coalesce((SELECT json_agg(json_build_array(contract_id, meter, month, volume)) FROM (
    SELECT c.contract_id, c.meter, c.month, sum(c.volume) AS volume
    FROM (SELECT contract_id, max(since) AS since FROM hung GROUP BY contract_id) whose
    JOIN charges c ON c.contract_id = whose.contract_id
    WHERE c.volume IS NOT NULL AND c.month >= greatest(whose.since, ($2::date - make_interval(months => $3))::date)
    GROUP BY c.contract_id, c.meter, c.month) x), '[]'))
"""


class OfBusiness(msgspec.Struct, frozen=True):
    """Meters of a business, for whoever may hand its readings in: queries.readings.Reach."""

    person_id: UUID
    business_id: UUID
    month: date

    async def lock(self, meter_id: UUID) -> Meter | None:
        """Waits for it."""
        held = await DB.one(LOCK, [meter_id], self.person_id, self.business_id, into=list[Meter])
        return (await self._whole(held))[meter_id] if held else None

    async def lock_free(self, ids: Sequence[UUID]) -> dict[UUID, Meter]:
        held = await DB.one(LOCK_FREE, ids, self.person_id, self.business_id, into=list[Meter])
        return await self._whole(held or [])

    async def _whole(self, held: Sequence[Meter]) -> dict[UUID, Meter]:
        volumes = await volumes_of([meter.id for meter in held], self.month) if held else {}
        return {meter.id: msgspec.structs.replace(meter, volumes=volumes.get(meter.id, [])) for meter in held}


HOLD = f"""
SELECT json_agg(m) FROM (
    SELECT {facts("'[]'::json")} AS m {OF_METERS}
    WHERE meters.id = ANY($1) AND EXISTS (
        SELECT FROM business_members m JOIN business_contracts bc ON bc.business_id = m.business_id
        WHERE m.person_id = $2 AND m.business_id = $3 AND {granted(Right.READINGS)}
          AND bc.company_id = supply.company_id AND bc.number = supply.number)
    ORDER BY meters.id FOR UPDATE OF meters %s
) x
"""
LOCK, LOCK_FREE = HOLD % "", HOLD % "NOWAIT"


class Head(msgspec.Struct, frozen=True):
    id: UUID
    name: str
    edrpou: str


class File(msgspec.Struct, frozen=True):
    """One that was handed in, as its report shows it."""

    business: Head

    id: UUID
    name: str
    sha256: str
    created_at: datetime
    confirmed_at: datetime | None
    rows: list[Row]


class FileName(msgspec.Struct, frozen=True):
    id: UUID
    name: str
    count: int
    created_at: datetime
    confirmed_at: datetime | None


async def file(person_id: UUID, business_id: UUID, id: UUID) -> File | None:
    """One's own alone: colleagues have theirs."""
    return await DB.one(FILE, person_id, business_id, id, into=File)


async def files(person_id: UUID, business_id: UUID) -> list[FileName]:
    """The latest ten."""
    return await DB.one(FILES, person_id, business_id, into=list[FileName]) or []


OF_PERSON = f"""
FROM reading_files f JOIN business_members m ON m.business_id = f.business_id AND m.person_id = f.person_id
WHERE f.person_id = $1 AND f.business_id = $2 AND {granted(Right.READINGS)}
"""
FILE = f"""
SELECT json_build_object('business', (
    SELECT json_build_object('id', id, 'name', name, 'edrpou', edrpou) FROM businesses WHERE id = f.business_id),
    'id', f.id, 'name', f.name, 'sha256', encode(f.sha256, 'hex'), 'created_at', f.created_at,
                         'confirmed_at', f.confirmed_at, 'rows', f.rows)
{OF_PERSON} AND f.id = $3
"""
FILES = f"""
SELECT json_agg(x) FROM (
    SELECT f.id, f.name, f.row_count AS count, f.created_at, f.confirmed_at {OF_PERSON}
    ORDER BY f.created_at DESC LIMIT 10) x
"""
