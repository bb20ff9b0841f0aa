"""Everything the portal asks of the world beyond its own database."""

from dataclasses import dataclass, field

from webapp.outside.clock import Clock, WallClock
from webapp.outside.files import Files
from webapp.outside.files.embedded import EmbeddedFiles
from webapp.outside.files.folder import FolderFiles
from webapp.outside.hooks import Hooks
from webapp.outside.hooks.calling import CallingHooks
from webapp.outside.hooks.embedded import EmbeddedHooks
from webapp.outside.mail import Mail
from webapp.outside.mail.embedded import EmbeddedMail
from webapp.outside.mail.smtp import SmtpMail, SmtpServer
from webapp.outside.payments.banks import Banks
from webapp.outside.payments.pretend import PretendBank
from webapp.outside.push import Pushes
from webapp.outside.push.embedded import EmbeddedPush
from webapp.outside.push.web_push import WebPush, key_in
from webapp.outside.receipt_keys import EmbeddedKeys, FolderKeys, ReceiptKeys
from webapp.outside.sms import Sms
from webapp.outside.sms.embedded import EmbeddedSms
from webapp.outside.sms.twilio import TwilioAccount, TwilioSms
from webapp.settings import MissingSetting, Settings


@dataclass(frozen=True)
class Outside:
    clock: Clock
    sms: Sms
    mail: Mail
    key: bytes = field(repr=False)
    """What one-time codes and links are derived from: webapp.rules.codes."""
    receipts: ReceiptKeys = field(default_factory=EmbeddedKeys)
    """What signs the receipts of readings."""
    files: Files = field(default_factory=EmbeddedFiles)
    """Where photos lie."""
    banks: Banks = field(default_factory=Banks)
    """What people pay through: each company has its own."""
    hooks: Hooks = field(default_factory=EmbeddedHooks)
    """How people's own programs are called."""
    push: Pushes = field(default_factory=EmbeddedPush)
    """How browsers are told while nobody looks at the cabinet."""


def real(settings: Settings) -> Outside:
    """The neighbours of this installation; twins stand in for what is not set up, in the demo alone."""
    keys = FolderKeys(settings.key_folder / "receipts")
    files = FolderFiles(settings.photo_folder)
    hooks = CallingHooks(loopback=settings.webhooks_loopback)
    return Outside(
        WallClock(), _sms(settings), _mail(settings), settings.key(), keys, files, _banks(settings), hooks,
        _push(settings),
    )  # fmt: skip


def _sms(settings: Settings) -> Sms:
    if settings.sms:
        said = settings.sms
        return TwilioSms(TwilioAccount(said.account, said.token, said.sender, said.api))
    if settings.demo:
        return EmbeddedSms()
    raise MissingSetting("TWILIO_ACCOUNT_SID is not set")


def _mail(settings: Settings) -> Mail:
    if settings.mail:
        said = settings.mail
        return SmtpMail(SmtpServer(said.host, said.port, said.sender, said.tls, said.user, said.password))
    if settings.demo:
        return EmbeddedMail()
    raise MissingSetting("SMTP_HOST is not set")


def _push(settings: Settings) -> Pushes:
    """Needs nothing to be set up: its key is made at the first start. In the demo nothing leaves the machine."""
    if settings.demo and not settings.push_hosts:
        return EmbeddedPush()
    return WebPush(key_in(settings.key_folder / "push.pem"), settings.push_hosts)


def _banks(settings: Settings) -> Banks:
    """The pretend one is in the demo alone."""
    if not settings.demo:
        return Banks()
    return Banks(PretendBank(WallClock(), settings.key(), settings.data / "bank"))
