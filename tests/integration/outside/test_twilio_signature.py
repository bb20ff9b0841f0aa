"""Who may tell us what became of a message: Twilio, and nobody who only knows the address."""

import pytest

from webapp.outside.sms import SmsTrouble
from webapp.outside.sms.twilio import TwilioAccount, TwilioSms, is_genuine, signature

URL = "https://cabinet.example.ua/webhooks/twilio/status?tenant=kgp"
FORM = {
    "MessageSid": "SM" + "a" * 32,
    "SmsSid": "SM" + "a" * 32,
    "AccountSid": "AC" + "a" * 32,
    "From": "KGAZ",
    "To": "+380671234567",
    "MessageStatus": "delivered",
    "SmsStatus": "delivered",
    "ApiVersion": "2010-04-01",
}
UNDELIVERED = FORM | {"MessageStatus": "undelivered", "SmsStatus": "undelivered", "ErrorCode": "30003"}
CALL = {"CallSid": "CA1234567890ABCDE", "To": "+18005551212", "Digits": "1234"}
DOCS = "https://mycompany.com/myapp.php?foo=1&bar=2"
SIGNED = "vC3bmx4H6IO8+loWAJ1ZuzyTLbk="


@pytest.mark.parametrize(
    ("url", "form", "expected"),
    [
        # the example of twilio.com/docs/usage/security, and what Twilio's own library computes for ours
        (
            DOCS,
            CALL | dict.fromkeys(["From", "Caller"], "+14158675309"),
            "RSOYDt4T1cUTdK1PDd93/VVr8B8=",
        ),
        (
            DOCS,
            CALL | dict.fromkeys(["From", "Caller"], "+12349013030"),
            "0/KCTR6DLpKmkAf8muzZqo1nDgQ=",
        ),
        (URL, FORM, SIGNED),
        (URL, UNDELIVERED, "ZgVVMBqsi0I5asaDusSp+FTofo8="),
    ],
)
def test_the_signature_is_the_one_twilio_computes(url: str, form: dict[str, str], expected: str):
    assert signature("12345", url, form) == expected
    assert is_genuine("12345", url, form, expected)


@pytest.mark.parametrize(
    ("token", "url", "form"),
    [
        ("12345", URL.replace("https", "http"), FORM),
        ("12345", URL.replace("kgp", "other"), FORM),
        ("12345", URL, FORM | {"X": "1"}),
        ("12345", URL, FORM | {"MessageStatus": "failed"}),
        ("54321", URL, FORM),
    ],
)
def test_what_was_changed_on_the_way_is_not_believed(token: str, url: str, form: dict[str, str]):
    assert not is_genuine(token, url, form, SIGNED)


@pytest.mark.parametrize("given", ["", "x", "підпис", SIGNED.lower()])
def test_nonsense_is_not_believed(given: str):
    assert not is_genuine("12345", URL, FORM, given)


@pytest.mark.parametrize("signed", ["https://a.example.ua/s?m=1", "https://a.example.ua:443/s?m=1"])
@pytest.mark.parametrize("told", ["https://a.example.ua/s?m=1", "https://a.example.ua:443/s?m=1"])
def test_the_port_may_be_said_or_not(signed: str, told: str):
    assert is_genuine("12345", told, FORM, signature("12345", signed, FORM))


@pytest.mark.parametrize(
    ("status", "code", "state", "reason"),
    [
        ("queued", "", None, None),
        ("sending", "", None, None),
        ("sent", "", "sent", None),
        ("delivered", "", "delivered", None),
        ("read", "", "delivered", None),
        ("undelivered", "30003", "failed", SmsTrouble.UNREACHABLE),
        ("undelivered", "30007", "failed", SmsTrouble.BLOCKED),
        ("failed", "99999", "failed", SmsTrouble.REFUSED),
        ("failed", "", "failed", SmsTrouble.REFUSED),
        ("of tomorrow", "", None, None),
        ("", "", None, None),
    ],
)
def test_a_status_is_read_in_our_words(status: str, code: str, state: str | None, reason: SmsTrouble | None):
    form = FORM | {"MessageStatus": status} | ({"ErrorCode": code} if code else {})
    twilio = TwilioSms(TwilioAccount("AC1", "12345", "KGAZ"))
    report = twilio.read_report(URL, form, signature("12345", URL, form))
    assert report and (report.carrier_id, report.state, report.reason) == (FORM["MessageSid"], state, reason)
