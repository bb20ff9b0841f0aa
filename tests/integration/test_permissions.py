"""One table says who may come where: every route of the application stands in it, and it is true."""

from typing import Any
from uuid import uuid4

import httpx
import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute

from tests.browser import Browser, Page
from tests.factories import staff
from tests.factories.portals import APortal
from webapp.rules.permissions import CONSUMER, HALF, PUBLIC, ROUTES, may

SAME = {"Sec-Fetch-Site": "same-origin"}


def routes(app: Litestar) -> list[tuple[str, str]]:
    """Every method of every address, by the application's own list."""
    return [
        (method, route.path_format)
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for method in sorted(route.methods - {"OPTIONS", "HEAD"})
    ]


def address(template: str) -> str:
    """With an id that nobody has in the place of each name."""
    parts = [str(uuid4()) if part.startswith("{") else part for part in template.split("/")]
    return "/".join(parts)


async def go(browser: Browser, method: str, template: str) -> Page:
    if method == "GET":
        return await browser.get(address(template))
    return await browser.post(address(template), {}, **SAME)


async def test_every_route_stands_in_the_table_and_no_other(app: Litestar):
    assert {template for _, template in routes(app)} == set(ROUTES)


async def test_a_visitor_is_sent_to_the_door_that_the_table_names(app: Litestar, visitor: Browser):
    for method, template in routes(app):
        who, visitor.cookies = ROUTES.get(template, PUBLIC), {}
        if template.startswith("/api/") or who == PUBLIC:
            continue
        page = await go(visitor, method, template)
        told = (method, template, page.status, page.headers.get("location"))
        door = "/sign-in" if who == CONSUMER else "/office/sign-in"
        assert page.status == 303 and page.headers["location"].partition("?")[0] == door, told


async def test_the_api_of_consumers_knows_nobody_else(
    app: Litestar, http: httpx.AsyncClient, portal: APortal
):
    for method, template in routes(app):
        if template.startswith("/api/") and ROUTES.get(template) == CONSUMER:
            answer = await http.request(method, address(template), json={}, headers=SAME)
            assert answer.status_code == 401, template


async def test_no_page_of_the_office_opens_for_a_consumer(app: Litestar, browser: Browser):
    for method, template in routes(app):
        if template.startswith("/office") and ROUTES.get(template) != PUBLIC:
            page = await go(browser, method, template)
            assert page.headers.get("location") == "/office/sign-in", template


@pytest.mark.parametrize("role", staff.ROLES)
async def test_each_role_opens_what_the_table_gives_it(
    app: Litestar, http: httpx.AsyncClient, portal: APortal, role: str
):
    """Allowed: an answer of the page itself (also «no such case», «fill this in»). Not allowed: 403 and nothing."""
    colleague, browser = await staff.colleague(portal, role), Browser(http)
    for method, template in routes(app):
        who = ROUTES.get(template)
        if not isinstance(who, frozenset):
            continue
        browser.cookies = {"staff": colleague.token}
        page = await go(browser, method, template)
        told = (role, method, template, page.status)
        if may(role, template):
            assert page.status in (200, 303, 404, 422), told
            assert page.headers.get("location") != "/office/sign-in", told
        else:
            assert page.status == 403 and "Цей розділ для Вас закрито" in page.words, told


@pytest.mark.parametrize("factor", [True, False])
async def test_without_the_second_factor_there_is_one_page(
    app: Litestar, http: httpx.AsyncClient, portal: APortal, factor: bool
):
    colleague = await staff.colleague(portal, "company_admin", factor=factor)
    browser = Browser(http)
    browser.cookies = {"staff": await staff.sign_in(portal, colleague.id, whole=False)}
    there = "/office/sign-in/second" if factor else "/office/second-factor"
    for method, template in routes(app):
        if isinstance(ROUTES.get(template), frozenset):
            assert (await go(browser, method, template)).headers["location"] == there, template
    assert (await browser.get(there)).status == 200 and ROUTES[there] == HALF


async def test_what_stands_in_no_row_is_open_to_nobody():
    table: dict[str, Any] = ROUTES
    assert "/office/anything" not in table
    assert not any(may(role, "/office/anything") or may(role, "/cabinet") for role in staff.ROLES)


async def test_the_worker_keeps_nothing_of_the_office(http: httpx.AsyncClient, portal: APortal):
    worker = (await http.get("/sw.js")).text
    never = next(line for line in worker.splitlines() if "NEVER" in line)
    assert "|office|" in never or "(office|" in never


@pytest.mark.parametrize(
    "path",
    ["/office/cases/nonsense", "/office/cases?page=99999999999999", "/office/cases?kind=%00", "/office/x"],
)
async def test_an_address_with_a_slip_is_no_surprise(http: httpx.AsyncClient, portal: APortal, path: str):
    browser = Browser(http)
    browser.cookies = {"staff": (await staff.colleague(portal)).token}
    assert (await browser.get(path)).status in (200, 404)
