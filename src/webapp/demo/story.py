"""What happened at an address, month by month: volumes, charges, payments and readings that agree."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from itertools import accumulate
from typing import TypeVar

from webapp.demo.cast import Account, Company
from webapp.rules import money, tariffs, usual
from webapp.rules.periods import month_after, month_before

T = TypeVar("T")
HISTORY = 24
"""Months before now that everybody has."""
DIGITS = 5
GRANTED = 8
"""Months that the subsidies of the demo have been paid for."""
CHARGED_ON, READ_UNTIL, PAID_FROM = 6, 5, 11
"""Days of a month."""


@dataclass(frozen=True)
class Charge:
    month: date
    kind: str
    volume: int | None
    price: Decimal
    amount: Decimal
    charged_on: date


@dataclass(frozen=True)
class Payment:
    amount: Decimal
    paid_on: date
    credited: bool = True


@dataclass(frozen=True)
class Ledger:
    charges: list[Charge]
    payments: list[Payment]

    @property
    def balance(self) -> Decimal:
        """The sum of all: what is under way is not paid yet."""
        charged = sum((charge.amount for charge in self.charges), Decimal(0))
        return charged - sum((paid.amount for paid in self.payments if paid.credited), Decimal(0))


@dataclass(frozen=True)
class Reading:
    old: bool
    """On the meter that was taken down later."""
    month: date
    value: int
    read_on: date
    source: str


@dataclass(frozen=True)
class Story:
    account: Account
    last: date
    """The last month that is booked, its first day."""
    today: date
    supplier: Company
    operator: Company

    @property
    def months(self) -> list[date]:
        """All that are booked, oldest first."""
        start = self.account.since or _back(self.last, HISTORY - 1)
        months = [start]
        while months[-1] < self.last:
            months.append(month_after(months[-1]))
        return months

    def ago(self, n: int) -> date:
        return _back(self.last, n)

    @property
    def replaced_on(self) -> date | None:
        back = self.account.replaced
        return None if back is None else self.ago(back).replace(day=14)

    def volume(self, month: date) -> int:
        """m³ that went through the meter: the profile's share of the year, a bit more or less each time."""
        told = self._told(self.account.volumes, month)
        if told is not None:
            return told
        if month == self.last and self.account.last_volume is not None:
            return self.account.last_volume
        profile = usual.PROFILES[self.account.profile]
        year = self.account.annual or profile.annual
        usually = year * profile.shares[month.month - 1]
        astray = self.account.surplus if self.ago(1) <= month <= self.last else 0
        return (usually * (900 + self._chance(month, 200)) + 500_000) // 1_000_000 + astray

    def planned(self, month: date) -> int:
        before = [usual.Volume(_back(month, n), self.volume(_back(month, n))) for n in range(1, 13)]
        return usual.planned(before, usual.PROFILES[self.account.profile], month)

    def year_volume(self, year: int) -> int:
        """m³ of the gas year that the fee of the calendar year is counted from (contract 2498)."""
        if self.account.norm:
            return self.account.norm * 12
        return sum(self.volume(_back(date(year - 1, 9, 1), n)) for n in range(12))

    def supply(self) -> Ledger:
        if not self.account.history:
            return Ledger([], [])
        charges = [charge for month in self.months for charge in self._lessened(self._gas(month))]
        opening = self.account.opening
        if opening is not None:
            before = month_before(self.months[0])
            on = _day(before, CHARGED_ON)
            charges.insert(0, Charge(before, "correction", None, Decimal(0), opening, on))
        ledger = self._paid(charges, self.account.paid)
        if self.account.pending:
            ledger.payments.append(Payment(self.account.pending, self.today - timedelta(days=1), False))
        return ledger

    def distribution(self) -> Ledger:
        """Twelve equal sums a year, each for its own month."""
        if not self.account.history:
            return Ledger([], [])
        charges, months = [], self.months[-HISTORY:]
        volumes = {year: self.year_volume(year) for year in {month.year for month in months}}
        for month in months:
            tariff = self.operator.price(month)
            fee = tariffs.monthly_fee(volumes[month.year], tariff)
            charges.append(Charge(month, "actual", None, tariff, fee, _day(month, CHARGED_ON)))
        return self._paid(charges, (), at_once=True)

    def readings(self) -> list[Reading]:
        """Oldest first. In a month that was missed the planned volume stands for a reading."""
        if not self.account.history or self.account.norm:
            return []
        made = []
        for month, (old, value) in self._values().items():
            back = _distance(month, self.last)
            on = _day(month_after(month), 1 + self._chance(month, READ_UNTIL))
            source = "inspector" if back in self.account.inspected else "consumer"
            reading = Reading(old, month, value, on, source)
            if back in self.account.missed:
                missed = self.volume(month) - self.planned(month)
                end = month_after(month) - timedelta(days=1)
                reading = replace(reading, value=_turned(value - missed), read_on=end, source="planned")
            if month == self.ago(self.account.replaced or 0) and self.replaced_on:
                made += self._replacement(month)
            made.append(reading)
        return made

    def _replacement(self, month: date) -> list[Reading]:
        """The last of the old meter, the first of the new one; both by the operator's people, in a day."""
        day = _day(month, 14)
        return [
            Reading(True, month, self.account.last, day, "inspector"),
            Reading(False, month_before(month), 0, day, "inspector"),
        ]

    def _values(self) -> dict[date, tuple[bool, int]]:
        """What the meter of the time showed at the end of each of the last months."""
        months = self.months[-HISTORY:]
        through = list(accumulate(self.volume(month) for month in months))
        day = self.replaced_on
        if day is None:
            start = self.account.last - through[-1]
            return {month: (False, _turned(start + m3)) for month, m3 in zip(months, through, strict=True)}
        first = day.replace(day=1)
        until = through[months.index(first)] - self._parts(first)[1]
        start = self.account.last - until
        return {
            month: (month < first, _turned(start + m3) if month < first else m3 - until)
            for month, m3 in zip(months, through, strict=True)
        }

    def _parts(self, month: date) -> tuple[int, int]:
        """m³ on the old and on the new meter in the month of the change."""
        volume = self.volume(month)
        return volume * 14 // 30, volume - volume * 14 // 30

    def _gas(self, month: date) -> list[Charge]:
        on = _day(month_after(month), CHARGED_ON)
        if self.account.norm:
            return [self._gas_of(month, "norm", self.account.norm, on)]
        volume, back = self.volume(month), _distance(month, self.last)
        if back == self.account.replaced:
            return [self._gas_of(month, "actual", part, on) for part in self._parts(month)]
        if back not in self.account.missed:
            return [self._gas_of(month, "actual", volume, on)]
        planned = self.planned(month)
        booked = [self._gas_of(month, "planned", planned, on)]
        if back and volume != planned:
            later = _day(month_after(month_after(month)), CHARGED_ON)
            booked.append(self._gas_of(month, "recalculation", volume - planned, later))
        return booked

    def _lessened(self, charges: list[Charge]) -> list[Charge]:
        """With what is deducted on the bill."""
        if self.account.deducted is None or charges[0].month < self.ago(GRANTED - 1):
            return charges
        deducted = min(self.account.deducted, charges[0].amount)
        return [
            *charges,
            replace(charges[0], kind="subsidy", volume=None, price=Decimal(0), amount=-deducted),
        ]

    def _gas_of(self, month: date, kind: str, volume: int, on: date) -> Charge:
        price = self.supplier.price(month)
        return Charge(month, kind, volume, price, money.to_kopecks(volume * price), on)

    def _paid(self, charges: list[Charge], fixed: tuple[Decimal, ...], at_once: bool = False) -> Ledger:
        """The charges with the payments that their consumer makes: in each month what was owed before it.

        `at_once`: with the month's own charge, which is due by the 20th.
        """
        ledger = Ledger(charges, [])
        owed = Decimal(0)
        for month in sorted({charge.month for charge in charges}):
            back = _distance(month, self.last)
            own = sum((one.amount for one in charges if one.month == month), Decimal(0))
            wanted = owed + own if at_once else owed
            amount = max(wanted, Decimal(0)) if self.account.pays == "monthly" else _ahead(charges)
            told = self._told(self.account.payments, month)
            if told is not None:
                amount = told
            elif back < len(fixed):
                amount = fixed[back]
            elif back < self.account.unpaid - 1:
                amount = Decimal(0)
            if amount > 0:
                day = PAID_FROM + self._chance(month, 9 if at_once else 14)
                ledger.payments.append(Payment(amount, _day(month, day)))
            owed += own - amount
        return ledger

    def _told(self, values: tuple[T, ...], month: date) -> T | None:
        if self.account.since is None or month < self.account.since:
            return None
        n = _distance(self.account.since, month)
        return values[n] if n < len(values) else None

    def _chance(self, month: date, most: int) -> int:
        """Below `most`, the same for the same account and month at every start."""
        return int.from_bytes(sha256(f"{self.account.number}:{month}".encode()).digest()[:4]) % most


def _ahead(charges: list[Charge]) -> Decimal:
    """A round sum a month, somewhat more than is needed."""
    mean = sum((charge.amount for charge in charges), Decimal(0)) / len(charges)
    return (mean // 10 + 3) * 10


def _turned(value: int) -> int:
    return value % int(10**DIGITS)


def _back(month: date, n: int) -> date:
    months = month.year * 12 + month.month - 1 - n
    return date(months // 12, months % 12 + 1, 1)


def _distance(start: date, end: date) -> int:
    return (end.year - start.year) * 12 + end.month - start.month


def _day(month: date, day: int) -> date:
    return month.replace(day=day)
