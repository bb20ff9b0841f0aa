"""Subsidies and benefits of an account, beside what its companies charged. Whose it is is in the WHERE."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

import msgspec

from webapp.database.engine import DB
from webapp.database.queries.bills import ALL_NAMES, UNDER_WAY
from webapp.database.queries.shown import NAMES, SINCE, SINCE_MOMENT, AccountName
from webapp.database.queries.statistics import Service
from webapp.rules.roles import Right, granted
from webapp.rules.subsidies import Grant, left_to_pay
from webapp.rules.subsidies import granted as sum_of

MOST = 24
"""Grants that are shown: two years of them, of both kinds."""


class Subsidy(msgspec.Struct, frozen=True):
    kind: Literal["subsidy", "benefit"]
    starts_on: date
    ends_on: date
    monthly: Decimal
    must_pay: Decimal | None
    norm: int | None
    way: Literal["cash", "bill"]
    decided_on: date
    number: str

    @property
    def grant(self) -> Grant:
        return Grant(self.kind, self.starts_on, self.ends_on, self.monthly, self.way)


class Relieved(msgspec.Struct, frozen=True):
    """A creditor, what it was told of, and its last bill."""

    service: Service
    company: str
    number: str
    subsidies: list[Subsidy]
    """Newest first."""
    bill_id: UUID | None
    month: date | None
    charged: Decimal | None
    """On the last bill, with what was deducted there."""

    def granted_in_cash(self) -> Decimal:
        return sum_of([one.grant for one in self.subsidies], self.month, "cash") if self.month else Decimal(0)

    def left(self) -> Decimal:
        """Of one's own money for the month of the last bill."""
        return left_to_pay(self.charged or Decimal(0), self.granted_in_cash())


class Subsidies(msgspec.Struct, frozen=True):
    accounts: list[AccountName]
    account: AccountName | None
    contracts: list[Relieved]


async def subsidies(person_id: UUID, account_id: UUID | None) -> Subsidies:
    found = await DB.one(SUBSIDIES, person_id, account_id, MOST, into=Subsidies)
    return found or Subsidies([], None, [])


SUBSIDIES = f"""
WITH account AS (
    SELECT accounts.id, to_json({NAMES}) AS named, {granted(Right.MONEY)} AS shows_money,
           {SINCE} AS since, {SINCE_MOMENT} AS since_moment
    FROM links JOIN accounts ON accounts.id = links.account_id
    WHERE links.person_id = $1 AND (links.account_id = $2 OR $2 IS NULL)
    ORDER BY links.position, links.linked_at LIMIT 1
), relieved AS (
    SELECT service, companies.name AS company, contracts.number, (
        SELECT coalesce(json_agg(x), '[]') FROM (
            SELECT kind, starts_on, ends_on, monthly, must_pay, norm, way, decided_on, number FROM subsidies
            WHERE subsidies.company_id = contracts.company_id AND subsidies.account_id = account.id
              AND ends_on >= account.since
            ORDER BY starts_on DESC LIMIT $3) x
    ) AS subsidies, bill.id AS bill_id, bill.month, bill.charged
    FROM account JOIN contracts ON contracts.account_id = account.id
    JOIN companies ON companies.id = contracts.company_id
    LEFT JOIN LATERAL (
        SELECT id, month, charged FROM bills
        WHERE contract_id = contracts.id AND month >= account.since
        ORDER BY month DESC LIMIT 1
    ) bill ON true
    WHERE account.shows_money AND contracts.as_of >= account.since_moment
)
SELECT json_build_object(
    'accounts', {ALL_NAMES},
    'account', (SELECT named FROM account),
    'contracts', (SELECT coalesce(json_agg(relieved ORDER BY service DESC), '[]') FROM relieved)
)
"""


class NoDebt(msgspec.Struct, frozen=True):
    """What a certificate of having no overdue debt says of one creditor."""

    company: str
    edrpou: str
    service: Service
    number: str
    holder: str
    address: str
    balance: Decimal
    as_of: datetime
    overdue: Decimal
    """Of the balance, less what is under way, the part whose last day to pay has passed."""


async def no_debt(person_id: UUID, account_id: UUID, today: date) -> list[NoDebt]:
    """Supply first; empty where the person may not see money of this account."""
    return await DB.one(NO_DEBT, person_id, account_id, today, into=list[NoDebt]) or []


NO_DEBT = f"""
SELECT json_agg(x ORDER BY x.service DESC) FROM (
    SELECT companies.name AS company, edrpou, service, contracts.number, holder,
           accounts.settlement || ', ' || accounts.address AS address, balance, as_of,
           greatest(balance - {UNDER_WAY} - (
               SELECT coalesce(sum(amount), 0) FROM charges LEFT JOIN bills ON bills.id = charges.bill_id
               WHERE charges.contract_id = contracts.id AND (bills.id IS NULL OR bills.due_on >= $3)
           ), 0) AS overdue
    FROM links JOIN accounts ON accounts.id = links.account_id
    JOIN contracts ON contracts.account_id = accounts.id
    JOIN companies ON companies.id = contracts.company_id
    WHERE links.person_id = $1 AND accounts.id = $2 AND {granted(Right.MONEY)}
      AND contracts.as_of >= {SINCE_MOMENT}
) x
"""
