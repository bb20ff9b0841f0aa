"""From one main page to another without a new document; and wherever that is not certain, a plain link."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.at_home import comes_home, signed_in
from tests.e2e.builds import Builds, page_build
from tests.e2e.pages.entry import of_portal
from tests.e2e.pages.outbox import NO_CONNECTION, ready
from tests.e2e.person import PlaywrightVisitor
from tests.e2e.site import Site

MOVES = """new Promise((resolve) => {
    const own = ({ name }) => name.endsWith('/js/moving.js');
    const look = () => {
        const found = performance.getEntriesByType('resource').find(own);
        if (found) import(found.name).then(() => resolve(true)); else setTimeout(look, 50);
    };
    look();
})"""
"""Waits until the page has fetched by itself what moves it."""
KEPT = """new Promise((resolve) => {
    const look = async () => ((await caches.match('%s')) ? resolve(true) : setTimeout(look, 50));
    look();
})"""
COPY = "Це копія сторінки"
SECOND_LOGIN = str(of_portal("people", "localhost")[1]["login"])


@pytest.fixture
def at_home(visitor: PlaywrightVisitor, site: Site) -> PlaywrightVisitor:
    """Olena's cabinet, with a worker that has kept two pages."""
    comes_home(visitor, site)
    ready(visitor)
    for path in ("/readings", "/cabinet"):
        visitor.goto(path)
        visitor.run(KEPT % path)
    settles(visitor)
    return visitor


def settles(visitor: PlaywrightVisitor) -> None:
    assert visitor.run(MOVES)
    visitor.run("(self.before = true)")


def tap(visitor: PlaywrightVisitor, path: str) -> None:
    visitor.page.locator(f'.bottom-bar a[href="{path}"]').click()


def same_document(visitor: PlaywrightVisitor) -> bool:
    return bool(visitor.run("self.before === true"))


def current(visitor: PlaywrightVisitor) -> list[str]:
    marked = visitor.page.locator("nav.bottom-bar a[aria-current]")
    return [str(link.get_attribute("href")) for link in marked.all()]


def test_olena_moves_by_the_bar_with_and_without_a_server_and_back(at_home: PlaywrightVisitor, site: Site):
    at_home.run("document.body.style.setProperty('min-height', '300vh'), scrollTo(0, 400)")
    tap(at_home, "/readings")
    at_home.is_at("/readings")
    at_home.sees("Прийнято №")
    main = expect(at_home.page.locator("main"))
    main.to_be_focused()
    main.to_have_attribute("aria-label", at_home.page.title())
    assert at_home.page.title().startswith("Показання") and at_home.run("scrollY") == 0
    assert (current(at_home), same_document(at_home)) == (["/readings"], True)
    tap(at_home, "/bills")
    at_home.is_at("/bills")
    at_home.run(KEPT % "/bills")
    site.stop()
    for path, words in (
        ("/cabinet", "Нарахування і платежі"),
        ("/bills", "Рахунки"),
        ("/readings", "Прийнято №"),
    ):
        tap(at_home, path)
        at_home.is_at(path)
        at_home.sees(words)
        at_home.sees(COPY)
        assert (current(at_home), same_document(at_home)) == ([path], True)
    site.start()
    tap(at_home, "/cabinet")
    at_home.is_at("/cabinet")
    at_home.sees_no(COPY)
    assert same_document(at_home)
    at_home.back()
    at_home.is_at("/readings")
    at_home.sees("Прийнято №")
    assert current(at_home) == ["/readings"]
    at_home.page.go_forward()
    at_home.is_at("/cabinet")
    at_home.sees("Нарахування і платежі")
    assert current(at_home) == ["/cabinet"]


def test_a_page_that_was_only_moved_to_opens_without_a_server(at_home: PlaywrightVisitor, site: Site):
    tap(at_home, "/bills")
    at_home.run(KEPT % "/bills")
    assert same_document(at_home)
    site.stop()
    at_home.goto("/bills")
    at_home.sees(COPY)
    assert current(at_home) == ["/bills"]
    tap(at_home, "/statistics")
    at_home.sees(NO_CONNECTION)
    at_home.is_at("/statistics")


def test_after_the_end_of_a_sign_in_a_tap_leads_to_the_door(at_home: PlaywrightVisitor):
    """To a page that was not kept, here and below: of a kept one a slow server would be the copy."""
    at_home.sees("Нікольська")
    at_home.context.clear_cookies()
    tap(at_home, "/bills")
    at_home.is_at("/sign-in?next=/bills")
    at_home.sees_no("Нікольська")
    assert not same_document(at_home)


def test_whoever_signs_out_in_one_tab_is_out_in_the_other(at_home: PlaywrightVisitor):
    at_home.sees("Нікольська")
    other = at_home.context.new_page()
    other.goto(at_home.page.url)
    other.locator(".person-drop summary").click()
    other.get_by_role("button", name="Вийти").click()
    at_home.sees_no("Нікольська")
    at_home.goto("/readings")
    at_home.is_at("/sign-in?next=/readings")
    at_home.sees_no("Нікольська")


def test_another_person_on_the_device_gets_a_document_of_their_own(at_home: PlaywrightVisitor, site: Site):
    at_home.sees("Нікольська")
    signed_in(at_home.context, site, login=SECOND_LOGIN)
    with at_home.page.expect_event("load"):
        tap(at_home, "/bills")
    at_home.is_at("/bills")
    at_home.sees("Рахунки")
    at_home.sees_no("Нікольська")


def test_a_new_build_in_between_is_loaded(at_home: PlaywrightVisitor, site: Site, tmp_path: Path):
    build = Builds(site, tmp_path).deploy()
    with at_home.page.expect_event("load"):
        tap(at_home, "/bills")
    at_home.is_at("/bills")
    assert page_build(at_home) == build


def test_with_a_key_held_down_the_link_is_the_browsers(at_home: PlaywrightVisitor):
    with at_home.context.expect_page() as opened:
        at_home.page.locator('.bottom-bar a[href="/readings"]').click(modifiers=["Control"])
    opened.value.wait_for_url("**/readings")
    at_home.is_at("/cabinet")
    assert same_document(at_home)
