"""The receipt of one reading, for whoever may see its account."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from webapp.database.engine import DB
from webapp.database.queries.readings import SUPPLY
from webapp.database.queries.shown import SHOWN_READING
from webapp.rules.roles import Right, granted


class Signable(msgspec.Struct, frozen=True):
    """What a receipt of the reading says, and the one that was signed already."""

    id: UUID
    number: int
    operator: str
    supplier: str | None
    account: str
    serial: str
    digits: int
    value: int
    read_on: date
    month: date
    taken_at: datetime
    received_at: datetime
    source: str
    by_token: bool
    receipt: bytes | None


async def signable(reading_id: UUID, *, of: UUID) -> Signable | None:
    """One that was taken, also where another counts by now; not the planned volume, nor what was refused."""
    return await DB.one(SIGNABLE, reading_id, of, into=Signable)


SIGNABLE = f"""
SELECT json_build_object(
    'id', readings.id, 'number', readings.number, 'operator', companies.name,
    'supplier', supplier.name, 'account', accounts.number,
    'serial', serial, 'digits', digits, 'value', value, 'read_on', read_on, 'month', month,
    'taken_at', taken_at, 'received_at', received_at, 'source', source, 'by_token', by_token,
    'receipt', translate(encode(receipt, 'base64'), E'\\n', '')
)
FROM readings JOIN meters ON meters.id = readings.meter_id JOIN accounts ON accounts.id = meters.account_id
JOIN companies ON companies.id = readings.company_id JOIN links ON links.account_id = accounts.id {SUPPLY}
WHERE readings.id = $1 AND links.person_id = $2 AND readings.state <> 'refused' AND source <> 'planned'
  AND {granted(Right.READINGS)} AND {SHOWN_READING}
"""
