"""Days of a term: the first is the day after, the last is one on which the company works (Civil Code, 253 and 254)."""

from collections.abc import Set
from datetime import date, timedelta

SATURDAY = 5


def is_working(day: date, holidays: Set[date] = frozenset()) -> bool:
    """Since 2022 holidays are working days (Law 2136-IX, article 6): a company names those that it keeps."""
    return day.weekday() < SATURDAY and day not in holidays


def at_work(day: date, holidays: Set[date] = frozenset()) -> date:
    """That day, or the first working one after it."""
    while not is_working(day, holidays):
        day += timedelta(days=1)
    return day


def term(start: date, days: int, holidays: Set[date] = frozenset()) -> date:
    """The last day of a term of so many days, counted from the day after `start`."""
    return at_work(start + timedelta(days=days), holidays)
