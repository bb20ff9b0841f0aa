"""Keeps letters in memory: for tests, demonstrations and a first run without a mail server."""

from dataclasses import dataclass, field

from webapp.outside.mail import Letter, MailError


@dataclass
class EmbeddedMail:
    sent: list[Letter] = field(default_factory=list)
    troubles: list[MailError] = field(default_factory=list)
    """What the server will answer to the next letters instead of taking them."""
    keeps_text: bool = True

    async def send(self, letter: Letter) -> str:
        if self.troubles:
            raise self.troubles.pop(0)
        self.sent.append(letter)
        return f"<{letter.message_id}@embedded>"
