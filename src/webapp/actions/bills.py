"""Bills are issued month by month from what was charged and paid; an issued one never changes."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

import msgspec

from webapp.actions import pins, webhooks
from webapp.database.engine import DB
from webapp.rules import bills as rules
from webapp.rules.bills import Service
from webapp.rules.ledger import turnover
from webapp.rules.periods import day_of
from webapp.rules.policy import Policy


class Issued(msgspec.Struct, frozen=True):
    """None where there was nothing to be billed."""

    months: list[date]


class NoContract(msgspec.Struct, frozen=True):
    pass


class Contract(msgspec.Struct, frozen=True):
    id: UUID
    company_id: UUID
    account_id: UUID
    service: Service
    number: str
    closing: Decimal
    """Of the last bill, else what the contract began with."""
    last: date | None
    months: list[tuple[date, date]]
    """That have charges on no bill yet, and when the latest of them was charged; oldest first."""


async def issue(contract_id: UUID, *, policy: Policy, key: bytes, now: datetime) -> Issued | NoContract:
    """All bills that a contract lacks. Its row is held: of two workers at once the second finds nothing to do."""
    async with DB.transaction():
        if not await DB.one(
            "SELECT to_json(id) FROM contracts WHERE id = $1 FOR UPDATE", contract_id, into=UUID
        ):
            return NoContract()
        contract = await DB.one(WAITING, contract_id, day_of(now), into=Contract)
        assert contract is not None, "the contract is held"
        opening = contract.closing
        issued = [(uuid4(), month, charged_on) for month, charged_on in contract.months]
        for id, month, charged_on in issued:
            opening = await _issue(id, contract, month, charged_on, opening, policy)
        await webhooks.happened("bill.issued", [id for id, _, _ in issued], contract.id, now)
        if contract.months and policy.bills.pin:
            await pins.issue_for_bills(contract.account_id, key=key, now=now)
    return Issued([month for month, _ in contract.months])


async def _issue(
    id: UUID, contract: Contract, month: date, charged_on: date, opening: Decimal, policy: Policy
) -> Decimal:
    terms = policy.bills
    charged = await DB.one(TAKE_CHARGES, contract.id, id, month, into=Decimal) or Decimal(0)
    paid = await DB.one(
        TAKE_PAYMENTS, contract.id, id, rules.received_before(month, charged_on), into=Decimal
    ) or Decimal(0)  # fmt: skip
    sums = turnover(opening, [charged], [paid])
    due = rules.due_on(contract.service, month, terms.supply_due_day, terms.distribution_due_day)
    await DB.do(
        ISSUE, id, contract.company_id, contract.id, month,
        rules.number_of(contract.service, contract.number, month), charged_on, due, opening, charged, paid,
        sums.closing,
    )  # fmt: skip
    return sums.closing


BILLED_IN = "greatest(month, (date_trunc('month', charged_on) - interval '1 month')::date)"
"""As rules.ledger.billed_in says it; what comes for a month that has its bill stands on the next one."""
WAITING = f"""
WITH last AS (
    SELECT month, closing FROM bills
    WHERE contract_id = $1
    ORDER BY month DESC LIMIT 1
), waiting AS (
    SELECT greatest({BILLED_IN}, (SELECT (month + interval '1 month')::date FROM last)) AS month, charged_on
    FROM charges WHERE contract_id = $1 AND bill_id IS NULL AND charged_on <= $2
)
SELECT json_build_object(
    'id', id, 'company_id', company_id, 'account_id', account_id, 'service', service, 'number', number,
    'closing', coalesce((SELECT closing FROM last), opening), 'last', (SELECT month FROM last),
    'months', (SELECT coalesce(json_agg(json_build_array(month, on_day) ORDER BY month), '[]') FROM (
        SELECT month, max(charged_on) AS on_day FROM waiting GROUP BY month) m)
)
FROM contracts WHERE id = $1
"""
TAKE_CHARGES = f"""
WITH taken AS (
    UPDATE charges SET bill_id = $2 WHERE contract_id = $1 AND bill_id IS NULL AND {BILLED_IN} <= $3
    RETURNING amount
)
SELECT to_json(sum(amount)) FROM taken
"""
TAKE_PAYMENTS = """
WITH taken AS (
    UPDATE payments SET bill_id = $2
    WHERE contract_id = $1 AND bill_id IS NULL AND credited_at IS NOT NULL AND paid_on < $3
    RETURNING CASE kind WHEN 'refund' THEN -amount ELSE amount END AS amount
)
SELECT to_json(sum(amount)) FROM taken
"""
ISSUE = """
INSERT INTO bills (id, company_id, contract_id, month, number, issued_on, due_on, opening, charged, paid, closing)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
"""
