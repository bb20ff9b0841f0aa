"""«It was not so»: the consumer objects to a reading that counts instead of their own; the company decides."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from webapp.actions import cases, limiting
from webapp.actions.disputes import TooMany
from webapp.database.engine import DB
from webapp.database.queries import history
from webapp.rules import limits, periods, readings


class TooLate(msgspec.Struct, frozen=True):
    """The days for it are over."""


async def open(
    reading_id: UUID, words: str, *, by: UUID, portal_id: UUID, language: str, now: datetime
) -> str | TooMany | TooLate | None:
    """The number of the case, of the first one where it was asked twice; None: the person has no such reading."""
    async with DB.transaction():
        await DB.do(HOLD_METER, reading_id)  # of two at once the second sees the case of the first
        found = await history.beside(reading_id, of=by)
        if found is None or found.case:
            return found.case if found else None
        days = (periods.day_of(moment) for moment in (found.received_at, found.counted_at, now))
        if not readings.disputable(*days):
            return TooLate()
        if not await limiting.take(limits.REQUEST_PER_PERSON, str(by), now):
            return TooMany()
        shown = {"value": found.value, "counted": found.counted}
        typed = {name: f"{value:0{found.digits}d}" for name, value in shown.items()}
        typed |= {
            "number": found.account, "meter": found.serial, "reading": str(found.number),
            "month": found.month.isoformat()[:7], "explanation": words,
        }  # fmt: skip
        number = await cases.open(
            "reading_dispute", company_id=found.company_id, portal_id=portal_id, person_id=by, typed=typed,
            language=language, now=now,
        )  # fmt: skip
    return number


HOLD_METER = """
SELECT 1 FROM meters WHERE id = (SELECT meter_id FROM readings WHERE readings.id = $1) FOR UPDATE
"""


class Held(msgspec.Struct, frozen=True):
    account_id: UUID
    meter_id: UUID
    month: date


async def grant(company_id: UUID, number: str) -> UUID | None:
    """The consumer's reading counts; what overruled it is set aside. The account; None: there is nothing to do.

    Inside the caller's transaction.
    """
    held = await DB.one(HOLD, company_id, number, into=Held)
    if held is None:
        return None
    own = await DB.one(OWN, held.meter_id, held.month, into=UUID)
    if own is None:
        return None
    await DB.do(SET_ASIDE, held.meter_id, held.month)
    await DB.do("UPDATE readings SET state = 'accepted' WHERE id = $1", own)
    return held.account_id


HOLD = """
SELECT json_build_object('account_id', meters.account_id, 'meter_id', meters.id, 'month', readings.month)
FROM readings JOIN meters ON meters.id = readings.meter_id
WHERE readings.company_id = $1 AND readings.number::text = $2 FOR UPDATE OF meters
"""
OWN = """
SELECT to_json(id) FROM readings
WHERE meter_id = $1 AND month = $2 AND source = 'consumer' AND state IN ('accepted', 'beside')
"""
SET_ASIDE = """
UPDATE readings SET state = 'replaced'
WHERE meter_id = $1 AND month = $2 AND source <> 'consumer' AND state IN ('accepted', 'beside')
"""
