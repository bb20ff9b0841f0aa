"""What becomes of a booking, how long the queue is, and the number on the ticket."""

from datetime import date, datetime, timedelta
from typing import Literal, get_args

from webapp.rules import reminders
from webapp.rules.periods import KYIV, day_of

State = Literal["booked", "called", "served", "missed", "cancelled"]
"""Of an appointment. It is `called` when somebody of the staff has asked the person in."""
Outcome = Literal["served", "missed"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
EARLY = timedelta(minutes=20)
"""Nobody is called earlier than that before the hour they have chosen: they are not there yet."""
OPEN: tuple[State, ...] = ("booked", "called")
Part = Literal["morning", "day", "evening"]
PARTS: dict[Part, tuple[int, int]] = {"morning": (9, 12), "day": (12, 15), "evening": (15, 18)}
"""Of a day, in which somebody wants to be called: from and to which hour."""
CallState = Literal["open", "done", "not_reached", "cancelled"]
CALL_DAYS = 5
"""Working days ahead that a call back may be asked for."""
MOST_TRIES = 3
"""Calls that nobody answered; then it is over, and the person is told."""


def ticket(prefix: str, number: int) -> str:
    """«Б-27», as it is called out."""
    return f"{prefix}-{number}" if prefix else str(number)


def waiting_minutes(ahead: int, minutes: int, places: int) -> int:
    """About how long it takes until it is one's turn: as many are served at once as there are places."""
    return -(-ahead // max(places, 1)) * minutes


def call_days(now: datetime) -> list[date]:
    """Working days on which somebody can still be called; today while a part of it is to come."""
    local, found = now.astimezone(KYIV), list[date]()
    day = local.date()
    while len(found) < CALL_DAYS:
        if day.weekday() < 5 and parts_of(day, now):
            found.append(day)
        day += timedelta(days=1)
    return found


def parts_of(day: date, now: datetime) -> tuple[Part, ...]:
    """The parts of the day that have not begun."""
    local = now.astimezone(KYIV)
    if day < local.date():
        return ()
    return tuple(part for part, (starts, _) in PARTS.items() if day > local.date() or local.hour < starts)


def remind_for(now: datetime) -> date | None:
    """The day whose appointments are called to mind now, the one after today; None at night."""
    if not reminders.by_day(now):
        return None
    return day_of(now) + timedelta(days=1)


def booked_before(day: date) -> datetime:
    """Who has booked for `day` after this moment has just read when it is, and needs no reminder."""
    return reminders.begins_at(day - timedelta(days=1))
