"""What the coming months will cost: the next bill, the winter, and a sum that is the same each month."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from enum import StrEnum

from webapp.rules.forecast import YEAR, Expected, Forecast, forecast
from webapp.rules.money import to_kopecks
from webapp.rules.periods import month_after, month_before
from webapp.rules.statistics import distance, following
from webapp.rules.usual import Profile, Volume

WINTER_BEGINS, WINTER_MONTHS = 10, 6
"""October to March: what has to be saved for."""
STALE = 3
"""Months without a charge, after which the next one is anybody's guess."""
ROUND_SUM = 10
"""грн, to which the sum of each month is rounded up."""


class Missing(StrEnum):
    NOTHING = "nothing"
    """No month is booked yet."""
    STALE = "stale"
    """The last one was booked long ago."""


@dataclass(frozen=True)
class Cost:
    """Whole hryvnias: a forecast has no kopecks."""

    likely: Decimal
    low: Decimal
    high: Decimal


@dataclass(frozen=True)
class Part:
    """A month, or several."""

    months: list[date]
    volume: Expected
    cost: Cost | None
    """None without a price, or without the right to see money."""


@dataclass(frozen=True)
class Outlook:
    forecast: Forecast
    next: Part
    winter: Part | None
    """What is still to come of it; None when all of it is booked."""
    winter_months: list[date]
    winter_booked: Decimal
    """What is charged of it already."""
    levelled: Decimal | None
    """грн a month for a year, with what is owed now."""
    group: str


def outlook(
    history: Sequence[Volume],
    profile: tuple[str, Profile],
    today: date,
    *,
    price: Decimal | None,
    balance: Decimal = Decimal(0),
    charged: Mapping[date, Decimal | None],
) -> Outlook | Missing:
    """`history`: gas by month; `price` in грн per m³ of now; `charged`: sums by month."""
    if not history:
        return Missing.NOTHING
    last = max(volume.month for volume in history)
    if distance(last, month_before(today)) >= STALE:
        return Missing.STALE
    first = month_after(last)
    told = forecast(history, profile[1], first)
    winter = winter_of(first)
    ahead = [month for month in winter if month >= first]
    year = told.of(following(first, YEAR))
    yearly = _cost(year, price)
    return Outlook(
        told,
        _part(told, [first], price),
        _part(told, ahead, price) if ahead else None,
        winter,
        sum((charged.get(month) or Decimal(0) for month in winter if month < first), Decimal(0)),
        levelled(yearly.likely, balance) if yearly else None,
        profile[0],
    )


def winter_of(month: date) -> list[date]:
    """The one it is in, else the one that comes."""
    year = month.year - 1 if month.month < WINTER_BEGINS + WINTER_MONTHS - 12 else month.year
    return following(date(year, WINTER_BEGINS, 1), WINTER_MONTHS)


def levelled(year: Decimal, balance: Decimal) -> Decimal:
    """Rounded up, never below nothing: who has paid ahead pays less."""
    monthly = max(year + balance, Decimal(0)) / YEAR / ROUND_SUM
    return monthly.to_integral_value(ROUND_CEILING) * ROUND_SUM


def fee(year_volume: int, price: Decimal) -> Decimal:
    """Distribution: a twelfth of the gas year, the same each month of the calendar year (contract 2498)."""
    return to_kopecks(Decimal(year_volume) / 12 * price)


def _part(told: Forecast, months: list[date], price: Decimal | None) -> Part:
    volume = told.of(months)
    return Part(months, volume, _cost(volume, price))


def _cost(volume: Expected, price: Decimal | None) -> Cost | None:
    if price is None:
        return None
    likely, low, high = (
        (m3 * price).quantize(Decimal(1), ROUND_HALF_UP) for m3 in (volume.m3, volume.low, volume.high)
    )
    return Cost(likely, low, high)
