"""The Clerk decides what a consumer asked for, and the consumer reads of it."""

import re

import pytest

from tests.e2e.conftest import Visit
from tests.e2e.pages.entry import Post, demo_login
from tests.e2e.pages.office import OfficePage
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
