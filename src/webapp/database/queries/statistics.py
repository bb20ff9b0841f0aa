"""What was used, charged and paid at an account, and how its meters were read. Whose it is is in the WHERE."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

import msgspec

from webapp.database.engine import DB
from webapp.database.queries.shown import NAMES, SERIAL, SHOWN_READING, SINCE, SINCE_MOMENT, AccountName
from webapp.rules import readings as rules
from webapp.rules.periods import CLOCK_ERROR
from webapp.rules.roles import Right, granted

Service = Literal["supply", "distribution"]
READINGS_AT_ONCE = 12


class Contract(msgspec.Struct, frozen=True):
    id: UUID
    service: Service
    number: str
    balance: Decimal
    """грн, positive = the consumer owes."""
    as_of: datetime
    price: Decimal
    year_volume: int
    company: str
    company_short: str


class Month(msgspec.Struct, frozen=True, array_like=True):
    """Closing = closing of the month before + charged - paid (K31). Sums in грн, None without the right to see them."""

    month: date
    volume: int | None
    """m³; None where nothing is counted by volume."""
    charged: Decimal | None
    paid: Decimal | None
    """Credited, less what was given back; by the day it was paid."""
    closing: Decimal | None
    planned: bool
    """Nobody sent a reading, and it is not put right yet."""
    plan: int | None
    """m³ that were booked because nobody sent a reading."""


class Used(msgspec.Struct, frozen=True, array_like=True):
    """Gas alone, whichever contract is looked at."""

    month: date
    m3: int
    planned: bool


class Meter(msgspec.Struct, frozen=True):
    id: UUID
    serial: str
    model: str
    digits: int
    profile: str
    verified_until: date | None
    removed_on: date | None


class Reading(msgspec.Struct, frozen=True):
    id: UUID
    number: int
    meter_id: UUID
    month: date
    value: int
    read_on: date
    taken_at: datetime
    received_at: datetime
    source: str
    late: bool
    state: Literal["accepted", "beside", "replaced", "refused"]
    reason: rules.Refusal | None
    by_token: bool = False

    @property
    def was_kept(self) -> bool:
        """It waited on the device."""
        return self.received_at - self.taken_at > CLOCK_ERROR


class Statistics(msgspec.Struct, frozen=True):
    accounts: list[AccountName]
    account: AccountName | None = None
    """The chosen one, else the first."""
    limit: Decimal | None = None
    """The debt above which the person wants to be told."""
    contracts: list[Contract] = []
    """Supply first; none where the person may only send readings."""
    contract: Contract | None = None
    """The chosen one, else the first."""
    months: list[Month] = []
    """All there are, oldest first."""
    year: int | None = None
    """The chosen one where it has any, else the newest."""
    first: date | None = None
    last: date | None = None
    """What is looked at; None where there is nothing."""
    used: list[Used] = []
    """The last four years of gas, oldest first."""
    meters: list[Meter] = []
    """Those that were taken down too, newest first; none without the right to send readings."""
    readings: list[Reading] = []
    """A page of them, newest first."""
    readings_total: int = 0
    read_on: list[tuple[date, date]] = []
    """Month by month, when it was read."""

    @property
    def years(self) -> list[int]:
        """Those with any movement, newest first."""
        return sorted({month.month.year for month in self.months}, reverse=True)


async def statistics(
    person_id: UUID,
    account_id: UUID | None,
    service: Service | None,
    *,
    year: int | None = None,
    first: date | None = None,
    last: date | None = None,
    meter_id: UUID | None = None,
    page: int = 1,
) -> Statistics:
    """The whole page in one question. An account of somebody else is as absent as one that does not exist."""
    found = await DB.one(
        STATISTICS, person_id, account_id, service, year, first, last, meter_id, READINGS_AT_ONCE,
        (page - 1) * READINGS_AT_ONCE, into=Statistics,
    )  # fmt: skip
    return found or Statistics([])


MOVED = """
SELECT month, volume, amount AS charged, 0 AS paid, charges.kind FROM charges
WHERE contract_id = {contract} AND month >= {since}
UNION ALL
SELECT date_trunc('month', paid_on)::date, NULL, 0, CASE payments.kind WHEN 'refund' THEN -amount ELSE amount END, NULL
FROM payments WHERE contract_id = {contract} AND credited_at IS NOT NULL AND paid_on >= {since}
"""
MONTHLY = """
SELECT month, sum(volume) AS volume, sum(charged) AS charged, sum(paid) AS paid,
       sum(sum(charged) - sum(paid)) OVER (ORDER BY month) AS closing,
       coalesce(bool_or(kind = 'planned') AND NOT bool_or(kind = 'recalculation'), false) AS planned,
       sum(volume) FILTER (WHERE kind = 'planned') AS plan
FROM ({moved}) moved GROUP BY month
"""
STATISTICS = f"""
WITH account AS (
    SELECT accounts.id, to_json({NAMES}) AS named, {granted(Right.MONEY)} AS shows_money,
           {granted(Right.READINGS)} AS shows_readings, links.balance_limit,
           {SINCE} AS since, {SINCE_MOMENT} AS since_moment
    FROM links JOIN accounts ON accounts.id = links.account_id
    WHERE links.person_id = $1 AND (links.account_id = $2 OR $2 IS NULL)
    ORDER BY links.position, links.linked_at LIMIT 1
), signed AS (
    SELECT contracts.id, service, contracts.number, balance, as_of, price, year_volume,
           companies.name AS company, companies.short AS company_short,
           CASE WHEN account.since = '-infinity' THEN opening ELSE 0 END AS opening
    FROM account JOIN contracts ON contracts.account_id = account.id
    JOIN companies ON companies.id = contracts.company_id
    WHERE account.shows_money AND contracts.as_of >= account.since_moment
), contract AS (
    SELECT * FROM signed ORDER BY service IS NOT DISTINCT FROM $3 DESC, service DESC LIMIT 1
), gas AS (
    SELECT contracts.id FROM account JOIN contracts ON contracts.account_id = account.id WHERE service = 'supply'
), looked AS (
    SELECT id, opening, true AS money FROM contract
    UNION ALL
    SELECT gas.id, 0, false FROM gas, account WHERE NOT account.shows_money
), monthly AS (
    {MONTHLY.format(moved=MOVED.format(contract="(SELECT id FROM looked)", since="(SELECT since FROM account)"))}
), told AS (
    SELECT month, volume, planned, plan, charged, paid, closing + opening AS closing, money
    FROM monthly, looked WHERE money OR volume IS NOT NULL
), shown AS (
    SELECT year, coalesce($5::date, CASE WHEN $6::date IS NULL THEN make_date(year, 1, 1) END) AS first,
           coalesce($6::date, CASE WHEN $5::date IS NULL THEN make_date(year, 12, 1) END) AS last
    FROM (SELECT coalesce(max(extract(year FROM month)) FILTER (WHERE extract(year FROM month) = $4),
                          max(extract(year FROM month)))::int AS year FROM told) y
), hung AS (
    SELECT meters.id, {SERIAL} AS serial, model, digits, profile, verified_until, removed_on
    FROM account JOIN meters ON meters.account_id = account.id
    JOIN meter_points ON meter_points.id = meters.meter_point_id
    JOIN links ON links.account_id = account.id AND links.person_id = $1
    WHERE account.shows_readings
), read AS (
    SELECT readings.* FROM account JOIN accounts ON accounts.id = account.id
    JOIN meters ON meters.account_id = accounts.id JOIN readings ON readings.meter_id = meters.id
    CROSS JOIN shown
    WHERE account.shows_readings AND (meters.id = $7 OR $7 IS NULL)
      AND (shown.first IS NULL OR month >= shown.first) AND (shown.last IS NULL OR month <= shown.last)
      AND CASE WHEN readings.state = 'refused' THEN read_on >= account.since ELSE {SHOWN_READING} END
)
SELECT json_build_object(
    'accounts', (SELECT coalesce(json_agg({NAMES} ORDER BY links.position, links.linked_at), '[]')
                 FROM links JOIN accounts ON accounts.id = links.account_id WHERE links.person_id = $1),
    'account', (SELECT named FROM account),
    'limit', (SELECT balance_limit FROM account),
    'contracts', (SELECT coalesce(json_agg(signed ORDER BY service DESC), '[]') FROM signed),
    'contract', (SELECT to_json(contract) FROM contract),
    'months', (SELECT coalesce(json_agg(json_build_array(
                   month, volume, CASE WHEN money THEN charged END, CASE WHEN money THEN paid END,
                   CASE WHEN money THEN closing END, planned, plan) ORDER BY month), '[]') FROM told),
    'year', (SELECT year FROM shown), 'first', (SELECT first FROM shown), 'last', (SELECT last FROM shown),
    'used', (SELECT coalesce(json_agg(json_build_array(month, volume, planned) ORDER BY month), '[]') FROM (
        SELECT month, sum(volume) AS volume,
               bool_or(kind = 'planned') AND NOT bool_or(kind = 'recalculation') AS planned
        FROM charges WHERE contract_id = (SELECT id FROM gas) AND volume IS NOT NULL
          AND month >= (SELECT since FROM account)
        GROUP BY month ORDER BY month DESC LIMIT 48) x),
    'meters', (SELECT coalesce(json_agg(hung ORDER BY removed_on DESC NULLS FIRST, serial), '[]') FROM hung),
    'readings', (SELECT coalesce(json_agg(x ORDER BY month DESC, number DESC), '[]') FROM (
        SELECT id, number, meter_id, month, value, read_on, taken_at, received_at, source, late, state, reason, by_token
        FROM read ORDER BY month DESC, number DESC LIMIT $8 OFFSET $9) x),
    'readings_total', (SELECT count(*) FROM read),
    'read_on', (SELECT coalesce(json_agg(json_build_array(month, day)), '[]') FROM (
        SELECT month, max(read_on) AS day FROM account JOIN meters ON meters.account_id = account.id
        JOIN readings ON readings.meter_id = meters.id, shown
        WHERE account.shows_readings AND state = 'accepted' AND read_on >= account.since
          AND month BETWEEN shown.first - 400 AND shown.last GROUP BY month) x)
)
"""
