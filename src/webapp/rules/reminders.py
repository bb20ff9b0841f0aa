"""Who is reminded to send a reading, when and by which way. All hours are hours in Kyiv."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal, get_args
from uuid import UUID

from webapp.rules import periods
from webapp.rules.periods import KYIV, Window

Way = Literal["mail", "sms", "none"]
WAYS: tuple[Way, ...] = get_args(Way)
HOUR = 10
"""Of the day that the policy names: people are up, and the contact centre answers."""
QUIET_FROM, QUIET_UNTIL = 21, 8
"""Nothing rings at night, however late the carrier is."""
MOST_METERS = 10
"""Named in one letter; a manager of thirty flats finds the rest in the cabinet."""


@dataclass(frozen=True)
class Login:
    """Something proved: a mailbox, or a mobile. The phone to be called at is none, and may be a landline."""

    id: UUID
    kind: Literal["mail", "phone"]
    contact: str


def due(now: datetime, days: Sequence[int], window: Window) -> date | None:
    """The day whose reminders leave now; None at night, on other days, and while readings are not taken.

    Later in the day it is still due: a house that stood still at ten makes up for it, each person gets one.
    """
    local = now.astimezone(KYIV)
    on_time = local.day in days and HOUR <= local.hour < QUIET_FROM
    return local.date() if on_time and periods.is_open(now, window) else None


def begins_at(day: date) -> datetime:
    """Who has come later that day has just seen the cabinet, and needs no reminder."""
    return datetime.combine(day, time(HOUR), KYIV)


def is_quiet(now: datetime) -> bool:
    return not QUIET_UNTIL <= now.astimezone(KYIV).hour < QUIET_FROM


def morning(now: datetime) -> datetime:
    """When the quiet hours around `now` are over."""
    local = now.astimezone(KYIV)
    day = local.date() + timedelta(days=1 if local.hour >= QUIET_UNTIL else 0)
    return datetime.combine(day, time(QUIET_UNTIL), KYIV)


def login_for(chosen: Way | None, logins: Sequence[Login]) -> Login | None:
    """One login, the oldest of its kind; None where nobody is to be reminded.

    Who has chosen nothing is reminded by mail, which costs nobody anything, else by SMS. What was chosen
    and is not there any more is not replaced by another way.
    """
    kinds: dict[Way | None, tuple[str, ...]] = {
        "mail": ("mail",), "sms": ("phone",), "none": (), None: ("mail", "phone"),
    }  # fmt: skip
    for kind in kinds[chosen]:
        for login in logins:
            if login.kind == kind:
                return login
    return None


def offered(logins: Sequence[Login]) -> tuple[Way, ...]:
    """The ways this person can choose."""
    has = {login.kind for login in logins}
    return tuple(way for way in WAYS if way == "none" or {"mail": "mail", "sms": "phone"}[way] in has)
