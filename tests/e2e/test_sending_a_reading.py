"""Olena comes in and sends her October reading: in every engine, with script and without."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.at_home import comes_home, signed_in
from tests.e2e.conftest import OpenPage
from tests.e2e.pages.entry import PASSWORD, SignInPage, demo_login
from tests.e2e.pages.outbox import ready
from tests.e2e.pages.readings import DRUMS, NewReadingPage, ReadingsPage
from tests.e2e.person import Visitor
from tests.e2e.site import Site


@pytest.mark.every_engine
def test_she_signs_in_sends_her_reading_and_sees_its_number(visitor: Visitor):
    SignInPage(visitor).sign_in()
    visitor.sees("Передайте показання за жовтень")
    ready(visitor)  # WebKitGTK, short of time, leaves the form plain while its first worker moves in
    NewReadingPage(visitor).open().send("04152")
    visitor.sees("Прийнято №")
    visitor.sees("врахуємо за жовтень")
    ReadingsPage(visitor).open()
    visitor.sees("Жовтень 2026")
    assert "04 152" in visitor.words().replace("\u00a0", " ")


def test_a_slip_of_the_fingers_is_noticed_on_the_device_and_mended_by_one_press(visitor: Visitor, site: Site):
    comes_home(visitor, site)
    new = NewReadingPage(visitor).open()
    new.send("04512")
    visitor.sees("Схоже, переставлено цифри")
    new.take_the_likely_one()
    visitor.sees("Прийнято №")


def test_what_is_right_all_the_same_is_believed(visitor: Visitor, site: Site):
    comes_home(visitor, site)
    new = NewReadingPage(visitor).open()
    new.send("09000")
    visitor.sees("Набагато більше")
    new.confirm()
    visitor.sees("Прийнято №")


def test_without_the_rules_on_the_device_digits_are_kept_as_they_are(open_page: OpenPage, site: Site):
    page = open_page(service_workers="block")
    signed_in(page.context, site)
    page.route("**/js/judge.js", lambda route: route.abort())
    page.goto("/readings/new")
    page.get_by_label(DRUMS).fill("04152")
    page.get_by_role("button", name="Передати показання").click()
    expect(page.locator("body")).to_contain_text("Прийнято №")
    kept = "Outbox.meta('current_pid').then(pid => Outbox.list(pid)).then(all => all.map(one => one.state))"
    assert page.evaluate(kept) == ["accepted"]


def test_the_same_works_without_script(page_without_script: Page):
    page = page_without_script
    page.goto("/sign-in")
    page.get_by_label("Телефон або e-mail").fill(demo_login("localhost"))
    page.get_by_role("button", name="Продовжити").click()
    page.get_by_label("Пароль").fill(PASSWORD)
    page.get_by_role("button", name="Увійти").click()
    page.get_by_role("link", name="Передати показання").first.click()
    page.get_by_label(DRUMS).fill("04300")
    page.get_by_role("button", name="Передати показання").click()
    expect(page.get_by_role("alert")).to_contain_text("Набагато більше")
    expect(page.get_by_label(DRUMS)).to_have_value("04300")
    page.get_by_role("button", name="Усе правильно").click()
    expect(page.get_by_role("status").first).to_contain_text("Прийнято №")
    assert page.evaluate("typeof window.htmx") == "undefined"


def test_htmx_took_its_settings_and_no_page_breaks_the_policy(page: Page):
    page.add_init_script(
        "addEventListener('securitypolicyviolation', event => { throw new Error(event.violatedDirective) })"
    )
    page.goto("/sign-in")
    taken = page.evaluate(
        "[htmx.config.mode, htmx.config.noSwap, htmx.config.history, htmx.config.includeIndicatorCSS]"
    )
    assert taken == ["same-origin", [204, 304, "5xx"], "reload", False]
