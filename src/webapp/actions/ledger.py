"""The ledger of a contract: charges, payments and refunds, each written once, and the balance they leave.

balance = opening + charged - paid + given back, always: whoever writes a row that counts moves the balance in the
same transaction, with the contract's row held. What is under way is shown, and does not count yet.
"""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import msgspec

from webapp.actions import webhooks
from webapp.database.engine import DB


class Posted(msgspec.Struct, frozen=True):
    """It stands in the ledger now."""

    balance: Decimal
    """The contract's, with all that counts."""


class AlreadyPosted(msgspec.Struct, frozen=True):
    """This id is a row already; `same`: with the same contract and sum."""

    same: bool


class NoContract(msgspec.Struct, frozen=True):
    """There is no such contract."""


class NoPayment(msgspec.Struct, frozen=True):
    """There is no such payment to give back or to credit."""


class TooMuch(msgspec.Struct, frozen=True):
    """More would be given back than was paid and not given back yet."""

    left: Decimal


class Contract(msgspec.Struct, frozen=True):
    id: UUID
    company_id: UUID
    balance: Decimal


class Payment(msgspec.Struct, frozen=True):
    contract_id: UUID
    amount: Decimal
    credited: bool
    given_back: Decimal


async def post_payment(
    *,
    id: UUID,
    contract_id: UUID,
    amount: Decimal,
    paid_on: date,
    channel: str,
    now: datetime,
    under_way: bool = True,
) -> Posted | AlreadyPosted | NoContract:
    """Inside the caller's transaction. The id is the row: whoever comes twice, or twice at once, pays once.

    `under_way`: taken by the bank, not yet counted by the company; it shows at once and lowers what is to be paid,
    and the balance moves when it is credited.
    """
    contract = await _hold(contract_id)
    if contract is None:
        return NoContract()
    credited = None if under_way else now
    if not await DB.do(PAY, id, contract.company_id, contract.id, amount, paid_on, credited, channel):
        return AlreadyPosted(await _is_same(id, contract_id, amount, "payment"))
    await webhooks.happened("payment.posted", [id], contract.id, now)
    return Posted(contract.balance if under_way else await _move(contract.id, -amount, now))


async def reverse_payment(
    *, id: UUID, payment_id: UUID, amount: Decimal, paid_on: date, channel: str, now: datetime
) -> Posted | AlreadyPosted | NoPayment | TooMuch:
    """Inside the caller's transaction: money goes back, wholly or in part. A refund is a row of its own.

    It counts where the payment does: one under way takes from what is under way.
    """
    of = await DB.one("SELECT to_json(contract_id) FROM payments WHERE id = $1", payment_id, into=UUID)
    contract = await _hold(of) if of else None
    payment = await DB.one(PAYMENT, payment_id, into=Payment) if contract else None
    if contract is None or payment is None:
        return NoPayment()
    if await DB.one("SELECT to_json(true) FROM payments WHERE id = $1", id, into=bool):
        return AlreadyPosted(await _is_same(id, contract.id, amount, "refund"))
    left = payment.amount - payment.given_back
    if amount > left:
        return TooMuch(left)
    credited = now if payment.credited else None
    await DB.do(
        GIVE_BACK, id, contract.company_id, contract.id, amount, paid_on, credited, channel, payment_id
    )
    return Posted(await _move(contract.id, amount, now) if payment.credited else contract.balance)


async def credit_payment(payment_id: UUID, *, now: datetime) -> Posted | AlreadyPosted | NoPayment:
    """Inside the caller's transaction: the company counts what was under way, with what was given back of it."""
    of = await DB.one("SELECT to_json(contract_id) FROM payments WHERE id = $1", payment_id, into=UUID)
    contract = await _hold(of) if of else None
    if contract is None:
        return NoPayment()
    moved = await DB.one(CREDIT, payment_id, now, into=Decimal)
    return AlreadyPosted(True) if moved is None else Posted(await _move(contract.id, moved, now))


async def post_charge(
    *,
    id: UUID,
    contract_id: UUID,
    month: date,
    kind: str,
    amount: Decimal,
    charged_on: date,
    now: datetime,
    volume: int | None = None,
    price: Decimal = Decimal(0),
) -> Posted | AlreadyPosted | NoContract:
    """Inside the caller's transaction. A subsidy and a benefit come with a negative sum."""
    contract = await _hold(contract_id)
    if contract is None:
        return NoContract()
    if not await DB.do(
        CHARGE, id, contract.company_id, contract.id, month, kind, volume, price, amount, charged_on
    ):
        return AlreadyPosted(bool(await DB.one(SAME_CHARGE, id, contract.id, amount, into=bool)))
    return Posted(await _move(contract.id, amount, now))


async def _hold(contract_id: UUID) -> Contract | None:
    return await DB.one(HOLD, contract_id, into=Contract)


async def _move(contract_id: UUID, by: Decimal, now: datetime) -> Decimal:
    moved = await DB.one(MOVE, contract_id, by, now, into=Decimal)
    assert moved is not None, "the contract is held"
    return moved


async def _is_same(id: UUID, contract_id: UUID, amount: Decimal, kind: str) -> bool:
    return bool(await DB.one(SAME, id, contract_id, amount, kind, into=bool))


HOLD = """
SELECT json_build_object('id', id, 'company_id', company_id, 'balance', balance::text)
FROM contracts WHERE id = $1 FOR UPDATE
"""
MOVE = """
UPDATE contracts SET balance = balance + $2, as_of = greatest(as_of, $3) WHERE id = $1
RETURNING to_json(balance::text)
"""
PAY = """
INSERT INTO payments (id, company_id, contract_id, amount, paid_on, credited_at, channel)
VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO NOTHING
"""
GIVE_BACK = """
INSERT INTO payments (id, company_id, contract_id, amount, paid_on, credited_at, channel, kind, refund_of)
VALUES ($1, $2, $3, $4, $5, $6, $7, 'refund', $8)
"""
PAYMENT = """
SELECT json_build_object(
    'contract_id', contract_id, 'amount', amount::text, 'credited', credited_at IS NOT NULL,
    'given_back', (SELECT coalesce(sum(back.amount), 0)::text FROM payments back WHERE back.refund_of = payments.id)
)
FROM payments WHERE id = $1 AND kind = 'payment'
"""
CREDIT = """
WITH counted AS (
    UPDATE payments SET credited_at = $2
    WHERE (id = $1 AND kind = 'payment' OR refund_of = $1) AND credited_at IS NULL
    RETURNING CASE kind WHEN 'refund' THEN amount ELSE -amount END AS by
)
SELECT to_json(sum(by)::text) FROM counted HAVING count(*) > 0
"""
CHARGE = """
INSERT INTO charges (id, company_id, contract_id, month, kind, volume, price, amount, charged_on)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (id) DO NOTHING
"""
SAME = """
SELECT to_json(EXISTS (
    SELECT FROM payments WHERE id = $1 AND contract_id = $2 AND amount = $3 AND kind = $4
))
"""
SAME_CHARGE = """
SELECT to_json(EXISTS (SELECT FROM charges WHERE id = $1 AND contract_id = $2 AND amount = $3))
"""
