"""What is to be done about readings today: send, wait, or put right what was booked by plan."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from webapp.rules import periods
from webapp.rules.periods import Window


class State(StrEnum):
    NOT_TAKEN = "not_taken"
    """This portal's companies take no readings: the operator is named instead (K35)."""
    OPEN = "open"
    SENT = "sent"
    MISSED = "missed"
    """The window has closed and the planned volume was booked (K21); a reading is taken all the same."""
    WAITING = "waiting"
    """All is sent, the next window is not open yet."""


@dataclass(frozen=True)
class Duty:
    state: State
    month: date
    """The period spoken of: to send for, sent for, or missed."""
    today: date
    days: list[date]
    """The last five of the window, as flames."""
    last_day: date
    days_left: int
    next_opening: date
    counts_for: date
    """The period a reading sent now counts for."""


def duty(now: datetime, window: Window, sent: Collection[date], *, taken: bool = True) -> Duty:
    """`sent`: months with an accepted reading that somebody read, first days; `taken`: whether we take any."""
    counts_for = periods.month_at(now, window)
    before = periods.month_before(counts_for)
    is_open = periods.is_open(now, window)
    if not taken:
        state, month = State.NOT_TAKEN, counts_for
    elif counts_for in sent:
        state, month = State.SENT, counts_for
    elif is_open:
        state, month = State.OPEN, counts_for
    elif before in sent:
        state, month = State.WAITING, before
    else:
        state, month = State.MISSED, before
    return Duty(
        state,
        month,
        periods.day_of(now),
        periods.flames(counts_for, window),
        periods.last_day(counts_for, window),
        periods.days_left(now, window),
        periods.day_of(periods.next_opening(now, window)),
        counts_for,
    )
