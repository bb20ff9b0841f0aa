"""News and outages: published once by the supervisor, shown to everybody, one's own branch first; goals in figures."""

import asyncio
from uuid import uuid4

import httpx
import pytest

from tests.browser import Browser, Page
from tests.factories import staff
from tests.factories.accounts import AnAccount
from tests.factories.portals import APortal, change_policy
from webapp.database.engine import DB
from webapp.database.tables.news import News

TEXT = "Ремонт мережі.\n\nГазу не буде з 8:00.\r\n<script>alert(1)</script>"
BRANCHES = {"contacts": {"branches": [{"name": "Гадяч"}, {"name": "Кременчук"}]}}


@pytest.fixture
async def boss(http: httpx.AsyncClient, portal: APortal) -> Browser:
    browser = Browser(http)
    browser.cookies = {"staff": (await staff.colleague(portal, "supervisor")).token}
    return browser


async def tell(boss: Browser, title: str, branch: str = "", **typed: str) -> Page:
    form = (await boss.get("/office/news/new")).form("/office/news")
    return await boss.submit(form, **({"title": title, "text": TEXT, "branch": branch} | typed))


async def test_the_supervisor_publishes_and_those_of_the_branch_see_it_first(
    boss: Browser, browser: Browser, visitor: Browser, portal: APortal, flat: AnAccount
):
    await change_policy(portal.id, BRANCHES)
    await DB.do("UPDATE accounts SET branch = 'Гадяч' WHERE id = $1", flat.id)
    outage = {"kind": "outage", "starts_on": "2026-11-04", "ends_on": "2026-11-05"}
    told = (
        ("Відключення в Гадячі", "Гадяч", outage),
        ("Новий графік", "", {}),
        ("Без газу", "Кременчук", outage),
    )
    for title, branch, typed in told:
        assert (await tell(boss, title, branch, **typed)).status == 303
    titles = [one.text for one in (await browser.get("/news")).html.select("main h2 a")]
    assert titles == ["Відключення в Гадячі", "Без газу", "Новий графік"]
    assert "Ваша філія" in (await browser.get("/news")).words
    open_to_all = await visitor.get("/news?branch=Гадяч")
    assert [one.text for one in open_to_all.html.select("main h2 a")] == [
        "Відключення в Гадячі",
        "Новий графік",
    ]
    shown = await visitor.get(str(open_to_all.html.select_one("main h2 a")["href"]))
    paragraphs = shown.html.select("article p")
    assert len(paragraphs) == 2 and "<script>alert(1)</script>" in paragraphs[1].text and paragraphs[1].br
    deeds = await DB.one("SELECT json_agg(deed) FROM audit", into=list[str])
    assert deeds == ["news_published"] * 3


async def test_the_same_form_publishes_once_and_is_taken_back_once(
    boss: Browser, visitor: Browser, portal: APortal
):
    form = (await boss.get("/office/news/new")).form("/office/news")
    answers = await asyncio.gather(*(boss.submit(form, title="Новина", text=TEXT) for _ in range(5)))
    assert {one.status for one in answers} == {303} and await News.count() == 1
    listed = await boss.get("/office/news")
    taking_back = listed.html.select_one("main form")
    done = await asyncio.gather(*(boss.submit(taking_back) for _ in range(5)))
    assert {one.status for one in done} == {303} and "знято" in (await boss.get("/office/news")).words
    assert (await visitor.get("/news")).html.select("main .empty")
    assert (await visitor.get(f"/news/{(await News.select().first())['id']}")).status == 404
    deeds = await DB.one("SELECT json_agg(deed ORDER BY at, deed) FROM audit", into=list[str])
    assert deeds == ["news_published", "news_withdrawn"]


async def test_what_cannot_be_published_is_told_and_strangers_publish_nothing(
    boss: Browser, visitor: Browser, http: httpx.AsyncClient, portal: APortal
):
    await change_policy(portal.id, BRANCHES)
    odd = await tell(boss, "", "Ніде", kind="outage", starts_on="завтра", ends_on="", text="х" * 5000)
    assert odd.status == 422 and set(odd.mistakes) == {"title", "text", "branch", "starts_on", "ends_on"}
    assert (await tell(boss, "Т", starts_on="2026-11-04", ends_on="2026-11-03")).mistakes["ends_on"]
    assert await News.count() == 0
    clerk, other = Browser(http), Browser(http)
    clerk.cookies = {"staff": (await staff.colleague(portal)).token}
    of_supplier = await staff.colleague(portal, "supervisor", "zbut@example.com", company_id=portal.supplier)
    other.cookies = {"staff": of_supplier.token}
    assert (await clerk.get("/office/news")).status == 403
    assert (await visitor.get("/office/news")).status == 303
    await tell(boss, "Новина")
    id = (await News.select().first())["id"]
    same_origin = {"Sec-Fetch-Site": "same-origin"}
    assert (await other.post(f"/office/news/{id}/withdrawal", {}, **same_origin)).status == 404
    assert (await other.post("/office/news", {"id": "x"}, **same_origin)).status == 404
    for path in (f"/news/{uuid4()}", "/news/x"):
        assert (await visitor.get(path)).status == 404
    for page in ("0", "-1", "9" * 30, "²"):
        assert (await visitor.get(f"/news?page={page}")).status == 200


@pytest.mark.covers("H11", page="/office/goals")
async def test_the_administrator_sees_whether_calls_become_fewer(
    http: httpx.AsyncClient, portal: APortal, flat: AnAccount
):
    await DB.do("UPDATE readings SET source = 'staff', month = '2026-10-01'")
    await staff.case(portal)
    await DB.do("UPDATE cases SET state = 'granted', decided_at = created_at + interval '5 hours'")
    boss = Browser(http)
    boss.cookies = {"staff": (await staff.colleague(portal, "company_admin")).token}
    page = await boss.get("/office/goals")
    october = next(row for row in page.html.select("tbody tr") if "жовтень" in row.th.text)
    assert [cell.text for cell in october.select("td")] == ["0", "0", "1", "0", "0", "0%"]
    november = page.html.select("table")[1].select_one("tbody tr")
    assert [cell.text for cell in november.select("td")] == ["1", "1", "5 год"]
