"""How much gas a household usually takes: its own history where there is a year of it, else a profile."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
"""Of the calendar months; a leap day changes nothing that anybody would notice."""
LOOK_BACK = 24
"""Months of history that still say something about the next one."""


@dataclass(frozen=True)
class Profile:
    """A consumption group: what a household without history takes, and how its year is spread."""

    annual: int
    """m³ a year."""
    shares: tuple[int, ...]
    """Thousandths of the year for January to December."""


PROFILES = {
    "stove": Profile(110, (89, 81, 87, 84, 82, 78, 76, 77, 81, 86, 88, 91)),
    "stove_heater": Profile(280, (95, 86, 90, 84, 80, 73, 68, 69, 77, 87, 93, 98)),
    "heating": Profile(1500, (180, 155, 130, 70, 25, 18, 16, 16, 22, 73, 125, 170)),
}
"""Synthetic shares, until a company gives its own: the Code's Annex 1 has the legal ones."""


@dataclass(frozen=True)
class Volume:
    """What was booked for a month; a recalculation may make it negative."""

    month: date
    m3: int


def usual_daily(history: Sequence[Volume], profile: Profile) -> tuple[int, ...]:
    """Litres a day in January to December."""
    return _of_history(_recent(history)) or _of_profile(annual(history) or profile.annual, profile)


def annual(history: Sequence[Volume]) -> int | None:
    """m³ of the last twelve months in a row; None while there are fewer, or one of them is missing."""
    by_month = _by_month(history)
    last = sorted(by_month)[-12:]
    if len(last) < 12 or (last[-1].year - last[0].year) * 12 + last[-1].month - last[0].month != 11:
        return None
    return max(sum(by_month[month] for month in last), 0)


def planned(history: Sequence[Volume], profile: Profile, month: date) -> int:
    """m³ booked for a month without a reading: its share of the last year (GRS Code, IX, Annex 1)."""
    year = annual(history)
    return ((profile.annual if year is None else year) * profile.shares[month.month - 1] + 500) // 1000


def _of_profile(year: int, profile: Profile) -> tuple[int, ...]:
    return tuple(year * share // days for share, days in zip(profile.shares, DAYS, strict=True))


def _of_history(volumes: Sequence[Volume]) -> tuple[int, ...] | None:
    """The mean of each calendar month, or None while one of the twelve was never seen."""
    seen: dict[int, list[int]] = defaultdict(list)
    for volume in volumes:
        seen[volume.month.month].append(max(volume.m3, 0))
    if len(seen) < 12:
        return None
    return tuple(sum(seen[n]) * 1000 // (len(seen[n]) * DAYS[n - 1]) for n in range(1, 13))


def _recent(history: Sequence[Volume]) -> list[Volume]:
    by_month = _by_month(history)
    return [Volume(month, by_month[month]) for month in sorted(by_month)[-LOOK_BACK:]]


def _by_month(history: Sequence[Volume]) -> dict[date, int]:
    """A month may be booked in parts: before and after a change of the meter, or recalculated."""
    total: dict[date, int] = defaultdict(int)
    for volume in history:
        total[volume.month.replace(day=1)] += volume.m3
    return total
