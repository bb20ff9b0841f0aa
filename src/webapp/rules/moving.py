"""Which day somebody may say they moved out."""

from datetime import date, timedelta
from enum import StrEnum

LATEST_DAYS = 31
"""A reading of a day long gone is no last reading."""


class WrongDay(StrEnum):
    NOT_A_DAY = "not_a_day"
    FUTURE = "future"
    TOO_EARLY = "too_early"


def read_day(typed: str, today: date) -> date | WrongDay:
    """As browsers send it (2026-11-03), or as people write it (3.11.2026)."""
    try:
        parts = [int(part) for part in typed.strip().replace(".", "-").split("-")]
        day = date(*parts) if "-" in typed else date(*reversed(parts))
    except (ValueError, TypeError, OverflowError):
        return WrongDay.NOT_A_DAY
    if day > today:
        return WrongDay.FUTURE
    return WrongDay.TOO_EARLY if day < today - timedelta(days=LATEST_DAYS) else day
