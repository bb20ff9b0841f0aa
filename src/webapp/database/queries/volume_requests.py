"""What businesses have asked for: for those who ask, and for the supplier's desk. Whose it is is in every WHERE."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import msgspec

from webapp.database.engine import DB
from webapp.database.queries.business_points import MINE
from webapp.rules.business_roles import Right, Role, granted
from webapp.rules.volume_requests import State, Unit

AT_ONCE = 50
MOST_POINTS = 50
"""Of a contract with more of them the volume is asked for as one."""


class Line(msgspec.Struct, frozen=True):
    eic: str
    address: str
    m3: Decimal


class Version(msgspec.Struct, frozen=True):
    version: int
    sent_at: datetime
    by: str
    unit: Unit
    total: Decimal
    lines: list[Line]
    note: str


class Request(msgspec.Struct, frozen=True):
    """As a list shows it."""

    id: UUID
    contract_id: UUID
    contract: str
    month: date
    state: State
    version: int
    sent_at: datetime
    decided_at: datetime | None
    words: str
    total: Decimal
    """m³"""
    unit: Unit
    business: str = ""
    edrpou: str = ""


class Contract(msgspec.Struct, frozen=True):
    id: UUID
    number: str


class Volumes(msgspec.Struct, frozen=True):
    id: UUID
    name: str
    edrpou: str
    role: Role
    contracts: list[Contract]
    requests: list[Request]
    """Of the asked months and the last ones, newest month first."""


REQUEST = """
'id', r.id, 'contract_id', r.contract_id, 'contract', bc.number, 'month', r.month, 'state', r.state,
'version', r.version, 'sent_at', r.sent_at, 'decided_at', r.decided_at, 'words', r.words,
'total', v.total, 'unit', v.unit
"""
OF_REQUEST = """
FROM volume_requests r JOIN business_contracts bc ON bc.id = r.contract_id
JOIN volume_versions v ON v.company_id = r.company_id AND v.request_id = r.id AND v.version = r.version
"""


async def volumes(person_id: UUID, business_id: UUID) -> Volumes | None:
    return await DB.one(VOLUMES, person_id, business_id, AT_ONCE, into=Volumes)


VOLUMES = f"""
WITH mine AS MATERIALIZED ({MINE % {"granted": granted(Right.LOOK)}})
SELECT json_build_object(
    'id', mine.id, 'name', mine.name, 'edrpou', mine.edrpou, 'role', mine.role,
    'contracts', (SELECT coalesce(json_agg(json_build_object('id', id, 'number', number) ORDER BY number), '[]')
        FROM (SELECT id, number FROM business_contracts WHERE business_id = mine.id ORDER BY number LIMIT $3) c),
    'requests', (SELECT coalesce(json_agg(x.told), '[]') FROM (
        SELECT json_build_object({REQUEST}) AS told {OF_REQUEST}
        WHERE r.business_id = mine.id ORDER BY r.month DESC, bc.number LIMIT $3 * 4) x)
)
FROM mine
"""


class Point(msgspec.Struct, frozen=True):
    eic: str
    address: str


class Form(msgspec.Struct, frozen=True):
    """What the page of one contract and month shows."""

    id: UUID
    name: str
    edrpou: str
    role: Role
    contract: Contract
    points: list[Point]
    """None where there are too many to be typed one by one."""
    request: Request | None
    versions: list[Version]
    """Newest first."""
    last_year: Decimal | None
    """m³ that the same month took a year ago."""


async def form(person_id: UUID, business_id: UUID, contract_id: UUID, month: date) -> Form | None:
    return await DB.one(FORM, person_id, business_id, contract_id, month, MOST_POINTS, into=Form)


VERSIONS = """(
    SELECT coalesce(json_agg(json_build_object(
        'version', v.version, 'sent_at', v.sent_at, 'by', people.name, 'unit', v.unit, 'total', v.total,
        'lines', v.lines, 'note', v.note) ORDER BY v.version DESC), '[]')
    FROM volume_versions v LEFT JOIN people ON people.id = v.person_id
    WHERE v.company_id = {request}.company_id AND v.request_id = {request}.id
)"""
FORM = f"""
WITH mine AS MATERIALIZED ({MINE % {"granted": granted(Right.LOOK)}}), meant AS (
    SELECT bc.id, bc.number, bc.company_id FROM mine JOIN business_contracts bc ON bc.business_id = mine.id
    WHERE bc.id = $3
), asked AS (
    SELECT r.* FROM meant JOIN volume_requests r ON r.company_id = meant.company_id AND r.contract_id = meant.id
    WHERE r.month = $4
), supply AS (
    SELECT c.id, c.account_id FROM meant JOIN contracts c ON c.company_id = meant.company_id
       AND c.number = meant.number AND c.service = 'supply'
), points AS (
    SELECT p.eic, concat_ws(', ', nullif(settlement, ''), nullif(accounts.address, '')) AS address, address_key
    FROM supply JOIN accounts ON accounts.id = supply.account_id AND accounts.closed_on IS NULL
    JOIN meter_points p ON p.account_id = accounts.id
)
SELECT json_build_object(
    'id', mine.id, 'name', mine.name, 'edrpou', mine.edrpou, 'role', mine.role,
    'contract', json_build_object('id', meant.id, 'number', meant.number),
    'points', CASE WHEN (SELECT count(*) FROM points) > $5 THEN '[]'::json ELSE (
        SELECT coalesce(json_agg(json_build_object('eic', eic, 'address', address)
            ORDER BY address_key COLLATE "C", eic), '[]') FROM points) END,
    'request', (SELECT json_build_object({REQUEST}) {OF_REQUEST} WHERE r.id = (SELECT id FROM asked)),
    'versions', coalesce((SELECT {VERSIONS.format(request="asked")} FROM asked), '[]'),
    'last_year', (SELECT sum(volume) FROM charges JOIN supply ON supply.id = charges.contract_id
        WHERE month = ($4::date - interval '1 year')::date)
)
FROM mine JOIN meant ON true
"""


class Asked(msgspec.Struct, frozen=True):
    """The filter of the desk."""

    month: date | None = None
    state: str = ""
    words: str = ""
    page: int = 1


class Desk(msgspec.Struct, frozen=True):
    count: int
    total: Decimal
    """m³ of all that fit."""
    waiting: int
    months: list[date]
    requests: list[Request]


async def desk(company_id: UUID | None, asked: Asked, most: int = AT_ONCE) -> Desk:
    """Those that wait first."""
    found = await DB.one(
        DESK, company_id, asked.month, asked.state, asked.words, most, (asked.page - 1) * AT_ONCE, into=Desk
    )
    return found or Desk(0, Decimal(0), 0, [], [])


DESK = f"""
WITH meant AS MATERIALIZED (
    SELECT json_build_object({REQUEST}, 'business', b.name, 'edrpou', b.edrpou) AS told, r.state, r.month, v.total,
           row_number() OVER (ORDER BY r.state <> 'sent', r.month, b.name, bc.number) AS place
    {OF_REQUEST} JOIN businesses b ON b.id = r.business_id
    WHERE r.company_id = $1 AND ($2::date IS NULL OR r.month = $2) AND ($3 = '' OR r.state = $3)
      AND ($4 = '' OR strpos(lower(concat_ws(' ', b.name, b.edrpou, bc.number)), lower($4)) > 0)
)
SELECT json_build_object(
    'count', (SELECT count(*) FROM meant), 'total', (SELECT coalesce(sum(total), 0) FROM meant),
    'waiting', (SELECT count(*) FROM volume_requests WHERE company_id = $1 AND state = 'sent'),
    'months', (SELECT coalesce(json_agg(month ORDER BY month DESC), '[]') FROM (
        SELECT DISTINCT month FROM volume_requests WHERE company_id = $1 ORDER BY month DESC LIMIT 24) m),
    'requests', (SELECT coalesce(json_agg(told ORDER BY place), '[]') FROM (
        SELECT told, place FROM meant ORDER BY place LIMIT $5 OFFSET $6) x)
)
"""


class Card(Request, frozen=True):
    """One request, for the supplier."""

    contact_name: str = ""
    decided_by: str | None = None
    versions: list[Version] = []


async def card(company_id: UUID | None, id: UUID) -> Card | None:
    return await DB.one(CARD, company_id, id, into=Card)


CARD = f"""
SELECT json_build_object({REQUEST}, 'business', b.name, 'edrpou', b.edrpou, 'contact_name', b.contact_name,
    'decided_by', coalesce(nullif(staff.name, ''), staff.mail), 'versions', {VERSIONS.format(request="r")})
{OF_REQUEST} JOIN businesses b ON b.id = r.business_id LEFT JOIN staff ON staff.id = r.decided_by
WHERE r.company_id = $1 AND r.id = $2
"""
