"""What Olena sees first: what she owes and to whom, and what is to be done."""

from datetime import UTC, datetime

import pytest

from tests.browser import Browser
from tests.factories import accounts, people, portals
from tests.factories.accounts import AnAccount
from tests.factories.people import SignedIn
from tests.factories.portals import APortal


@pytest.mark.covers("A39", "H04", "B26")
async def test_two_contracts_are_two_figures_each_with_its_creditor(browser: Browser):
    page = await browser.get("/cabinet")
    assert page.status == 200
    assert "Борг за газ 71,68 грн" in page.words
    assert "Переплата за доставку" in page.words and "4,20\u00a0грн" in page.html.text
    assert "Миколаївгаз Збут" in page.words and "7,96 грн/м³" in page.words
    assert "67,48" not in page.words


async def test_the_window_is_told_with_its_last_day(browser: Browser):
    page = await browser.get("/cabinet")
    assert "Передайте показання за жовтень" in page.words
    assert "Залишилося 3 дні: до кінця дня 5 листопада" in page.words
    assert "плановий обсяг" in page.words


async def test_after_the_window_it_is_told_what_was_booked_and_how_to_put_it_right(browser: Browser, outside):
    outside.clock.moment = datetime(2026, 11, 22, 10, tzinfo=UTC)
    page = await browser.get("/cabinet")
    assert "Показань за жовтень не було" in page.words and "Натомість ураховано плановий обсяг" in page.words
    assert "його врахуємо за листопад" in page.words


async def test_refused_readings_do_not_hide_the_accepted_one(browser: Browser, flat: AnAccount):
    values = ("04152", *(f"0415{n}" for n in range(3, 10)), *(f"0416{n}" for n in range(7)))
    forms = [(await browser.get("/readings/new")).form() for _ in values]
    for form, value in zip(forms, values, strict=True):
        await browser.submit(form, value=value, confirmed=value)
    assert "Показання за жовтень прийнято" in (await browser.get("/cabinet")).words
    listed = (await browser.get("/readings")).words
    assert "04 152" in listed and listed.count("Не прийнято") == 14


async def test_a_stranger_finds_nothing(stranger: Browser, flat: AnAccount):
    assert (await stranger.get(f"/cabinet?account={flat.id}")).status == 404
    assert "Садова" not in (await stranger.get("/cabinet")).words


async def test_a_visitor_is_asked_to_sign_in_and_comes_back(visitor: Browser):
    assert (await visitor.get("/cabinet")).headers["location"] == "/sign-in"
    assert (await visitor.get("/readings/new")).headers["location"] == "/sign-in?next=/readings/new"


@pytest.mark.covers("K17")
async def test_without_an_account_the_page_says_what_to_do(http, portal: APortal):
    someone = await people.person(portal.id, "Тарас", "taras@example.com")
    page = await Browser(http, someone.token).get("/cabinet")
    assert "Вітаємо Вас в особистому кабінеті" in page.words
    assert page.html.select_one("main a[href='/linking']")


@pytest.mark.covers("K25")
async def test_several_accounts_are_switched(browser: Browser, olena: SignedIn, portal: APortal):
    parents = await accounts.account(portal, "0910311208", "вул. Лугова, 9", balance="0")
    await accounts.link(olena.id, parents.id, position=1)
    home = await browser.get("/cabinet")
    assert home.html.select_one(f"a[href='/cabinet?account={parents.id}']")
    assert "Боргу за газ немає" in (await browser.get(f"/cabinet?account={parents.id}")).words


@pytest.mark.covers("K18", "K19", "A18")
async def test_the_companies_say_how_old_a_figure_may_be(browser: Browser, portal: APortal):
    fresh = {"payments_days": 7, "working": True, "charges_by_day": 10}
    await portals.change_policy(portal.id, {"freshness": fresh})
    assert "раз на 7 робочих днів" in (await browser.get("/cabinet")).words
    await portals.change_policy(portal.id, {"freshness": {"payments_days": 14}})
    assert "впродовж 14 днів" in (await browser.get("/cabinet")).words


async def test_the_device_may_keep_the_page_and_gets_no_money_with_the_meters(browser: Browser, olena):
    page = await browser.get("/cabinet")
    assert page.headers["x-offline"] == "allow" and page.headers["x-partition"] == str(olena.partition)
    kept = page.html.select_one("#meters").text
    assert '"digits":5' in kept and "71.68" not in kept and "Коваленко" not in kept


async def test_basic_access_sends_readings_and_sees_no_money(http, portal: APortal, flat: AnAccount):
    taras = await people.person(portal.id, "Тарас", "taras@example.com")
    await accounts.link(taras.id, flat.id, level="basic")
    page = await Browser(http, taras.token).get("/cabinet")
    assert "71,68" not in page.words and "Коваленко" not in page.words and "Лише показання" in page.words
