"""How long an inspector looks at the screen until «saved on the phone» is drawn on it: Chromium, four times slower."""

import uuid

import httpx
from playwright.sync_api import sync_playwright

from bench.soak.inspector import come_in
from tests.e2e.engines import CHROMIUM, PHONE
from webapp.demo.cast import portals
from webapp.demo.staff import Colleague

DOORS = 40
SLOWER = 4
CODE = "2580"
SAVED = """async (doors) => {
    const quiet = (ms) => new Promise((done) => { setTimeout(done, ms); });
    const said = document.querySelector('[data-said]');
    const took = [];
    while (took.length < doors) {
        const input = document.getElementById('value');
        const last = document.querySelector('[data-fill=last]').textContent.replace(/\\D/g, '');
        input.value = String(Number(last) + 6).padStart(5, '0');
        input.dispatchEvent(new Event('input', { bubbles: true }));
        await quiet(500);
        said.textContent = '';
        const began = performance.now();
        const spoken = new Promise((done) => {
            new MutationObserver((_, it) => { if (said.textContent) { it.disconnect(); done(); } })
                .observe(said, { childList: true, subtree: true, characterData: true });
        }).then(() => new Promise((drawn) => {
            requestAnimationFrame(() => scheduler.postTask(drawn, { priority: 'user-blocking' }));
        }));
        document.querySelector('.dock .button-grow').click();
        await Promise.race([spoken, quiet(5000)]);
        took.push(performance.now() - began);
        for (let left = 100; left && document.getElementById('value') === input; left -= 1) await quiet(20);
    }
    return took;
}"""


def saved_ms(port: int) -> float:
    """The 95th percentile of forty doors, without a network."""
    address = f"http://localhost:{port}"
    with sync_playwright() as running:
        browser = running.chromium.launch(**CHROMIUM)
        context = browser.new_context(base_url=address, viewport=PHONE, service_workers="block")  # type: ignore[arg-type]
        context.add_cookies([{"name": "staff", "value": _token(port), "url": address}])
        page = context.new_page()
        page.goto("/field")
        page.fill("#code", CODE)
        page.fill("#again", CODE)
        page.locator("form .dock button").click()
        page.locator("[data-next] a").wait_for()
        page.route("**/api/**", lambda route: route.abort())
        page.locator("[data-next] a").click()
        page.locator(".keypad").wait_for()
        slow = context.new_cdp_session(page)
        slow.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        took = sorted(page.evaluate(SAVED, DOORS))
        browser.close()
    return float(took[int(len(took) * 0.95)])


def _token(port: int) -> str:
    headers = {"Host": f"localhost:{port}", "Sec-Fetch-Site": "same-origin", "X-Device": str(uuid.uuid4())}
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=30) as phone:
        come_in(phone, Colleague(portals()[0], "inspector"))
        return phone.cookies["staff"]
