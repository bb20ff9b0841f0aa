"""Payments as the company sees them: tries, what the bank said, what is to go back. Nobody's name stands there."""

from datetime import datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

import msgspec

from webapp.database.engine import DB
from webapp.rules.paying import State

AT_ONCE = 50
RefundState = Literal["asked", "approved", "refused", "done", "failed"]
Which = Literal["refunds", "unknown", "all"]


class Listed(msgspec.Struct, frozen=True):
    id: UUID
    number: int
    amount: Decimal
    state: State
    trouble: str
    created_at: datetime
    provider: str
    refund: RefundState | None


class Listing(msgspec.Struct, frozen=True):
    payments: list[Listed]
    count: int
    waiting: int
    """Refunds that somebody has to approve."""

    @property
    def last(self) -> int:
        return max(1, -(-self.count // AT_ONCE))


async def listing(company_id: UUID | None, which: Which, *, number: int | None, page: int) -> Listing:
    """Newest first; of a number the one that is meant."""
    offset = (page - 1) * AT_ONCE
    found = await DB.one(LISTING, company_id, which, number, AT_ONCE, offset, into=Listing)
    return found or Listing([], 0, 0)


LISTING = """
WITH meant AS (
    SELECT c.id, c.number, c.amount, c.state, c.trouble, c.created_at, c.provider, (
        SELECT state FROM refunds WHERE checkout_id = c.id ORDER BY asked_at DESC LIMIT 1
    ) AS refund
    FROM checkouts c WHERE c.company_id = $1 AND ($3::bigint IS NULL OR c.number = $3)
), chosen AS (
    SELECT * FROM meant WHERE CASE $2
        WHEN 'refunds' THEN refund IN ('asked', 'approved', 'failed')
        WHEN 'unknown' THEN state = 'unknown'
        ELSE true
    END
)
SELECT json_build_object(
    'count', (SELECT count(*) FROM chosen),
    'waiting', (SELECT count(*) FROM meant WHERE refund = 'asked'),
    'payments', (SELECT coalesce(json_agg(p ORDER BY p.number DESC), '[]')
                 FROM (SELECT * FROM chosen ORDER BY number DESC LIMIT $4 OFFSET $5) p)
)
"""


class Line(msgspec.Struct, frozen=True):
    number: str
    """Of the contract."""
    amount: Decimal
    credited_at: datetime | None


class Refund(msgspec.Struct, frozen=True):
    state: RefundState
    reason: str
    asked_by: str
    asked_by_id: UUID
    asked_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    done_at: datetime | None
    trouble: str


class Card(msgspec.Struct, frozen=True):
    id: UUID
    number: int
    amount: Decimal
    state: State
    trouble: str
    reason: str
    provider: str
    reference: str
    created_at: datetime
    expires_at: datetime
    looked_at: datetime | None
    settled_at: datetime | None
    case_number: str
    lines: list[Line]
    refunds: list[Refund]
    """Newest first."""

    @property
    def waiting(self) -> Refund | None:
        return next((one for one in self.refunds if one.state == "asked"), None)

    @property
    def may_be_refunded(self) -> bool:
        return self.state == "paid" and not any(
            one.state in ("asked", "approved", "done") for one in self.refunds
        )


async def card(checkout_id: UUID, company_id: UUID | None) -> Card | None:
    """None: the company has no such payment."""
    return await DB.one(CARD, checkout_id, company_id, into=Card)


CARD = """
SELECT json_build_object(
    'id', c.id, 'number', c.number, 'amount', c.amount, 'state', c.state, 'trouble', c.trouble, 'reason', c.reason,
    'provider', c.provider, 'reference', c.reference, 'created_at', c.created_at, 'expires_at', c.expires_at,
    'looked_at', c.looked_at, 'settled_at', c.settled_at, 'case_number', c.case_number,
    'lines', (
        SELECT json_agg(json_build_object(
            'number', contracts.number, 'amount', l.amount, 'credited_at', payments.credited_at
        ) ORDER BY contracts.number)
        FROM checkout_lines l JOIN contracts ON contracts.id = l.contract_id
        LEFT JOIN payments ON payments.id = l.id WHERE l.checkout_id = c.id
    ),
    'refunds', (
        SELECT coalesce(json_agg(json_build_object(
            'state', r.state, 'reason', r.reason, 'asked_by', coalesce(nullif(asker.name, ''), asker.mail),
            'asked_by_id', r.asked_by, 'asked_at', r.asked_at,
            'decided_by', coalesce(nullif(other.name, ''), other.mail), 'decided_at', r.decided_at,
            'done_at', r.done_at, 'trouble', r.trouble
        ) ORDER BY r.asked_at DESC), '[]')
        FROM refunds r JOIN staff asker ON asker.id = r.asked_by LEFT JOIN staff other ON other.id = r.decided_by
        WHERE r.checkout_id = c.id
    )
)
FROM checkouts c WHERE c.id = $1 AND c.company_id = $2
"""
