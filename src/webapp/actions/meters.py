"""A meter is taken down and another hangs in its place: two readings, one for what both let through."""

from datetime import date, datetime, time
from hashlib import sha256
from uuid import UUID, uuid5

import msgspec

from webapp.actions.submissions import Accepted, Refused, Sender, Submission
from webapp.actions.taking import Heard, take
from webapp.database.engine import DB
from webapp.database.queries import readings as queries
from webapp.outside.receipt_keys import ReceiptKeys
from webapp.rules import periods
from webapp.rules.policy import Policy
from webapp.rules.readings import Refusal


class New(msgspec.Struct, frozen=True):
    """The meter that is hung, as its passport says."""

    id: UUID
    """Minted by whoever tells of it: told twice, it is hung once."""
    serial: str
    model: str
    digits: int = 5
    max_hourly_litres: int = 6000
    verified_until: date | None = None
    value: str = "0"
    """What it showed when it was hung."""


class Replaced(msgspec.Struct, frozen=True):
    pass


class NotThere(msgspec.Struct, frozen=True):
    """No such meter of the company hangs anywhere."""


class SerialTaken(msgspec.Struct, frozen=True):
    """Another meter of the company has this number."""


class WrongDay(msgspec.Struct, frozen=True):
    """Still to come, or before the meter itself was hung."""


class WrongValue(msgspec.Struct, frozen=True):
    """Of the old meter, or of the new one, as `serial` says."""

    serial: str
    why: Refusal


Outcome = Replaced | NotThere | SerialTaken | WrongDay | WrongValue


async def replace(
    meter_id: UUID, last: str, new: New, *, on: date, by: Sender, company_id: UUID, policy: Policy, now: datetime,
    keys: ReceiptKeys,
) -> Outcome:  # fmt: skip
    """`last`: what the old one showed when it was taken down; it takes no readings any more.

    That value counts for the month of `on`, the first one of the new meter for the month before. So the month of
    the change has a part on each, and stays free for what the consumer reads on the new one when it ends.
    """
    async with DB.transaction() as transaction:
        old = await DB.one(LOCK, meter_id, company_id, into=queries.Meter)
        if old is None:
            return NotThere()
        if old.removed_on:
            return Replaced() if await DB.one(SAME, new.id, meter_id, into=bool) else NotThere()
        if periods.is_future(on, now) or not await DB.one(HUNG_BEFORE, meter_id, on, into=bool):
            return WrongDay()
        if not await DB.do(HANG, meter_id, new.id, new.serial, new.model, new.digits, new.max_hourly_litres, on,
                           new.verified_until):  # fmt: skip
            return SerialTaken()
        hung = msgspec.structs.replace(
            old, id=new.id, serial=new.serial, digits=new.digits, max_hourly_litres=new.max_hourly_litres
        )
        month = periods.month_at(_noon(on), policy.window)
        for meter, value, counted in ((old, last, month), (hung, new.value, periods.month_before(month))):
            outcome = await take(
                meter, _heard(meter, value, counted, on, new.id), by, policy, now, False, keys
            )
            if not isinstance(outcome, Accepted):
                await transaction.rollback()
                return (
                    WrongValue(meter.serial, outcome.reason) if isinstance(outcome, Refused) else NotThere()
                )
        await DB.do("UPDATE meters SET removed_on = $2 WHERE id = $1", meter_id, on)
    return Replaced()


def _heard(meter: queries.Meter, value: str, month: date, on: date, change: UUID) -> Heard:
    sent = Submission(uuid5(change, str(meter.id)), meter.id, value, on, _noon(on), _digest(meter, value, on))
    return Heard(sent, _noon(on), periods.Counted(month, in_window=True, by_receipt=False))


def _digest(meter: queries.Meter, value: str, on: date) -> str:
    return sha256(f"{meter.id}\n{value}\n{on}".encode()).hexdigest()


def _noon(day: date) -> datetime:
    """A change is told by its day alone."""
    return datetime.combine(day, time(12), periods.KYIV)


LOCK = queries.locked("meters.id = $1 AND meters.company_id = $2")
SAME = """
SELECT to_json(true) FROM meters JOIN meters old ON old.meter_point_id = meters.meter_point_id
WHERE meters.id = $1 AND old.id = $2
"""
HUNG_BEFORE = "SELECT to_json(installed_on <= $2) FROM meters WHERE id = $1"
HANG = """
INSERT INTO meters (id, company_id, account_id, meter_point_id, serial, model, digits, max_hourly_litres,
                    installed_on, verified_until)
SELECT $2, company_id, account_id, meter_point_id, $3, $4, $5, $6, $7, $8 FROM meters WHERE id = $1
ON CONFLICT DO NOTHING
"""
