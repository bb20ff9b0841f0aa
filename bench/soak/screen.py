"""What a consumer waits for on a processor four times slower: saved, a page without network, a server that hangs.

No locators where time is taken: they put listeners of their own into the page, and the slow processor pays for them.
"""

import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, sync_playwright

from bench.soak.town import Resident
from tests.e2e.engines import CHROMIUM, PHONE
from tests.e2e.proxy import FaultProxy

SLOWER = 4
TIMES = 40
REST = 500
"""Milliseconds between two taps: people look at what came."""
VISITED = ("/cabinet", "/readings")
FORM = "/readings/new"
KEPT = """async (paths) => {
    await navigator.serviceWorker.ready;
    for (const path of paths) {
        while (!await caches.match(new URL(path, location))) await new Promise((again) => setTimeout(again, 50));
    }
}"""
SAVED = """async () => {
    // From the press to the words, and to the frame that has drawn them.
    while (!document.querySelector('form[data-outbox]')) await new Promise(requestAnimationFrame);
    const form = document.querySelector('form[data-outbox]');
    const soon = (found) => new Promise((resolve) => {
        const look = () => (found() ? resolve(performance.now()) : requestAnimationFrame(look));
        look();
    });
    form.elements.value.value = '04152';
    form.elements.value.dispatchEvent(new Event('input', { bubbles: true }));
    await soon(() => /04.152/.test(form.querySelector('[data-send]').textContent));
    await new Promise((rest) => setTimeout(rest, 500));
    const began = performance.now();
    const told = new Promise((resolve) => {
        new MutationObserver((_, it) => {
            if (!document.querySelector('outbox-outcome')?.textContent.trim()) return;
            it.disconnect();
            const said = performance.now() - began;
            const drawn = () => resolve([said, performance.now() - began]);
            requestAnimationFrame(() => scheduler.postTask(drawn, { priority: 'user-blocking' }));
        }).observe(document.body, { childList: true, subtree: true, characterData: true });
    });
    form.querySelector('[data-send]').click();
    const took = await told;
    const owner = await Outbox.meta('current_pid');
    const kept = (await Outbox.list(owner)).map((one) => one.submission_id);
    if (kept.length !== 1) throw new Error(`${kept.length} readings on the device`);
    await Outbox.remove(kept, 'measured');
    return took;
}"""
MOVES = """async () => {
    const fetched = () => performance.getEntriesByType('resource').some(({ name }) => name.endsWith('/js/moving.js'));
    while (!fetched()) await new Promise((again) => setTimeout(again, 50));
}"""
MOVED = """() => {
    // From the tap on the bar until the frame that has drawn the other page, in the same document.
    self.moved = new Promise((resolve) => addEventListener('click', ({ timeStamp: began }) => {
        const drawn = () => resolve(performance.now() - began);
        new MutationObserver((_, it) => {
            it.disconnect();
            requestAnimationFrame(() => scheduler.postTask(drawn, { priority: 'user-blocking' }));
        }).observe(document.body, { childList: true });
    }, { capture: true, once: true }));
}"""
PLACE = """(path) => {
    const link = document.querySelector(`.bottom-bar a[href="${path}"]`).getBoundingClientRect();
    return [link.x + link.width / 2, link.y + link.height / 2];
}"""
PAINTED = """() => new Promise((resolve) => {
    const look = () => {
        const [paint] = performance.getEntriesByName('first-contentful-paint');
        if (paint) resolve(paint.startTime); else setTimeout(look, 5);
    };
    look();
})"""


def figures(proxy: FaultProxy, resident: Resident) -> Iterator[tuple[str, float]]:
    """Milliseconds at the 95th percentile, and for the server that hangs seconds at the worst."""
    with _page(proxy, resident) as page:
        proxy.fault("refuse")
        saved, started, shown = [], [], []
        for n in range(TIMES):
            page.goto(FORM)
            saved.append(page.evaluate(SAVED))
            page.goto(VISITED[n % 2])
            started.append(page.evaluate(PAINTED))
        page.evaluate(MOVES)
        for n in range(TIMES):
            shown.append(_tapped(page, VISITED[n % 2]))
        yield "said_ms", _most([said for said, _ in saved])
        yield "saved_ms", _most([drawn for _, drawn in saved])
        yield "offline_start_ms", _most(started)
        yield "offline_page_ms", _most(shown)
        proxy.fault("hang")
        waited = []
        for path in VISITED * 2:
            began = time.perf_counter()
            page.goto(path, wait_until="commit")
            waited.append(time.perf_counter() - began)
        yield "hanging_seconds", round(max(waited), 2)
        proxy.clear()


def _tapped(page: Page, path: str) -> float:
    """Milliseconds from the tap on the link of the bar; a new document would leave no answer."""
    page.wait_for_timeout(REST)
    page.evaluate(MOVED)
    page.mouse.click(*page.evaluate(PLACE, path))
    return float(page.evaluate("self.moved"))


@contextmanager
def _page(proxy: FaultProxy, resident: Resident) -> Iterator[Page]:
    """Its worker has kept what was visited."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**CHROMIUM)
        try:
            context = browser.new_context(base_url=proxy.address, viewport=PHONE)  # type: ignore[arg-type]
            context.add_cookies([{"name": "sid", "value": resident.token, "url": proxy.address}])
            page = context.new_page()
            for _ in range(2):
                for path in (*VISITED, FORM):
                    page.goto(path)
                    page.wait_for_load_state("networkidle")
            page.evaluate(KEPT, list(VISITED))
            slow = context.new_cdp_session(page)
            slow.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
            yield page
        finally:
            browser.close()


def _most(times: list[float]) -> float:
    return round(statistics.quantiles(times, n=20)[-1], 1)
