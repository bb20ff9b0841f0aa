"""Month by month: what was used, charged and paid, and what was left; in the demo and elsewhere."""

from collections.abc import AsyncIterator
from decimal import Decimal
from uuid import UUID

import httpx
import pytest
from litestar import Litestar

from tests.browser import Browser, Page
from tests.factories import people
from tests.factories.accounts import AnAccount
from tests.factories.people import NOW
from webapp.database.engine import DB
from webapp.demo import cast, load, rows
from webapp.outside import Outside
from webapp.outside.clock import StoppedClock
from webapp.settings import Settings

NBSP = "\N{NO-BREAK SPACE}"


@pytest.fixture
async def demo(built: Litestar, settings: Settings, outside: Outside) -> AsyncIterator[Litestar]:
    await load(settings.database_url, settings, StoppedClock(NOW))
    built.state.settings, built.state.outside = settings, outside
    async with built.lifespan():
        yield built


@pytest.fixture
async def kateryna(demo: Litestar, settings: Settings) -> AsyncIterator[Browser]:
    """The first consumer of Kremenchuk, at home."""
    async for browser in at_home(demo, settings, "kremenchuk", "kateryna"):
        yield browser


async def at_home(app: Litestar, settings: Settings, brand: str, key: str) -> AsyncIterator[Browser]:
    (portal,) = (one for one in cast.portals() if one.brand == brand)
    (person,) = (one for one in cast.people()[brand].people if one.key == key)
    token = await people.sign_in(portal.id, rows.person_id(portal, person))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=portal.url(settings.port)) as http:
        yield Browser(http, token, portal.host(settings.port))


def table(page: Page) -> list[list[str]]:
    """The rows of months, cell by cell, as they are read."""
    return [
        [" ".join(cell.get_text(" ").split()) for cell in row.select("th, td")]
        for row in page.html.select("#months table.table tbody tr")
    ]


@pytest.mark.covers("K11", "K29", "K30", "K31", "K32")
async def test_the_first_months_of_2020_are_those_of_the_manual(kateryna: Browser):
    page = await kateryna.get("/statistics?year=2020")
    assert page.html.h1.text == "Статистика нарахувань"
    head = [cell.text for cell in page.html.select("#months table.table thead th")]
    assert head == ["Період", "Об'єм (м³)", "Нараховано", "Сплачено", "Залишок"]
    assert table(page)[:3] == [
        ["Січень 2020", "10 м³", "58,68 грн", "0,00 грн", "борг 17,09 грн"],
        ["Лютий 2020", "10 м³", "50,05 грн", "0,00 грн", "борг 67,14 грн"],
        ["Березень 2020", "5 м³", "21,63 грн", "17,09 грн", "борг 71,68 грн"],
    ]
    assert "На 1 січня 2020 року: переплата 41,59 грн" in page.words
    assert len(table(page)) == 12


@pytest.mark.covers("K29")
async def test_a_year_is_chosen_by_a_plain_form(kateryna: Browser):
    page = await kateryna.get("/statistics")
    form = page.form("/statistics")
    assert form["method"] == "get"
    years = [option["value"] for option in form.select("select[name=year] option")]
    assert years == ["2026", "2025", "2024", "2023", "2022", "2021", "2020", "2019"]
    assert form.select_one("select[name=year] option[selected]")["value"] == "2026"
    assert table(page)[0][0] == "Січень 2026"
    before = table(await kateryna.get("/statistics?year=2019"))
    assert before == [["Грудень 2019", "–", "−41,59 грн", "0,00 грн", "переплата 41,59 грн"]]


@pytest.mark.covers("K31")
async def test_every_balance_follows_from_the_one_before(demo: Litestar, kateryna: Browser):
    """Over all years of both contracts, up to the balance of today."""
    for service in ("supply", "distribution"):
        page = await kateryna.get(f"/statistics?service={service}")
        running = Decimal(0)
        for year in reversed([option["value"] for option in page.html.select("#year option")]):
            for _, _, charged, paid, balance in table(
                await kateryna.get(f"/statistics?service={service}&year={year}")
            ):
                running += money_in(charged) - money_in(paid)
                assert signed_balance(balance) == running
        assert balance in page.html.select_one("main .card h2").text.replace(NBSP, " ")


def money_in(words: str) -> Decimal:
    return Decimal(words.removesuffix(" грн").replace(" ", "").replace("−", "-").replace(",", "."))


def signed_balance(words: str) -> Decimal:
    word, _, sum_ = words.partition(" ")
    if words == "без боргу":
        return Decimal(0)
    return money_in(sum_) * {"борг": 1, "переплата": -1}[word]


@pytest.mark.covers("K30")
async def test_two_contracts_are_two_tables(kateryna: Browser):
    gas = await kateryna.get("/statistics")
    tabs = {one.text: one["href"] for one in gas.html.select("main .tabs a")}
    assert "ТОВ «КРЕМЕНЧУКГАЗ-ПОСТАЧАННЯ»" in gas.words and "5301042018" in gas.words
    (other,) = (href for href in tabs.values() if "distribution" in href)
    delivery = await kateryna.get(other)
    assert "АТ «Кременчукгаз»" in delivery.words and "53042018" in delivery.words
    assert {row[1] for row in table(delivery)} == {"–"}


async def test_another_account_is_chosen_by_the_same_form(kateryna: Browser):
    form = (await kateryna.get("/statistics")).form("/statistics")
    options = {option.text: option["value"] for option in form.select("select[name=account] option")}
    (house,) = (value for text, value in options.items() if text.startswith("Дім у Гадячі"))
    page = await kateryna.get(f"/statistics?account={house}&service=supply&year=2026")
    assert "м. Гадяч, вул. Лесі Українки, 9" in page.words
    assert table(page)


async def test_a_month_that_was_booked_by_plan_says_so(demo: Litestar, settings: Settings):
    async for oksana in at_home(demo, settings, "hub", "oksana"):
        months = [row[0] for row in table(await oksana.get("/statistics"))]
    assert months[-1] == "Вересень 2026 плановий обсяг"
    assert sum("плановий" in month for month in months) == 1, "the other one is put right"


async def test_a_new_account_has_nothing_to_show_yet(demo: Litestar, settings: Settings):
    async for yurii in at_home(demo, settings, "hub", "yurii"):
        for path in ("/statistics", "/bills"):
            assert "Нарахувань ще немає" in (await yurii.get(path)).words


async def test_who_has_no_account_is_shown_the_way_to_add_one(demo: Litestar, settings: Settings):
    async for svitlana in at_home(demo, settings, "hub", "svitlana"):
        for path in ("/statistics", "/bills"):
            page = await svitlana.get(path)
            assert page.status == 200 and page.html.select("main a[href='/linking']")


async def test_the_basic_level_sees_no_sums(demo: Litestar, settings: Settings):
    async for olha in at_home(demo, settings, "mygas", "olha"):
        (basic,) = await DB.speaker.fetch("SELECT account_id FROM links WHERE level = 'basic'")
        for path in ("/statistics", "/bills"):
            page = await olha.get(f"{path}?account={basic['account_id']}")
            assert page.status == 200 and "грн" not in page.html.select_one("main").text
            assert "підтвердьте" in page.words


@pytest.mark.covers("K32")
@pytest.mark.parametrize(
    ("language", "month", "total"),
    [("ru", "Сентябрь 2026", "За 2026 год"), ("en", "September 2026", "All of 2026")],
)
async def test_months_are_named_in_the_language_of_the_person(
    browser: Browser, olena: people.SignedIn, language: str, month: str, total: str
):
    await DB.do("UPDATE people SET language = $2 WHERE id = $1", olena.id, language)
    page = await browser.get("/statistics")
    assert month in [row[0] for row in table(page)]
    assert total in page.words


async def test_a_payment_shows_in_its_own_month(browser: Browser, flat: AnAccount):
    """October has no charge yet, but a payment."""
    page = await browser.get("/statistics")
    assert table(page)[-1][:4] == ["Жовтень 2026", "–", "0,00 грн", "186,40 грн"]


@pytest.mark.parametrize("path", ["/statistics", "/bills", "/payments"])
async def test_somebody_elses_account_does_not_exist(
    browser: Browser, stranger: Browser, flat: AnAccount, path: str
):
    page = await stranger.get(f"{path}?account={flat.id}")
    assert page.status == 404 and flat.number not in page.words
    mine = await stranger.get(f"/bills?account={UUID(int=7)}")
    assert mine.status == 404 and page.words == mine.words


@pytest.mark.parametrize("path", ["/statistics", "/bills", "/payments"])
async def test_a_visitor_is_asked_to_sign_in(visitor: Browser, path: str):
    page = await visitor.get(path)
    assert page.status == 303 and page.headers["location"] == f"/sign-in?next={path}"


@pytest.mark.parametrize("query", ["year=0", "year=99999999999999999999", "year=-1", "year=1970"])
async def test_a_year_without_anything_is_the_latest_one(browser: Browser, query: str):
    page = await browser.get(f"/statistics?{query}")
    assert page.status == 200 and table(page)[-1][0] == "Жовтень 2026"


@pytest.mark.parametrize("query", ["year=now", "service=water", "account=1"])
async def test_nonsense_in_the_address_is_no_surprise(browser: Browser, query: str):
    assert (await browser.get(f"/statistics?{query}")).status == 400


@pytest.mark.parametrize("path", ["/statistics", "/statistics?year=2025", "/bills"])
async def test_the_device_may_keep_the_page(browser: Browser, olena: people.SignedIn, path: str):
    page = await browser.get(path)
    assert page.headers["x-offline"] == "allow" and page.headers["x-partition"] == str(olena.partition)


@pytest.mark.covers("A41")
async def test_bills_and_payments_stand_by_their_company(browser: Browser, flat: AnAccount):
    page = await browser.get("/bills")
    gas, delivery = page.html.select("main section.stack")
    assert "ТОВ «Миколаївгаз Збут»" in gas.text and "АТ «Миколаївгаз»" in delivery.text
    assert f"борг 71,68{NBSP}грн" in gas.h2.text and f"переплата 4,20{NBSP}грн" in delivery.h2.text
    assert f"186,40{NBSP}грн" in gas.text and "186,40" not in delivery.text
    assert f"12{NBSP}жовтня 2026" in gas.text and "зараховано" in gas.text
    assert page.html.select_one("#payments")


async def test_a_payment_under_way_is_shown_and_not_counted(demo: Litestar, settings: Settings):
    async for olena in at_home(demo, settings, "hub", "olena"):
        page = await olena.get("/bills")
        assert "обробляється" in page.html.select_one("#payments").text
        statistics = await olena.get("/statistics")
        assert table(statistics)[-1][0] == "Вересень 2026", "the payment of 2 November is not credited yet"


async def test_all_of_many_accounts_can_be_chosen(demo: Litestar, settings: Settings):
    async for ivan in at_home(demo, settings, "hub", "ivan"):
        page = await ivan.get("/statistics")
        assert len(page.form("/statistics").select("select[name=account] option")) == 25


async def test_the_page_is_one_question_and_who_asks_another(
    browser: Browser, flat: AnAccount, monkeypatch: pytest.MonkeyPatch
):
    asked: list[str] = []
    one = DB.one

    async def counted(sql: str, *values: object, into: type) -> object:
        asked.append(sql)
        return await one(sql, *values, into=into)

    monkeypatch.setattr(DB, "one", counted)
    await browser.get("/statistics")
    assert len(asked) == 2
