"""The worker's life: new builds come while people type, and neither a page nor a reading pays for it."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.e2e.at_home import comes_home
from tests.e2e.builds import Builds, kept, looks_for_a_new_build, page_build, version
from tests.e2e.pages.entry import SignInPage
from tests.e2e.pages.outbox import NOT_SENT, OfflinePage, delivered, entries, ready
from tests.e2e.pages.readings import DRUMS, NewReadingPage
from tests.e2e.person import Visitor
from tests.e2e.site import Site
from tests.e2e.test_offline import accepted
from webapp.api import readings as api
from webapp.outside import Outside

NEW_VERSION = "Є нова версія"
EMPTY = """new Promise((resolve) => {
    const look = async () => ((await caches.keys()).length ? setTimeout(look, 50) : resolve(true));
    look();
})"""
"""Waits until no cache is left."""
KEPT = """new Promise((resolve) => {
    const look = async () => ((await caches.match(location.href)) ? resolve(true) : setTimeout(look, 50));
    look();
})"""
"""Waits until the worker has kept the page."""
TAKEN = """new Promise((resolve) => {
    navigator.serviceWorker.addEventListener('controllerchange', () => resolve(true), { once: true });
    navigator.serviceWorker.getRegistration().then(({ waiting }) => waiting.postMessage({ type: 'SKIP_WAITING' }));
})"""
"""As if the button were pressed in another tab."""


@pytest.fixture
def builds(site: Site, tmp_path: Path) -> Builds:
    return Builds(site, tmp_path)


@pytest.fixture
def at_home(visitor: Visitor, builds: Builds, site: Site) -> Visitor:
    """Signed in, with a worker of the first build that has all it needs."""
    comes_home(visitor, site)
    ready(visitor)
    return visitor


def press(visitor: Visitor) -> None:
    visitor.run("(self.before = true)")
    visitor.click("Оновити")
    visitor.sees_no(NEW_VERSION)


def test_a_new_build_waits_for_the_person_who_is_typing(at_home: Visitor, builds: Builds, site: Site):
    new, first = NewReadingPage(at_home).open(), page_build(at_home)
    at_home.fill(DRUMS, "04152")
    at_home.sees("Спожито")
    second = builds.deploy()
    looks_for_a_new_build(at_home)
    at_home.sees(NEW_VERSION)
    assert (at_home.value(DRUMS), page_build(at_home), version(at_home)) == ("04152", first, first)
    press(at_home)
    at_home.sees("Спожито")
    assert at_home.run("self.before === undefined"), "the page was loaded anew"
    assert (at_home.value(DRUMS), page_build(at_home), version(at_home)) == ("04152", second, second)
    new.send("04152")
    at_home.sees("Прийнято №")
    assert site.do(accepted(4152)) == 1


def test_the_third_build_in_a_row_comes_by_the_same_button(at_home: Visitor, builds: Builds):
    """Workbox 2470: from the third on the button did nothing. Files of the last three builds stay."""
    NewReadingPage(at_home).open()
    names = [page_build(at_home)]
    for _ in range(2):
        names.append(builds.deploy())
        looks_for_a_new_build(at_home)
        at_home.sees(NEW_VERSION)
    press(at_home)
    assert (page_build(at_home), version(at_home)) == (names[2], names[2])
    assert kept(at_home) == sorted(f"{kind}-{name}" for kind in ("static", "shell") for name in names)
    names.append(builds.deploy())
    looks_for_a_new_build(at_home)
    at_home.sees(NEW_VERSION)
    press(at_home)
    assert (page_build(at_home), version(at_home)) == (names[3], names[3])
    assert kept(at_home) == sorted(f"{kind}-{name}" for kind in ("static", "shell") for name in names[1:])


def test_an_old_page_under_a_new_worker_finds_its_files_and_delivers(
    at_home: Visitor, builds: Builds, site: Site
):
    new, first = NewReadingPage(at_home).open(), page_build(at_home)
    second = builds.deploy()
    looks_for_a_new_build(at_home)
    at_home.sees(NEW_VERSION)
    assert at_home.run(TAKEN)
    assert (page_build(at_home), version(at_home)) == (first, second)
    site.stop()
    assert at_home.run(f"import('/static/{first}/js/outbox-list.js').then(() => true)")
    new.send("04152")
    at_home.sees(NOT_SENT)
    site.start()
    at_home.run("document.dispatchEvent(new Event('visibilitychange'))")
    assert delivered(at_home)
    assert site.do(accepted(4152)) == 1
    press(at_home)
    assert page_build(at_home) == second


def test_a_build_that_breaks_leaves_the_one_before_in_its_place(at_home: Visitor, builds: Builds, site: Site):
    NewReadingPage(at_home).open()
    first = page_build(at_home)
    broken = builds.deploy(sw="throw new Error('broken');")
    assert at_home.run(
        "navigator.serviceWorker.getRegistration().then(one => one.update()).then(() => 1, () => 2)"
    )
    at_home.goto("/readings")
    assert (page_build(at_home), version(at_home)) == (broken, first)
    at_home.sees_no(NEW_VERSION)
    site.stop()
    at_home.goto("/readings")
    at_home.sees("Показання")


def test_the_worker_can_be_taken_away_and_the_queue_stays(at_home: Visitor, builds: Builds, site: Site):
    new = NewReadingPage(at_home).open()
    site.stop()
    new.send("04152")
    at_home.sees(NOT_SENT)
    builds.switch_off()
    at_home.goto("/readings")
    assert delivered(at_home)
    assert at_home.run(EMPTY)
    assert (site.do(accepted(4152)), entries(at_home)) == (1, ["accepted"])
    for path, words in (("/cabinet", "Нарахування"), ("/readings", "Показання")):
        at_home.goto(path)
        at_home.sees(words)
    assert at_home.run("caches.keys()") == []
    builds.switch_off(False)
    looks_for_a_new_build(at_home)
    at_home.sees(NEW_VERSION)
    press(at_home)
    assert version(at_home) == page_build(at_home)
    assert len(kept(at_home)) == 2


def test_what_is_no_longer_understood_waits_for_a_newer_build(
    at_home: Visitor, builds: Builds, site: Site, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(api, "PROTOCOL", 0)
    NewReadingPage(at_home).open().send("04152")
    at_home.sees("надіслати не вдається")
    at_home.goto("/readings")
    at_home.sees("Оновіть сторінку")
    assert entries(at_home) == ["blocked"]
    monkeypatch.undo()
    at_home.reload()
    at_home.sees("надіслати не вдається")
    assert entries(at_home) == ["blocked"], "the same build would only be told the same"
    builds.deploy()
    looks_for_a_new_build(at_home)
    at_home.sees(NEW_VERSION)
    press(at_home)
    assert delivered(at_home)
    at_home.sees("Прийнято №")
    assert site.do(accepted(4152)) == 1


def test_what_was_written_down_after_the_sign_in_ended_goes_without_it(
    visitor: Visitor, site: Site, outside: Outside
):
    """Two windows later: no page of the person is shown any more, but the form and the queue are there."""
    SignInPage(visitor).sign_in()
    ready(visitor)
    NewReadingPage(visitor).open()
    visitor.goto("/cabinet")
    assert visitor.run(KEPT)
    site.stop()
    visitor.run("Outbox.remember({ contact: { at: Date.now() - 63 * 86400000, days: 62 } })")
    OfflinePage(visitor).open("/cabinet")
    visitor.sees_no("Нарахування")
    OfflinePage(visitor).open().write_down("04152")
    visitor.sees(NOT_SENT)
    outside.clock.moment += timedelta(days=63)  # type: ignore[attr-defined]
    site.start()
    assert delivered(visitor)
    visitor.goto("/cabinet")
    visitor.is_at("/sign-in")
    assert site.do(accepted(4152)) == 1
