"""Letters by any SMTP server."""

import asyncio
import ssl
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate
from typing import Literal

import aiosmtplib

from webapp.outside.mail import Letter, MailError, MailTrouble

TIMEOUT = 15.0
"""Seconds for the whole conversation."""

Tls = Literal["starttls", "tls", "none"]


@dataclass(frozen=True)
class SmtpServer:
    host: str
    port: int
    sender: str
    """The address letters come from; its domain stands in their Message-ID."""
    tls: Tls = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    trust: ssl.SSLContext | None = None
    """Whom to believe; nothing means the authorities of this machine."""


class SmtpMail:
    keeps_text = False

    def __init__(self, server: SmtpServer, timeout: float = TIMEOUT) -> None:
        self.server = server
        self.timeout = timeout
        self._tls_context = server.trust or ssl.create_default_context()

    async def send(self, letter: Letter) -> str:
        server = self.server
        try:
            message = self.compose(letter)
            async with asyncio.timeout(self.timeout):
                await aiosmtplib.send(
                    message,
                    sender=server.sender,
                    recipients=[letter.to],
                    hostname=server.host,
                    port=server.port,
                    username=server.user or None,
                    password=server.password or None,
                    use_tls=server.tls == "tls",
                    start_tls=server.tls == "starttls",
                    tls_context=self._tls_context,
                    timeout=self.timeout,
                )
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            raise _in_our_words(error) from error
        return str(message["Message-ID"])

    def compose(self, letter: Letter) -> EmailMessage:
        """Both wordings in one letter; machines are asked not to answer it (RFC 3834)."""
        message = EmailMessage()
        user, _, domain = self.server.sender.rpartition("@")
        message["Message-ID"] = f"<{letter.message_id}@{domain}>"
        message["Date"] = formatdate()
        message["From"] = Address(letter.sender_name, user, domain)
        message["To"] = letter.to
        message["Subject"] = letter.subject
        message["Auto-Submitted"] = "auto-generated"
        if letter.reply_to:
            message["Reply-To"] = letter.reply_to
        if letter.unsubscribe:
            message["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message.set_content(letter.text)
        message.add_alternative(letter.html, subtype="html")
        return message


def _in_our_words(error: Exception) -> MailError:
    """Only an answer about this letter or this mailbox is for good; the rest may be mended by then."""
    match error.__cause__ if isinstance(error.__cause__, ssl.SSLError) else error:
        case aiosmtplib.SMTPRecipientsRefused(recipients=[refused, *_]):
            return _by_code(refused.code, MailTrouble.NO_SUCH_ADDRESS)
        case aiosmtplib.SMTPAuthenticationError() | aiosmtplib.SMTPSenderRefused():
            return MailError(MailTrouble.NOT_SET_UP, permanent=False)
        case aiosmtplib.SMTPNotSupported() | ssl.SSLError():
            return MailError(MailTrouble.NOT_SET_UP, permanent=False)
        case aiosmtplib.SMTPDataError(code=code):
            return _by_code(code, MailTrouble.REFUSED)
        case aiosmtplib.SMTPConnectError():
            return MailError(MailTrouble.SERVER_DOWN, permanent=False)
        case TimeoutError() | aiosmtplib.SMTPServerDisconnected():
            return MailError(MailTrouble.NO_ANSWER, permanent=False)
        case OSError():
            return MailError(MailTrouble.SERVER_DOWN, permanent=False)
        case aiosmtplib.SMTPResponseException():
            return MailError(MailTrouble.TRY_LATER, permanent=False)
        case ValueError():
            return MailError(MailTrouble.NO_SUCH_ADDRESS, permanent=True)
        case _:
            return MailError(MailTrouble.NO_ANSWER, permanent=False)


def _by_code(code: int, refused: MailTrouble) -> MailError:
    if code >= 500:
        return MailError(refused, permanent=True)
    return MailError(MailTrouble.TRY_LATER, permanent=False)
