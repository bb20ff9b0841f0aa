"""This year beside last year: the same months, and the same number of days between the readings."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from webapp.rules.periods import month_after, month_before


@dataclass(frozen=True)
class Span:
    """What went through the meter between two readings."""

    m3: int
    days: int


@dataclass(frozen=True)
class Compared:
    months: list[date]
    """Of this time; each has its neighbour a year before."""
    now: Span
    before: Span

    @property
    def difference(self) -> int:
        return self.now.m3 - self.before.m3

    @property
    def corrected(self) -> int:
        """m³ that last year would have had in as many days as this time."""
        return (self.before.m3 * self.now.days * 2 + self.before.days) // (self.before.days * 2)

    @property
    def percent(self) -> int | None:
        """By how much more or less, after the correction; None beside nothing."""
        if self.corrected <= 0:
            return None
        return round((self.now.m3 - self.corrected) * 100 / self.corrected)


def a_year_before(month: date) -> date:
    return month.replace(year=month.year - 1)


def compared(
    volumes: Mapping[date, int], months: Iterable[date], read_on: Mapping[date, date]
) -> Compared | None:
    """`read_on`: the day on which each month's reading was taken. None where no month has its neighbour."""
    same = sorted(month for month in months if month in volumes and a_year_before(month) in volumes)
    if not same:
        return None
    earlier = [a_year_before(month) for month in same]
    return Compared(same, _span(volumes, same, read_on), _span(volumes, earlier, read_on))


def _span(volumes: Mapping[date, int], months: list[date], read_on: Mapping[date, date]) -> Span:
    return Span(sum(volumes[month] for month in months), sum(_days(month, read_on) for month in months))


def _days(month: date, read_on: Mapping[date, date]) -> int:
    """From the reading before to its own; without one, of the calendar."""
    begins, ends = read_on.get(month_before(month)), read_on.get(month)
    days = (ends - begins).days if begins and ends else 0
    return days if 0 < days < 93 else (month_after(month) - month).days
