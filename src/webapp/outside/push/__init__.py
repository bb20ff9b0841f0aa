"""Web pushes: what the rest of the code may ask for, and what may go wrong in our words."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


class PushTrouble(StrEnum):
    """Why a push was not handed over. Goes to the log, to `messages.error` and to the staff's screen."""

    GONE = "gone"
    """The browser has turned it off, or is no more: the subscription goes, too."""
    REFUSED = "refused"
    TOO_MANY = "too_many"
    SERVICE_DOWN = "service_down"
    NO_ANSWER = "no_answer"


class PushError(Exception):
    """The push was not handed over; `permanent` when no repetition will help."""

    def __init__(self, reason: PushTrouble, *, permanent: bool) -> None:
        super().__init__(str(reason))
        self.reason = reason
        self.permanent = permanent


@dataclass(frozen=True)
class Push:
    endpoint: str = field(repr=False)
    """Who knows it may write to the browser, with our key."""
    p256dh: str
    auth: str = field(repr=False)
    title: str
    text: str
    url: str
    """Of the portal, where a press leads."""
    tag: str
    """A later push with the same tag takes the place of this one on the screen."""
    contact: str
    """Whom the maker of the browser may ask about us: mailto: or https:."""


class Pushes(Protocol):
    keeps_text: bool
    """Whether the portal's own record keeps the wording: the twin's does, so that it can be shown."""
    public_key: str
    """What browsers are told when they subscribe (RFC 8292), in base64url."""

    def allows(self, endpoint: str) -> bool:
        """Whether the address is one that we would write to."""
        ...

    async def send(self, push: Push) -> str:
        """Hand over one push; returns what its service calls it."""
        ...
