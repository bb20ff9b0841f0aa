"""Letters: what the rest of the code may ask for, and what may go wrong in our words."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol
from uuid import UUID


class MailTrouble(StrEnum):
    """Why a letter was not handed over. Goes to the log, to `messages.error` and to the staff's screen."""

    NO_SUCH_ADDRESS = "no_such_address"
    REFUSED = "refused"
    TRY_LATER = "try_later"
    NOT_SET_UP = "not_set_up"
    """Our own account or its encryption. Repeated, because an operator can mend it in time."""
    SERVER_DOWN = "server_down"
    NO_ANSWER = "no_answer"


class MailError(Exception):
    """The letter was not handed over; `permanent` when no repetition will help (no such mailbox)."""

    def __init__(self, reason: MailTrouble, *, permanent: bool) -> None:
        super().__init__(str(reason))
        self.reason = reason
        self.permanent = permanent


@dataclass(frozen=True)
class Letter:
    to: str
    subject: str
    text: str
    html: str
    message_id: UUID
    """Becomes the Message-ID: however often the letter is handed over, mailboxes show it once."""
    sender_name: str = ""
    """The portal's name, before the installation's own address."""
    reply_to: str | None = None
    unsubscribe: str = ""
    """Where such letters are ended by one press of the mail program (RFC 8058); not every letter can be."""


class Mail(Protocol):
    keeps_text: bool
    """Whether the portal's own record keeps the wording: the twin's does, so that it can be shown."""

    async def send(self, letter: Letter) -> str:
        """Hand over one letter; returns its Message-ID."""
        ...
