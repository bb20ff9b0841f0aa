"""Text messages: what the rest of the code may ask for, and what may go wrong in our words."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Protocol


class SmsTrouble(StrEnum):
    """Why a message was not handed over. Goes to the log, to `messages.error` and to the staff's screen."""

    NO_SUCH_NUMBER = "no_such_number"
    NOT_A_MOBILE = "not_a_mobile"
    UNREACHABLE = "unreachable"
    OPTED_OUT = "opted_out"
    COUNTRY_CLOSED = "country_closed"
    BLOCKED = "blocked"
    NOT_SET_UP = "not_set_up"
    """Our own account: wrong key, wrong sender. Repeated, because an operator can mend it in time."""
    TOO_MANY = "too_many"
    REFUSED = "refused"
    CARRIER_DOWN = "carrier_down"
    NO_ANSWER = "no_answer"


class SmsError(Exception):
    """The message was not handed over, as far as we know.

    `permanent`: no repetition will help (there is no such number).
    `maybe_sent`: the carrier had the request and its answer was lost; repeating may send it twice.
    """

    def __init__(self, reason: SmsTrouble, *, permanent: bool, maybe_sent: bool = False) -> None:
        super().__init__(str(reason))
        self.reason = reason
        self.permanent = permanent
        self.maybe_sent = maybe_sent


@dataclass(frozen=True)
class Report:
    """What the carrier tells later. `state` is absent while the message is still on its way."""

    carrier_id: str
    state: Literal["sent", "delivered", "failed"] | None
    reason: SmsTrouble | None = None


class Sms(Protocol):
    keeps_text: bool
    """Whether the portal's own record keeps the wording: the twin's does, so that it can be shown."""

    async def send(self, to: str, text: str, callback_url: str | None = None) -> str:
        """Hand over one message to an E.164 number; returns the carrier's id for it.

        The carrier tells `callback_url` later what became of it.
        """
        ...

    def read_report(self, url: str, form: Mapping[str, str], signature: str) -> Report | None:
        """What the carrier said to `url`, the callback's full address; None if it was not the carrier."""
        ...
