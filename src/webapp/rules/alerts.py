"""What a person should be told unasked: odd consumption, a debt, a meter that is due for verification."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from webapp.rules.periods import month_before
from webapp.rules.usual import Profile, Volume, annual

MUCH, LITTLE = 2, 4
"""Times more than usual, and so many times less."""
WORTH_SAYING = 15
"""m³: below it a guest who cooks is an alarm."""
WARM_HOME = 30
"""m³ a month from which on nothing at all is odd: somebody heats there."""
ALIKE = 2
"""What leaks does so by day and night: the surplus of one month is hardly more than twice that of another."""
STAGES = (7, 30, 60)
"""Days before a meter's verification ends."""
NEWS = 75
"""Days after the first of a month, in which it is still worth saying that it was odd."""
LATEST = 400
"""Days after which nobody is told any more that it has ended."""


class Flow(StrEnum):
    LEAK = "leak"
    """Two months in a row with a like surplus."""
    MUCH = "much"
    LITTLE = "little"


@dataclass(frozen=True)
class Unusual:
    flow: Flow
    month: date
    m3: int
    usual: int


def unusual(
    history: Sequence[Volume], profile: Profile, planned: frozenset[date] = frozenset()
) -> Unusual | None:
    """Of the last month that was read; `planned`: months that nobody has read."""
    total: dict[date, int] = {}
    for volume in history:
        total[volume.month] = total.get(volume.month, 0) + volume.m3
    if not total:
        return None
    last = max(total)
    m3 = total[last]
    if last in planned or m3 < 0:
        return None
    usual = _usual(total, history, profile, last)
    if m3 * LITTLE < usual and usual >= WARM_HOME:
        return Unusual(Flow.LITTLE, last, m3, usual)
    if not _too_much(m3, usual):
        return None
    before = month_before(last)
    if before in total and before not in planned:
        other = total[before] - _usual(total, history, profile, before)
        if _too_much(total[before], total[before] - other) and _alike(m3 - usual, other):
            return Unusual(Flow.LEAK, last, m3, usual)
    return Unusual(Flow.MUCH, last, m3, usual)


def stage(verified_until: date | None, today: date) -> int | None:
    """60, 30 or 7 days before the end, 0 after it; None while there is time."""
    if verified_until is None:
        return None
    left = (verified_until - today).days
    if left < 0:
        return 0 if left >= -LATEST else None
    return next((days for days in STAGES if left <= days), None)


def is_above(balance: Decimal, limit: Decimal | None) -> bool:
    """A debt above what the person has said; an overpayment never is."""
    return limit is not None and balance > limit


def _too_much(m3: int, usual: int) -> bool:
    return m3 > usual * MUCH and m3 - usual >= WORTH_SAYING


def _alike(one: int, other: int) -> bool:
    return max(one, other) <= min(one, other) * ALIKE


def _usual(total: dict[date, int], history: Sequence[Volume], profile: Profile, month: date) -> int:
    """The most that the same month had in the two years before; else what the group takes."""
    earlier = [total.get(month.replace(year=month.year - back)) for back in (1, 2)]
    known = [m3 for m3 in earlier if m3 is not None and m3 >= 0]
    if known:
        return max(known)
    year = annual([volume for volume in history if volume.month < month.replace(day=1)])
    return max(year or 0, profile.annual) * profile.shares[month.month - 1] // 1000


@dataclass(frozen=True)
class Due:
    """A meter whose verification ends, or has ended."""

    serial: str
    until: date
    stage: int


@dataclass(frozen=True)
class Above:
    service: str
    balance: Decimal
    limit: Decimal


@dataclass(frozen=True)
class Alerts:
    """What stands above everything else on a page."""

    unusual: Unusual | None
    due: list[Due]
    above: list[Above]

    def __bool__(self) -> bool:
        return bool(self.unusual or self.due or self.above)


def due(meters: Iterable[tuple[str, date | None]], today: date) -> list[Due]:
    """Of serials and the days until which they are verified."""
    found = [(serial, until, stage(until, today)) for serial, until in meters]
    return [Due(serial, until, n) for serial, until, n in found if until is not None and n is not None]


def above(balances: Iterable[tuple[str, Decimal]], limit: Decimal | None) -> list[Above]:
    """Each creditor for itself: two debts are never one."""
    if limit is None:
        return []
    return [Above(service, balance, limit) for service, balance in balances if is_above(balance, limit)]
