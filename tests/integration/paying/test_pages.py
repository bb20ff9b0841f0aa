"""Paying through the pages: the form, the bank's page, the way back, the list and the receipt."""

import io
from datetime import timedelta
from decimal import Decimal
from typing import Any

import httpx
import pypdf
import pytest

from tests.browser import Browser
from tests.door import jobs
from tests.factories import accounts
from tests.factories.accounts import AnAccount
from tests.factories.paying import amount_field, at, begin, press, said, states
from tests.factories.people import NOW, SignedIn
from tests.factories.portals import APortal, change_policy
from webapp.database.engine import DB
from webapp.outside import Outside

SUPPLIER = "Миколаївгаз Збут"
ONLY_DEBT: dict[str, Any] = {"payments": {"opens_after_day": 10, "amounts": ["debt"]}}
WITH_READING: dict[str, Any] = {"payments": {"amounts": ["debt", "own", "with_reading"]}}


@pytest.mark.covers("K28", "H04", page="/payments")
async def test_olena_pays_and_sees_it_among_her_payments_at_once(payer: Browser, flat: AnAccount):
    page = await begin(payer, "1 234,56")
    assert "Перейти до банку" in page.words and "1 234,56 грн" in said(page)
    assert "Сплачено: 1 234,56 грн" in said(await press(payer, page))
    index = await payer.get("/payments")
    assert "Ваші останні в системі платежі" in index.words
    row = index.html.select_one("#payments tbody tr")
    assert row and "1 234,56" in row.get_text().replace("\u00a0", " ") and "обробляється" in row.get_text()
    assert "Обробляється: 1 234,56 грн" in said(index)
    assert await jobs() == ["notice"], "and she is told, one way"


@pytest.mark.covers("K28", page="/payments/receipts/…")
async def test_the_receipt_is_a_page_a_pdf_and_a_link_that_anybody_checks(
    payer: Browser, visitor: Browser, flat: AnAccount, http: httpx.AsyncClient
):
    await press(payer, await begin(payer))
    row = (await payer.get("/payments")).html.select_one("#payments tbody tr")
    assert row
    page = await payer.get(str(row.select_one("a")["href"]))  # type: ignore[index]
    assert "71,68 грн" in said(page) and "вул. Садова" in page.words and page.html.select_one("img.qr")
    (check,) = page.html.select("a[href*='/payments/check?r=']")
    path = str(check["href"]).removeprefix("http://localhost")
    found = await visitor.get(path)
    assert "Квитанція справжня" in found.words and "71,68 грн" in said(found)
    assert "Садова" not in found.words and "Коваленко" not in found.words and flat.number not in found.words
    pdf = await http.get(str(row.select("a")[1]["href"]), headers={"Cookie": f"sid={payer.cookies['sid']}"})
    made = pypdf.PdfReader(io.BytesIO(pdf.content))
    text = made.pages[0].extract_text()
    assert pdf.headers["content-type"] == "application/pdf" and len(made.pages) == 1
    assert (
        "71,68 грн" in text.replace("\u00a0", " ") and flat.number in text and "Квитанція про оплату" in text
    )
    assert "pdfaid" in made.metadata.keys() or b"pdfaid" in pdf.content  # type: ignore[union-attr]


@pytest.mark.covers("K13", "K27", page="/payments", portal="kremenchuk")
async def test_where_only_the_debt_is_paid_it_is_paid_whole(
    payer: Browser, portal: APortal, olena: SignedIn, flat: AnAccount, outside: Outside
):
    await change_policy(portal.id, ONLY_DEBT)
    await at(outside, NOW + timedelta(days=9), olena)  # the 12th
    index = await payer.get("/payments")
    assert "в разі позитивного залишку на рахунку" in index.words
    form = (await payer.get("/payments/new")).form("/payments")
    boxes = form.select("input[type=checkbox]")
    assert len(boxes) == 1, "delivery is overpaid: there is nothing to pay"
    assert "Сплачувати нічого" in form.get_text()
    page = await payer.follow(await payer.submit(form))
    assert "71,68 грн" in said(page)
    forged = await payer.submit(form, **{boxes[0]["name"]: "5,00"})
    assert forged.status == 303 and await DB.one(
        "SELECT to_json(sum(amount)) FROM checkouts", into=Decimal
    ) == Decimal("71.68")


@pytest.mark.covers("K10", "K13", page="/payments", portal="kremenchuk")
async def test_until_the_tenth_the_page_says_from_when_one_pays_and_why(
    payer: Browser, portal: APortal, flat: AnAccount, olena: SignedIn, outside: Outside
):
    form = (await payer.get("/payments/new")).form("/payments")
    await change_policy(portal.id, ONLY_DEBT)
    for path in ("/payments", "/payments/new"):
        page = await payer.get(path)
        assert "Оплата відкриється 11 листопада" in said(page) and "після 10-го числа" in page.words
        assert not page.html.select("main form[action='/payments'], a[href='/payments/new']")
    late = await payer.submit(form, **{amount_field(form, SUPPLIER): "71,68"})
    assert late.status == 409 and await states() == []
    await at(outside, NOW + timedelta(days=8), olena)  # the 11th
    assert (await payer.get("/payments/new")).html.select("form[action='/payments']")


@pytest.mark.covers("R13", page="/payments", portal="mygas")
async def test_debt_own_sum_and_a_reading_go_in_one_dialogue(
    payer: Browser, portal: APortal, flat: AnAccount
):
    await change_policy(portal.id, WITH_READING)
    form = (await payer.get("/payments/new")).form("/payments")
    sum_field = amount_field(form, SUPPLIER)
    (prefilled,) = form.select(f"input[name='{sum_field}']")
    assert prefilled["value"] == "71,68", "the debt stands there; another sum may be typed"
    reading = amount_field(form, "Показання лічильника")
    asked = await payer.submit(form, **{sum_field: "100", reading: "09000"})
    assert asked.status == 422 and "Стільки газу" in asked.mistakes[reading] and await states() == []
    page = await payer.follow(await payer.submit(asked.form(), **{reading: "04152"}))
    assert "Показання прийнято" in page.words and "100,00 грн" in said(page)
    assert (
        await DB.one(
            "SELECT to_json(value) FROM readings WHERE source = 'consumer' AND receipt IS NOT NULL", into=int
        )
        == 4152
    )


async def test_a_reading_alone_goes_too_and_no_field_stands_where_the_portal_has_none(
    payer: Browser, portal: APortal, flat: AnAccount
):
    assert not (await payer.get("/payments/new")).html.select("input[name^=reading-]")
    await change_policy(portal.id, WITH_READING)
    form = (await payer.get("/payments/new")).form("/payments")
    values = {field["name"]: "" for field in form.select("input[name^=amount-]")}
    page = await payer.submit(form, **values, **{amount_field(form, "Показання лічильника"): "04152"})
    assert page.headers["location"].startswith("/readings?sent=") and await states() == []


async def test_several_accounts_are_paid_at_once_each_creditor_by_a_payment_of_its_own(
    payer: Browser, portal: APortal, olena: SignedIn, flat: AnAccount
):
    dacha = await accounts.account(portal, "0910204519", "вул. Лісова, 3", balance="20.00")
    await accounts.link(olena.id, dacha.id, position=1)
    form = (await payer.get("/payments/new")).form("/payments")
    fields = [str(field["name"]) for field in form.select("input[name^=amount-]")]
    assert len(fields) == 4
    page = await payer.follow(
        await payer.submit(form, **dict(zip(fields, ("71,68", "5", "20", ""), strict=True)))
    )
    assert "91,68 грн" in said(page) and "Миколаївгаз – 5,00" not in said(page)
    assert await states() == ["open", "open"]
    paid = await press(payer, page)
    assert (
        "Сплачено: 91,68 грн" in said(paid) and len(paid.html.select("a[href^='/payments/receipts/']")) == 2
    )
    (following,) = [one for one in paid.html.select("form") if one["action"].endswith("/opening")]
    second = await payer.follow(await payer.submit(following))
    assert "5,00 грн" in said(second)
    assert "Сплачено: 5,00 грн" in said(await press(payer, second)) and await states() == ["paid", "paid"]
