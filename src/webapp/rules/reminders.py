"""When people are reminded to send a reading. All hours are hours in Kyiv."""

from collections.abc import Sequence
from datetime import date, datetime, time

from webapp.rules import periods
from webapp.rules.periods import KYIV, Window
from webapp.rules.quiet import FROM as QUIET_FROM

HOUR = 10
"""Of the day that the policy names: people are up, and the contact centre answers."""
MOST_METERS = 10
"""Named in one letter; a manager of thirty flats finds the rest in the cabinet."""


def due(now: datetime, days: Sequence[int], window: Window) -> date | None:
    """The day whose reminders leave now; None at night, on other days, and while readings are not taken.

    Later in the day it is still due: a house that stood still at ten makes up for it, each person gets one.
    """
    local = now.astimezone(KYIV)
    on_time = local.day in days and by_day(now)
    return local.date() if on_time and periods.is_open(now, window) else None


def by_day(now: datetime) -> bool:
    """Whether reminders leave at this hour at all."""
    return HOUR <= now.astimezone(KYIV).hour < QUIET_FROM


def begins_at(day: date) -> datetime:
    """Who has come later that day has just seen the cabinet, and needs no reminder."""
    return datetime.combine(day, time(HOUR), KYIV)
