"""Sending without a sign-in: how long a link works, and why another one does not."""

from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from webapp.rules import periods
from webapp.rules.periods import Window

ONCE_LENGTH, STICKER_LENGTH = 10, 16
"""Characters of 58: 58 bits for a week, which leaves an SMS one part, and 93 for what hangs for years."""
Kind = Literal["once", "sticker"]
"""Of a reminder, for one meter and one month; or printed, for as long as it hangs there."""


class Closed(StrEnum):
    """Why a link opens no form: each has its own sentence and its own way on."""

    FOREIGN = "foreign"
    """Not ours, not whole, or of another portal."""
    EXPIRED = "expired"
    REVOKED = "revoked"
    """A newer sticker was printed, or this one was taken back."""
    ENDED = "ended"
    """Whose link it is does not see the account any more, or the meter is gone."""
    NOT_TAKEN = "not_taken"
    """The companies of the portal take no readings (any more)."""


def until(month: date, window: Window) -> datetime:
    """A link of a reminder outlives its window by the grace: who comes late is told so, and sends all the same."""
    return periods.closes_at(month, window) + periods.GRACE


def closed(
    *, expires_at: datetime | None, revoked_at: datetime | None, is_open: bool, taken: bool, now: datetime
) -> Closed | None:
    """None where it opens. `is_open`: whether its person still may send readings of this meter."""
    if not taken:
        return Closed.NOT_TAKEN
    if revoked_at:
        return Closed.REVOKED
    if not is_open:
        return Closed.ENDED
    return Closed.EXPIRED if expires_at and expires_at <= now else None
