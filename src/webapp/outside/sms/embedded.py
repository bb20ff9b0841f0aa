"""Keeps messages in memory: for tests, demonstrations and a first run without keys."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import uuid4

from webapp.outside.sms import Report, SmsError


class Sent(NamedTuple):
    to: str
    text: str
    callback_url: str | None


@dataclass
class EmbeddedSms:
    sent: list[Sent] = field(default_factory=list)
    troubles: list[SmsError] = field(default_factory=list)
    """What the carrier will answer to the next messages instead of taking them."""
    keeps_text: bool = True

    async def send(self, to: str, text: str, callback_url: str | None = None) -> str:
        if self.troubles:
            raise self.troubles.pop(0)
        self.sent.append(Sent(to, text, callback_url))
        return f"embedded-{uuid4().hex}"

    def read_report(self, url: str, form: Mapping[str, str], signature: str) -> Report | None:
        """The twin has never reported anything: whoever says so is somebody else."""
        return None
