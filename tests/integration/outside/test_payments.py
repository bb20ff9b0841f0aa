"""One contract, three banks: the pretend one, LiqPay and monobank, which here are servers of our own on loopback."""

import json
import re
from base64 import b64decode
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import uuid4

import httpx
import pytest

from tests.fakes import liqpay, monobank
from tests.fakes.liqpay import FakeLiqPay
from tests.fakes.monobank import FakeMonobank
from tests.fakes.web import Trick
from webapp.outside.clock import StoppedClock
from webapp.outside.payments import Bank, BankError, BankTrouble, Merchant, Order
from webapp.outside.payments.banks import Banks
from webapp.outside.payments.liqpay import LiqPay
from webapp.outside.payments.monobank import Monobank
from webapp.outside.payments.pretend import Pretend, PretendBank

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
IMPATIENT = httpx.Timeout(1)
LIQPAY_KEYS = {"public_key": liqpay.PUBLIC, "private_key": liqpay.PRIVATE}
TROUBLES: list[tuple[Trick, BankTrouble]] = [
    ("500", BankTrouble.DOWN),
    ("429", BankTrouble.TOO_MANY),
    ("401", BankTrouble.NOT_SET_UP),
    ("garbage", BankTrouble.NO_ANSWER),
    ("empty", BankTrouble.NO_ANSWER),
    ("silence", BankTrouble.NO_ANSWER),
    ("close", BankTrouble.NO_ANSWER),
]


def order(amount: str = "71.68") -> Order:
    id = str(uuid4())
    return Order(
        id, Decimal(amount), "Оплата за газ, № 1001", "uk", f"https://gas.example.ua/payments/{id}/return",
        f"https://gas.example.ua/api/v1/payments/{id}/callback", NOW, NOW + timedelta(minutes=20),
    )  # fmt: skip


@dataclass
class Stage:
    bank: Bank
    far: Any
    """The bank's own side: FakeLiqPay, FakeMonobank, or the pretend bank itself."""

    def visit(self, page: str, order: Order) -> None:
        if not isinstance(self.far, PretendBank):
            assert self.far.visit(page) == order.id

    def become(self, order: str, told: str) -> None:
        if isinstance(self.far, PretendBank):
            self.far.press(order, "pay" if told == "paid" else "decline")
        else:
            self.far.pay(order, {"paid": "success", "declined": "failure"}[told])

    def callback(self, order: str) -> tuple[bytes, dict[str, str]]:
        if isinstance(self.far, PretendBank):
            return self.far.callback(self.far.sheet(order))
        return self.far.callback(order)

    def trouble(self, step: Trick, reason: BankTrouble) -> None:
        if isinstance(self.far, PretendBank):
            self.far.troubles = [BankError(reason)]
        else:
            self.far.script = [step]


@pytest.fixture(params=["pretend", "liqpay 3", "liqpay 7", "monobank"])
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    if request.param == "pretend":
        far = PretendBank(StoppedClock(NOW))
        yield Stage(Pretend(far, Merchant("pretend", {})), far)
    elif request.param == "monobank":
        async with FakeMonobank().listening() as mono:
            bank = Monobank(Merchant("monobank", {"token": monobank.TOKEN}, api=mono.url), IMPATIENT)
            yield Stage(bank, mono)
            await bank.close()
    else:
        version = int(request.param[-1])
        async with FakeLiqPay(version=version).listening() as pay:
            liq = LiqPay(Merchant("liqpay", LIQPAY_KEYS, version, api=pay.url), IMPATIENT)
            yield Stage(liq, pay)
            await liq.close()


async def test_an_order_is_opened_paid_and_read_back(stage: Stage):
    mine = order()
    opened = await stage.bank.open(mine)
    stage.visit(opened.page, mine)
    waiting = await stage.bank.look(mine.id, opened.reference)
    assert (waiting.told, waiting.order) == ("waiting", mine.id)
    stage.become(mine.id, "paid")
    seen = await stage.bank.look(mine.id, opened.reference)
    assert (seen.told, seen.order, seen.amount, seen.currency) == ("paid", mine.id, Decimal("71.68"), "UAH")


async def test_a_refusal_is_a_refusal(stage: Stage):
    mine = order()
    opened = await stage.bank.open(mine)
    stage.visit(opened.page, mine)
    stage.become(mine.id, "declined")
    assert (await stage.bank.look(mine.id, opened.reference)).told == "declined"


async def test_what_the_bank_never_saw_is_absent(stage: Stage):
    assert (await stage.bank.look(str(uuid4()), "")).told == "absent"


async def test_money_goes_back_once_however_often_it_is_asked_for(stage: Stage):
    mine, id = order(), str(uuid4())
    opened = await stage.bank.open(mine)
    stage.visit(opened.page, mine)
    stage.become(mine.id, "paid")
    await stage.bank.refund(mine.id, opened.reference, mine.amount, id)
    assert (await stage.bank.look(mine.id, opened.reference)).told == "returned"
    try:
        await stage.bank.refund(mine.id, opened.reference, mine.amount, id)
    except BankError as error:  # LiqPay knows no id of a refund, and refuses what went back already
        assert error.reason is BankTrouble.REFUSED
    returned = stage.far.sheet(mine.id).returned if isinstance(stage.far, PretendBank) else stage.far.refunds
    assert returned in (1, [id])


@pytest.mark.parametrize(("step", "reason"), TROUBLES)
async def test_what_went_wrong_is_said_in_our_words(stage: Stage, step: Trick, reason: BankTrouble):
    mine = order()
    opened = await stage.bank.open(mine)
    stage.trouble(step, reason)
    with pytest.raises(BankError) as caught:
        await stage.bank.look(mine.id, opened.reference)
    assert caught.value.reason is reason
    assert not any(key in str(caught.value) for key in (*LIQPAY_KEYS.values(), monobank.TOKEN))
    stage.visit(opened.page, mine)
    assert (await stage.bank.look(mine.id, opened.reference)).told == "waiting", "it recovers by itself"


async def test_a_genuine_callback_names_its_order(stage: Stage):
    mine = order()
    stage.visit((await stage.bank.open(mine)).page, mine)
    stage.become(mine.id, "paid")
    body, headers = stage.callback(mine.id)
    hint = await stage.bank.hint(body, headers)
    assert hint and (hint.seen.order, hint.seen.told) == (mine.id, "paid")


async def test_nobody_else_speaks_for_the_bank(stage: Stage):
    mine, other = order(), order()
    for one in (mine, other):
        stage.visit((await stage.bank.open(one)).page, one)
        stage.become(one.id, "paid")
    body, headers = stage.callback(mine.id)
    _, foreign = stage.callback(other.id)
    forged = [
        (body + b"\n", headers), (body.replace(b"\n", b"\r\n") + b" ", headers), (body[:-3], headers), (b"", headers),
        (b"\xff\x00", headers), (b"[]", headers), (b"{}", {}),
    ]  # fmt: skip
    if "x-sign" in headers:
        again = json.dumps(json.loads(body), ensure_ascii=True, sort_keys=True).encode()
        forged += [(body, foreign), (body, {}), (body, {"x-sign": "not base64"}), (again, headers)]
    elif body.startswith(b"data="):
        form = dict(parse_qsl(body.decode()))
        swapped = f"data={form['data']}&signature={form['signature'].swapcase()}".encode()
        forged += [
            (swapped, headers),
            (body.split(b"&")[0], headers),
            (body.replace(b"data=", b"data=A"), headers),
        ]
    for said, told in forged:
        assert await stage.bank.hint(said, told) is None, said[:80]


def test_only_the_demo_has_a_pretend_bank(tmp_path: Path):
    merchant = Merchant("pretend", {})
    assert Banks().of(merchant) is None
    assert Banks(PretendBank(StoppedClock(NOW), folder=tmp_path)).of(merchant)


async def test_the_pretend_bank_is_the_same_for_every_process(tmp_path: Path):
    clock, mine = StoppedClock(NOW), order()
    web, worker = (PretendBank(clock, folder=tmp_path) for _ in range(2))
    await Pretend(web, Merchant("pretend", {})).open(mine)
    web.press(mine.id, "delay")
    bank = Pretend(worker, Merchant("pretend", {}))
    assert (await bank.look(mine.id, mine.id)).told == "waiting"
    clock.moment += timedelta(seconds=20)
    assert (await bank.look(mine.id, mine.id)).told == "paid"
    assert worker.press(mine.id, "pay").charged == 1, "a card is charged once"
    assert worker.sheet("../../etc/passwd") is None


async def test_liqpay_is_told_what_it_documents():
    mine = order("1234.50")
    bank = LiqPay(Merchant("liqpay", LIQPAY_KEYS))
    page = (await bank.open(mine)).page
    await bank.close()
    parts = urlsplit(page)
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == "https://www.liqpay.ua/api/3/checkout"
    assert json.loads(b64decode(dict(parse_qsl(parts.query))["data"])) == {
        "version": 3, "public_key": liqpay.PUBLIC, "action": "pay", "amount": "1234.50", "currency": "UAH",
        "description": mine.description, "order_id": mine.id, "server_url": mine.callback,
        "result_url": mine.back, "language": "uk", "expired_date": "2026-11-20 10:20:00",
    }  # fmt: skip


async def test_a_key_that_changed_is_fetched_once_and_forgers_do_not_make_us_ask(
    monkeypatch: pytest.MonkeyPatch,
):
    async with FakeMonobank().listening() as mono:
        bank = Monobank(Merchant("monobank", {"token": monobank.TOKEN}, api=mono.url), IMPATIENT)
        mine = order()
        await bank.open(mine)
        assert await bank.hint(*mono.callback(mine.id))
        body, _ = mono.callback(mine.id)
        for _ in range(5):
            assert await bank.hint(body, {"x-sign": "MEUCIQ=="}) is None
        asked = [call.path for call in mono.calls].count("/api/merchant/pubkey")
        assert asked == 1
        mono.rotate()
        monkeypatch.setattr("webapp.outside.payments.monobank.KEY_PAUSE", 0.0)
        assert await bank.hint(*mono.callback(mine.id))
        await bank.close()


async def test_keys_that_do_not_fit_are_the_companys_to_mend():
    async with FakeLiqPay().listening() as pay, FakeMonobank().listening() as mono:
        wrong = Merchant("liqpay", LIQPAY_KEYS | {"private_key": "other"}, api=pay.url)
        for bank in (LiqPay(wrong), Monobank(Merchant("monobank", {"token": "other"}, api=mono.url))):
            with pytest.raises(BankError) as caught:
                await bank.look(str(uuid4()), "p2_1")
            assert caught.value.reason is BankTrouble.NOT_SET_UP
            await bank.close()


async def test_an_invoice_that_nobody_has_paid_can_be_withdrawn_and_a_paid_one_cannot():
    async with FakeMonobank().listening() as mono:
        bank = Monobank(Merchant("monobank", {"token": monobank.TOKEN}, api=mono.url))
        first, second = order(), order()
        for one in (first, second):
            await bank.open(one)
        mono.pay(second.id)
        assert await bank.withdraw(first.id, mono.invoice(first.id)["invoiceId"]) is True
        assert await bank.withdraw(second.id, mono.invoice(second.id)["invoiceId"]) is False
        await bank.close()


def test_keys_are_never_printed():
    merchant = Merchant("liqpay", LIQPAY_KEYS)
    assert liqpay.PRIVATE not in repr(merchant) and not re.search("private", repr(merchant))
