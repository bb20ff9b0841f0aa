"""Receipts of readings: signed when the reading is accepted, once, and the same for ever."""

from datetime import date, datetime
from uuid import UUID

from webapp.database.engine import DB
from webapp.database.queries import receipts as queries
from webapp.outside.receipt_keys import ReceiptKeys
from webapp.rules import receipts as rules
from webapp.rules.policy import Policy
from webapp.rules.receipts import Receipt
from webapp.rules.signed import masked, sealed


def seal(
    keys: ReceiptKeys,
    *,
    number: int,
    company: str,
    account: str,
    meter: str,
    digits: int,
    value: int,
    read_on: date,
    month: date,
    taken_at: datetime,
    received_at: datetime,
    source: str,
) -> bytes:
    """What is stored with the reading; the account's number is masked here, and stands nowhere in it."""
    key = keys.current()
    text = rules.written(
        Receipt(
            number,
            company,
            masked(account),
            meter,
            f"{value:0{digits}d}",
            read_on,
            month,
            taken_at,
            received_at,
            source,
            key.id,
        )
    )
    return sealed(key.sign(text.encode()), text)


def taker(policy: Policy, operator: str, supplier: str | None) -> str:
    """Who took the reading: the operator, unless this portal's readings go to the supplier alone (P-09)."""
    return operator if "operator" in policy.readings.taken_by or supplier is None else supplier


async def receipt_of(reading_id: UUID, *, of: UUID, policy: Policy, keys: ReceiptKeys) -> bytes | None:
    """None where there is none to give. One from before there were receipts gets its own at the first look.

    Of two who look at the same moment one stores, and both see what is stored.
    """
    found = await queries.signable(reading_id, of=of)
    if found is None or found.receipt:
        return found.receipt if found else None
    made = seal(
        keys, number=found.number, company=taker(policy, found.operator, found.supplier),
        account=found.account, meter=found.serial, digits=found.digits, value=found.value,
        read_on=found.read_on, month=found.month, taken_at=found.taken_at, received_at=found.received_at,
        source=rules.giver(found.source, found.by_token),
    )  # fmt: skip
    if await DB.do(STORE, reading_id, made):
        return made
    found = await queries.signable(reading_id, of=of)
    return found.receipt if found else None


STORE = "UPDATE readings SET receipt = $2 WHERE id = $1 AND receipt IS NULL"
