"""Every page, as axe and a ruler see it: phone and desk, light and dark."""

from collections.abc import Callable, Iterator

import pyotp
import pytest

from tests.e2e.at_home import at_work, signed_in
from tests.e2e.conftest import OpenPage
from tests.e2e.engines import Look
from tests.e2e.looks import Looking
from tests.e2e.pages.entry import PASSWORD, demo_login
from tests.e2e.pages.office import colleague
from tests.e2e.site import Site
from tests.factories.people import NOW

LookAt = Callable[..., Looking]
VISITOR = ["/", "/sign-in", "/sign-up", "/sign-up/consent", "/recovery", "/help", "/help/browsers",
           "/help/contacts", "/legal/privacy", "/legal/consent", "/offline", "/check", "/annulment",
           "/help/questions", "/news", "/api", "/office/sign-in", "/no-such-page"]  # fmt: skip
OF_PORTAL = ["/", "/sign-in"]
CABINET = ["/cabinet", "/readings", "/readings/new", "/linking", "/linking?proof=pin", "/linking/address",
           "/linking/pin", "/linking/company", "/statistics", "/statistics?by=year&unit=kwh",
           "/bills", "/bills/due", "/notifications", "/subsidy", "/payments", "/payments/new",
           "/profile/notifications", "/accounts", "/business/new",
           "/joining", "/disputes", "/appeals", "/appeals/new?about=gas", "/support", "/appointments/new?kind=queue",
           "/certificates/new"]  # fmt: skip
PROFILE = ["/profile", "/profile/details", "/profile/password", "/profile/devices", "/profile/logins/new",
           "/profile/data", "/profile/deletion", "/profile/security"]  # fmt: skip
OFFICE = [
    "/office",
    "/office/cases?kind=pin",
    "/office/staff",
    "/office/audit",
    "/office/payments",
    "/office/rounds",
    "/office/rounds/new",
    "/office/rounds/doubts",
    "/office/appeals",
    "/office/queue",
    "/office/schedule",
    "/office/messages",
    "/office/consumers?words=кова",
    "/office/imports",
    "/office/exports",
    "/office/keys",
    "/office/policy",
    "/office/volume-requests",
]
COMPANIES = ["Миколаївгаз Збут", "Кременчукгаз-постачання", "Дніпропетровськгаз Збут"]
WHOLE = """(one, name) => {
    one.firstChild.data = name;
    return one.scrollWidth <= one.clientWidth && one.scrollHeight <= one.clientHeight;
}"""
CARD = ["", "/money", "/talk", "/readings", "/pin"]
MIRROR = ["", "/readings", "/money"]
BUSINESS = ["", "/points", "/readings", "/files", "/bills", "/volumes"]
TARIFFS = b"starts_on;price\n2026-13-01;7,96\n2026-12-01;-1\n"

pytestmark = pytest.mark.parametrize("engine", ["chromium"], indirect=True)
"""Axe reads what the server wrote, and Firefox cannot be told to grow dark while a page is open."""


@pytest.fixture
def look_at(open_page: OpenPage) -> Iterator[LookAt]:
    """The looks of a portal's pages; what was found is told together at the end."""
    looks: list[Looking] = []

    def looking(portal: str = "localhost", **told: bool) -> Looking:
        looks.append(Looking(open_page(portal, look=Look(still=True), service_workers="block"), **told))
        return looks[-1]

    yield looking
    assert [one.found for one in looks if one.found] == []


def test_pages_for_visitors(look_at: LookAt):
    look_at().at(*VISITOR)
    look_at("chernihiv", colours_alone=True).at(*OF_PORTAL)
    look_at("kremenchuk", colours_alone=True).at(*OF_PORTAL)
    look_at("mygas", colours_alone=True).at(*OF_PORTAL)


def test_the_cabinet(look_at: LookAt, site: Site):
    looking = look_at()
    signed_in(looking.page.context, site)
    looking.at(*CABINET)
    looking.page.goto("/linking")
    looking.page.get_by_role("button", name="Додати рахунок").click()
    looking.page.wait_for_selector("#mistakes")
    looking.now("mistakes")
    looking.page.goto("/accounts")
    looking.page.get_by_role("link", name="Налаштування").first.click()
    looking.page.wait_for_url("**/accounts/*")
    looking.now("account")
    looking.page.goto("/bills")
    looking.page.locator("a[href^='/bills/']:not([href$=pdf])").first.click()
    looking.page.wait_for_url("**/bills/*-*")
    looking.now("bill")


def test_the_profile(look_at: LookAt, site: Site):
    looking = look_at()
    signed_in(looking.page.context, site)
    looking.at(*PROFILE)


def test_the_lists_of_addresses_and_the_control_question(look_at: LookAt, site: Site):
    lists, control = look_at("kremenchuk"), look_at("mygas")
    signed_in(lists.page.context, site, "kremenchuk")
    lists.at("/linking")
    signed_in(control.page.context, site, "mygas")
    control.page.goto("/accounts")
    control.page.get_by_role("link", name="Налаштування").last.click()
    control.page.get_by_role("link", name="Підтвердити").click()
    control.page.wait_for_selector("#extend")
    control.now("control question")


def test_the_second_step(look_at: LookAt, site: Site):
    looking = look_at()
    page = looking.page
    signed_in(page.context, site)
    page.goto("/profile/security")
    page.get_by_role("button", name="Увімкнути застосунок").click()
    page.wait_for_url("**/authenticator")
    looking.now("key")
    page.get_by_role("button", name="Увімкнути").click()
    page.get_by_text("Введіть код.").wait_for()
    looking.now("mistake")
    secret = page.locator(".square-key").inner_text().replace(" ", "")
    page.get_by_label("Код із застосунку").fill(pyotp.TOTP(secret).at(NOW))
    page.get_by_role("button", name="Увімкнути").click()
    page.locator(".codes li").first.wait_for()
    looking.now("codes")
    looking.at("/profile/security/authenticator/removal")
    page.context.clear_cookies()
    page.goto("/sign-in")
    page.get_by_label("Телефон або e-mail").fill(demo_login("localhost"))
    page.get_by_role("button", name="Продовжити").click()
    page.get_by_label("Пароль", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Увійти").first.click()
    page.wait_for_url("**/sign-in/second")
    looking.now("second step")
    looking.at("/sign-in/second?by=recovery")


def test_the_office(look_at: LookAt, site: Site):
    looking = look_at()
    page = looking.page
    at_work(page.context, site, "company_admin")
    looking.at(*OFFICE)
    page.goto("/office/consumers?words=кова")
    for name in COMPANIES:
        assert page.locator(".wordmark-name").evaluate(WHOLE, name), f"{name} is read whole on a phone"
    page.locator("summary", has_text="Мої фільтри").click()
    page.get_by_label("Зберегти цей список під назвою").fill("Ковалі")
    page.locator("main").get_by_role("button", name="Зберегти фільтр").click()
    page.locator("details[open] a", has_text="Ковалі").wait_for()
    looking.now("saved filters")
    page.locator("details[open]").get_by_role("button").first.click()
    page.locator("details:not([open]) summary", has_text="Мої фільтри").wait_for()
    page.goto("/office/cases?kind=annulment")
    page.locator("tbody a").first.click()
    page.wait_for_selector("input[name=reason]")
    looking.now("reason")
    page.get_by_role("button", name="Відкрити картку").click()
    page.wait_for_selector("input[name=decision]")
    looking.now("card")


def test_a_consumer_on_the_card_and_in_the_mirror(look_at: LookAt, site: Site):
    looking = look_at()
    page = looking.page
    at_work(page.context, site, "company_admin")
    page.goto("/office/consumers?words=кова")
    page.locator("#consumers th a").first.click()
    page.locator("input[name=reason]").first.check()
    page.get_by_role("button", name="Відкрити картку").click()
    page.wait_for_selector("#leaf")
    card, mirror = page.url, page.locator("a[href*=mirror]").first.get_attribute("href")
    looking.at(*(card + leaf for leaf in CARD), *(f"{mirror}{leaf}" for leaf in MIRROR))


def test_an_import_with_mistakes(look_at: LookAt, site: Site):
    looking = look_at()
    page = looking.page
    at_work(page.context, site, "company_admin")
    page.goto("/office/imports")
    page.locator("#kind").select_option("tariffs")
    page.locator("#file").set_input_files({"name": "t.csv", "mimeType": "text/csv", "buffer": TARIFFS})
    page.get_by_role("button", name="Порівняти").click()
    page.locator("a[href$='mistakes.csv']").wait_for()
    looking.now("import")


def test_the_business_cabinet(look_at: LookAt, site: Site):
    looking = look_at()
    page = looking.page
    signed_in(page.context, site, login=colleague("business")["login"])
    page.goto("/business")
    here = page.locator("main a[href$='/points']").first.get_attribute("href") or ""
    here = here.removesuffix("/points")
    looking.at(*(here + leaf for leaf in BUSINESS))
    page.locator("main a[href*='/volumes/']").first.click()
    page.wait_for_selector("#volume")
    looking.now("volume")
    page.goto(f"{here}/files")
    rows = page.request.get(f"{here}/files/template.csv").text().splitlines()[:3]
    file = {
        "name": "r.csv",
        "mimeType": "text/csv",
        "buffer": "\n".join([*rows, "?;1;2;3;4;5;6", ""]).encode(),
    }
    page.locator("#file-form input[type=file]").set_input_files(file)
    page.locator("#file-form button").first.click()
    page.wait_for_url("**/files/*-*")
    looking.now("report")
