"""The Clerk decides what a consumer asked for, and the consumer reads of it."""

import re

import pytest

from tests.e2e.conftest import OpenPage, Visit
from tests.e2e.engines import DESKTOP, Look
from tests.e2e.pages.entry import Post, demo_login
from tests.e2e.pages.office import OfficePage, come_in
from tests.e2e.test_accessibility import violations
from webapp.outside import Outside


@pytest.mark.covers("R17", page="/office/cases/{id}")
def test_the_clerk_issues_a_pin_and_the_consumer_reads_it(visit: Visit, outside: Outside):
    clerk, consumer = visit(), visit()
    consumer.goto("/demo/outbox")
    desk = OfficePage(clerk).sign_in(outside.clock.now())
    desk.open_first("pin", "Просять PIN-код")
    clerk.sees("Що введено й що знає компанія")
    desk.issue_pin("Додайте рахунок за цим кодом.")
    letter = Post(consumer).message(demo_login("localhost"))
    assert "задоволено" in letter and "Додайте рахунок за цим кодом." in letter
    assert re.search(r"PIN-код рахунку: \d{6}", letter)
    kept = "caches.keys().then(names => Promise.all(names.map(name => caches.open(name).then(one => one.keys()))))"
    assert "/office" not in str(clerk.run(f"{kept}.then(all => all.flat().map(one => one.url).join())"))
    clerk.click("Вийти")
    clerk.sees("Вхід для працівників")
    clerk.goto("/office/cases?kind=pin")
    clerk.sees("Вхід для працівників")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_office_has_no_violation_and_no_sideways_scroll(
    open_page: OpenPage, outside: Outside, dark: bool
):
    page = open_page(look=Look(dark=dark, size=DESKTOP if dark else {"width": 390, "height": 844}))
    page.goto("/office/sign-in")
    told = {"sign-in": violations(page)}
    come_in(page, "company_admin", outside.clock.now())
    for path in ("/office", "/office/cases?kind=pin", "/office/staff", "/office/audit"):
        page.goto(path)
        told[path] = violations(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    page.goto("/office/cases?kind=annulment")
    page.locator("tbody a").first.click()
    page.wait_for_selector("input[name=reason]")
    told["reason"] = violations(page)
    page.get_by_role("button", name="Відкрити картку").click()
    page.wait_for_selector("input[name=decision]")
    told["card"] = violations(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "card"
    assert {path: said for path, said in told.items() if said} == {}
