"""A mail server of our own: takes letters, or does what its script says instead."""

import asyncio
import email
import email.policy
import ssl
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Literal

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

CERTIFICATE = Path(__file__).with_name("localhost.pem")
"""Self-signed for localhost, with its key; nothing outside the tests trusts it."""
PASSWORD = "for tests"

Trick = Literal["hang", "close"]


@dataclass(frozen=True)
class Refused:
    at: Literal["RCPT", "DATA"]
    answer: str


@dataclass
class FakeSmtp:
    script: list[Refused | Trick] = field(default_factory=list)
    """What happens to the next letters; after that they are taken."""
    taken: list[EmailMessage] = field(default_factory=list)
    tls: Literal["starttls", "tls", "none"] = "none"
    asks_password: bool = False
    port: int = 0

    @asynccontextmanager
    async def listening(self) -> AsyncIterator["FakeSmtp"]:
        servers: list[SMTP] = []

        def talk() -> SMTP:
            with warnings.catch_warnings(action="ignore"):  # it warns of passwords sent in the open
                servers.append(SMTP(self, **self._options()))
            return servers[-1]

        loop = asyncio.get_running_loop()
        context = _certificate() if self.tls == "tls" else None
        server = await loop.create_server(talk, "127.0.0.1", 0, ssl=context)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            for one in servers:
                if one.transport:
                    with suppress(AttributeError):  # of Python before 3.11.4: a TLS connection that has ended
                        one.transport.abort()

    async def handle_RCPT(self, _: SMTP, __: Session, envelope: Envelope, to: str, ___: list[str]) -> str:
        if self.script and isinstance(self.script[0], Refused) and self.script[0].at == "RCPT":
            return self.script.pop(0).answer  # type: ignore[union-attr]
        envelope.rcpt_tos.append(to)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _: Session, envelope: Envelope) -> str:
        step = self.script.pop(0) if self.script else None
        if step == "hang":
            await asyncio.Event().wait()
        if step == "close":
            server.transport.abort()
        if isinstance(step, Refused):
            return step.answer
        assert isinstance(envelope.content, bytes)
        letter = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.taken.append(letter)  # type: ignore[arg-type]
        return "250 OK"

    def _options(self) -> dict[str, Any]:
        encrypted = (
            {"tls_context": _certificate(), "require_starttls": True} if self.tls == "starttls" else {}
        )
        asked = {"authenticator": _known, "auth_required": True, "auth_require_tls": False}
        return encrypted | (asked if self.asks_password else {})


def _known(_: SMTP, __: Session, ___: Envelope, mechanism: str, given: object) -> AuthResult:
    assert isinstance(given, LoginPassword), mechanism
    return AuthResult(success=given.password == PASSWORD.encode(), handled=False)


def _certificate() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


def trust() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=CERTIFICATE)
