"""The carrier tells what became of a message; anybody may knock, only the carrier is heard."""

from urllib.parse import urlencode
from uuid import UUID, uuid4

import httpx
import pytest

from tests.factories.people import NOW
from tests.factories.portals import APortal
from tests.fakes.twilio import SID, TOKEN
from webapp.actions import messages
from webapp.database.tables.messages import Message
from webapp.outside import Outside
from webapp.outside.clock import StoppedClock
from webapp.outside.mail.embedded import EmbeddedMail
from webapp.outside.sms.embedded import EmbeddedSms
from webapp.outside.sms.twilio import TwilioAccount, TwilioSms, signature

PATH = "/api/v1/sms/status"
CARRIER_ID = "SM" + "a" * 32


@pytest.fixture
def outside() -> Outside:
    """A real carrier: the twin never reports."""
    return Outside(StoppedClock(NOW), TwilioSms(TwilioAccount(SID, TOKEN, "KGAZ")), EmbeddedMail(), b"key")


@pytest.fixture
async def message(portal: APortal) -> UUID:
    id = uuid4()
    await messages.claim(
        id, portal_id=portal.id, kind="sms", contact="+380671234567", notice="sign-up-code", now=NOW
    )
    await messages.sent(id, CARRIER_ID, NOW)
    return id


async def tell(http: httpx.AsyncClient, portal: APortal, status: str, query: str = "", **changes: str) -> int:
    """As Twilio does: a form, signed with the address it was told, and nothing a browser would add."""
    form = {"MessageSid": CARRIER_ID, "MessageStatus": status, "To": "+380671234567", "ErrorMessage": ""}
    signed = signature(TOKEN, portal.address + PATH + query, form)
    headers = {"X-Twilio-Signature": changes.pop("signature", signed)}
    answer = await http.post(
        PATH + query,
        content=urlencode(form | changes),
        headers=headers | {"Content-Type": "application/x-www-form-urlencoded"},
    )
    return answer.status_code


async def state(id: UUID) -> tuple[str, str | None]:
    (row,) = await Message.select(Message.state, Message.error).where(Message.id == id)
    return row["state"], row["error"]


async def test_a_message_that_arrived_is_known_to_have_arrived(http, portal: APortal, message: UUID):
    assert await tell(http, portal, "delivered", f"?message={message}") == 204
    assert await state(message) == ("delivered", None)


async def test_a_message_is_also_known_by_the_carriers_own_id(http, portal: APortal, message: UUID):
    assert await tell(http, portal, "delivered") == 204
    assert await state(message) == ("delivered", None)


async def test_what_failed_is_told_with_its_reason(http, portal: APortal, message: UUID):
    form = {"MessageSid": CARRIER_ID, "MessageStatus": "undelivered", "ErrorCode": "30003"}
    signed = signature(TOKEN, f"{portal.address}{PATH}?message={message}", form)
    answer = await http.post(f"{PATH}?message={message}", data=form, headers={"X-Twilio-Signature": signed})
    assert answer.status_code == 204 and await state(message) == ("failed", "unreachable")


async def test_news_come_in_any_order(http, portal: APortal, message: UUID):
    for status in ("sending", "delivered", "sent", "queued"):
        assert await tell(http, portal, status, f"?message={message}") == 204
    assert await state(message) == ("delivered", None)


async def test_news_of_a_message_nobody_sent_are_taken_and_forgotten(http, portal: APortal, message: UUID):
    assert await tell(http, portal, "failed", f"?message={uuid4()}") == 204
    assert await state(message) == ("sent", None)


@pytest.mark.parametrize("changes", [{"MessageStatus": "failed"}, {"X": "1"}, {"signature": "forged"}])
async def test_what_twilio_did_not_say_is_refused(http, portal: APortal, message: UUID, changes):
    assert await tell(http, portal, "delivered", f"?message={message}", **changes) == 403
    assert await state(message) == ("sent", None)


async def test_a_report_of_another_portal_is_refused(http, portal: APortal, message: UUID):
    elsewhere = APortal(portal.id, "https://elsewhere.example", portal.operator, portal.supplier)
    assert await tell(http, elsewhere, "delivered", f"?message={message}") == 403


class TestWithTheTwin:
    @pytest.fixture
    def outside(self) -> Outside:
        return Outside(StoppedClock(NOW), EmbeddedSms(), EmbeddedMail(), b"key")

    async def test_nobody_is_heard(self, http, portal: APortal, message: UUID):
        assert await tell(http, portal, "delivered", f"?message={message}") == 403
