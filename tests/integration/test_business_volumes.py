"""The bakery says how much gas it will take, the supplier's Clerk answers; bills and acts of each contract beside."""

import asyncio
from datetime import UTC, date, datetime
from decimal import Decimal

import httpx
import pytest

from tests.browser import Browser
from tests.factories import bills, businesses, staff
from tests.factories.businesses import ABusiness
from tests.factories.people import NOW, SignedIn
from tests.factories.portals import APortal, change_policy, new_id
from webapp.actions import volume_requests as actions
from webapp.actions.audit import By
from webapp.actions.volume_requests import Absent, Decided, Quicker, Sent, TooLate, Wanted
from webapp.database.engine import DB
from webapp.outside import Outside

POLICY = {"languages": ["uk", "ru", "en"], "accounts": {"business": True}}
SAME = {"Sec-Fetch-Site": "same-origin"}
DECEMBER = date(2026, 12, 1)


@pytest.fixture
async def bakery(portal: APortal, olena: SignedIn) -> ABusiness:
    await change_policy(portal.id, POLICY)
    made = await businesses.business(portal)
    await businesses.member(made.id, olena.id)
    await businesses.points(portal, 2)
    return made


async def contract_of(bakery: ABusiness) -> str:
    sql = "SELECT id FROM business_contracts WHERE business_id = $1"
    return str(await DB.pool.fetchval(sql, bakery.id))


@pytest.mark.covers("B17", page="/business")
async def test_a_volume_is_asked_for_accepted_asked_back_and_corrected(
    browser: Browser,
    stranger: Browser,
    http: httpx.AsyncClient,
    bakery: ABusiness,
    portal: APortal,
    other: SignedIn,
):
    contract = await contract_of(bakery)
    path = f"/business/{bakery.id}/volumes/{contract}"
    listed = await browser.get(f"/business/{bakery.id}/volumes")
    assert "20 листопада 2026" in listed.words and listed.html.select_one(f'a[href="{path}?month=2026-12"]')
    page = await browser.get(f"{path}?month=2026-12")
    wrong = await browser.submit(page.form(), **{"m3-0": "1,2345", "m3-1": "багато"})
    assert wrong.status == 422 and set(wrong.mistakes) == {"m3-0", "m3-1"}
    assert wrong.html.select_one("#m3-1")["value"] == "багато"
    sent = await browser.submit(page.form(), **{"m3-0": "1,250", "m3-1": "0.5", "note": "Дві печі"})
    again = await browser.submit(page.form(), **{"m3-0": "1,250", "m3-1": "0.5", "note": "Дві печі"})
    assert sent.headers["location"] == again.headers["location"]
    done = await browser.follow(sent)
    assert "1,750 тис. м³" in done.words and done.words.count("Версія") == 1
    assert (await stranger.get(f"{path}?month=2026-12")).status == 404
    clerk = Browser(http)
    clerk.cookies = {"staff": (await staff.colleague(portal, company_id=portal.supplier)).token}
    desk = await clerk.get("/office/volume-requests?month=2026-12&words=хліб")
    assert "Разом 1,750 тис. м³" in desk.words
    card = desk.html.select_one("tbody a")["href"]
    opened = await clerk.get(card)
    (ask,) = [form for form in opened.html.select("main form") if form.select("textarea")]
    assert (await clerk.submit(ask)).status == 422
    assert (await clerk.submit(ask, words="Перевірте другу піч")).status == 303
    back = await browser.get(f"{path}?month=2026-12")
    assert "Перевірте другу піч" in back.words
    late = await browser.submit(page.form(), id=str(new_id()), **{"m3-0": "9", "m3-1": "9"})
    assert late.status == 409 and "Тим часом заявку змінили" in late.words
    assert (await browser.submit(back.form(), **{"m3-1": "0,4"})).status == 303
    opened = await clerk.get(card)
    (accept,) = [form for form in opened.html.select("main form") if form.select('input[value="accepted"]')]
    assert (await clerk.submit(accept)).status == 303
    assert "Прийнято" in (await browser.get(f"/business/{bakery.id}/volumes")).words
    table = (await clerk.fetch("/office/volume-requests/export.csv?month=2026-12")).text
    assert "2026-12;32855961;ТОВ «Бузький хліб»;41-2217/26;1650,000;accepted;2;" in table
    stood = Browser(http)
    stood.cookies = {"staff": (await staff.colleague(portal, "supervisor")).token}
    assert (await stood.get(card)).status == 404, "the operator is another company"


async def test_until_the_day_that_the_portal_says(
    browser: Browser, bakery: ABusiness, portal: APortal, olena: SignedIn
):
    wanted = Wanted(
        new_id(), (await DB.pool.fetchval("SELECT id FROM business_contracts")), DECEMBER, "m3", Decimal(5)
    )
    late = datetime(2026, 11, 20, 22, 0, tzinfo=UTC)
    told = await actions.send(wanted, bakery.id, by=olena.id, until_day=20, now=late)
    assert told == TooLate()
    await change_policy(portal.id, POLICY | {"volumes": {"until_day": 2}})
    page = await browser.get(f"/business/{bakery.id}/volumes")
    assert "2 грудня 2026" in page.words and "Грудень 2026" not in page.words


async def test_two_at_once_make_one_request_and_the_slower_is_told(
    bakery: ABusiness, olena: SignedIn, other: SignedIn, portal: APortal
):
    contract = await DB.pool.fetchval("SELECT id FROM business_contracts")
    await businesses.member(bakery.id, other.id, "readings")

    def sent(by: SignedIn, id: object) -> object:
        wanted = Wanted(id, contract, DECEMBER, "m3", Decimal("5.125"))  # type: ignore[arg-type]
        return actions.send(wanted, bakery.id, by=by.id, until_day=20, now=NOW)

    outcomes = await asyncio.gather(sent(olena, new_id()), sent(other, new_id()))  # type: ignore[call-overload]
    assert {type(one) for one in outcomes} == {Sent, Quicker}
    assert await DB.pool.fetchval("SELECT count(*) FROM volume_versions") == 1
    id = await DB.pool.fetchval("SELECT id FROM volume_requests")
    clerk = await staff.colleague(portal, company_id=portal.supplier)
    by = By(clerk.id, portal.supplier, "clerk", portal.id, "")
    both = [
        actions.decide(id, "accepted", "", seen=1, by=by, now=NOW),
        actions.decide(id, "returned", "ні", seen=1, by=by, now=NOW),
    ]
    assert {type(one) for one in await asyncio.gather(*both)} == {Decided, Quicker}
    stranger = By(clerk.id, portal.operator, "clerk", portal.id, "")
    assert await actions.decide(id, "accepted", "", seen=1, by=stranger, now=NOW) == Absent()
    assert await DB.pool.fetchval("SELECT count(*) FROM notifications WHERE notice = 'volumes-decided'") == 1


@pytest.mark.covers("B21", page="/business")
async def test_bills_and_acts_of_a_month_go_out_as_papers(
    browser: Browser, stranger: Browser, bakery: ABusiness, outside: Outside, other: SignedIn
):
    supply = await DB.pool.fetchval(
        "SELECT id FROM contracts WHERE service = 'supply' AND number = $1", businesses.CONTRACT
    )
    await bills.issued(supply, outside)
    page = await browser.get(f"/business/{bakery.id}/bills?month=2026-08")
    assert "борг 1 200,50 грн" in page.words.replace("\xa0", " ") and "Серпень 2026" in page.words
    papers = [link["href"] for link in page.html.select("tbody a")]
    assert len(papers) == 4
    for path in papers:
        answer = await browser.fetch(path)
        assert answer.status_code == 200, path
        assert answer.content[:5] == (
            b"%PDF-" if path.endswith("pdf") else b"\xef\xbb\xbf" + answer.content[3:5]
        )
        assert (await stranger.get(path)).status == 404
    await businesses.member(bakery.id, other.id, "readings")
    assert (await stranger.get(papers[0])).status == 404
