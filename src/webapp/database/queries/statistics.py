"""What was charged and paid on a contract, month by month. Whose it is is in the WHERE."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

import msgspec

from webapp.database.engine import DB
from webapp.database.queries.accounts import NAMES, SINCE, SINCE_MOMENT, AccountName
from webapp.rules.roles import Right, granted

Service = Literal["supply", "distribution"]


class Contract(msgspec.Struct, frozen=True):
    id: UUID
    service: Service
    number: str
    balance: Decimal
    """грн, positive = the consumer owes."""
    as_of: datetime
    company: str
    company_short: str


class Month(msgspec.Struct, frozen=True):
    """Closing = closing of the month before + charged - paid (K31). Sums in грн."""

    month: date
    volume: int | None
    """m³; None where nothing is counted by volume."""
    charged: Decimal
    paid: Decimal
    """Credited; by the day it was paid."""
    closing: Decimal
    planned: bool
    """Nobody sent a reading, and it is not put right yet."""


class Statistics(msgspec.Struct, frozen=True):
    accounts: list[AccountName]
    account: AccountName | None
    """The chosen one, else the first."""
    contracts: list[Contract]
    """Supply first; none where the person may only send readings."""
    contract: Contract | None
    """The chosen one, else the first."""
    years: list[int]
    """Those with any movement, newest first."""
    year: int | None
    """The chosen one where it has any, else the newest."""
    months: list[Month]
    """Of the year, oldest first."""

    @property
    def opening(self) -> Decimal:
        """What the year began with."""
        first = self.months[0]
        return first.closing - first.charged + first.paid

    @property
    def volume(self) -> int | None:
        counted = [month.volume for month in self.months if month.volume is not None]
        return sum(counted) if counted else None

    @property
    def charged(self) -> Decimal:
        return sum((month.charged for month in self.months), Decimal(0))

    @property
    def paid(self) -> Decimal:
        return sum((month.paid for month in self.months), Decimal(0))


async def statistics(
    person_id: UUID, account_id: UUID | None, service: Service | None, year: int | None
) -> Statistics:
    """The whole page in one question. An account of somebody else is as absent as one that does not exist."""
    found = await DB.one(STATISTICS, person_id, account_id, service, year, into=Statistics)
    return found or Statistics([], None, [], None, [], None, [])


STATISTICS = f"""
WITH account AS (
    SELECT accounts.id, to_json({NAMES}) AS named, {granted(Right.MONEY)} AS shows_money,
           {SINCE} AS since, {SINCE_MOMENT} AS since_moment
    FROM links JOIN accounts ON accounts.id = links.account_id
    WHERE links.person_id = $1 AND (links.account_id = $2 OR $2 IS NULL)
    ORDER BY links.position, links.linked_at LIMIT 1
), signed AS (
    SELECT contracts.id, service, contracts.number, balance, as_of,
           companies.name AS company, companies.short AS company_short
    FROM account JOIN contracts ON contracts.account_id = account.id
    JOIN companies ON companies.id = contracts.company_id
    WHERE account.shows_money AND contracts.as_of >= account.since_moment
), contract AS (
    SELECT * FROM signed ORDER BY service IS NOT DISTINCT FROM $3 DESC, service DESC LIMIT 1
), moved AS (
    SELECT month, volume, amount AS charged, 0 AS paid, kind FROM charges
    WHERE contract_id = (SELECT id FROM contract) AND month >= (SELECT since FROM account)
    UNION ALL
    SELECT date_trunc('month', paid_on)::date, NULL, 0, amount, NULL FROM payments
    WHERE contract_id = (SELECT id FROM contract) AND credited_at IS NOT NULL
      AND paid_on >= (SELECT since FROM account)
), monthly AS (
    SELECT month, extract(year FROM month)::int AS year, sum(volume) AS volume,
           sum(charged) AS charged, sum(paid) AS paid,
           sum(sum(charged) - sum(paid)) OVER (ORDER BY month) AS closing,
           coalesce(bool_or(kind = 'planned') AND NOT bool_or(kind = 'recalculation'), false) AS planned
    FROM moved GROUP BY month
), shown AS (
    SELECT coalesce(max(year) FILTER (WHERE year = $4), max(year)) AS year FROM monthly
)
SELECT json_build_object(
    'accounts', (SELECT coalesce(json_agg({NAMES} ORDER BY links.position, links.linked_at), '[]')
                 FROM links JOIN accounts ON accounts.id = links.account_id WHERE links.person_id = $1),
    'account', (SELECT named FROM account),
    'contracts', (SELECT coalesce(json_agg(signed ORDER BY service DESC), '[]') FROM signed),
    'contract', (SELECT to_json(contract) FROM contract),
    'years', (SELECT coalesce(json_agg(year ORDER BY year DESC), '[]')
              FROM (SELECT DISTINCT year FROM monthly) y),
    'year', (SELECT year FROM shown),
    'months', (SELECT coalesce(json_agg(monthly ORDER BY month), '[]')
               FROM monthly JOIN shown ON shown.year = monthly.year)
)
"""
