"""One contract, two carriers: the embedded twin and Twilio, which here is a server of our own on loopback."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import httpx
import pytest

from tests.fakes.twilio import SID, TOKEN, FakeTwilio, Refused, Trick
from webapp.outside.sms import Sms, SmsError, SmsTrouble
from webapp.outside.sms.embedded import EmbeddedSms
from webapp.outside.sms.twilio import TwilioAccount, TwilioSms

TO, TEXT = "+380671234567", "KGAZ. Код активації - 578214. Нікому його не кажіть."
IMPATIENT = httpx.Timeout(1)
TEMPORARY, PERMANENT = False, True

CASES: list[tuple[Refused | Trick, SmsTrouble, bool, bool]] = [
    (Refused(400, 21211), SmsTrouble.NO_SUCH_NUMBER, PERMANENT, False),
    (Refused(400, 21408), SmsTrouble.COUNTRY_CLOSED, PERMANENT, False),
    (Refused(400, 21610), SmsTrouble.OPTED_OUT, PERMANENT, False),
    (Refused(400, 21612), SmsTrouble.UNREACHABLE, PERMANENT, False),
    (Refused(400, 21614), SmsTrouble.NOT_A_MOBILE, PERMANENT, False),
    (Refused(400, 30006), SmsTrouble.NOT_A_MOBILE, PERMANENT, False),
    (Refused(400, 30007), SmsTrouble.BLOCKED, PERMANENT, False),
    (Refused(400, 21602), SmsTrouble.REFUSED, PERMANENT, False),
    (Refused(400, 30003), SmsTrouble.UNREACHABLE, TEMPORARY, False),
    (Refused(400, 21611), SmsTrouble.TOO_MANY, TEMPORARY, False),
    (Refused(400, 21212), SmsTrouble.NOT_SET_UP, TEMPORARY, False),
    (Refused(400, 21606), SmsTrouble.NOT_SET_UP, TEMPORARY, False),
    (Refused(401, 20003), SmsTrouble.NOT_SET_UP, TEMPORARY, False),
    (Refused(429, 20429), SmsTrouble.TOO_MANY, TEMPORARY, False),
    (Refused(429), SmsTrouble.TOO_MANY, TEMPORARY, False),
    (Refused(500), SmsTrouble.CARRIER_DOWN, TEMPORARY, False),
    (Refused(503, 20503), SmsTrouble.CARRIER_DOWN, TEMPORARY, False),
    ("garbage", SmsTrouble.CARRIER_DOWN, TEMPORARY, False),
    ("garbage_201", SmsTrouble.NO_ANSWER, TEMPORARY, True),
    ("hang", SmsTrouble.NO_ANSWER, TEMPORARY, True),
    ("close", SmsTrouble.NO_ANSWER, TEMPORARY, True),
]

Stage = Callable[[Refused | Trick | None, SmsError | None], Sms]
"""Sets the scene: the carrier that will do this, or that will raise it."""


@pytest.fixture
async def twilio() -> AsyncIterator[FakeTwilio]:
    async with FakeTwilio().listening() as twilio:
        yield twilio


@pytest.fixture
async def account(twilio: FakeTwilio) -> TwilioAccount:
    return TwilioAccount(SID, TOKEN, "KGAZ", api=twilio.url)


@pytest.fixture(params=["embedded", "twilio"])
async def stage(request: pytest.FixtureRequest, twilio: FakeTwilio, account: TwilioAccount):
    carrier = TwilioSms(account, IMPATIENT)

    def set_scene(step: Refused | Trick | None = None, error: SmsError | None = None) -> Sms:
        if request.param == "embedded":
            return EmbeddedSms(troubles=[error] if error else [])
        twilio.script = [step] if step else []
        return carrier

    yield set_scene
    await carrier.close()


async def test_a_message_that_is_taken_gets_an_id_of_its_own(stage: Stage):
    sms = stage(None, None)
    first, second = await sms.send(TO, TEXT), await sms.send(TO, TEXT)
    assert first and second and first != second


@pytest.mark.parametrize(("step", "reason", "permanent", "maybe_sent"), CASES)
async def test_what_went_wrong_is_said_in_our_words(stage: Stage, step, reason, permanent, maybe_sent):
    sms = stage(step, SmsError(reason, permanent=permanent, maybe_sent=maybe_sent))
    with pytest.raises(SmsError) as caught:
        await sms.send(TO, TEXT)
    error = caught.value
    assert (error.reason, error.permanent, error.maybe_sent) == (reason, permanent, maybe_sent)
    assert TO not in str(error) and TEXT not in str(error)


async def test_after_a_trouble_the_next_message_is_taken(stage: Stage):
    sms = stage(Refused(500), SmsError(SmsTrouble.CARRIER_DOWN, permanent=False))
    with pytest.raises(SmsError):
        await sms.send(TO, TEXT)
    assert await sms.send(TO, TEXT)


async def test_nobody_else_speaks_for_the_carrier(stage: Stage):
    form = {"MessageSid": "SM1", "MessageStatus": "delivered"}
    assert stage(None, None).read_report("https://cabinet.example.ua/api", form, "forged") is None


async def test_twilio_gets_what_it_needs(twilio: FakeTwilio, account: TwilioAccount):
    sms = TwilioSms(account, IMPATIENT)
    await sms.send(TO, TEXT, "https://cabinet.example.ua/api/v1/sms/status?message=1")
    await TwilioSms(replace(account, sender="MG" + "0" * 32)).send(TO, TEXT)
    assert twilio.taken == [
        {
            "To": TO,
            "From": "KGAZ",
            "Body": TEXT,
            "StatusCallback": "https://cabinet.example.ua/api/v1/sms/status?message=1",
        },
        {"To": TO, "MessagingServiceSid": "MG" + "0" * 32, "Body": TEXT},
    ]


async def test_a_carrier_that_is_not_there_has_surely_not_sent_it(free_tcp_port: int, account: TwilioAccount):
    sms = TwilioSms(replace(account, api=f"http://127.0.0.1:{free_tcp_port}"), IMPATIENT)
    with pytest.raises(SmsError) as caught:
        await sms.send(TO, TEXT)
    assert (caught.value.reason, caught.value.maybe_sent) == (SmsTrouble.CARRIER_DOWN, False)


async def test_a_slow_message_does_not_hold_up_the_next(twilio: FakeTwilio, account: TwilioAccount):
    sms = TwilioSms(account)
    twilio.script = ["hang"]
    slow = asyncio.create_task(sms.send(TO, "slow"))
    await twilio.heard(1)
    assert await asyncio.wait_for(sms.send(TO, TEXT), 5)
    assert not slow.done()
    slow.cancel()


def test_the_key_is_never_printed():
    assert TOKEN not in repr(TwilioAccount(SID, TOKEN, "KGAZ"))
