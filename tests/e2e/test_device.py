"""The device by itself: one page, a server that is played, and the catalogue's cases one after another.

What needs a real server or a worker is a journey of its own; `docs/offline.md` says which.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.conftest import COMPILED, copied
from tests.e2e.engines import Browsers, Look
from tests.e2e.site import Site
from tests.e2e.waiting import holds
from tests.factories import people
from webapp.app import create_app
from webapp.cluster import Cluster
from webapp.settings import Settings

PID = "0199aaaa-0000-7000-8000-000000000001"
METER = {
    "owner_pid": PID, "id": "0199bbbb-0000-7000-8000-000000000001", "account": "0910204517",
    "address": "вул. Садова, 18",
    "serial": "0204517", "digits": 5, "max_hourly_litres": 6000, "last": {"value": 4127, "taken_on": "2026-10-01"},
    "daily_litres": [806] * 12, "closes_day": 5, "opens_day": 28, "place": 0,
}  # fmt: skip
HANDS = (Path(__file__).parent / "device.js").read_text()
"""window.lab: a played server, and what the cases need."""
CASES = (Path(__file__).parent / "device_cases.js").read_text()


@pytest.fixture(scope="module")
def house(
    postgres: Cluster, furnished: str, port: int, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """One site for all: it gives its pages and hears of nothing, the server is played on the device."""
    with copied(postgres, furnished) as url:
        outside = people.outside()
        data = tmp_path_factory.mktemp("house")
        settings = Settings(url, data=data, port=port, demo=True, secret="a key", compiled=COMPILED)
        site = Site(settings.port, lambda: create_app(settings, outside))
        site.start()
        try:
            yield site
        finally:
            site.stop()


@pytest.fixture
def device(house: Site, browsers: Browsers) -> Iterator[BrowserContext]:
    """As it comes out of the shop."""
    context = browsers.context("chromium", Look(), base_url=house.url())
    context.set_default_timeout(30_000)
    yield context
    context.close()


@pytest.fixture
def page(device: BrowserContext) -> Page:
    """The shell of a device whose person has one meter."""
    page = shell(device)
    empty(page)
    return reopened(page)


def shell(device: BrowserContext) -> Page:
    page = device.new_page()
    page.add_init_script(HANDS)
    page.goto("/offline")
    return page


def empty(page: Page) -> None:
    page.evaluate("([pid, meter]) => lab.empty(pid, meter)", [PID, METER])


def reopened(page: Page) -> Page:
    page.reload()
    holds(page, "Boolean(self.lab && self.Outbox?.drain)")
    page.evaluate("([pid, meter]) => Object.assign(lab, { pid, meter })", [PID, METER])
    return page


def test_the_device_keeps_to_the_catalogue(page: Page):
    """One page for all: between two cases the device is emptied."""
    page.evaluate(CASES)
    names = page.evaluate("Object.keys(cases)")
    assert len(names) >= 22
    wrong = {}
    for name in names:
        empty(page)
        said, expected = page.evaluate("(name) => lab.run(name)", name)
        if said != expected:
            wrong[name] = said
    assert wrong == {}


def test_the_list_tells_the_truth_in_words(page: Page):
    """Cases 49, 63 and 75, the canary and the ages of what waits: as they stand on the page."""
    page.evaluate("lab.many(2000, 'accepted', 1).then(() => lab.many(300, 'queued', 2))")
    page.evaluate("Outbox.put('meters', [{ ...lab.meter, address: '<img src=x onerror=alert(1)>' }])")
    reopened(page)
    page.get_by_text("300 показань чекають тут понад добу.").wait_for()
    holds(page, "document.querySelectorAll('[data-rows] > li').length >= 300")
    opened = page.evaluate(
        """async () => {
            const list = document.querySelector('outbox-list');
            const times = [];
            for (let n = 0; n < 3; n++) {
                list.rows = new Map();
                const began = performance.now();
                await list.show();
                times.push(performance.now() - began);
            }
            return Math.min(...times);
        }"""
    )
    assert opened < 5000, "on a machine that is busy with other things; a free one takes a tenth"
    assert page.get_by_text("<img src=x onerror=alert(1)>").first.is_visible()
    assert page.get_by_text("Браузер може стерти").is_visible()
    empty(page)
    page.evaluate("void (lab.server = () => { throw new TypeError('offline'); })")
    page.evaluate("lab.many(1, 'queued', 4)")
    reopened(page).get_by_text("1 показання чекає тут понад три доби.").wait_for()
    empty(page)
    page.evaluate("document.cookie = 'ob=another-device.12; Path=/'")
    reopened(page).get_by_text("Браузер стер із цього пристрою 12 ненадісланих показань").wait_for()
    page.evaluate("document.dispatchEvent(new CustomEvent('htmx:error'))")
    page.get_by_text("Немає зв’язку. Введене лишилося").wait_for()


def test_a_device_that_cannot_store_says_so_and_keeps_what_was_typed(page: Page):
    """Case 29, and 62: a browser that never answers about persistence."""
    page.evaluate("void (navigator.storage.persist = () => new Promise(() => {}))")
    page.evaluate(
        "void (IDBObjectStore.prototype.add = () => { throw new DOMException('full', 'QuotaExceededError'); })"
    )
    page.evaluate("void (lab.server = () => { throw new TypeError('offline'); })")
    form = page.locator("form[data-outbox]")
    form.locator("[name=value]").fill("04152")
    form.get_by_text("Спожито").wait_for()
    form.get_by_role("button", name="Передати").click()
    form.get_by_text("Показання не збережено").wait_for()
    assert form.locator("[name=value]").input_value() == "04152"


HELD_BACK = """() => {
    const { set } = Object.getOwnPropertyDescriptor(IDBTransaction.prototype, 'oncomplete');
    const typed = (names) => names.contains('outbox') && names.contains('drafts');
    Object.defineProperty(IDBTransaction.prototype, 'oncomplete', { set(done) {
        set.call(this, (event) => {
            if (typed(this.objectStoreNames)) self.onTheDisk = () => done(event); else done(event);
        });
    } });
    self.told = [];
    addEventListener('outbox', () => told.push(document.querySelector('outbox-outcome h2')?.textContent));
}"""
"""The disk's word about what was typed is held back; and what the screen said each time the others were told."""


def test_saved_is_said_when_the_disk_has_it_and_before_the_others_are_told(page: Page):
    page.evaluate("void (lab.server = () => { throw new TypeError('offline'); })")
    page.evaluate(HELD_BACK)
    form = page.locator("form[data-outbox]")
    form.locator("[name=value]").fill("04152")
    form.get_by_text("Спожито").wait_for()
    form.get_by_role("button", name="Передати").click()
    holds(page, "Boolean(self.onTheDisk)")
    assert page.locator("outbox-outcome").count() == 0
    assert page.evaluate("told") == []
    page.evaluate("onTheDisk()")
    page.get_by_role("heading", name="На пристрої, не надіслано").wait_for()
    holds(page, "told.length > 0")
    assert page.evaluate("told[0]") == "На пристрої, не надіслано"


def test_a_tab_that_dies_in_the_middle_leaves_the_queue_to_another(page: Page, device: BrowserContext):
    """Case 50; and 43: another tab signs out while this one sends."""
    beside = shell(device)
    beside.evaluate("void (lab.server = () => new Promise(() => {}))")
    beside.evaluate("([pid, meter]) => { lab.pid = pid; lab.meter = meter; }", [PID, METER])
    beside.evaluate("lab.typed(1).then(() => { Outbox.drain({ force: true }); })")
    holds(page, "navigator.locks.query().then(({ held }) => held.length === 1)")
    assert page.evaluate("Outbox.drain({ force: true })") == "busy"
    beside.close()
    holds(page, "navigator.locks.query().then(({ held }) => held.length === 0)")
    page.evaluate("void (lab.server = lab.accepted)")
    page.evaluate("Outbox.drain({ force: true })")
    assert page.evaluate("lab.states()") == ["accepted"]
    page.evaluate("void (lab.server = () => new Promise(() => {}))")
    page.evaluate("lab.typed(2).then(() => { Outbox.drain({ force: true }); })")
    holds(page, "navigator.locks.query().then(({ held }) => held.length === 1)")
    another = shell(device)
    another.evaluate("Outbox.channel.postMessage({ type: 'signed-out' })")
    page.wait_for_url(lambda url: "/offline" not in url)
    assert len(another.evaluate(f"Outbox.list('{PID}').then((all) => all.map((one) => one.state))")) == 3


SIGN_OUT = """() => {
    const form = document.createElement('form');
    form.submit = () => {};
    return lab.module('sign-out').then(({ start }) => { start(form); });
}"""


@pytest.mark.parametrize(
    ("button", "left"),
    [("Вийти й залишити 3 показання під замком", 3), ("Видалити й вийти", 0)],
    ids=["keep", "delete"],
)
def test_signing_out_asks_what_becomes_of_the_unsent(page: Page, button: str, left: int):
    """Case 41: deleting is typed, not clicked."""
    page.evaluate("lab.typed(3)")
    page.evaluate(SIGN_OUT)
    dialog = page.locator("dialog[open]")
    if left == 0:
        dialog.get_by_text("Видалити показання").click()
        assert dialog.get_by_role("button", name=button).is_disabled()
        dialog.locator("[data-confirms]").fill("3")
    dialog.get_by_role("button", name=button).click()
    page.wait_for_url(lambda url: "/offline" not in url)
    page.goto("/offline")
    assert len(page.evaluate(f"Outbox.list('{PID}')")) == left


HELD = """(pid) => new Promise((resolve, reject) => {
    const old = indexedDB.open('gas', 1);
    old.onupgradeneeded = () => {
        const db = old.result;
        const outbox = db.createObjectStore('outbox', { keyPath: 'submission_id' });
        outbox.createIndex('by_state', ['owner_pid', 'state', 'seq']);
        outbox.createIndex('by_meter', ['owner_pid', 'meter_id', 'seq']);
        db.createObjectStore('drafts', { keyPath: ['owner_pid', 'form_key'] });
        db.createObjectStore('meters', { keyPath: ['owner_pid', 'id'] });
        db.createObjectStore('meta', { keyPath: 'k' });
        db.createObjectStore('log', { autoIncrement: true });
    };
    old.onerror = () => reject(old.error);
    old.onsuccess = async () => {
        self.held = old.result;
        const entries = [];
        for (let n = 1; n <= 20; n++) {
            const entry = {
                submission_id: crypto.randomUUID(), v: 1, owner_pid: pid, kind: 'meter_reading',
                meter_id: crypto.randomUUID(),
                value: '04152', corrects: null, reading_date: '2026-11-03', taken_at: '2026-11-03T18:00:00.000Z',
                tz: 'Europe/Kyiv', confirmed: false, clock: { wall_ms: 1, mono_ms: 1 }, device_id: 'd', seq: n,
                state: 'queued', attempts: 0, next_try_at: 0, app_build: 'the first',
            };
            const said = ['submission_id', 'meter_id', 'value', 'reading_date', 'taken_at'].map((name) => entry[name]);
            const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(said.join('\\n')));
            entry.digest = Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
            entries.push(entry);
        }
        const tx = self.held.transaction(['outbox', 'meta'], 'readwrite');
        entries.forEach((entry) => tx.objectStore('outbox').add(entry));
        tx.objectStore('meta').put({ k: 'current_pid', v: pid });
        tx.oncomplete = () => resolve(entries.length);
    };
})"""
"""A database as the first version made it, with twenty readings in it, held by a page that does not let go."""
NEWER = """new Promise((resolve) => {
    const one = indexedDB.open('gas', 3);
    one.onsuccess = () => resolve(one.result.close());
})"""
WHOLE = f"""Outbox.list('{PID}').then((all) => Promise.all(
    all.map(async (entry) => Outbox.UNSENT.includes(entry.state) && await Outbox.digest(entry) === entry.digest)))"""


def test_a_queue_of_the_first_version_moves_into_the_next(device: BrowserContext):
    """Cases 54 and 55: what another tab still holds is waited for and told; nothing of it changes."""
    old = device.new_page()
    old.goto("/manifest.json")
    assert old.evaluate(HELD, PID) == 20
    new = shell(device)
    new.get_by_text("Кабінет відкрито у двох версіях").wait_for()
    old.evaluate("self.held.close()")
    reopened(new)
    assert new.evaluate(WHOLE) == [True] * 20
    assert new.evaluate(
        "Outbox.open().then((db) => [db.version, db.objectStoreNames.contains('photos')])"
    ) == [2, True]
    old.evaluate(NEWER)
    assert new.evaluate(WHOLE) == [True] * 20, "a page goes on with a queue that is newer than itself"
