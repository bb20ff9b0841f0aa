"""Which neighbours an installation gets: real ones where they are set up, twins in the demo alone."""

import pytest

from webapp.outside import real
from webapp.outside.mail.embedded import EmbeddedMail
from webapp.outside.mail.smtp import SmtpMail, SmtpServer
from webapp.outside.sms.embedded import EmbeddedSms
from webapp.outside.sms.twilio import TwilioAccount, TwilioSms
from webapp.settings import MissingSetting, Settings

SECRET = {"BLAKYT_SECRET": "a secret of the tests"}
TWILIO = {"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "token", "TWILIO_FROM": "KGAZ"}
SMTP = {"SMTP_HOST": "mail.example.ua", "MAIL_FROM": "cabinet@example.ua", "SMTP_PASSWORD": "word"}
DEMO = {"BLAKYT_DEMO": "1"}


def installed(*said: dict[str, str]) -> Settings:
    environ = {"DATABASE_URL": "postgresql://db/blakyt"} | SECRET
    for part in said:
        environ |= part
    return Settings.read(environ)


def test_what_is_set_up_is_used_also_in_the_demo():
    for settings in (installed(TWILIO, SMTP), installed(TWILIO, SMTP, DEMO)):
        outside = real(settings)
        assert isinstance(outside.sms, TwilioSms) and isinstance(outside.mail, SmtpMail)
        assert outside.sms.account == TwilioAccount("AC1", "token", "KGAZ")
        assert outside.mail.server == SmtpServer(
            "mail.example.ua", 587, "cabinet@example.ua", "starttls", "", "word"
        )
        assert not outside.sms.keeps_text and not outside.mail.keeps_text


def test_the_demo_needs_no_neighbours():
    outside = real(installed(DEMO))
    assert isinstance(outside.sms, EmbeddedSms) and isinstance(outside.mail, EmbeddedMail)


@pytest.mark.parametrize(
    ("said", "missing"),
    [(SMTP, "TWILIO_ACCOUNT_SID"), (TWILIO, "SMTP_HOST")],
)
def test_without_the_demo_a_missing_neighbour_stops_the_start_by_its_name(said: dict[str, str], missing: str):
    with pytest.raises(MissingSetting, match=missing):
        real(installed(said))


@pytest.mark.parametrize(
    ("said", "name"),
    [(TWILIO, "TWILIO_AUTH_TOKEN"), (TWILIO, "TWILIO_FROM"), (SMTP, "MAIL_FROM")],
)
def test_half_of_a_neighbour_stops_the_start_too(said: dict[str, str], name: str):
    with pytest.raises(MissingSetting, match=name):
        installed({key: value for key, value in said.items() if key != name})


def test_secrets_are_not_printed():
    outside = real(installed(TWILIO, SMTP))
    shown = f"{outside} {outside.sms} {outside.mail}"
    assert not any(secret in shown for secret in (SECRET["BLAKYT_SECRET"], "token", "word"))
