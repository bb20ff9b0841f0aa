"""What was charged and what was paid lately, by contract. Whose it is is in the WHERE."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import msgspec

from webapp.database.engine import DB
from webapp.database.queries.accounts import Charge, Payment
from webapp.database.queries.shown import NAMES, SINCE, SINCE_MOMENT, AccountName
from webapp.database.queries.statistics import Service
from webapp.rules.bills import Left, left_of
from webapp.rules.roles import Right, granted

LATEST = 6
"""Of each; the page of statistics has the rest."""


class Bill(msgspec.Struct, frozen=True):
    """A line of the list."""

    id: UUID
    month: date
    number: str
    issued_on: date
    due_on: date
    charged: Decimal
    closing: Decimal
    paid_after: Decimal | None
    """What the next bill shows as received; None while there is no next one."""


class Contract(msgspec.Struct, frozen=True):
    id: UUID
    service: Service
    number: str
    balance: Decimal
    """грн, positive = the consumer owes."""
    as_of: datetime
    company: str
    under_way: Decimal
    latest: Bill | None
    """The last one, whichever month was chosen."""
    bills: list[Bill]
    """Newest first; of the chosen month alone."""
    charged_since: Decimal
    """What no bill shows yet."""
    paid_since: Decimal
    charges: list[Charge]
    """Newest first."""
    payments: list[Payment]
    """Newest first."""

    @property
    def is_explained(self) -> bool:
        """Whether the last bill and what came after it give the balance."""
        return (
            self.latest is not None
            and self.balance == self.latest.closing + self.charged_since - self.paid_since
        )

    @property
    def payable(self) -> Decimal:
        return max(self.balance - self.under_way, Decimal("0.00"))

    def left(self, bill: Bill, today: date) -> Left:
        return left_of(bill.closing, self.balance, self.under_way, bill.paid_after, bill.due_on, today)


class Bills(msgspec.Struct, frozen=True):
    accounts: list[AccountName]
    account: AccountName | None
    """The chosen one, else the first."""
    contracts: list[Contract]
    """Supply first; none where the person may only send readings."""
    months: list[date]
    """All that have a bill, newest first."""


class Owed(msgspec.Struct, frozen=True):
    """What one creditor may ask for on one account. Sums of several creditors are never one sum."""

    contract_id: UUID
    account: AccountName
    service: Service
    number: str
    company_id: UUID
    company: str
    """The creditor, as it stands on the bill."""
    company_short: str
    balance: Decimal
    """грн, positive = the consumer owes."""
    as_of: datetime
    under_way: Decimal
    """Paid, and not counted by the company yet."""
    due_on: date | None
    """The last day to pay what the latest bill asks for."""

    @property
    def payable(self) -> Decimal:
        """What is left to be paid, when all that is under way has come."""
        return max(self.balance - self.under_way, Decimal("0.00"))


async def owed(person_id: UUID, account_id: UUID | None = None) -> list[Owed]:
    """Of all accounts where the person may see money, or of one; in the person's order, supply first."""
    return await DB.one(OWED, person_id, account_id, into=list[Owed]) or []


class Due(msgspec.Struct, frozen=True):
    accounts: list[AccountName]
    """All that the person may switch to."""
    owed: list[Owed]


async def due(person_id: UUID) -> Due:
    return await DB.one(DUE, person_id, None, into=Due) or Due([], [])


UNDER_WAY = """(
    SELECT coalesce(sum(CASE kind WHEN 'refund' THEN -amount ELSE amount END), 0) FROM payments
    WHERE contract_id = contracts.id AND credited_at IS NULL
)"""
OWED = f"""
SELECT json_agg(o ORDER BY o.position, o.linked_at, o.service DESC) FROM (
    SELECT contracts.id AS contract_id, {NAMES} AS account, service, contracts.number, contracts.company_id,
           companies.name AS company, companies.short AS company_short, balance, as_of,
           {UNDER_WAY} AS under_way, links.position, links.linked_at, (
        SELECT due_on FROM bills
        WHERE bills.contract_id = contracts.id
        ORDER BY month DESC LIMIT 1
    ) AS due_on
    FROM links JOIN accounts ON accounts.id = links.account_id
    JOIN contracts ON contracts.account_id = accounts.id
    JOIN companies ON companies.id = contracts.company_id
    WHERE links.person_id = $1 AND (links.account_id = $2 OR $2 IS NULL) AND {granted(Right.MONEY)}
      AND contracts.as_of >= {SINCE_MOMENT}
) o
"""
ALL_NAMES = f"""(
    SELECT coalesce(json_agg({NAMES} ORDER BY links.position, links.linked_at), '[]')
    FROM links JOIN accounts ON accounts.id = links.account_id WHERE links.person_id = $1
)"""
DUE = f"""SELECT json_build_object('accounts', {ALL_NAMES}, 'owed', coalesce(({OWED}), '[]'))"""


async def bills(person_id: UUID, account_id: UUID | None, month: date | None = None) -> Bills:
    """The whole page in one question. An account of somebody else is as absent as one that does not exist."""
    found = await DB.one(BILLS, person_id, account_id, LATEST, month, into=Bills)
    return found or Bills([], None, [], [])


OF_CONTRACT = "contract_id = contracts.id AND month >= account.since"
ONE_BILL = f"""(
    SELECT id, month, number, issued_on, due_on, charged, closing, lead(paid) OVER (ORDER BY month) AS paid_after
    FROM bills WHERE {OF_CONTRACT}
) one"""
BILLS = f"""
WITH account AS (
    SELECT accounts.id, to_json({NAMES}) AS named, {granted(Right.MONEY)} AS shows_money,
           {SINCE} AS since, {SINCE_MOMENT} AS since_moment
    FROM links JOIN accounts ON accounts.id = links.account_id
    WHERE links.person_id = $1 AND (links.account_id = $2 OR $2 IS NULL)
    ORDER BY links.position, links.linked_at LIMIT 1
), signed AS (
    SELECT contracts.id, service, contracts.number, balance, as_of, companies.name AS company,
           {UNDER_WAY} AS under_way, (
        SELECT to_json(x) FROM (
            SELECT * FROM {ONE_BILL} ORDER BY month DESC LIMIT 1) x
    ) AS latest, (
        SELECT coalesce(json_agg(x), '[]') FROM (
            SELECT * FROM {ONE_BILL} WHERE $4::date IS NULL OR month = $4 ORDER BY month DESC LIMIT $3) x
    ) AS bills, (
        SELECT coalesce(json_agg(month), '[]') FROM bills WHERE {OF_CONTRACT}
    ) AS months, (
        SELECT coalesce(sum(amount), 0) FROM charges WHERE contract_id = contracts.id AND bill_id IS NULL
    ) AS charged_since, (
        SELECT coalesce(sum(CASE kind WHEN 'refund' THEN -amount ELSE amount END), 0) FROM payments
        WHERE contract_id = contracts.id AND bill_id IS NULL AND credited_at IS NOT NULL
    ) AS paid_since, (
        SELECT coalesce(json_agg(x), '[]') FROM (
            SELECT month, kind, volume, price, amount, charged_on FROM charges
            WHERE contract_id = contracts.id AND month >= account.since
            ORDER BY month DESC, charged_on DESC LIMIT $3) x
    ) AS charges, (
        SELECT coalesce(json_agg(x), '[]') FROM (
            SELECT amount, paid_on, credited_at, channel, kind FROM payments
            WHERE contract_id = contracts.id AND paid_on >= account.since
            ORDER BY paid_on DESC LIMIT $3) x
    ) AS payments
    FROM account JOIN contracts ON contracts.account_id = account.id
    JOIN companies ON companies.id = contracts.company_id
    WHERE account.shows_money AND contracts.as_of >= account.since_moment
)
SELECT json_build_object(
    'accounts', {ALL_NAMES},
    'account', (SELECT named FROM account),
    'contracts', (SELECT coalesce(json_agg(signed ORDER BY service DESC), '[]') FROM signed),
    'months', (SELECT coalesce(json_agg(DISTINCT month ORDER BY month DESC), '[]') FROM (
        SELECT json_array_elements_text(months)::date AS month FROM signed) m)
)
"""
