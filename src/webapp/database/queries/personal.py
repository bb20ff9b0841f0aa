"""What programs read by a token. The token's accounts are a choice among the links, which stand in every WHERE."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from webapp.database.engine import DB
from webapp.database.queries.shown import ADDRESS, SERIAL, SHOWN_READING, SINCE, SINCE_MOMENT
from webapp.rules import readings as rules
from webapp.rules.roles import Level, Right, Role, granted

Service = Literal["supply", "distribution"]
Sum = Annotated[str, msgspec.Meta(pattern="^-?[0-9]+[.][0-9]{2}$")]
"""UAH, in digits: programs that read a float would round it."""


class Shown(msgspec.Struct, frozen=True):
    """What stands on a meter, as far as it counts."""

    value: str
    """m³ on the drums, with their zeros."""
    read_on: date
    month: str
    source: str


class Meter(msgspec.Struct, frozen=True):
    id: UUID
    serial: str
    digits: int
    last: Shown | None


class Contract(msgspec.Struct, frozen=True):
    """Supply or distribution: two creditors, whose balances are never added."""

    service: Service
    number: str
    company: str
    balance: Sum
    """UAH; above nought the consumer owes."""
    as_of: datetime


class Account(msgspec.Struct, frozen=True):
    id: UUID
    number: str
    name: str
    settlement: str
    address: str
    role: Role
    level: Level
    meters: list[Meter]
    contracts: list[Contract]
    """None without `bills:read`, or where the person may see no money."""


async def accounts(person_id: UUID, ids: Sequence[UUID], money: bool) -> list[Account]:
    return await DB.one(ACCOUNTS, person_id, ids, money, into=list[Account]) or []


LAST = f"""(
    SELECT json_build_object('value', lpad(value::text, digits, '0'), 'read_on', read_on,
                             'month', to_char(month, 'YYYY-MM'), 'source', source)
    FROM readings WHERE meter_id = meters.id AND state = 'accepted' AND {SHOWN_READING}
    ORDER BY month DESC, number DESC LIMIT 1
)"""
MINE = """
FROM links JOIN accounts ON accounts.id = links.account_id
{joins} WHERE links.person_id = $1 AND links.account_id = ANY($2::uuid[])
"""
ACCOUNTS = f"""
SELECT json_agg(json_build_object(
    'id', accounts.id, 'number', accounts.number, 'name', links.name, 'settlement', accounts.settlement,
    'address', {ADDRESS}, 'role', links.role, 'level', links.level,
    'meters', (
        SELECT coalesce(json_agg(
            json_build_object('id', meters.id, 'serial', {SERIAL}, 'digits', digits, 'last', {LAST})
            ORDER BY meters.serial), '[]')
        FROM meters
        WHERE meters.account_id = accounts.id AND meters.removed_on IS NULL AND {granted(Right.READINGS)}
    ),
    'contracts', (
        SELECT coalesce(json_agg(json_build_object('service', service, 'number', contracts.number,
            'company', companies.name, 'balance', balance::text, 'as_of', as_of) ORDER BY service DESC), '[]')
        FROM contracts JOIN companies ON companies.id = contracts.company_id
        WHERE $3 AND contracts.account_id = accounts.id AND contracts.as_of >= {SINCE_MOMENT}
          AND {granted(Right.MONEY)}
    )
) ORDER BY links.position, links.linked_at)
{MINE.format(joins="")}
"""


class Reading(msgspec.Struct, frozen=True):
    id: UUID
    number: int
    account_id: UUID
    meter_id: UUID
    month: str
    value: str
    read_on: date
    taken_at: datetime
    received_at: datetime
    source: str
    state: Literal["accepted", "beside", "replaced", "refused"]
    reason: rules.Refusal | None
    doubts: list[rules.Doubt]
    late: bool
    by_token: bool
    """Handed in through this API."""


async def readings(person_id: UUID, ids: Sequence[UUID], before: int | None, most: int) -> list[Reading]:
    """Newest first."""
    return await DB.one(READINGS, person_id, ids, before, most, into=list[Reading]) or []


READINGS = f"""
SELECT json_agg(r ORDER BY r.number DESC) FROM (
    SELECT readings.id, readings.number, accounts.id AS account_id, meter_id, to_char(month, 'YYYY-MM') AS month,
           lpad(value::text, digits, '0') AS value, read_on, taken_at, received_at, source, state, reason, doubts,
           late, by_token
    {MINE.format(joins="JOIN meters ON meters.account_id = accounts.id JOIN readings ON readings.meter_id = meters.id")}
      AND {granted(Right.READINGS)} AND (readings.number < $3 OR $3 IS NULL)
      AND CASE WHEN readings.state = 'accepted' THEN {SHOWN_READING} ELSE read_on >= {SINCE} END
    ORDER BY readings.number DESC LIMIT $4
) r
"""


async def meter_ids(person_id: UUID, ids: Sequence[UUID], meters: Sequence[UUID]) -> set[UUID]:
    """Those of them that hang at the token's accounts."""
    return set(await DB.one(METERS, person_id, ids, meters, into=list[UUID]) or [])


METERS = f"""
SELECT json_agg(meters.id) {MINE.format(joins="JOIN meters ON meters.account_id = accounts.id")}
  AND meters.id = ANY($3::uuid[]) AND {granted(Right.READINGS)}
"""


class Bill(msgspec.Struct, frozen=True):
    id: UUID
    account_id: UUID
    number: str
    service: Service
    company: str
    month: str
    issued_on: date
    due_on: date
    charged: Sum
    paid: Sum
    closing: Sum
    """UAH; above nought it is to be paid."""


Before = tuple[str, UUID]
"""Month and id of the last one that was given."""


async def bills(person_id: UUID, ids: Sequence[UUID], before: Before | None, most: int) -> list[Bill]:
    """Newest first."""
    month, id = (date.fromisoformat(f"{before[0]}-01"), before[1]) if before else (None, None)
    return await DB.one(BILLS, person_id, ids, month, id, most, into=list[Bill]) or []


BILLS = f"""
SELECT json_agg(b ORDER BY b.month DESC, b.id DESC) FROM (
    SELECT bills.id, accounts.id AS account_id, bills.number, service, companies.name AS company,
           to_char(month, 'YYYY-MM') AS month, issued_on, due_on, charged::text, paid::text, closing::text
    {
    MINE.format(
        joins="JOIN contracts ON contracts.account_id = accounts.id "
        "JOIN companies ON companies.id = contracts.company_id "
        "JOIN bills ON bills.contract_id = contracts.id"
    )
}
      AND {granted(Right.MONEY)} AND bills.month >= {SINCE}
      AND ($3::date IS NULL OR (bills.month, bills.id) < ($3, $4::uuid))
    ORDER BY bills.month DESC, bills.id DESC LIMIT $5
) b
"""
