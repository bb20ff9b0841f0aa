"""In a cellar, on a train, with the server down: a reading is never lost and never doubled."""

import json
from pathlib import Path

import pytest

from tests.e2e.pages.entry import SignInPage
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
    SignInPage(device).sign_in()
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


def test_the_cabinet_opens_without_a_server_and_says_how_old_it_is(device: Visitor, site: Site):
    SignInPage(device).sign_in()
    ready(device)
    device.goto("/cabinet")
    device.sees("Нарахування і платежі")
    site.stop()
    device.goto("/cabinet")
    device.sees("Нарахування і платежі")
    device.sees("Станом на")
    device.goto("/bills/x")
    device.sees(NO_CONNECTION)
    device.sees("104")


def test_what_waits_goes_by_itself_when_the_server_is_back(device: Visitor, site: Site):
    SignInPage(device).sign_in()
    ready(device)
    new = NewReadingPage(device).open()
    site.stop()
    new.send("04152")
    device.sees(NOT_SENT)
    site.start()
    device.run("document.dispatchEvent(new Event('visibilitychange'))")
    assert delivered(device)
    device.sees("Прийнято №")
    assert site.do(accepted(4152)) == 1


def test_a_server_that_is_away_is_no_error_page_although_the_browser_thinks_it_is_online(
    device: Visitor, site: Site
):
    SignInPage(device).sign_in()
    ready(device)
    new = NewReadingPage(device).open()
    site.stop()
    assert device.run("navigator.onLine") is True
    new.send("04152")
    device.sees(NOT_SENT)
    assert entries(device) in (["queued"], ["sending"])


def test_a_doubt_is_asked_without_a_network_too(device: Visitor, site: Site):
    SignInPage(device).sign_in()
    ready(device)
    device.goto("/readings/new")
    device.sees("Показання за жовтень")
    site.stop()
    OfflinePage(device).open().write_down("04512")
    device.sees("Схоже, переставлено цифри")
    device.click("Так,")
    device.sees(NOT_SENT)
    site.start()
    device.goto("/readings")
    assert delivered(device)
    device.sees("Прийнято №")
    assert site.do(accepted(4152)) == 1 and site.do(accepted(4512)) == 0


def test_signing_out_wipes_the_pages_and_keeps_the_unsent(device: Visitor, site: Site):
    SignInPage(device).sign_in()
    ready(device)
    device.goto("/cabinet")
    new = NewReadingPage(device).open()
    site.stop()
    new.send("04152")
    device.sees(NOT_SENT)
    assert device.run("caches.keys().then(keys => keys.some(key => key.startsWith('personal-')))")
    kept = device.run("Outbox.meta('current_pid')")
    device.run(f"Outbox.wipe('{kept}')")
    assert not device.run("caches.keys().then(keys => keys.some(key => key.startsWith('personal-')))")
    assert len(device.run(f"Outbox.list('{kept}')")) == 1


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
def test_chromium_finds_nothing_against_installing_the_cabinet(device: Visitor):
    """Only Chromium says what is missing: name, icons, start, worker, a secure origin."""
    assert isinstance(device, PlaywrightVisitor)
    SignInPage(device).sign_in()
    ready(device)
    session = device.context.new_cdp_session(device.page)
    assert session.send("Page.getInstallabilityErrors")["installabilityErrors"] == []
    assert session.send("Page.getAppManifest")["errors"] == []
