"""In a cellar, on a train, with the server down: a reading is never lost and never doubled."""

import json
from pathlib import Path

import pytest

from tests.e2e.at_home import comes_home
from tests.e2e.pages.outbox import NO_CONNECTION, NOT_SENT, OfflinePage, delivered, entries, ready
from tests.e2e.pages.readings import NewReadingPage
from tests.e2e.person import PlaywrightVisitor, Visitor
from tests.e2e.site import Site
from webapp.database.engine import DB


async def accepted(value: int) -> int:
    sql = "SELECT count(*) FROM readings WHERE value = $1 AND state = 'accepted' AND device_id IS NOT NULL"
    return int(await DB.speaker.fetchval(sql, value))


@pytest.mark.every_engine
def test_written_down_without_a_server_over_two_restarts_and_accepted_once(device: Visitor, site: Site):
    """Visit, stop the server, close the browser, open it again, type the address, write, close, and so on."""
    comes_home(device, site)
    ready(device)
    device.goto("/readings/new")
    device.sees("Показання за жовтень")
    site.stop()
    device.restart()
    OfflinePage(device).open("/readings/new").write_down("04152")
    device.sees(NOT_SENT)
    device.restart()
    site.start()
    device.goto("/readings")
    assert delivered(device)
    device.sees("Прийнято №")
    assert site.do(accepted(4152)) == 1
    assert entries(device) == ["accepted"]


def test_the_cabinet_opens_without_a_server_and_says_how_old_it_is(visitor: Visitor, site: Site):
    comes_home(visitor, site)
    ready(visitor)
    visitor.goto("/cabinet")
    visitor.sees("Нарахування і платежі")
    site.stop()
    visitor.goto("/cabinet")
    visitor.sees("Нарахування і платежі")
    visitor.sees("Станом на")
    visitor.goto("/bills/x")
    visitor.sees(NO_CONNECTION)
    visitor.sees("104")


PIECE = """fetch('/statistics', { headers: { 'HX-Request': 'true', 'HX-Request-Type': 'partial' } })
    .then((answer) => answer.text()).then((text) => !text.includes('<html'))"""
EMPTY = (
    "caches.keys().then((names) => Promise.all(names.map((name) => caches.delete(name)))).then(() => true)"
)
REFILLED = """new Promise((resolve) => {
    const look = async () => (await caches.match('/offline') ? resolve(true) : setTimeout(look, 100));
    look();
})"""


def test_the_way_back_and_emptied_caches_without_a_server(visitor: Visitor, site: Site):
    """Cases 26, 27 and 61: whole pages, never pieces; without any cache a word of the worker's own, then all again."""
    comes_home(visitor, site)
    ready(visitor)
    for path in ("/cabinet", "/statistics", "/readings"):
        visitor.goto(path)
        visitor.run("navigator.serviceWorker.ready.then(() => true)")
    assert visitor.run(PIECE)
    site.stop()
    for path, words in (
        ("/cabinet", "Нарахування і платежі"),
        ("/statistics", "Статистика"),
        ("/readings", "Показання"),
    ):
        visitor.goto(path)
        visitor.sees(words)
    visitor.back()
    visitor.is_at("/statistics")
    visitor.sees("Головна")
    visitor.back()
    visitor.is_at("/cabinet")
    visitor.sees("Нарахування і платежі")
    visitor.run(
        "Outbox.meta('current_pid').then((pid) => Outbox.enqueue(pid, { meter_id: 'm', value: '1' })).then(() => 1)"
    )
    assert visitor.run(EMPTY)
    visitor.goto("/cabinet")
    visitor.sees("На цьому пристрої чекає показань: 1")
    site.start()
    visitor.goto("/cabinet")
    assert visitor.run(REFILLED)


def test_what_waits_goes_by_itself_when_the_server_is_back(visitor: Visitor, site: Site):
    comes_home(visitor, site)
    ready(visitor)
    new = NewReadingPage(visitor).open()
    site.stop()
    new.send("04152")
    visitor.sees(NOT_SENT)
    site.start()
    visitor.run("document.dispatchEvent(new Event('visibilitychange'))")
    assert delivered(visitor)
    visitor.sees("Прийнято №")
    assert site.do(accepted(4152)) == 1


def test_a_server_that_is_away_is_no_error_page_although_the_browser_thinks_it_is_online(
    visitor: Visitor, site: Site
):
    comes_home(visitor, site)
    ready(visitor)
    new = NewReadingPage(visitor).open()
    site.stop()
    assert visitor.run("navigator.onLine") is True
    new.send("04152")
    visitor.sees(NOT_SENT)
    assert entries(visitor) in (["queued"], ["sending"])


def test_a_doubt_is_asked_without_a_network_too(visitor: Visitor, site: Site):
    comes_home(visitor, site)
    ready(visitor)
    visitor.goto("/readings/new")
    visitor.sees("Показання за жовтень")
    site.stop()
    OfflinePage(visitor).open().write_down("04512")
    visitor.sees("Схоже, переставлено цифри")
    visitor.click("Так,")
    visitor.sees(NOT_SENT)
    site.start()
    visitor.goto("/readings")
    assert delivered(visitor)
    visitor.sees("Прийнято №")
    assert site.do(accepted(4152)) == 1 and site.do(accepted(4512)) == 0


def test_signing_out_wipes_the_pages_and_keeps_the_unsent(visitor: Visitor, site: Site):
    comes_home(visitor, site)
    ready(visitor)
    visitor.goto("/cabinet")
    new = NewReadingPage(visitor).open()
    site.stop()
    new.send("04152")
    visitor.sees(NOT_SENT)
    assert visitor.run("caches.keys().then(keys => keys.some(key => key.startsWith('personal-')))")
    kept = visitor.run("Outbox.meta('current_pid')")
    visitor.run(f"Outbox.wipe('{kept}')")
    assert not visitor.run("caches.keys().then(keys => keys.some(key => key.startsWith('personal-')))")
    assert len(visitor.run(f"Outbox.list('{kept}')")) == 1


def test_the_judge_on_the_device_says_what_the_rules_say(page, site: Site):
    """The same table of cases runs here and in the unit tests of the rules."""
    cases = json.loads((Path(__file__).parents[1] / "cases" / "readings.json").read_text())
    page.goto("/sign-in")
    wrong = page.evaluate(
        """async (cases) => {
            const address = document.querySelector('script[src*="/js/main.js"]').src.replace('main.js', 'judge.js');
            const { parse, judge } = await import(address);
            return cases.map((one) => {
                const value = parse(one.text, one.digits);
                const known = typeof value === "number";
                const verdict = known ? judge(value, one.taken_on, one.last, one) : { mistake: value };
                return [one.name, JSON.stringify(one.verdict), JSON.stringify(verdict)];
            });
        }""",
        cases,
    )
    assert len(wrong) >= 30
    for name, expected, said in wrong:
        want, got = json.loads(expected), json.loads(said)
        assert {key: got.get(key) for key in want} == want, name


@pytest.mark.parametrize("engine", ["chromium"], indirect=True)
def test_chromium_finds_nothing_against_installing_the_cabinet(device: Visitor, site: Site):
    """Only Chromium says what is missing: name, icons, start, worker, a secure origin."""
    assert isinstance(device, PlaywrightVisitor)
    comes_home(device, site)
    ready(device)
    session = device.context.new_cdp_session(device.page)
    assert session.send("Page.getInstallabilityErrors")["installabilityErrors"] == []
    assert session.send("Page.getAppManifest")["errors"] == []
