"""B01: where features are missing the banner says so, and every form still works."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.person import Visitor

TEXTS = [
    "Ваш браузер застарів",
    "Оновіть браузер, щоб безпечніше, швидше та зручніше користуватися сайтом",
    "Оновити браузер",
]


@pytest.mark.every_engine
def test_a_browser_of_today_sees_no_banner(visitor: Visitor):
    visitor.goto("/sign-in")
    visitor.sees("Вхід до кабінету")
    assert TEXTS[0] not in visitor.words()


@pytest.mark.covers("B01", "B03", "A08")
def test_a_browser_without_the_features_is_told_and_can_read_what_to_do(page: Page):
    page.add_init_script("delete window.customElements; delete window.indexedDB")
    page.route("**/js/main.js", lambda route: route.abort())  # an engine without modules never asks for it
    page.goto("/sign-in")
    banner = page.get_by_role("region", name=TEXTS[0])
    for text in TEXTS:
        expect(banner).to_contain_text(text)
    banner.get_by_role("link", name=TEXTS[2]).click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("main")).to_contain_text("Chrome")
    expect(page.locator("main")).to_contain_text("Firefox")
