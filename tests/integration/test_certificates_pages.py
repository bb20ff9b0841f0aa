"""Certificates: ordered, issued at once or by the staff, printed, and checked by whoever gets them."""

import asyncio
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import httpx
import pytest

from tests.browser import Browser, Page
from tests.factories import accounts, people, staff
from tests.factories.accounts import AnAccount
from tests.factories.bills import afresh, charged, paid
from tests.factories.people import NOW, SignedIn
from tests.factories.portals import APortal, change_policy
from tests.factories.staff import AColleague
from tests.integration.test_office_desks import decide, letters
from webapp.actions import limiting
from webapp.database.engine import DB
from webapp.database.tables.cases import Case
from webapp.database.tables.certificates import Certificate
from webapp.outside import Outside
from webapp.rules.limits import CERTIFICATES_PER_PERSON

PRIVATE = ("Коваленко", "Садова", "0910204517", "Миколаїв,")


@pytest.fixture
async def clerk(portal: APortal) -> AColleague:
    """Of the supplier, who issues what is about gas."""
    return await staff.colleague(portal, company_id=portal.supplier)


@pytest.fixture
def desk(http: httpx.AsyncClient, clerk: AColleague) -> Browser:
    browser = Browser(http)
    browser.cookies = {"staff": clerk.token}
    return browser


async def order(browser: Browser, flat: AnAccount, kind: str, **typed: str) -> Page:
    form = (await browser.get(f"/certificates/new?account={flat.id}")).form("/certificates")
    return await browser.submit(form, **({"kind": kind, "contract": str(flat.supply_id)} | typed))


async def check_link(page: Page) -> str:
    told = urlsplit(str(page.html.select_one("a[href*='/certificates/check?r=']")["href"]))
    return f"{told.path}?{told.query}"


async def rows() -> list[dict[str, Any]]:
    return list(await Certificate.select().order_by(Certificate.ordered_at))


@pytest.mark.covers("B23", page="/certificates/new")
async def test_a_certificate_of_no_debt_is_ready_at_once_and_stays_genuine(
    browser: Browser, visitor: Browser, portal: APortal, flat: AnAccount, outside: Outside
):
    await afresh(flat.supply_id)
    way = (await browser.get("/bills")).html.select_one("main a[href^='/certificates']")
    listed = await browser.get(str(way["href"]))
    assert "Ви ще нічого не замовляли" in listed.words and listed.html.select_one(
        "a[href^='/certificates/new']"
    )
    page = await browser.follow(await order(browser, flat, "no_debt"))
    for told in (
        "Довідка про відсутність боргу",
        "№ 1001",
        "ТОВ «Миколаївгаз Збут»",
        "···· 4517",
        "3 грудня 2026",
    ):
        assert told in page.words.replace("\u00a0", " "), told
    address = str(page.html.select_one("a[href$='/pdf']")["href"])
    pdf = await browser.fetch(address)
    assert pdf.headers["content-type"] == "application/pdf" and pdf.content.startswith(b"%PDF")
    link = await check_link(page)
    seen = await visitor.get(link)
    assert "Довідка справжня" in seen.words and "№ 1001" in seen.words
    assert not [word for word in PRIVATE if word in seen.words]
    await charged(flat.supply_id, date(2026, 10, 1), "900.00")
    await DB.do("UPDATE accounts SET holder = 'Хтось Інший'")
    assert "Довідка справжня" in (await visitor.get(link)).words
    assert (await browser.fetch(address)).content == pdf.content, "what was issued is printed as it was"
    outside.clock.moment = NOW + timedelta(days=31)  # type: ignore[attr-defined]
    assert "строк дії минув" in (await visitor.get(link)).words
    forged = link[:-6] + ("A" if link[-6] != "A" else "B") + link[-5:]
    assert "Довідка справжня" not in (await visitor.get(forged)).words
    assert (await visitor.get("/certificates/check?r=abc")).status == 422
    assert (await visitor.get("/certificates/check")).status == 200


async def test_with_an_overdue_debt_the_staff_is_asked_and_what_it_issues_is_signed(
    browser: Browser, desk: Browser, visitor: Browser, flat: AnAccount
):
    await afresh(flat.supply_id, "812.40")
    refused = await order(browser, flat, "no_debt")
    assert refused.status == 422 and "812,40" in refused.words and await rows() == []
    form = refused.form("/certificates")
    assert form.select_one("input[name=kind][checked]")["value"] == "no_debt", "what was chosen stays"
    waiting = await browser.follow(await browser.submit(form, insist="1"))
    (case,) = await Case.select()
    assert case["number"] in waiting.words and "10 листопада" in waiting.words.replace("\u00a0", " ")
    assert (await browser.fetch(waiting_address(case) + "/pdf")).status_code == 404
    page = await desk.get("/office/cases?kind=certificate")
    assert case["number"] in page.words
    assert (await decide(desk, case["id"], decision="grant", answer="Платіж знайдено.")).status == 303
    issued = await browser.get(f"/certificates/{(await rows())[0]['id']}")
    assert "№ 1001" in issued.words and "Платіж знайдено." in issued.words
    assert "Довідка справжня" in (await visitor.get(await check_link(issued))).words
    assert [letter.words["state"] for letter in await letters()] == ["granted"]


def waiting_address(case: dict[str, Any]) -> str:
    return "/certificates/" + "0" * 8 + str(case["id"])[8:]


async def test_the_staff_refuses_with_an_answer(browser: Browser, desk: Browser, flat: AnAccount):
    await browser.follow(await order(browser, flat, "subsidy"))
    (case,) = await Case.select()
    assert (await decide(desk, case["id"], decision="refuse", answer="Субсидії немає.")).status == 303
    page = await browser.get(f"/certificates/{(await rows())[0]['id']}")
    assert "Субсидії немає." in page.words and (await rows())[0]["state"] == "refused"


async def test_an_act_adds_up_to_the_balance(browser: Browser, flat: AnAccount):
    await afresh(flat.supply_id, "10.00")
    for month in (8, 9):
        await charged(flat.supply_id, date(2026, month, 1), "100.00")
    await paid(flat.supply_id, date(2026, 9, 20), "60.00")
    page = await browser.follow(await order(browser, flat, "act", first="2026-08", last="2026-09"))
    assert "серпень 2026 – вересень 2026" in page.words and "150,00" in page.words
    table = await browser.fetch(str(page.html.select_one("a[href$='/csv']")["href"]))
    lines = table.text.removeprefix("\ufeff").splitlines()
    assert lines == [
        "month;charged;paid;balance", "opening;;;10,00", "2026-08;100,00;0;", "2026-09;100,00;60,00;",
        "closing;200,00;60,00;150,00",
    ]  # fmt: skip
    wrong = await order(browser, flat, "act", first="2026-09", last="2026-08")
    assert wrong.status == 422 and "Виберіть пізніший місяць" in wrong.mistakes["last"]
    earlier = await order(browser, flat, "act", first="2025-01", last="2025-02")
    assert "Не всі нарахування" in (await browser.follow(earlier)).words


async def test_figures_older_than_the_portal_promises_go_to_the_staff(
    browser: Browser, portal: APortal, flat: AnAccount, outside: Outside
):
    await afresh(flat.supply_id)
    outside.clock.moment = NOW + timedelta(days=9)  # type: ignore[attr-defined]
    assert "давніші, ніж звичайно" in (await browser.follow(await order(browser, flat, "state"))).words
    await change_policy(portal.id, {"freshness": {"payments_days": 14}})
    assert "№ 1001" in (await browser.follow(await order(browser, flat, "state"))).words


async def test_the_same_order_twice_or_at_once_is_one(browser: Browser, flat: AnAccount):
    await afresh(flat.supply_id)
    form = (await browser.get(f"/certificates/new?account={flat.id}")).form("/certificates")
    typed = {"kind": "state", "contract": str(flat.supply_id)}
    answers = await asyncio.gather(*(browser.submit(form, **typed) for _ in range(8)))
    assert {one.status for one in answers} == {303} and len({one.headers["location"] for one in answers}) == 1
    assert [one["number"] for one in await rows()] == [1001]
    pages = [await order(browser, flat, "subsidy") for _ in range(2)]
    assert pages[0].headers["location"] == pages[1].headers["location"], "led to the one that waits"
    forms = [
        (await browser.get(f"/certificates/new?account={flat.id}")).form("/certificates") for _ in range(6)
    ]
    typed = {"kind": "act", "contract": str(flat.supply_id), "first": "2024-01", "last": "2024-02"}
    answers = await asyncio.gather(*(browser.submit(one, **typed) for one in forms))
    assert len({one.headers["location"] for one in answers}) == 1
    assert await Case.count() == 2


async def test_nobody_orders_or_sees_what_is_not_theirs(
    browser: Browser,
    stranger: Browser,
    visitor: Browser,
    http: httpx.AsyncClient,
    portal: APortal,
    flat: AnAccount,
):
    await afresh(flat.supply_id)
    page = await order(browser, flat, "no_debt")
    address = page.headers["location"]
    form = (await browser.get(f"/certificates/new?account={flat.id}")).form("/certificates")
    typed = {"kind": "state", "contract": str(flat.supply_id)}
    for path in (address, f"{address}/pdf", f"{address}/csv", f"/certificates?account={flat.id}"):
        assert (await stranger.get(path)).status == 404, path
    assert (await stranger.submit(form, **typed)).status == 404
    assert (await visitor.get(address)).status == 303
    for name, level, role in (("Тарас", "extended", "reader"), ("Іван", "basic", "owner")):
        one = await people.person(portal.id, name, f"{level}@example.com")
        await accounts.link(one.id, flat.id, level=level, role=role)
        reader = Browser(http, one.token)
        shown = await reader.get(f"/certificates/new?account={flat.id}")
        assert shown.status == 200 and not shown.html.select("main form[action='/certificates']")
        assert (await reader.submit(form, **typed)).status == 404
        assert (await reader.get(address)).status == 404
    assert len(await rows()) == 1


async def test_what_is_typed_badly_is_told_beside_the_field(
    browser: Browser, flat: AnAccount, olena: SignedIn
):
    form = (await browser.get(f"/certificates/new?account={flat.id}")).form("/certificates")
    empty = await browser.submit(form, htmx=True)
    assert empty.status == 422 and set(empty.mistakes) == {"kind", "contract"}
    odd = await browser.submit(form, kind="<script>", contract="x" * 5000, first="9999-99", last="\ud7ff")
    assert odd.status == 422 and set(odd.mistakes) == {"kind", "contract"}
    assert (await browser.submit(form, order="no id")).status == 404
    await afresh(flat.supply_id)
    for _ in range(20):
        await limiting.take(CERTIFICATES_PER_PERSON, str(olena.id), NOW)
    assert (await order(browser, flat, "state")).status == 429


async def test_what_was_issued_never_changes(browser: Browser, flat: AnAccount):
    await afresh(flat.supply_id)
    await order(browser, flat, "state")
    with pytest.raises(asyncpg.RaiseError, match="does not change"):
        await DB.do("UPDATE certificates SET note = 'x'")
