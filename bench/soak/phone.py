"""A browser that comes back into the network with a full outbox: the page's own scripts deliver it."""

from dataclasses import dataclass

from playwright.sync_api import Page, sync_playwright

from bench.soak.town import Resident
from tests.e2e.engines import CHROMIUM
from tests.e2e.proxy import FaultProxy
from tests.e2e.waiting import holds

SLOW_4G = 750_000 // 8
"""Bytes a second upwards, as Lighthouse throttles a phone; here both ways."""
PAGE = "/help"
TYPE = """async ([owner, meters]) => {
    for (const meter_id of meters) await Outbox.enqueue(owner, { meter_id, value: '04152', confirmed: true })
    await Outbox.drain({ force: true })
    return (await Outbox.counts(owner)).unsent
}"""
COME_BACK = """async (owner) => {
    let longest = 0
    new PerformanceObserver((seen) => {
        for (const { duration } of seen.getEntries()) longest = Math.max(longest, duration)
    }).observe({ entryTypes: ['longtask'] })
    const began = performance.now()
    dispatchEvent(new Event('focus'))
    while ((await Outbox.counts(owner)).unsent && performance.now() - began < 60000) {
        await new Promise((again) => setTimeout(again, 20))
    }
    const took = (performance.now() - began) / 1000
    await new Promise((rest) => setTimeout(rest, 200))
    return [took, longest]
}"""
STATES = "async (owner) => (await Outbox.list(owner)).map((entry) => entry.state)"


@dataclass(frozen=True)
class Drained:
    accepted: int
    requests: int
    seconds: float
    longest_ms: float
    """The longest the page did not answer a finger; 0 where nothing took 50 ms."""


def drain(proxy: FaultProxy, resident: Resident, rate: int = 0) -> Drained:
    """A reading for each meter of `resident`, typed while the server is away; then the person looks again.

    `rate` is that of the network in bytes a second, 0 as fast as it goes.
    """
    owner = str(resident.partition)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**CHROMIUM)
        try:
            context = browser.new_context(base_url=proxy.address)
            context.add_cookies([{"name": "sid", "value": resident.token, "url": proxy.address}])
            page = context.new_page()
            _settle(page, owner)
            proxy.fault("refuse")
            waiting = page.evaluate(TYPE, [owner, [str(meter) for meter in resident.meters]])
            assert waiting == len(resident.meters), f"{waiting} wait in the outbox"
            if rate:
                proxy.fault("rate", only="/api/", rate=rate)
            else:
                proxy.clear()
            before = len(proxy.requests("/api/v1/readings"))
            seconds, longest = page.evaluate(COME_BACK, owner)
            requests = len(proxy.requests("/api/v1/readings")) - before
            return Drained(page.evaluate(STATES, owner).count("accepted"), requests, seconds, longest)
        finally:
            browser.close()
            proxy.clear()


def _settle(page: Page, owner: str) -> None:
    """The device knows whose it is, and its worker has all that it keeps."""
    page.goto(PAGE)
    holds(page, f"await Outbox.meta('current_pid') === '{owner}'")
    page.evaluate("async () => { await navigator.serviceWorker.ready }")
    page.wait_for_load_state("networkidle")
