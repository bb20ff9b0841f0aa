"""What the bank says becomes what the ledger says: once, whoever asks how often and at the same moment."""

from datetime import datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID, uuid5

import msgspec

from webapp.actions import cases, ledger, messages
from webapp.database.engine import DB
from webapp.outside.receipt_keys import ReceiptKeys
from webapp.rules import paying as rules
from webapp.rules import payment_receipts
from webapp.rules.paying import Seen, State, Turn
from webapp.rules.payment_receipts import PaymentReceipt
from webapp.rules.periods import day_of
from webapp.rules.signed import masked, sealed


class Line(msgspec.Struct, frozen=True):
    id: UUID
    contract_id: UUID
    service: Literal["supply", "distribution"]
    number: str
    """Of the contract."""
    company: str
    amount: Decimal


class Held(msgspec.Struct, frozen=True):
    id: UUID
    number: int
    company_id: UUID
    portal_id: UUID
    person_id: UUID
    provider: str
    state: State
    amount: Decimal
    language: str
    created_at: datetime
    expires_at: datetime
    case_number: str
    settled_at: datetime | None
    lines: list[Line]
    """In the order in which contracts are held everywhere."""


async def settle(checkout_id: UUID, seen: Seen | None, *, keys: ReceiptKeys, now: datetime) -> State | None:
    """`seen`: what the bank has answered, if it has. The row is held: of fifty callbacks one finds it unpaid."""
    async with DB.transaction():
        held = await DB.one(HOLD, checkout_id, into=Held)
        if held is None:
            return None
        turn = rules.turn(
            held.state, seen, order=str(held.id), amount=held.amount, expires_at=held.expires_at, now=now
        )
        await _write(held, turn, seen, now)
        if turn.state == "paid" != held.state:
            await _credit(held, _paid_at(held, seen, now), keys, now)
        elif turn.state == "refunded" != held.state:
            await _give_back(held, now)
        elif turn.state not in rules.PENDING:
            await DB.do(FREE, held.id)
        if _needs_people(held, turn, now):
            await _open_case(held, turn, now)
    return turn.state


HOLD = """
SELECT json_build_object(
    'id', id, 'number', number, 'company_id', company_id, 'portal_id', portal_id, 'person_id', person_id,
    'provider', provider, 'state', state, 'amount', amount::text, 'language', language, 'created_at', created_at,
    'expires_at', expires_at, 'case_number', case_number, 'settled_at', settled_at,
    'lines', (
        SELECT json_agg(json_build_object(
            'id', l.id, 'contract_id', l.contract_id, 'amount', l.amount::text, 'service', contracts.service,
            'number', contracts.number, 'company', companies.name
        ) ORDER BY l.contract_id)
        FROM checkout_lines l JOIN contracts ON contracts.id = l.contract_id
        JOIN companies ON companies.id = l.company_id
        WHERE l.checkout_id = checkouts.id
    )
)
FROM checkouts WHERE id = $1 FOR UPDATE
"""
FREE = "UPDATE checkout_lines SET is_open = false WHERE checkout_id = $1 AND is_open"


async def _write(held: Held, turn: Turn, seen: Seen | None, now: datetime) -> None:
    next_look = rules.next_look(turn.state, created_at=held.created_at, expires_at=held.expires_at, now=now)
    settled = None if turn.state == "open" else now if turn.state != held.state else held.settled_at
    await DB.do(
        WRITE, held.id, turn.state, turn.trouble or "", seen.reason if seen else None,
        now if seen else None, next_look, settled,
    )  # fmt: skip


WRITE = """
UPDATE checkouts SET state = $2, trouble = $3, reason = coalesce($4, reason),
       looked_at = coalesce($5, looked_at), next_look_at = $6, settled_at = $7
WHERE id = $1
"""


def _paid_at(held: Held, seen: Seen | None, now: datetime) -> datetime:
    """By the bank's clock, if that is possible at all."""
    said = seen.at if seen else None
    return said if said and held.created_at <= said <= now else now


async def _credit(held: Held, paid_at: datetime, keys: ReceiptKeys, now: datetime) -> None:
    for line in held.lines:
        await ledger.post_payment(
            id=line.id, contract_id=line.contract_id, amount=line.amount, paid_on=day_of(paid_at),
            channel="card", now=now,
        )  # fmt: skip
        number = await DB.one("SELECT to_json(nextval('payment_receipt_numbers'))", into=int)
        assert number
        await DB.do(RECEIPT, line.id, _seal(keys, number, held, line, paid_at))
    await _tell("payment-received", held, now)


RECEIPT = "UPDATE checkout_lines SET is_open = false, receipt = $2 WHERE id = $1"


def _seal(keys: ReceiptKeys, number: int, held: Held, line: Line, paid_at: datetime) -> bytes:
    key = keys.current()
    text = payment_receipts.written(
        PaymentReceipt(
            number,
            line.company,
            masked(line.number),
            line.service,
            line.amount,
            paid_at,
            held.provider,
            key.id,
        )
    )
    return sealed(key.sign(text.encode()), text)


async def _give_back(held: Held, now: datetime) -> None:
    """What was credited is taken back; what never was leaves no trace in the ledger."""
    await DB.do(FREE, held.id)
    await DB.do(RETURNED, held.id, now)
    if held.state != "paid":
        return
    for line in held.lines:
        await ledger.reverse_payment(
            id=uuid5(line.id, "refund"), payment_id=line.id, amount=line.amount, paid_on=day_of(now),
            channel="card", now=now,
        )  # fmt: skip
    await _tell("payment-returned", held, now)


RETURNED = "UPDATE refunds SET state = 'done', done_at = $2 WHERE checkout_id = $1 AND state = 'approved'"


async def _tell(notice: messages.Notice, held: Held, now: datetime) -> None:
    await messages.tell(notice, held.person_id, now=now, about=held.id)


def _needs_people(held: Held, turn: Turn, now: datetime) -> bool:
    """Once: what the bank says is not believed, or it has said nothing for a day."""
    silent = turn.state == "unknown" and now - held.created_at >= rules.CASE_AFTER
    return not held.case_number and (turn.trouble is not None or silent)


async def _open_case(held: Held, turn: Turn, now: datetime) -> None:
    number = await cases.open(
        "payment", company_id=held.company_id, portal_id=held.portal_id, person_id=held.person_id,
        language=held.language, days=rules.CASE_DAYS, now=now,
        typed={"payment": str(held.number), "amount": f"{held.amount:.2f}", "trouble": turn.trouble or "silent"},
    )  # fmt: skip
    await DB.do("UPDATE checkouts SET case_number = $2 WHERE id = $1", held.id, number)


async def close_by_hand(company_id: UUID, number: str, now: datetime) -> None:
    """The company has found out that no money came: one may pay again. Should it come after all, it counts."""
    closed = await DB.one(CLOSE, company_id, int(number) if number.isdecimal() else 0, now, into=UUID)
    if closed:
        await DB.do(FREE, closed)


CLOSE = """
UPDATE checkouts SET state = 'declined', settled_at = $3
WHERE company_id = $1 AND number = $2 AND state IN ('open', 'unknown') RETURNING to_json(id)
"""
