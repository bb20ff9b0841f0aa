"""What differs from one installation to the next. Each has a default that works, or stops the start."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

VERSION = "0.1.0"
"""As in pyproject.toml; people read it under each public page."""
PACKAGE = Path(__file__).parent
STATIC = next(
    folder
    for folder in (PACKAGE / "static", PACKAGE.parents[1] / "static")
    if folder.name and folder.exists()
)
"""Inside the installed package, or beside the sources."""

OFF = ("0", "no", "false", "")
Tls = Literal["starttls", "tls", "none"]


class MissingSetting(Exception):
    """The start stops here, and says which variable it wants."""


@dataclass(frozen=True)
class MailSettings:
    host: str
    port: int
    tls: Tls
    user: str
    password: str
    sender: str


@dataclass(frozen=True)
class SmsSettings:
    account: str
    token: str
    sender: str
    api: str


@dataclass(frozen=True)
class Settings:
    database_url: str
    data: Path = Path("var")
    port: int = 8000
    demo: bool = False
    secret: str = ""
    mail: MailSettings | None = None
    sms: SmsSettings | None = None
    static: Path = STATIC
    service_worker: bool = True
    """Off, devices are told to empty their caches and to ask the network for everything: static/sw-off.js."""
    keys: Path | None = None
    """A folder for keys; beside the data unless it is said."""
    webhooks_loopback: bool = False
    """People's programs on this very machine may be called, also in clear: for developers and tests alone."""
    compiled: Path | None = None
    """A folder for templates as code, which may be emptied at any time; beside the data unless it is said."""

    push_hosts: tuple[str, ...] = ()
    """Places (`host:port`) that web pushes may go to besides the makers of browsers, by plain http too."""

    @classmethod
    def read(cls, environ: Mapping[str, str] = os.environ) -> "Settings":
        """From the environment. The demo is on by itself only where the database is the embedded one."""
        database_url = environ.get("DATABASE_URL", "")
        demo = environ.get("BLAKYT_DEMO", "0" if database_url else "1") not in OFF
        return cls(
            database_url=database_url,
            data=Path(environ.get("BLAKYT_DATA", "var")).absolute(),
            port=int(environ.get("PORT", "8000")),
            demo=demo,
            secret=environ.get("BLAKYT_SECRET", ""),
            service_worker=environ.get("BLAKYT_SERVICE_WORKER", "1") not in OFF,
            keys=Path(environ["BLAKYT_KEYS"]).absolute() if environ.get("BLAKYT_KEYS") else None,
            webhooks_loopback=environ.get("BLAKYT_WEBHOOKS_LOOPBACK", "0") not in OFF,
            push_hosts=tuple(host for host in environ.get("BLAKYT_PUSH_HOSTS", "").split(",") if host),
            mail=_mail(environ),
            sms=_sms(environ),
        )

    @property
    def photo_folder(self) -> Path:
        return self.data / "photos"

    @property
    def compiled_folder(self) -> Path:
        return self.compiled or self.data / "compiled"

    @property
    def key_folder(self) -> Path:
        return self.keys or self.data / "keys"

    def key(self) -> bytes:
        """What codes and links are derived from: BLAKYT_SECRET, or a file made at the first start, mode 0600."""
        if self.secret:
            return self.secret.encode()
        file = self.key_folder / "codes"
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            fresh = file.with_name(f"codes.{os.getpid()}")
            fresh.touch(mode=0o600)
            fresh.write_text(secrets.token_urlsafe(48))
            try:
                os.link(fresh, file)  # whoever comes second reads the first one's
            except FileExistsError:
                pass
            fresh.unlink()
        return file.read_bytes()


def _mail(environ: Mapping[str, str]) -> MailSettings | None:
    if not environ.get("SMTP_HOST"):
        return None
    tls = environ.get("SMTP_TLS", "starttls")
    if tls not in ("starttls", "tls", "none"):
        raise MissingSetting("SMTP_TLS is starttls, tls or none")
    return MailSettings(
        host=environ["SMTP_HOST"],
        port=int(environ.get("SMTP_PORT", "587")),
        tls=tls,  # type: ignore[arg-type]
        user=environ.get("SMTP_USER", ""),
        password=environ.get("SMTP_PASSWORD", ""),
        sender=_needed(environ, "MAIL_FROM"),
    )


def _sms(environ: Mapping[str, str]) -> SmsSettings | None:
    if not environ.get("TWILIO_ACCOUNT_SID"):
        return None
    return SmsSettings(
        account=environ["TWILIO_ACCOUNT_SID"],
        token=_needed(environ, "TWILIO_AUTH_TOKEN"),
        sender=_needed(environ, "TWILIO_FROM"),
        api=environ.get("TWILIO_API", "https://api.twilio.com"),
    )


def _needed(environ: Mapping[str, str], name: str) -> str:
    if not environ.get(name):
        raise MissingSetting(f"{name} is not set")
    return environ[name]
