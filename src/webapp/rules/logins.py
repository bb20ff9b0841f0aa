"""When a login may go, and how long the person's last word is trusted."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

CONFIRMED_FOR = timedelta(minutes=10)
"""So long nobody is asked for the password again."""
WAIT = timedelta(hours=72)
"""Without the old channel a change waits: so long the other contacts may object."""
MOST = 10
"""Logins of one person."""


class Keeps(StrEnum):
    """Why a login stays."""

    LAST = "last"
    OTHERS_ARE_NEW = "others_are_new"
    """Whoever has stolen a password would add a contact and remove the owner's: the new one alone is no reason."""


def may_remove(verified: Mapping[UUID, datetime], login: UUID, now: datetime) -> Keeps | None:
    """None where it may go. `verified`: all logins of the person, and since when they are proved."""
    others = [at for id, at in verified.items() if id != login]
    if not others:
        return Keeps.LAST
    return None if any(now - at >= WAIT for at in others) else Keeps.OTHERS_ARE_NEW


def is_fresh(confirmed_at: datetime | None, now: datetime) -> bool:
    """Whether the person has proved to be there just now."""
    return confirmed_at is not None and now - confirmed_at < CONFIRMED_FOR


def effective_at(
    now: datetime, *, asked: datetime, new_proved: bool, old_proved: bool, otherwise_proved: bool
) -> datetime | None:
    """When a contact changes: at once by both channels; without the old one after the wait; None: not yet."""
    if not new_proved:
        return None
    if old_proved:
        return now
    return asked + WAIT if otherwise_proved else None
