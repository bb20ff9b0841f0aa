"""The page of readings: all meters, also those that were taken down, with what was sent, corrected and put beside."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from webapp.database.engine import DB
from webapp.database.queries.accounts import CONTRACTS, ONE_READING, VOLUMES, Account
from webapp.database.queries.shown import ADDRESS, EIC, SERIAL, SHOWN_READING, SINCE
from webapp.rules.roles import Right, granted

MONTHS = 12
OTHERS = 24
"""Readings that do not count: refused, corrected, or beside another one."""


async def history(person_id: UUID) -> list[Account]:
    return await DB.one(HISTORY, person_id, into=list[Account]) or []


CASE = """
coalesce((
    SELECT cases.number FROM cases
    WHERE cases.kind = 'reading_dispute' AND cases.company_id = readings.company_id
      AND cases.typed ->> 'reading' = readings.number::text
    ORDER BY created_at DESC LIMIT 1
), '') AS "case"
"""
PHOTOS = """
ARRAY(SELECT photos.id FROM photos WHERE photos.subject = 'reading' AND photos.subject_id = readings.id
      AND photos.person_id = $1 ORDER BY photos.received_at, photos.id) AS photos
"""
METERS = f"""
SELECT coalesce(json_agg(m ORDER BY m.removed_on DESC NULLS FIRST, m.serial), '[]') FROM (
    SELECT meters.id, {SERIAL} AS serial, model, digits, max_hourly_litres, verified_until, {EIC} AS eic, profile,
           meter_point_id, installed_on, removed_on, (
        SELECT coalesce(json_agg(x ORDER BY x.number DESC), '[]') FROM (
            (SELECT {ONE_READING}, {PHOTOS}, '' AS "case" FROM readings
             WHERE meter_id = meters.id AND state = 'accepted' AND {SHOWN_READING}
             ORDER BY number DESC LIMIT {MONTHS})
            UNION ALL
            (SELECT {ONE_READING}, {PHOTOS}, {CASE} FROM readings
             WHERE meter_id = meters.id AND state <> 'accepted' AND read_on >= {SINCE}
             ORDER BY number DESC LIMIT {OTHERS})
        ) x
    ) AS readings, ({VOLUMES}) AS volumes
    FROM meters JOIN meter_points ON meter_points.id = meters.meter_point_id
    WHERE meters.account_id = accounts.id AND {granted(Right.READINGS)}
      AND (meters.removed_on IS NULL OR meters.removed_on >= {SINCE})
) m
"""
HISTORY = f"""
SELECT json_agg(a) FROM (
    SELECT accounts.id, accounts.number, accounts.settlement, {ADDRESS} AS address, links.name, links.level,
           links.role, ({CONTRACTS}) AS contracts, ({METERS}) AS meters
    FROM links JOIN accounts ON accounts.id = links.account_id
    WHERE links.person_id = $1 ORDER BY links.position, links.linked_at
) a
"""


class Correctable(msgspec.Struct, frozen=True):
    """What the person, or somebody else of the household, sent, and may send again until the window closes."""

    id: UUID
    number: int
    meter_id: UUID
    month: date
    value: int
    read_on: date
    state: str


async def correctable(reading_id: UUID, *, of: UUID) -> Correctable | None:
    return await DB.one(CORRECTABLE, reading_id, of, into=Correctable)


CORRECTABLE = f"""
SELECT json_build_object(
    'id', readings.id, 'number', readings.number, 'meter_id', meter_id, 'month', month, 'value', value,
    'read_on', read_on, 'state', state
)
FROM readings JOIN meters ON meters.id = readings.meter_id JOIN accounts ON accounts.id = meters.account_id
JOIN links ON links.account_id = accounts.id
WHERE readings.id = $1 AND links.person_id = $2 AND source = 'consumer' AND state <> 'refused'
  AND meters.removed_on IS NULL AND {granted(Right.READINGS)} AND {SHOWN_READING}
"""


class Beside(msgspec.Struct, frozen=True):
    """The consumer's own reading, and the one of a higher source that counts instead of it."""

    number: int
    month: date
    value: int
    read_on: date
    received_at: datetime
    source: str
    """Of the one that counts, as all below."""
    counted: int
    counted_on: date
    counted_at: datetime
    digits: int
    serial: str
    account: str
    company_id: UUID
    case: str
    """The number of an objection that was made already."""


async def beside(reading_id: UUID, *, of: UUID) -> Beside | None:
    return await DB.one(BESIDE, reading_id, of, into=Beside)


BESIDE = f"""
SELECT json_build_object(
    'number', readings.number, 'month', readings.month, 'value', readings.value, 'read_on', readings.read_on,
    'received_at', readings.received_at, 'source', counts.source, 'counted', counts.value,
    'counted_on', counts.read_on, 'counted_at', counts.received_at, 'digits', digits, 'serial', {SERIAL},
    'account', accounts.number, 'company_id', readings.company_id, 'case', coalesce((
        SELECT cases.number FROM cases
        WHERE cases.kind = 'reading_dispute' AND cases.company_id = readings.company_id
          AND cases.typed ->> 'reading' = readings.number::text
        ORDER BY created_at DESC LIMIT 1
    ), '')
)
FROM readings JOIN meters ON meters.id = readings.meter_id JOIN accounts ON accounts.id = meters.account_id
JOIN links ON links.account_id = accounts.id
JOIN readings counts ON counts.meter_id = readings.meter_id AND counts.month = readings.month
     AND counts.state = 'accepted'
WHERE readings.id = $1 AND links.person_id = $2 AND readings.state = 'beside' AND readings.source = 'consumer'
  AND {granted(Right.READINGS)} AND {SHOWN_READING}
"""
