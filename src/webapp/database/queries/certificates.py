"""Certificates of a person, and what is known of a contract for the next one. Whose it is is in every WHERE."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

import msgspec

from webapp.database.engine import DB
from webapp.database.queries.bills import ALL_NAMES, UNDER_WAY
from webapp.database.queries.shown import NAMES, SINCE, SINCE_MOMENT, AccountName
from webapp.rules.certificates import Kind, Known, Service
from webapp.rules.roles import Right, granted

State = Literal["asked", "issued", "refused"]
MOST = 50
"""Orders that are listed, the latest."""


class Month(msgspec.Struct, frozen=True):
    """A line of a reconciliation act."""

    month: date
    charged: Decimal
    paid: Decimal


class Grant(msgspec.Struct, frozen=True):
    kind: Literal["subsidy", "benefit"]
    starts_on: date
    ends_on: date
    monthly: Decimal
    number: str
    decided_on: date


class Company(msgspec.Struct, frozen=True):
    name: str
    edrpou: str
    address: str
    phone: str


class Paid(msgspec.Struct, frozen=True):
    amount: Decimal
    paid_on: date


class Charged(msgspec.Struct, frozen=True):
    month: date
    amount: Decimal
    volume: int | None


class Facts(msgspec.Struct, frozen=True):
    """What a certificate is made of; kept with it as it was."""

    account_id: UUID
    company_id: UUID
    company: Company
    service: Service
    number: str
    """The contract's."""
    holder: str
    address: str
    balance: Decimal
    as_of: datetime
    under_way: Decimal
    overdue: Decimal
    """Of the balance, less what is under way, the part whose last day to pay has passed."""
    is_explained: bool
    known_since: date | None
    price: Decimal
    last_payment: Paid | None
    last_charge: Charged | None
    grants: list[Grant]
    """Newest first."""
    opening: Decimal | None
    """Of an act."""
    months: list[Month]
    """Of an act, oldest first, each of its months."""

    @property
    def known(self) -> Known:
        return Known(self.as_of, self.overdue, self.is_explained, self.known_since, bool(self.grants))

    @property
    def charged(self) -> Decimal:
        return sum((one.charged for one in self.months), Decimal("0.00"))

    @property
    def paid(self) -> Decimal:
        return sum((one.paid for one in self.months), Decimal("0.00"))

    @property
    def closing(self) -> Decimal | None:
        return None if self.opening is None else self.opening + self.charged - self.paid


async def facts(
    person_id: UUID, contract_id: UUID, today: date, months: tuple[date, date] | None
) -> Facts | None:
    """None where the person may not see money of this contract, or where the company has sent none yet."""
    first, last = months or (None, None)
    return await DB.one(FACTS, person_id, contract_id, today, first, last, into=Facts)


BILLED = "greatest(month, (date_trunc('month', charged_on) - interval '1 month')::date)"
"""On which month's bill a charge stands: rules.ledger.billed_in."""
GIVEN = "CASE kind WHEN 'refund' THEN -amount ELSE amount END"
OF_CONTRACT = "contract_id = contracts.id"
COUNTED = "contract_id = contracts.id AND credited_at IS NOT NULL"
FACTS = f"""
SELECT json_build_object(
    'account_id', accounts.id, 'company_id', contracts.company_id,
    'company', json_build_object('name', companies.name, 'edrpou', companies.edrpou, 'address', companies.address,
                                 'phone', companies.phone),
    'service', service, 'number', contracts.number, 'holder', accounts.holder,
    'address', accounts.settlement || ', ' || accounts.address,
    'balance', balance, 'as_of', as_of, 'under_way', {UNDER_WAY}, 'price', price,
    'overdue', greatest(balance - {UNDER_WAY} - (
        SELECT coalesce(sum(amount), 0) FROM charges LEFT JOIN bills ON bills.id = charges.bill_id
        WHERE charges.contract_id = contracts.id AND (bills.id IS NULL OR bills.due_on >= $3)
    ), 0),
    'is_explained', balance = opening + (SELECT coalesce(sum(amount), 0) FROM charges WHERE {OF_CONTRACT})
                                      - (SELECT coalesce(sum({GIVEN}), 0) FROM payments WHERE {COUNTED}),
    'known_since', (SELECT min(month) FROM charges WHERE {OF_CONTRACT} AND month >= {SINCE}),
    'last_payment', (SELECT to_json(x) FROM (
        SELECT amount, paid_on FROM payments
        WHERE {COUNTED} AND kind = 'payment' AND paid_on >= {SINCE} ORDER BY paid_on DESC, id LIMIT 1) x),
    'last_charge', (SELECT to_json(x) FROM (
        SELECT month, sum(amount) AS amount, sum(volume) AS volume FROM charges
        WHERE {OF_CONTRACT} AND month >= {SINCE} GROUP BY month ORDER BY month DESC LIMIT 1) x),
    'grants', (SELECT coalesce(json_agg(x), '[]') FROM (
        SELECT kind, starts_on, ends_on, monthly, number, decided_on FROM subsidies
        WHERE subsidies.company_id = contracts.company_id AND subsidies.account_id = accounts.id
          AND ends_on >= greatest({SINCE}, ($3::date - interval '1 year')::date)
        ORDER BY starts_on DESC LIMIT 6) x),
    'opening', CASE WHEN $4::date IS NOT NULL THEN opening
        + (SELECT coalesce(sum(amount), 0) FROM charges WHERE {OF_CONTRACT} AND {BILLED} < $4)
        - (SELECT coalesce(sum({GIVEN}), 0) FROM payments WHERE {COUNTED} AND paid_on < $4) END,
    'months', (SELECT coalesce(json_agg(json_build_object(
        'month', each::date,
        'charged', (SELECT coalesce(sum(amount), 0) FROM charges WHERE {OF_CONTRACT} AND {BILLED} = each::date),
        'paid', (SELECT coalesce(sum({GIVEN}), 0) FROM payments
                 WHERE {COUNTED} AND date_trunc('month', paid_on)::date = each::date)
    ) ORDER BY each), '[]') FROM generate_series($4::date, $5::date, interval '1 month') AS each)
)
FROM links JOIN accounts ON accounts.id = links.account_id
JOIN contracts ON contracts.account_id = accounts.id
JOIN companies ON companies.id = contracts.company_id
WHERE links.person_id = $1 AND contracts.id = $2 AND {granted(Right.MONEY)}
  AND contracts.as_of >= {SINCE_MOMENT} AND coalesce($4::date, {SINCE}) >= {SINCE}
"""


class Contract(msgspec.Struct, frozen=True):
    id: UUID
    service: Service
    number: str
    company: str


class Listed(msgspec.Struct, frozen=True):
    id: UUID
    kind: Kind
    service: Service
    company: str
    state: State
    number: int | None
    case_number: str | None
    ordered_at: datetime
    valid_until: date | None
    months: tuple[date, date] | None


class Listing(msgspec.Struct, frozen=True):
    accounts: list[AccountName]
    account: AccountName | None
    """The chosen one, else the first."""
    contracts: list[Contract]
    """Supply first; none where the person may only send readings."""
    orders: list[Listed]
    """Of this person, newest first."""
    since: date | None = None
    """When the present holder came: what was before is not shown."""


async def listing(person_id: UUID, account_id: UUID | None) -> Listing:
    """The whole page in one question."""
    return await DB.one(LISTING, person_id, account_id, MOST, into=Listing) or Listing([], None, [], [])


MONTHS = "CASE WHEN c.starts_on IS NOT NULL THEN json_build_array(c.starts_on, c.ends_on) END"
LISTING = f"""
WITH account AS (
    SELECT accounts.id, to_json({NAMES}) AS named, {granted(Right.MONEY)} AS shows_money,
           {SINCE_MOMENT} AS since_moment, accounts.held_since
    FROM links JOIN accounts ON accounts.id = links.account_id
    WHERE links.person_id = $1 AND (links.account_id = $2 OR $2 IS NULL)
    ORDER BY links.position, links.linked_at LIMIT 1
)
SELECT json_build_object(
    'accounts', {ALL_NAMES}, 'account', (SELECT named FROM account),
    'since', (SELECT held_since FROM account),
    'contracts', (SELECT coalesce(json_agg(json_build_object(
        'id', contracts.id, 'service', service, 'number', contracts.number, 'company', companies.name
    ) ORDER BY service DESC), '[]')
    FROM account JOIN contracts ON contracts.account_id = account.id
    JOIN companies ON companies.id = contracts.company_id
    WHERE account.shows_money AND contracts.as_of >= account.since_moment),
    'orders', (SELECT coalesce(json_agg(x), '[]') FROM (
        SELECT c.id, c.kind, service, companies.short AS company, c.state, c.number, c.case_number, c.ordered_at,
               c.valid_until, {MONTHS} AS months
        FROM account JOIN certificates c ON c.account_id = account.id
        JOIN contracts ON contracts.id = c.contract_id JOIN companies ON companies.id = c.company_id
        WHERE account.shows_money AND c.person_id = $1 AND c.ordered_at >= account.since_moment
        ORDER BY c.ordered_at DESC LIMIT $3) x)
)
"""


class Ordered(msgspec.Struct, frozen=True):
    """One of them, for whoever ordered it."""

    id: UUID
    kind: Kind
    state: State
    lacks: str
    """rules.certificates.Lack, where the staff is needed."""
    service: Service
    company: str
    account_id: UUID
    case_number: str | None
    due_on: date | None
    """Of the case at the desk."""
    ordered_at: datetime
    months: tuple[date, date] | None
    note: str
    facts: Facts | None
    issued_at: datetime | None
    sealed: str
    """Hex."""
    account: AccountName
    accounts: list[AccountName]
    """All that the person may switch to."""


async def ordered(person_id: UUID, certificate_id: UUID) -> Ordered | None:
    return await DB.one(ORDERED, person_id, certificate_id, into=Ordered)


ORDERED = f"""
SELECT json_build_object(
    'id', c.id, 'kind', c.kind, 'state', c.state, 'lacks', c.lacks, 'service', service, 'company', companies.name,
    'account_id', c.account_id, 'case_number', c.case_number,
    'due_on', (SELECT due_on FROM cases WHERE cases.number = c.case_number),
    'ordered_at', c.ordered_at, 'months', {MONTHS}, 'note', c.note, 'facts', c.facts, 'issued_at', c.issued_at,
    'sealed', coalesce(encode(c.sealed, 'hex'), ''), 'account', {NAMES}, 'accounts', {ALL_NAMES}
)
FROM certificates c JOIN contracts ON contracts.id = c.contract_id
JOIN companies ON companies.id = c.company_id
JOIN links ON links.account_id = c.account_id JOIN accounts ON accounts.id = c.account_id
WHERE c.id = $2 AND c.person_id = $1 AND links.person_id = $1 AND {granted(Right.MONEY)}
  AND c.ordered_at >= {SINCE_MOMENT}
"""
