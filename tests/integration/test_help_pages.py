"""Help, legal texts, languages and the demo's outbox: what everybody may read."""

from dataclasses import replace

import httpx
import pytest

from tests import door
from tests.browser import HTMX, Browser
from tests.factories import portals
from tests.factories.accounts import AnAccount
from tests.factories.people import NOW, SignedIn
from tests.factories.portals import APortal, change_policy
from webapp.actions import messages
from webapp.app import create_app
from webapp.database.engine import DB
from webapp.settings import Settings

NAMES = ("guide", "questions", "sign-up", "browsers", "accessibility", "companies", "contacts")
HELP = ["/help", *(f"/help/{name}" for name in NAMES)]


@pytest.mark.covers("A44", "B02")
async def test_the_orange_button_leads_to_help_with_its_dates(browser: Browser, flat: AnAccount):
    home = await browser.get("/cabinet")
    button = home.html.select_one("header .help-button")
    assert button["href"] == "/help" and "Довідка" in button.text
    page = await browser.get("/help")
    assert "1 листопада 2026 (оновлено 22 листопада 2026)" in page.words.replace("\u00a0", " ")
    assert "Коли оновлюються дані" in page.words and "Станом на" in page.words


@pytest.mark.covers("A08", "B01", "B03")
async def test_the_page_of_browsers_is_where_the_banner_leads(visitor: Browser, portal: APortal):
    banner = (await visitor.get("/")).html.select_one("#old-browser")
    assert banner.has_attr("hidden") and "Ваш браузер застарів" in banner.text
    assert "Оновіть браузер, щоб безпечніше, швидше та зручніше користуватися сайтом" in banner.text
    assert banner.a["href"] == "/help/browsers" and banner.a.text == "Оновити браузер"
    await change_policy(portal.id, {"browsers": {"named": ["Netscape"]}})
    assert "Netscape" in (await visitor.get("/help/browsers")).words


@pytest.mark.parametrize("path", HELP)
@pytest.mark.parametrize("prefix", ["", "/ru", "/en"])
async def test_help_is_there_for_everybody(visitor: Browser, stranger: Browser, prefix: str, path: str):
    for browser in (visitor, stranger):
        page = await browser.get(prefix + path)
        assert page.status == 200
        current = page.html.select_one("main nav a[aria-current=page]")["href"]
        assert current == prefix + path.removesuffix("/guide")


@pytest.mark.covers("B27")
@pytest.mark.parametrize(("prefix", "language", "word"), [("/ru", "ru", "Справка"), ("/en", "en", "Help")])
async def test_the_address_and_the_text_speak_one_language(visitor, portal, prefix, language, word):
    page = await visitor.get(f"{prefix}/help/sign-up")
    assert page.html.html["lang"] == page.headers["content-language"] == language and word in page.words
    inside = [link["href"] for link in page.html.select("article a[href*='/help']")]
    assert inside and all(link.startswith(f"{prefix}/help") for link in inside)
    await change_policy(portal.id, {"languages": ["uk"]})
    assert (await visitor.get(f"{prefix}/help")).status == 404


async def test_the_help_is_looked_up_with_and_without_script(visitor: Browser, portal: APortal):
    form = (await visitor.get("/help/browsers")).html.select_one("form[role=search]")
    assert (form["action"], form["method"]) == ("/help/search", "get")
    page = await visitor.get("/help/search?q=показань+передаю")
    links = [link["href"] for link in page.html.select("#found a")]
    assert "/help#about-reading" in links[:3] and page.html.select("#found strong")
    assert page.html.select_one("input[name=q]")["value"] == "показань передаю"
    partial = await visitor.get("/help/search?q=довідка+борг", **HTMX)
    assert (
        not partial.html.select("html")
        and partial.html.select_one("a")["href"] == "/help/questions#certificate"
    )
    odd = await visitor.get("/help/search?q=%3Cscript%3Ealert(1)%3C/script%3E%00" + "x" * 5000)
    assert odd.status == 200 and not odd.html.select("main script")
    assert "нічого не знайдено" in (await visitor.get("/help/search?q=хромодинаміка")).words
    russian = await visitor.get("/ru/help/search?q=счётчик")
    assert russian.html.select_one("#found a")["href"].startswith("/ru/help")
    await change_policy(portal.id, {"readings": {"taken_by": []}})
    answer = (await visitor.get("/help/search?q=куди+передавати")).html.select_one("#found a")
    assert answer["href"] == "/help/questions#when", "as this portal's pages say it"


async def test_help_that_does_not_exist(visitor: Browser):
    for path in ("/help/nothing", "/legal/nothing", "/uk/help"):
        assert (await visitor.get(path)).status == 404


@pytest.mark.covers("A46", "A47", "A48")
async def test_the_help_tells_how_a_registration_is_annulled(visitor: Browser, portal: APortal):
    await change_policy(portal.id, door.IDENTIFIED)
    words = (await visitor.get("/help/sign-up")).words
    for needed in (
        "назва компанії",
        "номер рахунку",
        "прізвище",
        "адреса",
        "сума останнього платежу",
        "7 днів",
    ):
        assert needed in words


@pytest.mark.covers("A06", "B26", "K15", "H10")
async def test_the_contacts_are_the_portals(visitor: Browser, portal: APortal):
    branch = {"name": "Гадяч", "phones": ["+380675056312"]}
    await change_policy(portal.id, {"contacts": door.CONTACTS | {"branches": [branch]}})
    page = await visitor.get("/help/contacts")
    assert "щодня 8:00–20:00" in page.words and "Гадяч" in page.words
    phones = [link["href"] for link in page.html.select("article a[href^='tel:']")]
    assert phones[:2] == ["tel:+380462616204", "tel:+380675056312"]
    assert "Миколаївгаз Збут" in page.words


@pytest.mark.parametrize("document", ["consent", "privacy", "terms"])
@pytest.mark.parametrize("language", ["uk", "ru", "en"])
async def test_legal_texts_name_their_portal_and_version(visitor: Browser, portal, document, language):
    visitor.cookies["language"] = language
    page = await visitor.get(f"/legal/{document}")
    assert page.status == 200 and page.html.html["lang"] == language
    assert "2026" in page.html.select_one(".page-head p").text and "http://localhost" in page.words
    assert len(page.html.select("main .tabs a")) == 3


@pytest.mark.covers("A03")
async def test_a_visitor_chooses_a_language_by_a_link(visitor: Browser):
    assert (await visitor.get("/", **{"Accept-Language": "en"})).html.html["lang"] == "uk"
    way = (await visitor.get("/sign-in")).html.select_one("a[hreflang=ru]")["href"]
    chosen = await visitor.get(way)
    assert chosen.headers["location"] == "/sign-in" and visitor.cookies == {"language": "ru"}
    page = await visitor.follow(chosen)
    assert page.html.html["lang"] == "ru" and page.html.h1.text == "Вход в кабинет"


async def test_a_choice_of_language_comes_back_to_the_very_page(browser: Browser, visitor: Browser, flat):
    page = await browser.get(f"/statistics?account={flat.id}&year=2025")
    chosen = await browser.get(page.html.select_one("a[hreflang=ru]")["href"])
    assert chosen.headers["location"] == f"/statistics?account={flat.id}&year=2025"
    came_from = {"Sec-Fetch-Site": "same-origin", "Referer": "http://localhost/sign-in?next=/bills"}
    form = await visitor.post("/sign-in", {"login": ""}, **came_from)
    chosen = await visitor.get(form.html.select_one("a[hreflang=ru]")["href"])
    assert form.status == 422 and chosen.headers["location"] == "/sign-in?next=/bills"


async def test_the_signed_in_keep_their_language_with_them(browser: Browser, olena: SignedIn):
    chosen = await browser.get("/language/ru?next=/profile")
    assert chosen.headers["location"] == "/profile" and "set-cookie" not in chosen.headers
    assert (await browser.follow(chosen)).html.html["lang"] == "ru"
    assert await DB.pool.fetchval("SELECT language FROM people WHERE id = $1", olena.id) == "ru"


@pytest.mark.parametrize(
    ("wanted", "there"), [("//evil.example", "/cabinet"), ("/ru/help/guide", "/help/guide"), ("", "/")]
)
async def test_the_way_back_from_a_choice_is_on_this_site(visitor: Browser, wanted: str, there: str):
    assert (await visitor.get(f"/language/uk?next={wanted}")).headers["location"] == there


async def test_a_language_that_is_not_offered_does_not_exist(visitor: Browser, portal: APortal):
    await change_policy(portal.id, {"languages": ["uk"]})
    assert (await visitor.get("/language/ru")).status == 404
    visitor.cookies["language"] = "ru"
    assert (await visitor.get("/")).html.html["lang"] == "uk"


async def send(portal_id, contact: str, text: str) -> None:
    id = portals.new_id()
    kind = "mail" if "@" in contact else "sms"
    await messages.claim(id, portal_id=portal_id, kind=kind, contact=contact, notice="sign-up-code", now=NOW)
    await messages.sent(id, "carrier", NOW, subject="Тема" if kind == "mail" else "", text=text)


async def test_the_outbox_shows_what_the_demo_has_sent(settings: Settings, outside, portal: APortal):
    app = create_app(replace(settings, demo=True), outside)
    elsewhere = await portals.portal("elsewhere.localhost")
    await send(portal.id, "olena@example.com", "Посилання:\nhttp://localhost:8000/password/x.y\n")
    await send(elsewhere.id, "+380671234567", "Код активації - 578214")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as http:
        page = await Browser(http).get("/demo/outbox")
        assert page.html.select_one("main section a")["href"] == "http://localhost:8000/password/x.y"
        assert "578214" not in page.words
        everything = (await http.get("/demo/outbox.json")).json()
    assert {one["kind"]: one["to"] for one in everything} == {
        "mail": "olena@example.com",
        "sms": "+380671234567",
    }
    assert set(everything[0]) == {"kind", "to", "subject", "text", "html", "at"}


@pytest.mark.parametrize("path", ["/demo/outbox", "/demo/outbox.json"])
async def test_there_is_no_outbox_outside_the_demo(visitor: Browser, stranger: Browser, path: str):
    for browser in (visitor, stranger):
        assert (await browser.get(path)).status == 404


@pytest.mark.covers("K05")
async def test_the_demo_shows_the_code_on_the_page(settings: Settings, outside, portal: APortal):
    await change_policy(portal.id, door.BY_PHONE)
    app = create_app(replace(settings, demo=True), outside)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as http:
        visitor = Browser(http)
        page = await visitor.follow(await door.sign_up_plainly(visitor, "067 123 45 67"))
        assert await door.code_for("+380671234567") in page.words
