"""Which month a reading counts for, and when it may be sent. All days are days in Kyiv."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

KYIV = ZoneInfo("Europe/Kyiv")
GRACE = timedelta(days=3)
"""How long after it was taken a reading may arrive and still count by the moment it was taken."""
CLOCK_ERROR = timedelta(minutes=2)
"""A device's clock may be off by this much before its moments are corrected."""
YEARS = range(1970, 2070)
"""A day outside them is a slip or a forgery. A clock that has lost its battery says 1970, and is corrected."""
FLAMES = 5
"""The last days of a window, the ones drawn as flames."""


@dataclass(frozen=True)
class Window:
    """Days of taking readings (P-10). An `opens_day` after the `closes_day` lies in the month before."""

    opens_day: int = 28
    closes_day: int = 5

    def __post_init__(self) -> None:
        if not (1 <= self.opens_day <= 28 and 1 <= self.closes_day <= 28):
            raise ValueError("a window opens and closes on days 1-28, which every month has")

    def after(self, month: date) -> tuple[date, date]:
        """First and last day of the next time, for whoever has sent for `month`."""
        return first_day(month_after(month), self), last_day(month_after(month), self)


@dataclass(frozen=True)
class Counted:
    """The month a reading counts for, and what the person is told beside it."""

    month: date
    """Its first day."""
    in_window: bool
    """False: the window before had closed, and the next one had not opened."""
    by_receipt: bool
    """True: it came after the grace, so the moment of receipt decided."""

    @property
    def booked_by_plan(self) -> date | None:
        """The month whose window this reading missed: the planned volume, unless another reading came."""
        return None if self.in_window else month_before(self.month)


class Stage(StrEnum):
    """Where the window of the month is that a reading sent now counts for."""

    BEFORE = "before"
    OPEN = "open"
    LAST_DAY = "last_day"


def stage(moment: datetime, window: Window) -> Stage:
    left = days_left(moment, window)
    return Stage.BEFORE if left == 0 else Stage.LAST_DAY if left == 1 else Stage.OPEN


def counts_for(
    taken_at: datetime, received_at: datetime, window: Window, grace: timedelta = GRACE
) -> Counted:
    """By the (corrected) moment of capture if it arrives within the grace, else by receipt.

    After the window it is never refused: taken on 6-27 November it counts for November, whose window is next,
    and October stays with the planned volume until that month is recalculated (GRS Code, IX).
    """
    by_receipt = received_at - taken_at > grace
    moment = received_at if by_receipt else taken_at
    return Counted(month_at(moment, window), is_open(moment, window), by_receipt)


def corrected(taken_at: datetime, sent_at: datetime, received_at: datetime) -> datetime:
    """The moment of capture by our clock: the device said `sent_at` when ours said `received_at`."""
    return taken_at + skew(sent_at, received_at)


def skew(sent_at: datetime, received_at: datetime) -> timedelta:
    """What our clock is ahead of the device's; nothing within the error of any clock and of the way."""
    ahead = received_at - sent_at
    return ahead if abs(ahead) > CLOCK_ERROR else timedelta(0)


def is_credible(day: date) -> bool:
    """Also for a moment; beyond these years its corrections and its zones leave the calendar."""
    return day.year in YEARS


def is_future(reading_date: date, now: datetime) -> bool:
    """A reading cannot be of a day that has not begun in Kyiv."""
    return reading_date > day_of(now)


def month_at(moment: datetime, window: Window) -> date:
    """The month a reading of this moment counts for: the one before, until the window closes."""
    day = day_of(moment)
    return month_before(day) if day.day <= window.closes_day else day.replace(day=1)


def is_open(moment: datetime, window: Window) -> bool:
    month = month_at(moment, window)
    return first_day(month, window) <= day_of(moment) <= last_day(month, window)


def days(month: date, window: Window) -> list[date]:
    """All days on which readings for `month` are taken."""
    first = first_day(month, window)
    return [first + timedelta(days=n) for n in range((last_day(month, window) - first).days + 1)]


def flames(month: date, window: Window) -> list[date]:
    """Its last five days: what is drawn, also where the window opens on the 28th."""
    return days(month, window)[-FLAMES:]


def days_left(moment: datetime, window: Window) -> int:
    """Today counts; 0 when the window is closed."""
    return (
        (last_day(month_at(moment, window), window) - day_of(moment)).days + 1
        if is_open(moment, window)
        else 0
    )


def first_day(month: date, window: Window) -> date:
    opens_before = window.opens_day > window.closes_day
    return (month if opens_before else month_after(month)).replace(day=window.opens_day)


def last_day(month: date, window: Window) -> date:
    return month_after(month).replace(day=window.closes_day)


def opens_at(month: date, window: Window) -> datetime:
    return _midnight(first_day(month, window))


def closes_at(month: date, window: Window) -> datetime:
    """The first moment that is too late: midnight after the last day, in Kyiv."""
    return _midnight(last_day(month, window) + timedelta(days=1))


def next_opening(moment: datetime, window: Window) -> datetime:
    """The first opening after `moment`: of the following month's window when one is open now."""
    month = month_at(moment, window)
    opening = opens_at(month, window)
    return opening if opening > moment else opens_at(month_after(month), window)


def month_before(day: date) -> date:
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def month_after(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1)


def day_of(moment: datetime) -> date:
    """The day in Kyiv; a moment without a zone is a mistake of the caller."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs its zone")
    return moment.astimezone(KYIV).date()


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, KYIV)
