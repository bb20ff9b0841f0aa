"""The tools of the journeys themselves: what a fixture promises, its engine does."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from litestar import Litestar, MediaType, Response, get, post
from litestar.params import FromPath
from playwright.sync_api import Page

from tests.e2e.conftest import OpenPage
from tests.e2e.engines import DESKTOP, Look
from tests.e2e.person import Visitor
from tests.e2e.site import PORTALS, Site, free_port

PAGE = """<!doctype html><html lang="uk"><meta charset="utf-8"><title>Проба</title><body>
<h1>Показання</h1><form method="post" action="/sent">
<label for="value">Що на лічильнику, м³</label><input id="value" name="value">
<label><input type="checkbox" name="sure"> Усе правильно</label>
<label for="month">Місяць</label><select id="month" name="month"><option>жовтень<option>листопад</select>
<button>Передати показання</button></form>
<p hidden>приховане</p><p id="late"></p><a href="/other">Інша сторінка</a><script src="/page.js"></script>
"""
SCRIPT = """
setTimeout(() => { document.getElementById('late').textContent = 'Прийшло\\u00a0пізніше' }, 300)
navigator.serviceWorker.register('/sw.js')
"""
WORKER = """
self.addEventListener('install', event => event.waitUntil(caches.open('c').then(c => c.put('/kept',
  new Response('<h1>Без мережі</h1>', {headers: {'content-type': 'text/html; charset=utf-8'}})))))
self.addEventListener('activate', event => event.waitUntil(clients.claim()))
self.addEventListener('fetch', event => event.respondWith(
  fetch(event.request).catch(() => caches.match('/kept'))))
"""
READY = "navigator.serviceWorker.ready.then(() => true)"


@get("/", media_type=MediaType.HTML)
async def front() -> str:
    return PAGE


@get("/other", media_type=MediaType.HTML)
async def other() -> str:
    return "<h1>Інша</h1>"


@post("/sent", media_type=MediaType.HTML)
async def sent() -> str:
    return "<h1>Прийнято</h1>"


@get("/{name:str}", media_type="text/javascript")
async def script(name: FromPath[str]) -> Response[str]:
    content = {"page.js": SCRIPT, "sw.js": WORKER}.get(name)
    return Response(content or "", status_code=200 if content else 404)


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site(free_port(), lambda: Litestar([front, other, sent, script], openapi_config=None))
    site.start()
    yield site
    site.stop()


@pytest.mark.every_engine
def test_a_visitor_does_what_a_person_does(visitor: Visitor, tmp_path: Path):
    visitor.goto("/")
    visitor.sees("Прийшло пізніше")
    visitor.sees_no("приховане")
    visitor.fill("Що на лічильнику", "04152")
    visitor.choose("Усе правильно")
    visitor.choose("Усе правильно")
    visitor.select("Місяць", "листопад")
    assert visitor.value("Що на лічильнику") == "04152"
    assert visitor.run("[document.forms[0].sure.checked, document.forms[0].month.value]") == [
        True,
        "листопад",
    ]
    visitor.screenshot(tmp_path / "seen.png")
    assert (tmp_path / "seen.png").stat().st_size > 1000
    visitor.click("Передати")
    visitor.sees("Прийнято")
    visitor.is_at("/sent")
    visitor.goto("/")
    visitor.sees("Прийшло пізніше")  # and moves what stands beneath
    visitor.click("Інша", role="link")
    visitor.is_at("/other")
    visitor.back()
    visitor.sees("Показання")


@pytest.mark.every_engine
def test_every_portal_is_found_and_may_have_a_service_worker(visitor: Visitor, site: Site):
    for portal in PORTALS:
        visitor.goto(site.url(portal))
        assert visitor.run("isSecureContext") is True
        assert visitor.run(READY) is True


@pytest.mark.parametrize("look", [Look(), Look(dark=True), Look(still=True), Look(size=DESKTOP)], ids=str)
def test_a_device_looks_as_it_is_set(open_page: OpenPage, look: Look):
    open_page(look=look).goto("/")


def test_scripts_can_be_kept_away(page_without_script: Page):
    page_without_script.goto("/")
    assert (
        page_without_script.evaluate("navigator.serviceWorker.getRegistrations().then(all => all.length)")
        == 0
    )
