"""Banks call back: LiqPay and monobank, played by servers of our own, through the address they are given."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.browser import Browser
from tests.factories.accounts import AnAccount
from tests.factories.paying import begin, confirm, states, takes_money
from tests.factories.people import KEY, NOW, SignedIn
from tests.factories.portals import APortal
from tests.fakes import liqpay, monobank
from tests.fakes.liqpay import FakeLiqPay
from tests.fakes.monobank import FakeMonobank
from webapp.actions import reconciling
from webapp.outside import Outside
from webapp.outside.clock import StoppedClock
from webapp.outside.mail.embedded import EmbeddedMail
from webapp.outside.payments import Merchant
from webapp.outside.payments.banks import Banks
from webapp.outside.sms.embedded import EmbeddedSms

IMPATIENT = httpx.Timeout(1)


@pytest.fixture
async def outside() -> AsyncIterator[Outside]:
    banks = Banks(timeout=IMPATIENT)
    yield Outside(StoppedClock(NOW), EmbeddedSms(), EmbeddedMail(), KEY, banks=banks)
    await banks.close()


@dataclass
class Payment:
    """Olena stands before the bank's page."""

    far: Any
    order: str
    http: httpx.AsyncClient

    async def say(self, body: bytes, headers: dict[str, str], order: str = "") -> int:
        path = f"/api/v1/payments/{order or self.order}/callback"
        return (await self.http.post(path, content=body, headers=headers)).status_code

    async def call_back(self, **said: Any) -> int:
        return await self.say(*self.far.callback(self.order, **said))


@pytest.fixture(params=["liqpay 3", "liqpay 7", "monobank"])
async def payment(
    request: pytest.FixtureRequest, browser: Browser, portal: APortal, olena: SignedIn, flat: AnAccount,
    http: httpx.AsyncClient,
) -> AsyncIterator[Payment]:  # fmt: skip
    await confirm(olena.id)
    name, _, version = request.param.partition(" ")
    far: Any = FakeMonobank() if name == "monobank" else FakeLiqPay(version=int(version))
    async with far.listening():
        keys = {"token": monobank.TOKEN, "public_key": liqpay.PUBLIC, "private_key": liqpay.PRIVATE}
        merchant = Merchant(name, keys, int(version or 3), api=far.url)  # type: ignore[arg-type]
        await takes_money(portal.supplier, merchant)
        page = await begin(browser)
        (link,) = [str(one["href"]) for one in page.html.select("a[rel=noreferrer]")]
        yield Payment(far, far.visit(link), http)


async def test_a_payment_goes_all_the_way(payment: Payment, browser: Browser):
    payment.far.pay(payment.order)
    back = await browser.follow(await browser.get(f"/payments/{payment.order}/return"))
    assert "Чекаємо підтвердження банку" in back.words and await states() == ["open"]
    assert await payment.call_back() == 200
    page = await browser.get(f"/payments/{payment.order}")
    assert "Сплачено: 71,68" in page.words.replace("\u00a0", " ") and payment.far.charged == 1
    assert page.html.select("a[href^='/payments/receipts/']")


async def test_forged_truncated_and_re_encoded_callbacks_change_nothing(payment: Payment):
    payment.far.pay(payment.order)
    body, headers = payment.far.callback(payment.order)
    for forged in (
        body[:-4],
        body + b" ",
        b"",
        b"\xff\xfe",
        b"{}",
        body.replace(b"7168", b"7169") + b"\n",
        b"x" * 9000,
    ):
        assert await payment.say(forged, headers) == 400, forged[:60]
    assert await payment.say(body, {}) == (400 if "x-sign" in headers else 200)
    assert await payment.say(b"x" * 20_000, headers) == 413
    assert await states() == (["open"] if "x-sign" in headers else ["paid"])


async def test_a_callback_of_another_order_is_not_for_this_one(payment: Payment, portal: APortal):
    payment.far.pay(payment.order)
    body, headers = payment.far.callback(payment.order)
    assert await payment.say(body, headers, order=str(uuid4())) == 200, "unknown: no reason to say it again"
    wrong = {"order_id": str(uuid4())} if isinstance(payment.far, FakeLiqPay) else {"reference": str(uuid4())}
    assert await payment.call_back(**wrong) == 400 and await states() == ["open"]


async def test_news_in_the_wrong_order_leave_it_paid(payment: Payment):
    early = payment.far.callback(payment.order)
    payment.far.pay(payment.order)
    assert await payment.call_back() == 200
    assert await payment.say(*early) == 200
    assert await states() == ["paid"]


async def test_another_sum_at_the_bank_is_not_credited(payment: Payment):
    sums = {"amount": 1.5} if isinstance(payment.far, FakeLiqPay) else {"amount": 150}
    payment.far.pay(payment.order, **sums)
    assert await payment.call_back() == 200 and await states() == ["unknown"]


@pytest.mark.parametrize("step", ["500", "429", "garbage", "silence"])
async def test_a_bank_that_calls_and_then_says_nothing_is_heard_later(
    payment: Payment, browser: Browser, outside: Outside, step: Any
):
    payment.far.pay(payment.order)
    payment.far.script = [step]
    assert await payment.call_back() == 503 and await states() == ["open"]
    page = await browser.get(f"/payments/{payment.order}?back=1")
    assert "Чекаємо підтвердження банку" in page.words
    await reconciling.reconcile(outside, NOW + timedelta(minutes=15))
    assert await states() == ["paid"] and payment.far.charged == 1


async def test_an_answer_that_is_lost_on_the_way_makes_no_second_charge(
    browser: Browser, portal: APortal, olena: SignedIn, flat: AnAccount
):
    """The bank made an invoice, and its answer never came: nobody has seen its page, another one is made."""
    await confirm(olena.id)
    async with FakeMonobank().listening() as far:
        await takes_money(portal.supplier, Merchant("monobank", {"token": monobank.TOKEN}, api=far.url))
        far.script = ["done_then_silence"]
        page = await begin(browser)
        assert "Банк не відповідає" in page.words and len(far.invoices) == 1
        (again,) = [one for one in page.html.select("form") if one["action"].endswith("/opening")]
        page = await browser.follow(await browser.submit(again))
        (link,) = [str(one["href"]) for one in page.html.select("a[rel=noreferrer]")]
        assert len(far.invoices) == 2 and link.endswith(list(far.invoices)[1])
