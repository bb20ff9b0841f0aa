"""Money goes back by two: one colleague asks, another approves; then the bank is told, outside of any transaction."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID, uuid4

import msgspec
import structlog

from webapp.actions import audit, merchants, paying
from webapp.actions.audit import By
from webapp.database.engine import DB
from webapp.database.queries import checkouts as queries
from webapp.outside import Outside
from webapp.outside.payments import BankError, BankTrouble
from webapp.rules.paying import State

log = structlog.get_logger()
LONGEST = 200
"""Characters of a reason."""


class Done(msgspec.Struct, frozen=True):
    pass


class Absent(msgspec.Struct, frozen=True):
    """The company has no such payment, or nothing waits to be approved."""


class NotPaid(msgspec.Struct, frozen=True):
    """There is nothing to give back."""


class Already(msgspec.Struct, frozen=True):
    """Somebody has asked for it."""


class Same(msgspec.Struct, frozen=True):
    """Nobody approves what they asked for themselves."""


class Held(msgspec.Struct, frozen=True):
    state: State
    person_id: UUID
    number: int
    amount: Decimal


async def ask(checkout_id: UUID, reason: str, *, by: By, now: datetime) -> Done | Absent | NotPaid | Already:
    """The payment's row is held: of two who ask at once the second learns of the first."""
    async with DB.transaction():
        held = await DB.one(HOLD, checkout_id, by.company_id, into=Held)
        if held is None:
            return Absent()
        if held.state != "paid":
            return NotPaid()
        if not await DB.do(ASK, uuid4(), by.company_id, checkout_id, reason[:LONGEST], by.id, now):
            return Already()
        await _written("refund_asked", held, reason, by, now)
    return Done()


HOLD = """
SELECT json_build_object('state', state, 'person_id', person_id, 'number', number, 'amount', amount)
FROM checkouts WHERE id = $1 AND company_id = $2 FOR UPDATE
"""
ASK = """
INSERT INTO refunds (id, company_id, checkout_id, reason, state, asked_by, asked_at, trouble)
VALUES ($1, $2, $3, $4, 'asked', $5, $6, '') ON CONFLICT DO NOTHING
"""


class Asked(msgspec.Struct, frozen=True):
    id: UUID
    asked_by: UUID
    reason: str


async def decide(checkout_id: UUID, *, approve: bool, by: By, now: datetime) -> Done | Absent | Same:
    """By somebody else than who asked; the database itself refuses the same one. Approved, a job tells the bank."""
    async with DB.transaction():
        held = await DB.one(HOLD, checkout_id, by.company_id, into=Held)
        asked = await DB.one(ASKED, checkout_id, into=Asked) if held else None
        if held is None or asked is None:
            return Absent()
        if asked.asked_by == by.id:
            return Same()
        await DB.do(DECIDE, asked.id, "approved" if approve else "refused", by.id, now)
        await _written("refund_approved" if approve else "refund_refused", held, asked.reason, by, now)
        if approve:
            await DB.enqueue("refund", checkout_id.bytes)
    return Done()


ASKED = """
SELECT json_build_object('id', id, 'asked_by', asked_by, 'reason', reason)
FROM refunds WHERE checkout_id = $1 AND state = 'asked'
"""
DECIDE = "UPDATE refunds SET state = $2, decided_by = $3, decided_at = $4 WHERE id = $1 AND state = 'asked'"


async def _written(deed: audit.Deed, held: Held, reason: str, by: By, now: datetime) -> None:
    await audit.write(
        deed, by, now=now, person_id=held.person_id, reason=reason,
        changed={"payment": held.number, "amount": f"{held.amount:.2f}"},
    )  # fmt: skip


async def carry_out(checkout_id: UUID, *, outside: Outside, now: datetime) -> None:
    """Look first: what went back already is not asked for again. Raises BankError for what is to be tried later."""
    approved = await DB.one(APPROVED, checkout_id, into=UUID)
    if approved is None or await paying.look(checkout_id, outside=outside, now=now) == "refunded":
        return
    known = await queries.bank_side(checkout_id)
    bank = merchants.bank_of(known.merchant, outside.banks, key=outside.key) if known else None
    if known is None or bank is None:
        await DB.do(FAIL, approved, BankTrouble.NOT_SET_UP.value)
        return
    try:
        await bank.refund(str(checkout_id), known.reference, known.amount, str(approved))
    except BankError as error:
        log.warning("a bank gave nothing back", checkout=str(checkout_id), reason=error.reason.value)
        if error.reason is not BankTrouble.REFUSED:
            raise
        await DB.do(FAIL, approved, error.words or error.reason.value)
        return
    await paying.look(checkout_id, outside=outside, now=now)


APPROVED = "SELECT to_json(id) FROM refunds WHERE checkout_id = $1 AND state = 'approved'"
FAIL = "UPDATE refunds SET state = 'failed', trouble = left($2, 120) WHERE id = $1 AND state = 'approved'"
