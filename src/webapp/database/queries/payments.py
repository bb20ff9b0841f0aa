"""What a person pays and has paid: the pages of payments. Whose it is is in the WHERE."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

import msgspec

from webapp.database.engine import DB
from webapp.database.queries.bills import UNDER_WAY
from webapp.database.queries.checkouts import OPEN_CHECKOUT, Provider
from webapp.database.queries.shown import NAMES, SINCE, SINCE_MOMENT, AccountName
from webapp.rules.paying import State, payable
from webapp.rules.roles import Right, granted

Service = Literal["supply", "distribution"]
LATEST = 12
"""Payments on the page; the rest stands month by month among the statistics."""


class Meter(msgspec.Struct, frozen=True):
    """For the reading that is sent in the same dialogue (R13)."""

    id: UUID
    serial: str
    digits: int
    last: int | None
    last_on: date | None


class Owed(msgspec.Struct, frozen=True):
    contract_id: UUID
    service: Service
    number: str
    company: str
    balance: Decimal
    under_way: Decimal
    as_of: datetime
    provider: Provider | None
    open_checkout: UUID | None

    @property
    def payable(self) -> Decimal:
        return payable(self.balance, self.under_way)

    def has_bank(self, pretend: bool) -> bool:
        return self.provider is not None and (pretend or self.provider != "pretend")


class Paying(AccountName, frozen=True):
    contracts: list[Owed]
    """Supply first; none where the person may not see money."""
    meters: list[Meter]


async def to_pay(person_id: UUID) -> list[Paying]:
    """All accounts with what may be paid there, and their meters, in one question."""
    return await DB.one(TO_PAY, person_id, into=list[Paying]) or []


CONTRACTS = f"""
SELECT coalesce(json_agg(json_build_object(
    'contract_id', contracts.id, 'service', service, 'number', contracts.number, 'company', companies.name,
    'balance', balance, 'under_way', {UNDER_WAY}, 'as_of', as_of, 'provider', merchants.provider,
    'open_checkout', {OPEN_CHECKOUT}
) ORDER BY service DESC), '[]')
FROM contracts JOIN companies ON companies.id = contracts.company_id
LEFT JOIN merchants ON merchants.company_id = contracts.company_id
WHERE contracts.account_id = accounts.id AND contracts.as_of >= {SINCE_MOMENT} AND {granted(Right.MONEY)}
  AND accounts.closed_on IS NULL
"""
METERS = f"""
SELECT coalesce(json_agg(json_build_object(
    'id', meters.id, 'serial', serial, 'digits', digits, 'last', r.value, 'last_on', r.read_on
) ORDER BY serial), '[]')
FROM meters LEFT JOIN LATERAL (
    SELECT value, read_on FROM readings WHERE meter_id = meters.id AND state = 'accepted'
    ORDER BY month DESC, number DESC LIMIT 1
) r ON true
WHERE meters.account_id = accounts.id AND removed_on IS NULL AND {granted(Right.READINGS)}
"""
TO_PAY = f"""
SELECT json_agg(({NAMES})::jsonb || jsonb_build_object('contracts', ({CONTRACTS})::jsonb, 'meters', ({METERS})::jsonb)
                ORDER BY links.position, links.linked_at)
FROM links JOIN accounts ON accounts.id = links.account_id WHERE links.person_id = $1
"""


class Line(msgspec.Struct, frozen=True):
    id: UUID
    title: str
    """Of the account, as the person calls it."""
    service: Service
    number: str
    """Of the contract."""
    amount: Decimal
    has_receipt: bool


class Sibling(msgspec.Struct, frozen=True):
    """Begun by the same form, for another creditor."""

    id: UUID
    company: str
    amount: Decimal
    state: State


class Checkout(msgspec.Struct, frozen=True):
    id: UUID
    number: int
    company: str
    provider: Provider
    amount: Decimal
    state: State
    page: str
    created_at: datetime
    expires_at: datetime
    settled_at: datetime | None
    case_number: str
    lines: list[Line]
    siblings: list[Sibling]
    accounts: list[AccountName]


async def checkout(checkout_id: UUID, *, of: UUID) -> Checkout | None:
    """The person's own try."""
    return await DB.one(CHECKOUT, checkout_id, of, into=Checkout)


TITLE = "coalesce(nullif(links.name, ''), nullif(accounts.address, ''), accounts.number)"
ALL_NAMES = f"""(
    SELECT coalesce(json_agg({NAMES} ORDER BY links.position, links.linked_at), '[]')
    FROM links JOIN accounts ON accounts.id = links.account_id WHERE links.person_id = %s
)"""
CHECKOUT = f"""
SELECT json_build_object(
    'id', c.id, 'number', c.number, 'company', companies.name, 'provider', c.provider, 'amount', c.amount,
    'state', c.state, 'page', c.page, 'created_at', c.created_at, 'expires_at', c.expires_at,
    'settled_at', c.settled_at, 'case_number', c.case_number,
    'lines', (
        SELECT json_agg(json_build_object(
            'id', l.id, 'service', contracts.service, 'number', contracts.number, 'amount', l.amount,
            'title', {TITLE}, 'has_receipt', l.receipt IS NOT NULL
        ) ORDER BY links.position, contracts.service DESC)
        FROM checkout_lines l JOIN contracts ON contracts.id = l.contract_id
        JOIN accounts ON accounts.id = l.account_id
        LEFT JOIN links ON links.account_id = accounts.id AND links.person_id = c.person_id
        WHERE l.checkout_id = c.id
    ),
    'siblings', (
        SELECT coalesce(json_agg(json_build_object(
            'id', s.id, 'company', other.name, 'amount', s.amount, 'state', s.state
        ) ORDER BY s.number), '[]')
        FROM checkouts s JOIN companies other ON other.id = s.company_id
        WHERE s.basket_id = c.basket_id AND s.id <> c.id
    ),
    'accounts', {ALL_NAMES % "c.person_id"}
)
FROM checkouts c JOIN companies ON companies.id = c.company_id WHERE c.id = $1 AND c.person_id = $2
"""


class Paid(msgspec.Struct, frozen=True):
    """A line of «Ваші останні в системі платежі» (K28)."""

    id: UUID
    kind: Literal["payment", "refund"]
    amount: Decimal
    paid_on: date
    credited_at: datetime | None
    channel: str
    title: str
    service: Service
    company: str
    has_receipt: bool


class Pending(msgspec.Struct, frozen=True):
    id: UUID
    number: int
    company: str
    amount: Decimal
    state: State
    created_at: datetime
    expires_at: datetime


class Payments(msgspec.Struct, frozen=True):
    accounts: list[AccountName]
    paid: list[Paid]
    """Newest first, of all accounts where the person may see money."""
    pending: list[Pending]
    """The person's own tries that are not settled."""


async def payments(person_id: UUID, account_id: UUID | None) -> Payments:
    found = await DB.one(PAYMENTS, person_id, account_id, LATEST, into=Payments)
    return found or Payments([], [], [])


PAYMENTS = f"""
SELECT json_build_object(
    'accounts', {ALL_NAMES % "$1"},
    'paid', (
        SELECT coalesce(json_agg(p ORDER BY paid_on DESC, place DESC, id), '[]') FROM (
            SELECT payments.id, payments.kind, payments.amount, paid_on, credited_at, channel, {TITLE} AS title,
                   contracts.service, companies.short AS company, l.receipt IS NOT NULL AS has_receipt,
                   coalesce(c.settled_at, payments.credited_at) AS place
            FROM links JOIN accounts ON accounts.id = links.account_id
            JOIN contracts ON contracts.account_id = accounts.id
            JOIN payments ON payments.contract_id = contracts.id
            JOIN companies ON companies.id = contracts.company_id
            LEFT JOIN checkout_lines l ON l.id = payments.id LEFT JOIN checkouts c ON c.id = l.checkout_id
            WHERE links.person_id = $1 AND (links.account_id = $2 OR $2 IS NULL) AND {granted(Right.MONEY)}
              AND paid_on >= {SINCE}
            ORDER BY paid_on DESC, place DESC, payments.id LIMIT $3
        ) p
    ),
    'pending', (
        SELECT coalesce(json_agg(json_build_object(
            'id', c.id, 'number', c.number, 'company', companies.short, 'amount', c.amount, 'state', c.state,
            'created_at', c.created_at, 'expires_at', c.expires_at
        ) ORDER BY c.number), '[]')
        FROM checkouts c JOIN companies ON companies.id = c.company_id
        WHERE c.person_id = $1 AND c.state IN ('open', 'unknown')
    )
)
"""


class Receipt(msgspec.Struct, frozen=True):
    """What was signed, and what the person alone may read beside it."""

    sealed: str
    address: str
    holder: str
    number: str
    checkout: int
    edrpou: str
    is_returned: bool


async def receipt(line_id: UUID, *, of: UUID) -> Receipt | None:
    """For whoever may see the account's money."""
    return await DB.one(RECEIPT, line_id, of, into=Receipt)


RECEIPT = f"""
SELECT json_build_object(
    'sealed', encode(l.receipt, 'hex'), 'address', accounts.settlement || ', ' || accounts.address,
    'holder', accounts.holder, 'number', contracts.number, 'checkout', c.number, 'edrpou', companies.edrpou,
    'is_returned', c.state = 'refunded'
)
FROM checkout_lines l JOIN checkouts c ON c.id = l.checkout_id JOIN contracts ON contracts.id = l.contract_id
JOIN accounts ON accounts.id = l.account_id JOIN links ON links.account_id = accounts.id
JOIN companies ON companies.id = l.company_id
WHERE l.id = $1 AND links.person_id = $2 AND l.receipt IS NOT NULL AND {granted(Right.MONEY)}
  AND c.created_at >= {SINCE_MOMENT}
"""
