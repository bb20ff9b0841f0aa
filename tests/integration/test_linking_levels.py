"""A number alone lets one send readings; what is missing is asked for, and nothing else is seen."""

import pytest

from tests import by_number
from tests.browser import Browser
from tests.by_number import HOST, NUMBER, SERIAL, add
from tests.factories import accounts, people
from tests.factories.accounts import AnAccount
from tests.factories.people import SignedIn
from tests.factories.portals import APortal
from webapp.database.engine import DB
from webapp.database.tables.accounts import Link
from webapp.database.tables.cases import Case


@pytest.fixture
async def portal(app) -> APortal:
    return await by_number.a_portal()


@pytest.fixture
async def taras(portal: APortal) -> SignedIn:
    return await people.person(portal.id, "Тарас", "+380931112233")


@pytest.fixture
async def flat(portal: APortal) -> AnAccount:
    return await by_number.a_flat(portal)


@pytest.fixture
async def browser(http, taras: SignedIn, flat: AnAccount) -> Browser:
    return await by_number.signed(http, taras)


@pytest.mark.covers("R08", "R09", "R10", "R19", portal="mygas")
async def test_the_number_of_the_receipt_links_at_the_basic_level(
    browser: Browser, portal: APortal, flat: AnAccount
):
    empty = await browser.get("/cabinet")
    assert empty.html.select_one("main a[href='/linking']"), "without an account there is only the way to one"
    page = await browser.follow(await add(browser, portal))
    assert "Ми зрозуміли: 23185952" in page.words
    link = await Link.objects().first()
    assert (link.account_id, link.level, link.role) == (flat.id, "basic", "owner")


@pytest.mark.covers("R10")
async def test_what_was_understood_is_told_before_success_too(browser: Browser, portal: APortal):
    form = (await browser.get("/linking?proof=meter_serial")).form("/linking")
    typed = {"company": str(portal.supplier), "number": "о/р 023-185952"}
    page = await browser.submit(form, serial="", **typed)
    assert page.status == 422 and page.html.select_one("#understood strong").text == NUMBER
    assert page.html.select_one("#number")["value"] == "о/р 023-185952"
    added = await browser.follow(await browser.submit(form, serial=SERIAL, **typed))
    assert "Рахунок додано" in added.words and f"Ми зрозуміли: {NUMBER}" in added.words


@pytest.mark.covers("R10")
async def test_only_a_number_is_repeated_from_the_address(
    browser: Browser, portal: APortal, flat: AnAccount, taras
):
    await accounts.link(taras.id, flat.id)
    page = await browser.get(f"/linking/{flat.id}/added?number=Call+0900")
    assert "0900" not in page.words and NUMBER in page.words


@pytest.mark.covers("R19", portal="mygas")
async def test_the_basic_level_sends_readings_and_sees_nothing_else(
    browser: Browser, portal: APortal, flat: AnAccount
):
    await add(browser, portal)
    secrets = ("71,68", "186,40", "58,68", "Коваленко", "Полтавська", SERIAL, f"56XM{NUMBER}A", "7,96", "грн")
    for path in (
        "/cabinet",
        "/bills",
        "/statistics",
        "/readings",
        "/readings/new",
        "/profile",
        "/linking",
        "/accounts",
    ):
        page = await browser.get(path)
        assert page.status == 200, path
        everything = str(page.html.select_one("main")) + "".join(
            str(one) for one in page.html.select("#meters, .switcher")
        )
        assert not [secret for secret in secrets if secret in everything], path
    assert "м. Миколаїв" in (await browser.get("/cabinet")).words
    sent = await browser.submit((await browser.get("/readings/new")).form("/readings"), value="4152")
    assert "Прийнято" in (await browser.follow(sent)).words
    for path in ("/cabinet", "/bills", "/statistics"):
        offer = (await browser.get(path)).html.select_one(f"main a[href='/linking/{flat.id}/extend']")
        assert offer, f"{path} shows the way to the rest"


async def test_whoever_walks_along_the_numbers_pays_for_the_right_ones_too(
    browser: Browser, portal: APortal, flat
):
    for _ in range(10):
        assert (await add(browser, portal)).status == 303
        await DB.do("DELETE FROM links")
    assert (await add(browser, portal)).status == 429 and await Link.count() == 0


@pytest.mark.covers("R11", "R12", portal="mygas")
async def test_further_accounts_are_added_later_from_the_profile(
    browser: Browser, portal: APortal, taras: SignedIn, flat: AnAccount
):
    second = await accounts.account(portal, "23186104", "площа Миру, 3, кв. 7")
    await add(browser, portal)
    profile = await browser.get("/profile")
    assert profile.html.select_one("a[href='/linking']"), "settings lead to one more account"
    page = await browser.get("/linking")
    assert [tag["id"] for tag in page.html.select("main select, main input:not([type=hidden])")] == [
        "company",
        "number",
    ]
    await add(browser, portal, second.number)
    assert await Link.count().where(Link.person_id == taras.id) == 2


@pytest.mark.covers("R17", portal="mygas")
async def test_a_pin_is_asked_for(browser: Browser, portal: APortal, flat: AnAccount, taras: SignedIn):
    page = await browser.follow(await add(browser, portal))
    (link,) = [one for one in page.html.select("main a") if one.text == "Подати запит на отримання PIN-коду"]
    page = await browser.get(link["href"])
    assert "видають у пункті обслуговування" in page.words and "надсилають на e-mail" in page.words
    form = page.form("/linking/pin")
    sent = [await browser.submit(form) for _ in range(2)]
    case = await Case.objects().first()
    assert {one.headers["location"] for one in sent} == {f"/linking/asked/{case.number}"}
    assert (case.kind, case.account_id, case.person_id) == ("pin", flat.id, taras.id)
    assert await Case.count() == 1 and case.number in (await browser.follow(sent[0])).words


@pytest.mark.covers("R17", portal="mygas")
async def test_asking_for_a_pin_tells_nothing_of_the_number(
    browser: Browser, portal: APortal, flat: AnAccount
):
    form = (await browser.get("/linking/pin")).form("/linking/pin")
    empty = await browser.submit(form)
    assert empty.status == 422 and set(empty.mistakes) == {"company", "number"}
    words = []
    for number in (NUMBER, "99999999"):
        sent = await browser.submit(form, company=str(portal.supplier), number=number)
        page = await browser.follow(sent)
        words.append(page.words.replace(sent.headers["location"].rpartition("/")[2], ""))
    assert words[0] == words[1]


async def test_the_consent_leads_back_to_what_the_qr_code_began(http, portal: APortal, flat: AnAccount):
    olena = await people.person(portal.id, "Олена", "olena@example.com")
    browser = Browser(http, olena.token, host=HOST)
    page = await browser.get(f"/linking?number={NUMBER}&pin=123456")
    signed = await browser.submit(page.form("/linking/consent"), agree="1")
    assert signed.headers["location"] == f"/linking?number={NUMBER}&pin=123456"
    for bad in ("//evil.example", "https://evil.example", "/linking@evil\n", "/profile"):
        again = await browser.submit(page.form("/linking/consent"), agree="1", next=bad)
        assert again.headers["location"] in ("/linking", "/cabinet")
