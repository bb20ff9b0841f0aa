"""Every page of this stage, looked at by axe in both schemes and by a ruler at three widths."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.e2e.conftest import OpenPage
from tests.e2e.engines import DESKTOP, Look
from tests.e2e.pages.entry import PASSWORD, demo_login

VISITOR = ["/", "/sign-in", "/sign-up", "/sign-up/consent", "/recovery", "/help", "/help/browsers",
           "/help/contacts", "/legal/privacy", "/legal/consent", "/offline", "/check", "/no-such-page"]  # fmt: skip
CABINET = ["/cabinet", "/readings", "/readings/new", "/linking", "/linking?proof=pin", "/linking/address",
           "/linking/pin", "/linking/company", "/statistics", "/bills", "/profile", "/profile/security"]  # fmt: skip
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}


def sign_in(page: Page) -> None:
    page.goto("/sign-in")
    page.get_by_label("Телефон або e-mail").fill(demo_login("localhost"))
    page.get_by_role("button", name="Продовжити").click()
    page.get_by_label("Пароль").fill(PASSWORD)
    page.get_by_role("button", name="Увійти").click()
    page.wait_for_url("**/cabinet")


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"][:3]]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("portal", ["localhost", "chernihiv"])
def test_pages_for_visitors_have_no_violation(open_page: OpenPage, dark: bool, portal: str):
    page = open_page(portal, look=Look(dark=dark))
    told = {}
    for path in VISITOR:
        page.goto(path)
        told[path] = violations(page)
    assert {path: said for path, said in told.items() if said} == {}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_cabinet_has_no_violation(open_page: OpenPage, dark: bool):
    page = open_page(look=Look(dark=dark, size=DESKTOP if dark else {"width": 390, "height": 844}))
    sign_in(page)
    told = {}
    for path in CABINET:
        page.goto(path)
        told[path] = violations(page)
    page.goto("/linking")
    page.get_by_role("button", name="Додати рахунок").click()
    page.wait_for_selector("#mistakes")
    told["mistakes"] = violations(page)
    assert {path: said for path, said in told.items() if said} == {}


def test_the_lists_of_addresses_and_the_control_question_have_no_violation(open_page: OpenPage):
    told = {}
    for portal, path in (("kremenchuk", "/linking"), ("mygas", "/accounts")):
        page = open_page(portal)
        page.goto("/sign-in")
        page.locator("main input[name=login]").fill(demo_login(portal))
        page.get_by_label("Пароль").fill(PASSWORD)
        page.get_by_role("button", name="Увійти", exact=True).click()
        page.wait_for_url("**/cabinet")
        page.goto(path)
        if portal == "mygas":
            page.get_by_role("link", name="Налаштування").last.click()
            page.get_by_role("link", name="Підтвердити").click()
            page.wait_for_selector("#extend")
        told[page.url] = violations(page)
    assert {path: said for path, said in told.items() if said} == {}


def test_no_page_scrolls_sideways(open_page: OpenPage):
    page = open_page()
    sign_in(page)
    wide = []
    for width in (320, 390, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        for path in [*CABINET, "/help", "/offline", "/legal/privacy"]:
            page.goto(path)
            if page.evaluate("document.documentElement.scrollWidth") > width:
                wide.append((width, path))
    assert wide == []
