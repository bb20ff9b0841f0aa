"""Prices by the day from which they are in force, and what they make of a volume. грн with VAT, five decimals."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from webapp.rules.money import to_kopecks

VAT = Decimal(6)
"""A sixth of the sum is VAT: 20 % is inside (у т.ч. ПДВ)."""


@dataclass(frozen=True)
class Tariff:
    starts_on: date
    price: Decimal
    """грн per m³."""


def in_force(tariffs: Iterable[Tariff], day: date) -> Tariff | None:
    """The latest that has begun; None before the first."""
    begun = [tariff for tariff in tariffs if tariff.starts_on <= day]
    return max(begun, key=lambda tariff: tariff.starts_on, default=None)


def charge(volume: int, price: Decimal) -> Decimal:
    """Rounded once, here: half a kopeck goes up."""
    return to_kopecks(volume * price)


def monthly_fee(year_volume: int, price: Decimal) -> Decimal:
    """Delivery: a twelfth of the gas year's volume by the tariff (contract 2498); the twelfth is not rounded."""
    return to_kopecks(year_volume * price / 12)


def gas_year(year: int) -> tuple[date, date]:
    """The first and the last day of the gas year that the fee of a calendar year is counted from."""
    return date(year - 2, 10, 1), date(year - 1, 9, 30)


def vat_in(amount: Decimal) -> Decimal:
    return to_kopecks(amount / VAT)


def next_after(tariffs: Iterable[Tariff], day: date) -> Tariff | None:
    """The first that is announced and has not begun."""
    coming = [tariff for tariff in tariffs if tariff.starts_on > day]
    return min(coming, key=lambda tariff: tariff.starts_on, default=None)


def last_day_of(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
