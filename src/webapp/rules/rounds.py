"""A round («обхід»): which doors, in which order, for how long, and how far it has come."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from webapp.rules.periods import KYIV

MOST_STOPS = 300
"""Doors that one person sees in a day, with blocks of flats among them."""
AHEAD = timedelta(days=31)
"""So far a round is planned: later nobody knows who will be there."""
CARRIED = timedelta(days=1)
"""The round of the next day may be fetched the evening before."""
TICKET_LASTS = timedelta(days=3)
"""After the day of the round: what was entered is handed in without signing in again."""
MONTHS = (3, 6, 12, 24)
"""«Nobody has come for so many months», as it may be chosen."""


class Choice(StrEnum):
    """By what the doors are chosen from the register."""

    STREET = "street"
    LONG_AGO = "long_ago"
    DOUBT = "doubt"


class Mistake(StrEnum):
    """Why a plan is no round yet."""

    NO_DAY = "no_day"
    PAST = "past"
    TOO_FAR = "too_far"
    NO_INSPECTOR = "no_inspector"
    NO_STREET = "no_street"


@dataclass(frozen=True)
class Street:
    """How far a street has come."""

    name: str
    stops: int
    done: int
    no_access: int

    @property
    def left(self) -> int:
        return self.stops - self.done - self.no_access


def wrong_day(day: date | None, today: date) -> Mistake | None:
    if day is None:
        return Mistake.NO_DAY
    if day < today:
        return Mistake.PAST
    return Mistake.TOO_FAR if day - today > AHEAD else None


def ends_at(day: date) -> datetime:
    """The first moment of the next day in Kyiv."""
    return datetime.combine(day + timedelta(days=1), time(), KYIV)


def ticket_until(days: Iterable[date], today: date) -> datetime:
    """Without a round on the phone: as if it had one of today."""
    return ends_at(max([*days, today])) + TICKET_LASTS


def months_ago(today: date, months: int) -> date:
    """The same day of an earlier month, or its last one."""
    whole = today.year * 12 + today.month - 1 - months
    first = date(whole // 12, whole % 12 + 1, 1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(today.day, last.day))
