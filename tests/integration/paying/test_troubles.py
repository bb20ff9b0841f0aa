"""Slips of the fingers, two tabs, banks that think, refuse or say nothing, and strangers."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.browser import Browser
from tests.door import jobs
from tests.factories import accounts
from tests.factories.accounts import AnAccount
from tests.factories.paying import amount_field, begin, confirm, press, said, states
from tests.factories.people import SignedIn
from tests.factories.portals import APortal
from webapp.database.engine import DB
from webapp.outside import Outside
from webapp.outside.payments import BankError, BankTrouble
from webapp.settings import Settings

SUPPLIER = "Миколаївгаз Збут"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("0", "Найменша сума – 1 гривня"), ("-1", "Впишіть суму цифрами"), ("1e3", "Впишіть суму цифрами"),
        ("71,681", "щонайбільше дві цифри"), ("1000000000000", "більше, ніж приймаємо"),
        ("<b>", "Впишіть суму цифрами"),
    ],
)  # fmt: skip
async def test_a_slip_gets_a_sentence_and_keeps_what_was_typed(
    payer: Browser, flat: AnAccount, typed: str, sentence: str
):
    form = (await payer.get("/payments/new")).form("/payments")
    name = amount_field(form, SUPPLIER)
    for htmx in (False, True):
        page = await payer.submit(form, htmx=htmx, **{name: typed})
        assert page.status == 422 and sentence in page.mistakes[name]
        (kept,) = page.html.select(f"input[name='{name}']")
        assert kept["value"] == typed
    assert await states() == []


async def test_nothing_chosen_is_said_and_nothing_begun(payer: Browser, flat: AnAccount):
    form = (await payer.get("/payments/new")).form("/payments")
    values = {field["name"]: "" for field in form.select("input[name^=amount-]")}
    page = await payer.submit(form, **values)
    assert page.status == 422 and "Нічого не вибрано" in page.words and await states() == []


async def test_two_tabs_and_a_double_click_come_to_one_payment(
    payer: Browser, flat: AnAccount, outside: Outside
):
    form = (await payer.get("/payments/new")).form("/payments")
    name = amount_field(form, SUPPLIER)
    first = await payer.submit(form, **{name: "10"})
    second = await payer.submit(form, **{name: "99"})
    assert first.headers["location"] == second.headers["location"] and await states() == ["open"]
    page = await payer.get("/payments/new")
    assert "Тут уже розпочато платіж" in page.words
    waiting = await payer.follow(first)
    (link,) = waiting.html.select("a[href^='/demo/bank/']")
    bank = await payer.get(str(link["href"]))
    for _ in range(2):  # both tabs press «Pay»
        await payer.submit(bank.form(), button="pay")
    order = str(link["href"]).rpartition("/")[2]
    assert outside.banks.pretend and outside.banks.pretend.sheet(order).charged == 1  # type: ignore[union-attr]
    assert await states() == ["paid"]


async def test_coming_back_proves_nothing(payer: Browser, flat: AnAccount):
    page = await begin(payer)
    address = page.html.select_one("#payment")["hx-get"].partition("?")[0]  # type: ignore[index, union-attr]
    back = await payer.follow(await payer.get(f"{address}/return"))
    assert "Чекаємо підтвердження банку" in back.words and await states() == ["open"]
    assert back.html.select("noscript meta[http-equiv=refresh]"), "also without script it looks again"
    foreign = await payer.post(f"{address}/return", {"status": "success"}, **{"Sec-Fetch-Site": "cross-site"})
    assert foreign.status == 303 and await states() == ["open"]
    section = back.html.select_one("#payment")
    same = await payer.get(str(section["hx-get"]), **{"HX-Request": "true", "HX-Request-Type": "partial"})  # type: ignore[index]
    assert same.status == 204, "nothing moves under the finger"


async def test_a_bank_that_thinks_is_waited_for_and_then_believed(
    payer: Browser, flat: AnAccount, outside: Outside
):
    back = await press(payer, await begin(payer), "delay")
    assert "Чекаємо підтвердження банку" in back.words and "pretend_callback" in await jobs()
    outside.clock.moment += timedelta(seconds=30)  # type: ignore[attr-defined]
    (look,) = [one for one in back.html.select("form") if one["action"].endswith("/look")]
    assert "Сплачено: 71,68" in said(await payer.follow(await payer.submit(look)))


async def test_a_refused_card_costs_nothing_and_one_begins_anew(payer: Browser, flat: AnAccount):
    page = await press(payer, await begin(payer), "decline")
    assert "Платіж не пройшов" in page.words and "не списав" in page.words
    assert "Перейти до банку" in (await begin(payer)).words and await states() == ["declined", "open"]


async def test_a_bank_that_does_not_answer_charges_nothing_and_is_asked_again(
    payer: Browser, flat: AnAccount, outside: Outside
):
    assert outside.banks.pretend
    outside.banks.pretend.troubles = [BankError(BankTrouble.NO_ANSWER)]
    page = await begin(payer)
    assert "Банк не відповідає" in page.words and "Гроші не списано" in page.words
    (again,) = [one for one in page.html.select("form") if one["action"].endswith("/opening")]
    assert "Перейти до банку" in (await payer.follow(await payer.submit(again))).words


async def test_a_payment_that_is_thought_better_of_is_withdrawn(payer: Browser, flat: AnAccount):
    page = await begin(payer)
    (withdraw,) = [one for one in page.html.select("form") if one["action"].endswith("/withdrawal")]
    gone = await payer.follow(await payer.submit(withdraw))
    assert "Час для цього платежу вийшов" in gone.words and await states() == ["expired"]


async def test_the_stranger_finds_nothing(
    payer: Browser, stranger: Browser, other: SignedIn, flat: AnAccount
):
    await confirm(other.id)
    page = await press(payer, await begin(payer))
    receipt = str(page.html.select("a[href^='/payments/receipts/']")[0]["href"])
    id = await DB.one("SELECT to_json(id) FROM checkouts", into=str)
    for path in (
        f"/payments/{id}",
        receipt,
        f"{receipt}/pdf",
        f"/payments?account={flat.id}",
        f"/payments/new?account={flat.id}",
    ):
        assert (await stranger.get(path)).status == 404, path
    for deed in ("look", "opening", "withdrawal"):
        answer = await stranger.post(f"/payments/{id}/{deed}", {}, **{"Sec-Fetch-Site": "same-origin"})
        assert answer.status == 404, deed
    form = (await stranger.get("/payments/new")).form("/payments")
    contract = f"amount-{flat.supply_id}"
    own = {str(field["name"]): "" for field in form.select("input[name^=amount-]")}
    assert (await stranger.submit(form, **own, **{contract: "5"})).status == 422, "that field is nobody's"
    assert await states() == ["paid"]


@pytest.mark.parametrize("role", ["reader"])
async def test_who_sees_no_money_pays_none(
    payer: Browser, http: httpx.AsyncClient, portal: APortal, other: SignedIn, flat: AnAccount, role: str
):
    await accounts.link(other.id, flat.id, role=role)
    await confirm(other.id)
    guest = Browser(http, other.token)
    assert not (await guest.get("/payments/new")).html.select("input[name^=amount-]")
    await press(payer, await begin(payer))
    assert "71,68" not in (await guest.get("/payments")).words


async def test_before_money_the_password_is_asked_again(payer: Browser, flat: AnAccount, olena: SignedIn):
    form = (await payer.get("/payments/new")).form("/payments")
    await DB.do("UPDATE sign_ins SET confirmed_at = NULL WHERE person_id = $1", olena.id)
    for page in (await payer.get("/payments/new"), await payer.submit(form)):
        assert page.status == 303 and page.headers["location"] == "/profile/confirm?next=/payments/new"
    assert await states() == []


async def test_a_company_without_a_bank_says_so(payer: Browser, flat: AnAccount, portal: APortal):
    await DB.do("DELETE FROM merchants WHERE company_id = $1", portal.operator)
    page = await payer.get("/payments/new")
    assert "ще не приймає тут оплату" in page.words and len(page.html.select("input[name^=amount-]")) == 1


async def test_outside_the_demo_there_is_no_bank_page_and_nobody_pays_there(
    payer: Browser, flat: AnAccount, outside: Outside, app: Any, settings: Settings
):
    page = await begin(payer)
    (link,) = page.html.select("a[href^='/demo/bank/']")
    app.state.settings = replace(settings, demo=False)
    for answer in (
        await payer.get(str(link["href"])),
        await payer.post(str(link["href"]), {"button": "pay"}, **{"Sec-Fetch-Site": "same-origin"}),
    ):
        assert answer.status == 404
    app.state.outside = Outside(outside.clock, outside.sms, outside.mail, outside.key)
    assert "ще не приймає тут оплату" in (await payer.get("/payments/new")).words
    assert await states() == ["open"]


async def test_nothing_of_it_is_kept_on_the_device(payer: Browser, flat: AnAccount):
    page = await begin(payer)
    for path in ("/payments", "/payments/new", page.html.select_one("#payment")["hx-get"]):  # type: ignore[index]
        assert "x-offline" not in (await payer.get(str(path))).headers
