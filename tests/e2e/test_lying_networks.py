"""Networks that lie, people who share a visitor, fingers that press twice: the queue keeps to the truth."""

import json

import pytest

from tests.e2e.at_home import comes_home
from tests.e2e.pages.entry import SignInPage
from tests.e2e.pages.outbox import NO_CONNECTION, NOT_SENT, delivered, entries, ready
from tests.e2e.pages.readings import DRUMS, NewReadingPage
from tests.e2e.person import PlaywrightVisitor, Visitor
from tests.e2e.proxy import FaultProxy, Mode
from tests.e2e.site import Site
from tests.e2e.test_offline import accepted
from webapp.database.engine import DB

LIES: list[Mode] = ["cut_after_request", "302_login", "200_html", "502_html"]
"""What a plain client meets as well is proved without a browser, in the soak."""
TRY_AGAIN = """(async () => {
    for (;;) {
        const end = await Outbox.drain({ force: true });
        if (end !== 'busy') return end;
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
})()"""
"""Returns when the device has heard, or has given up on, the server."""
GIVEN_UP = """(async () => {
    const tried = await navigator.serviceWorker.register('/sw.js', { updateViaCache: 'none' }).catch(() => null);
    while (tried?.installing) await new Promise((resolve) => setTimeout(resolve, 50));
    return !tried?.active && (await caches.keys()).join();
})()"""
"""Returns what is kept when a first worker has found that it cannot live."""


ENDLESS = """(Outbox.run('meta', 'readwrite', async (tx) => {
    const first = !self.tried;
    self.tried = true;
    while (first) await Outbox.result(tx.objectStore('meta').get('nothing'));
}).catch(() => {}), true)"""
"""A deed that never ends; tried again it does."""
HELD = """Outbox.open().then((db) => {
    const store = db.transaction('meta', 'readwrite').objectStore('meta');
    const on = () => { store.get('nothing').onsuccess = on; };
    on();
})"""
"""A deed in the device's store that never ends: nobody else gets to what it holds."""


def test_only_the_servers_own_word_counts_as_delivered(visitor: Visitor, site: Site, proxy: FaultProxy):
    comes_home(visitor, site)
    ready(visitor)
    new = NewReadingPage(visitor).open()
    proxy.fault(LIES[0], only="/api/")
    new.send("04152")
    visitor.sees(NOT_SENT)
    for lie in LIES:
        proxy.fault(lie, only="/api/")
        tries = len(proxy.requests("/api/v1/readings"))
        visitor.run(TRY_AGAIN)
        assert len(proxy.requests("/api/v1/readings")) > tries, lie
        assert entries(visitor) != ["accepted"], lie
    proxy.clear()
    visitor.goto("/readings")
    assert delivered(visitor)
    assert site.do(accepted(4152)) == 1


def test_what_a_network_says_instead_of_the_page_is_kept_nowhere(
    visitor: Visitor, site: Site, proxy: FaultProxy
):
    comes_home(visitor, site)
    ready(visitor)
    visitor.goto("/readings")
    proxy.fault("200_html")
    visitor.goto("/readings")
    visitor.sees("Please accept the rules")
    visitor.goto("/bills")
    visitor.sees("Please accept the rules")
    proxy.fault("refuse")
    visitor.goto("/readings")
    visitor.sees("копія сторінки")
    visitor.sees_no("Please accept the rules")
    visitor.goto("/bills")
    visitor.sees(NO_CONNECTION)
    proxy.clear()


def test_a_network_lost_while_the_worker_comes_leaves_nothing_half_kept(
    visitor: Visitor, site: Site, proxy: FaultProxy
):
    proxy.fault("cut_mid_response", only="/check")
    comes_home(visitor, site)
    assert visitor.run(GIVEN_UP) == ""
    assert proxy.requests("/check"), "it was cut in the middle of what it keeps"
    proxy.fault("refuse")
    proxy.clear()
    visitor.goto("/cabinet")
    ready(visitor)
    proxy.fault("refuse")
    NewReadingPage(visitor).open().send("04152")
    visitor.sees(NOT_SENT)
    proxy.clear()


def test_two_presses_are_one_reading(visitor: Visitor, site: Site):
    assert isinstance(visitor, PlaywrightVisitor)
    comes_home(visitor, site)
    NewReadingPage(visitor).open()
    visitor.fill(DRUMS, "04152")
    visitor.page.get_by_role("button", name="Передати").dblclick()
    assert delivered(visitor)
    assert entries(visitor) == ["accepted"] and site.do(accepted(4152)) == 1


def test_an_ended_sign_in_keeps_the_reading_until_she_signs_in_again(visitor: Visitor, site: Site):
    SignInPage(visitor).sign_in()
    ready(visitor)
    new = NewReadingPage(visitor).open()
    site.do(DB.do("UPDATE sign_ins SET revoked_at = now()"))
    new.send("04152")
    visitor.sees("Увійдіть, і надішлемо")
    assert site.do(accepted(4152)) == 0
    SignInPage(visitor).sign_in()
    assert delivered(visitor)
    assert site.do(accepted(4152)) == 1


def test_another_person_on_the_device_sends_and_sees_nothing_of_hers(visitor: Visitor, site: Site):
    comes_home(visitor, site)
    ready(visitor)
    new = NewReadingPage(visitor).open()
    # Before the server is back: her page may be quick.
    site.do(DB.do("UPDATE sign_ins SET revoked_at = now()"))
    site.stop()
    new.send("04152")
    visitor.sees(NOT_SENT)
    hers = visitor.run("Outbox.meta('current_pid')")
    site.start()
    SignInPage(visitor).sign_in("ivan.melnyk@example.com")
    visitor.goto("/readings")
    visitor.sees("Показання")
    assert "04 152" not in visitor.words().replace("\u00a0", " ")
    assert visitor.run(f"Outbox.list('{hers}').then(all => all.length)") == 1
    assert not visitor.run(f"caches.has('personal-{hers}-v1')")
    assert site.do(accepted(4152)) == 0


def test_three_hundred_readings_go_in_few_requests(visitor: Visitor, site: Site, proxy: FaultProxy):
    """Each in a batch of fifty at most; those whose meter is not hers are kept for their owner."""
    comes_home(visitor, site)
    NewReadingPage(visitor).open()
    proxy.seen.clear()
    sent = visitor.run(
        """(async () => {
            const pid = await Outbox.meta('current_pid');
            await Outbox.remember({ hold: { until: Date.now() + 600000, told: true } });
            for (let n = 0; n < 300; n++) {
                await Outbox.enqueue(pid, { meter_id: crypto.randomUUID(), value: '00001' });
            }
            await Outbox.remember({ hold: null });
            dispatchEvent(new Event('focus'));
            return (await Outbox.list(pid)).length;
        })()"""
    )
    assert sent == 300
    visitor.goto("/readings")
    visitor.run(
        """new Promise((resolve, reject) => {
            const look = async () => {
                const all = await Outbox.list(await Outbox.meta('current_pid'));
                if (all.every((one) => one.attempts > 0)) resolve(true);
            };
            addEventListener('outbox', look);
            look();
            setTimeout(() => reject(new Error('not all were tried')), 30000);
        })"""
    )
    assert carrying_new(proxy) <= 8


def carrying_new(proxy: FaultProxy) -> int:
    """Requests with a reading that none before had; a page that is opened asks anew for what is kept for its owner."""
    seen: set[str] = set()
    count = 0
    for request in proxy.requests("/api/v1/readings"):
        carried = {one["submission_id"] for one in json.loads(request.body).get("readings", [])}
        count += bool(carried - seen)
        seen |= carried
    return count


@pytest.mark.every_engine
def test_a_page_left_in_the_middle_of_a_deed_holds_nobody_up(visitor: Visitor, site: Site):
    comes_home(visitor, site)
    ready(visitor)
    assert visitor.run(ENDLESS)
    visitor.goto("/readings")
    assert visitor.run("Outbox.meta('current_pid')")
    visitor.back()
    assert visitor.run("Outbox.meta('current_pid')")


def test_a_store_that_never_answers_holds_no_page_back(visitor: PlaywrightVisitor, site: Site):
    """Browsers give a worker up that waits, WebKit for good."""
    comes_home(visitor, site)
    ready(visitor)
    visitor.run(HELD)
    site.stop()
    beside = visitor.context.new_page()
    beside.goto(site.url() + "/readings/new")
    beside.get_by_text(NO_CONNECTION).first.wait_for()
