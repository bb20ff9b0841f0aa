"""The desks of the office: the cases of a kind, and what the company knows beside what was typed."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec

from webapp.database.engine import DB

AT_ONCE = 50


class Listed(msgspec.Struct, frozen=True):
    id: UUID
    number: str
    kind: str
    created_at: datetime
    due_on: date
    state: str
    decided_at: datetime | None
    decided_by: str | None


class Listing(msgspec.Struct, frozen=True):
    cases: list[Listed]
    count: int

    @property
    def last(self) -> int:
        return max(1, -(-self.count // AT_ONCE))


async def cases(company_id: UUID | None, kind: str, *, is_open: bool, number: int) -> Listing:
    """The open ones oldest first, the decided ones newest first. Nobody's name stands in a list."""
    offset = (number - 1) * AT_ONCE
    return await DB.one(CASES, company_id, kind, is_open, AT_ONCE, offset, into=Listing) or Listing([], 0)


CASES = """
WITH meant AS (
    SELECT c.* FROM cases c
    WHERE c.company_id = $1 AND ($2 = '' OR c.kind = $2) AND (c.state = 'open') = $3
), shown AS (
    SELECT *, row_number() OVER (
        ORDER BY CASE WHEN $3 THEN created_at END, CASE WHEN NOT $3 THEN decided_at END DESC, id
    ) AS place
    FROM meant ORDER BY place LIMIT $4 OFFSET $5
)
SELECT json_build_object(
    'count', (SELECT count(*) FROM meant),
    'cases', (
        SELECT coalesce(json_agg(json_build_object(
            'id', shown.id, 'number', shown.number, 'kind', shown.kind, 'created_at', shown.created_at,
            'due_on', shown.due_on, 'state', shown.state, 'decided_at', shown.decided_at,
            'decided_by', coalesce(nullif(staff.name, ''), staff.mail)
        ) ORDER BY place), '[]')
        FROM shown LEFT JOIN staff ON staff.id = shown.decided_by
    )
)
"""


class Account(msgspec.Struct, frozen=True):
    """What the company knows of the account that is meant."""

    number: str
    """As this company writes it."""
    settlement: str
    address: str
    holder: str
    last_payment: Decimal | None
    last_paid_on: date | None
    closed_on: date | None


class Holder(msgspec.Struct, frozen=True):
    name: str
    role: str
    level: str
    linked_at: datetime
    asked: bool
    """It is the person of the case."""


class Person(msgspec.Struct, frozen=True):
    name: str
    since: datetime
    logins: list[str]
    accounts: list[str]


class Card(msgspec.Struct, frozen=True):
    id: UUID
    number: str
    kind: str
    state: str
    created_at: datetime
    due_on: date
    decided_at: datetime | None
    decided_by: str | None
    answer: str
    looked_at: datetime | None
    """When this colleague gave the reason for looking, if that is not too long ago."""
    reason: str | None
    typed: dict[str, Any]
    contact: str
    person: Person | None
    account: Account | None
    holders: list[Holder]


async def card(case_id: UUID, company_id: UUID | None, colleague_id: UUID, since: datetime) -> Card | None:
    """None: the company has no such case. What is personal is for the handler to keep until `looked_at` is there."""
    return await DB.one(CARD, case_id, company_id, colleague_id, since, into=Card)


CARD = """
SELECT json_build_object(
    'id', c.id, 'number', c.number, 'kind', c.kind, 'state', c.state, 'created_at', c.created_at,
    'due_on', c.due_on, 'decided_at', c.decided_at, 'decided_by', coalesce(nullif(d.name, ''), d.mail),
    'answer', c.answer, 'typed', c.typed, 'contact', c.contact, 'looked_at', l.at, 'reason', l.reason,
    'person', (
        SELECT json_build_object(
            'name', p.name, 'since', p.created_at,
            'logins', (SELECT coalesce(json_agg(contact ORDER BY verified_at), '[]') FROM logins
                       WHERE person_id = p.id),
            'accounts', (SELECT coalesce(json_agg(own.number ORDER BY links.position), '[]')
                         FROM links JOIN accounts own ON own.id = links.account_id
                         WHERE links.person_id = p.id AND own.company_id = c.company_id)
        ) FROM people p WHERE p.id = c.person_id
    ),
    'account', (
        SELECT json_build_object(
            'number', coalesce((
                SELECT number FROM contracts WHERE account_id = a.id AND company_id = c.company_id LIMIT 1
            ), a.number),
            'settlement', a.settlement, 'address', a.address, 'holder', a.holder,
            'closed_on', a.closed_on, 'last_payment', paid.amount, 'last_paid_on', paid.paid_on
        )
        FROM (SELECT 1) AS one LEFT JOIN LATERAL (
            SELECT payments.amount, payments.paid_on
            FROM contracts JOIN payments ON payments.contract_id = contracts.id
            WHERE contracts.account_id = a.id AND contracts.company_id = c.company_id AND payments.kind = 'payment'
            ORDER BY paid_on DESC, payments.id LIMIT 1
        ) AS paid ON true
        WHERE a.id IS NOT NULL
    ),
    'holders', (
        SELECT coalesce(json_agg(json_build_object(
            'name', people.name, 'role', links.role, 'level', links.level, 'linked_at', links.linked_at,
            'asked', people.id IS NOT DISTINCT FROM c.person_id
        ) ORDER BY links.linked_at), '[]')
        FROM links JOIN people ON people.id = links.person_id
        WHERE links.account_id = a.id AND people.portal_id = c.portal_id
    )
)
FROM cases c
LEFT JOIN staff d ON d.id = c.decided_by
LEFT JOIN LATERAL (
    SELECT at, reason FROM audit
    WHERE case_id = c.id AND colleague_id = $3 AND deed = 'looked' AND at >= $4 ORDER BY at DESC LIMIT 1
) l ON true
LEFT JOIN accounts a ON a.id = coalesce(c.account_id, (
    SELECT account_id FROM contracts WHERE company_id = c.company_id AND number = c.typed ->> 'number'
), (
    SELECT id FROM accounts WHERE company_id = c.company_id AND number = c.typed ->> 'number'
))
WHERE c.id = $1 AND c.company_id = $2
"""
