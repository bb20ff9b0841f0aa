"""Money of a business: the balance of each contract, its bills by month, one of them whole. For who may see it."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import msgspec

from webapp.database.engine import DB
from webapp.database.queries.bill import WHOLE, Bill
from webapp.database.queries.business_points import HELD, MINE
from webapp.database.queries.shown import SINCE
from webapp.rules.bills import Service
from webapp.rules.business_roles import Right, Role, granted

AT_ONCE = 50
MOST_MONTHS = 36


class Listed(msgspec.Struct, frozen=True):
    id: UUID
    month: date
    number: str
    due_on: date
    charged: Decimal
    closing: Decimal


class Contract(msgspec.Struct, frozen=True):
    service: Service
    number: str
    company: str
    address: str
    account: str
    balance: Decimal
    """грн, positive = the business owes."""
    as_of: datetime
    bill: Listed | None
    """Of the chosen month, else the last one."""


class Creditor(msgspec.Struct, frozen=True):
    company: str
    contracts: int
    owed: Decimal
    overpaid: Decimal


class BusinessBills(msgspec.Struct, frozen=True):
    id: UUID
    name: str
    edrpou: str
    role: Role
    found: int
    contracts: list[Contract]
    creditors: list[Creditor]
    """Each on its own: sums of several creditors are never one sum."""
    months: list[date]
    """That have a bill, newest first."""


async def bills(person_id: UUID, business_id: UUID, month: date | None, page: int) -> BusinessBills | None:
    offset = (page - 1) * AT_ONCE
    return await DB.one(
        BILLS, person_id, business_id, month, AT_ONCE, offset, MOST_MONTHS, into=BusinessBills
    )


BILLS = f"""
WITH mine AS MATERIALIZED ({MINE % {"granted": granted(Right.MONEY)}}), held AS MATERIALIZED ({HELD}), signed AS (
    SELECT c.id, c.company_id, c.service, c.number, c.balance, c.as_of, companies.name AS company,
           held.address, held.account, held.address_key
    FROM held JOIN contracts c ON c.account_id = held.account_id JOIN companies ON companies.id = c.company_id
), shown AS (
    SELECT *, row_number() OVER (ORDER BY address_key COLLATE "C", account, service DESC) AS place FROM signed
    ORDER BY place LIMIT $4 OFFSET $5
)
SELECT json_build_object(
    'id', mine.id, 'name', mine.name, 'edrpou', mine.edrpou, 'role', mine.role,
    'found', (SELECT count(*) FROM signed),
    'creditors', (SELECT coalesce(json_agg(x ORDER BY x.company), '[]') FROM (
        SELECT company, count(*) AS contracts, coalesce(sum(balance) FILTER (WHERE balance > 0), 0) AS owed,
               coalesce(-sum(balance) FILTER (WHERE balance < 0), 0) AS overpaid
        FROM signed GROUP BY company) x),
    'months', (SELECT coalesce(json_agg(month ORDER BY month DESC), '[]') FROM (
        SELECT DISTINCT b.month FROM signed JOIN bills b ON b.contract_id = signed.id
        ORDER BY b.month DESC LIMIT $6) m),
    'contracts', (SELECT coalesce(json_agg(json_build_object(
        'service', service, 'number', number, 'company', company, 'address', address, 'account', account,
        'balance', balance, 'as_of', as_of, 'bill', (SELECT to_json(b) FROM (
            SELECT id, month, bills.number, due_on, charged, closing FROM bills
            WHERE contract_id = shown.id AND ($3::date IS NULL OR month = $3) ORDER BY month DESC LIMIT 1) b)
    ) ORDER BY place), '[]') FROM shown)
)
FROM mine
"""


async def bill(person_id: UUID, business_id: UUID, bill_id: UUID) -> Bill | None:
    """As a bill of one's own is shown; of the account nothing is told but its number and place."""
    return await DB.one(BILL, person_id, bill_id, business_id, into=Bill)


BILL = f"""{WHOLE}
JOIN LATERAL (
    SELECT ''::text AS name, 'extended'::text AS level, 'payer'::text AS role, 0 AS position, now() AS linked_at
    FROM business_members AS m JOIN business_contracts bc ON bc.business_id = m.business_id
    JOIN contracts supply ON supply.company_id = bc.company_id AND supply.number = bc.number
         AND supply.service = 'supply'
    WHERE m.person_id = $1 AND m.business_id = $3 AND {granted(Right.MONEY)} AND supply.account_id = accounts.id
    LIMIT 1
) AS links ON true
WHERE bills.id = $2 AND bills.month >= {SINCE}
"""


class Party(msgspec.Struct, frozen=True):
    name: str
    edrpou: str
    address: str
    contract: str


async def party(person_id: UUID, business_id: UUID) -> Party | None:
    """Who stands in an act as the consumer."""
    return await DB.one(PARTY, person_id, business_id, into=Party)


PARTY = f"""
SELECT json_build_object('name', name, 'edrpou', edrpou, 'address', address, 'contract', (
    SELECT coalesce(string_agg(number, ', ' ORDER BY number), '') FROM business_contracts WHERE business_id = mine.id))
FROM ({MINE % {"granted": granted(Right.MONEY)}}) mine
"""
