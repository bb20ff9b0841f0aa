"""What a person sees of the accounts («особові рахунки») linked to them. Whose they are is in every WHERE."""

from datetime import date, datetime
from decimal import Decimal
from itertools import takewhile
from typing import Literal
from uuid import UUID

import msgspec

from webapp.database.engine import DB
from webapp.database.queries.shown import (
    ADDRESS,
    EIC,
    NAMES,
    SERIAL,
    SHOWN_READING,
    SINCE,
    SINCE_MOMENT,
    AccountName,
)
from webapp.rules import readings as rules
from webapp.rules import usual
from webapp.rules.periods import CLOCK_ERROR
from webapp.rules.roles import Right, granted


class Charge(msgspec.Struct, frozen=True):
    month: date
    kind: str
    volume: int | None
    price: Decimal
    amount: Decimal
    charged_on: date


class Payment(msgspec.Struct, frozen=True):
    amount: Decimal
    paid_on: date
    credited_at: datetime | None
    channel: str
    kind: Literal["payment", "refund"] = "payment"

    @property
    def signed(self) -> Decimal:
        return -self.amount if self.kind == "refund" else self.amount


class Period(msgspec.Struct, frozen=True):
    """A month as it was charged."""

    month: date
    volume: int | None
    charged: Decimal
    bill_id: UUID | None


class Contract(msgspec.Struct, frozen=True):
    """Supply or distribution: one creditor, one number, one balance."""

    id: UUID
    service: Literal["supply", "distribution"]
    number: str
    balance: Decimal
    as_of: datetime
    price: Decimal
    year_volume: int
    company: str
    company_short: str
    charges: list[Charge]
    """The latest few, newest first."""
    payments: list[Payment]
    """The latest three, newest first."""
    bill_id: UUID | None
    """The last one."""
    charges_at: datetime | None = None
    """When the company's last good file of charges was taken over (P-12)."""
    payments_at: datetime | None = None

    @property
    def pending(self) -> Decimal:
        return sum((paid.signed for paid in self.payments if paid.credited_at is None), Decimal(0))

    @property
    def last_period(self) -> Period | None:
        """What the last month that was charged came to, all in all (K26)."""
        if not self.charges:
            return None
        month = self.charges[0].month
        charges = [charge for charge in self.charges if charge.month == month]
        volumes = [charge.volume for charge in charges if charge.volume is not None]
        charged = sum((charge.amount for charge in charges), Decimal(0))
        return Period(month, sum(volumes) if volumes else None, charged, self.bill_id)


class Reading(msgspec.Struct, frozen=True):
    id: UUID
    number: int
    month: date
    value: int
    read_on: date
    taken_at: datetime
    received_at: datetime
    source: str
    late: bool
    state: Literal["accepted", "beside", "replaced", "refused"]
    reason: rules.Refusal | None
    doubts: list[rules.Doubt]
    skew_seconds: int = 0
    """Our clock was ahead of the device's by this much; negative: the device's was."""
    version: int = 1
    by_token: bool = False
    """A program of the person sent it."""
    case: str = ""
    """The number of its dispute."""
    photos: list[UUID] = []
    """Those that the person has sent, where the page shows them."""

    @property
    def was_kept(self) -> bool:
        """It waited on the device; both moments are shown."""
        return self.received_at - self.taken_at > CLOCK_ERROR

    @property
    def has_receipt(self) -> bool:
        """The planned volume was given by nobody."""
        return self.state != "refused" and self.source != "planned"


class Meter(msgspec.Struct, frozen=True):
    id: UUID
    serial: str
    model: str
    digits: int
    max_hourly_litres: int
    verified_until: date | None
    eic: str
    profile: str
    readings: list[Reading]
    """The latest six that count (on the page of readings more, and those that do not), newest first."""
    volumes: list[tuple[date, int]]
    """m³ a month, what the usual consumption is told by."""
    meter_point_id: UUID | None = None
    installed_on: date | None = None
    removed_on: date | None = None

    @property
    def last(self) -> Reading | None:
        return next((reading for reading in self.readings if reading.state == "accepted"), None)

    @property
    def still_since(self) -> date | None:
        """The first of the last readings in a row that showed one value, as far as they are here."""
        accepted = [reading for reading in self.readings if reading.state == "accepted"]
        same = list(takewhile(lambda reading: reading.value == accepted[0].value, accepted))
        return min((reading.read_on for reading in same), default=None)

    @property
    def history(self) -> list[usual.Volume]:
        return [usual.Volume(month, m3) for month, m3 in self.volumes]

    @property
    def daily_litres(self) -> tuple[int, ...]:
        return usual.usual_daily(self.history, usual.PROFILES[self.profile])

    @property
    def dial(self) -> rules.Dial:
        return rules.Dial(self.digits, self.max_hourly_litres, self.daily_litres)

    def planned(self, month: date) -> int:
        """m³ that are booked where nobody sends anything (K21)."""
        return usual.planned(self.history, usual.PROFILES[self.profile], month)


class Account(AccountName, frozen=True):
    contracts: list[Contract]
    """Supply first."""
    meters: list[Meter]
    balance_limit: Decimal | None = None
    """The debt above which the person wants to be told."""

    def contract(self, service: str) -> Contract | None:
        return next((contract for contract in self.contracts if contract.service == service), None)


class Cabinet(msgspec.Struct, frozen=True):
    accounts: list[AccountName]
    """All that the person may switch to, in their order."""
    account: Account | None
    """The chosen one, else the first."""


async def cabinet(person_id: UUID, account_id: UUID | None) -> Cabinet:
    """The whole page in one question. An account of somebody else is as absent as one that does not exist."""
    found = await DB.one(CABINET, person_id, account_id, into=Cabinet)
    return found or Cabinet([], None)


async def cabinet_of_meter(person_id: UUID, meter_id: UUID | None) -> Cabinet:
    """The account where the meter hangs; without a meter, the first account that has one."""
    found = await DB.one(CABINET_OF_METER, person_id, meter_id, into=Cabinet)
    return found or Cabinet([], None)


def refreshed(kind: str) -> str:
    """When figures of the contract's company were last brought whole: a look into an index."""
    return (
        "(SELECT applied_at FROM import_batches b WHERE b.company_id = contracts.company_id"
        f" AND b.kind = '{kind}' AND b.state = 'applied' ORDER BY applied_at DESC LIMIT 1)"
    )


CONTRACTS = f"""
SELECT coalesce(json_agg(c ORDER BY c.service DESC), '[]') FROM (
    SELECT contracts.id, service, contracts.number, balance, as_of, price, year_volume,
           companies.name AS company, companies.short AS company_short, {refreshed("charges")} AS charges_at,
           {refreshed("payments")} AS payments_at, (
        SELECT coalesce(json_agg(x), '[]') FROM (
            SELECT month, kind, volume, price, amount, charged_on FROM charges
            WHERE contract_id = contracts.id AND month >= {SINCE} ORDER BY month DESC, amount DESC LIMIT 4) x
    ) AS charges, (
        SELECT id FROM bills
        WHERE bills.contract_id = contracts.id AND month >= {SINCE}
        ORDER BY month DESC LIMIT 1
    ) AS bill_id, (
        SELECT coalesce(json_agg(x), '[]') FROM (
            SELECT amount, paid_on, credited_at, channel, kind FROM payments
            WHERE contract_id = contracts.id AND paid_on >= {SINCE}
            ORDER BY paid_on DESC LIMIT 3) x
    ) AS payments
    FROM contracts JOIN companies ON companies.id = contracts.company_id
    WHERE contracts.account_id = accounts.id AND contracts.as_of >= {SINCE_MOMENT}
      AND {granted(Right.MONEY)}
) c
"""
ONE_READING = """
id, number, month, value, read_on, taken_at, received_at, source, late, state, reason, doubts, skew_seconds, version,
by_token
"""
VOLUMES = f"""
SELECT coalesce(json_agg(json_build_array(month, volume)), '[]') FROM (
    SELECT month, sum(volume) AS volume FROM charges
    WHERE contract_id = (SELECT id FROM contracts WHERE account_id = accounts.id AND service = 'supply')
      AND volume IS NOT NULL AND month >= {SINCE}
    GROUP BY month ORDER BY month DESC LIMIT 24) x
"""
METERS = f"""
SELECT coalesce(json_agg(m ORDER BY m.serial), '[]') FROM (
    SELECT meters.id, {SERIAL} AS serial, model, digits, max_hourly_litres, verified_until, {EIC} AS eic, profile, (
        SELECT coalesce(json_agg(x ORDER BY x.number DESC), '[]') FROM (
            SELECT {ONE_READING} FROM readings
            WHERE meter_id = meters.id AND state = 'accepted' AND {SHOWN_READING}
            ORDER BY number DESC LIMIT 6
        ) x
    ) AS readings, ({VOLUMES}) AS volumes
    FROM meters JOIN meter_points ON meter_points.id = meters.meter_point_id
    WHERE meters.account_id = accounts.id AND meters.removed_on IS NULL AND {granted(Right.READINGS)}
) m
"""
ACCOUNT = f"""
SELECT accounts.id, accounts.number, accounts.settlement, {ADDRESS} AS address, links.name, links.level,
       links.role, links.balance_limit, ({CONTRACTS}) AS contracts, ({METERS}) AS meters
FROM links JOIN accounts ON accounts.id = links.account_id
"""
OF_THE_METER = f"""{granted(Right.READINGS)} AND EXISTS (
    SELECT FROM meters
    WHERE meters.account_id = links.account_id AND (meters.id = $2 OR $2 IS NULL AND removed_on IS NULL)
)"""
WITH_ALL_NAMES = f"""
SELECT json_build_object('accounts', (
    SELECT coalesce(json_agg({NAMES} ORDER BY links.position, links.linked_at), '[]')
    FROM links JOIN accounts ON accounts.id = links.account_id WHERE links.person_id = $1
), 'account', (
    SELECT to_json(a) FROM (
        {ACCOUNT}
        WHERE links.person_id = $1 AND %s
        ORDER BY links.position, links.linked_at LIMIT 1
    ) a
))
"""
CABINET = WITH_ALL_NAMES % "(links.account_id = $2 OR $2 IS NULL)"
CABINET_OF_METER = WITH_ALL_NAMES % OF_THE_METER
