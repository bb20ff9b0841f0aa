"""A portal's row that cannot be read: one sentence for its visitors, one line for its keeper, and a check before."""

from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from tests.browser import Browser
from tests.factories import portals
from tests.factories.portals import APortal
from webapp.database import check
from webapp.database.tables.portals import Portal, PortalCompany
from webapp.web.logs import only_allowed


@pytest.fixture
def database_url(fresh_database_url: str) -> str:
    return fresh_database_url


async def without_companies(portal: APortal) -> str:
    await PortalCompany.delete().where(PortalCompany.portal_id == portal.id)
    return "companies"


async def with_a_language_nobody_speaks(portal: APortal) -> str:
    await written(portal, '{"languages": ["uk", "xx"]}')
    return "policy.languages[1]"


async def with_a_policy_that_contradicts_itself(portal: APortal) -> str:
    await written(portal, '{"passwords": {"minimum": 1}}')
    return "policy"


async def written(portal: APortal, policy: str) -> None:
    await Portal.update({Portal.policy: policy}).where(Portal.id == portal.id)


UNFIT = [without_companies, with_a_language_nobody_speaks, with_a_policy_that_contradicts_itself]


@pytest.mark.parametrize("spoil", UNFIT)
async def test_visitors_are_asked_to_come_later_and_the_keeper_is_told_the_field(
    http: httpx.AsyncClient, portal: APortal, spoil: Any
):
    field = await spoil(portal)
    with capture_logs() as said:
        page = await http.get("/sign-in?login=olena@example.com")
    assert (page.status_code, page.headers["retry-after"]) == (503, "60")
    assert "Спробуйте за хвилину" in page.text
    (line,) = [only_allowed(None, "", one) for one in said]
    assert line == {"event": "a portal cannot be served", "host": "localhost", "field": field}
    machine = await http.post("/api/v1/readings", json={}, headers={"Sec-Fetch-Site": "same-origin"})
    assert (machine.status_code, machine.json()) == (503, {"code": "unavailable"})


@pytest.mark.parametrize("spoil", UNFIT)
async def test_the_check_names_portal_and_field(portal: APortal, database_url: str, spoil: Any):
    await portals.portal("poltava.localhost")
    assert await check.unfit(database_url) == []
    field = await spoil(portal)
    (found,) = await check.unfit(database_url)
    assert found.startswith(f"localhost, field {field}: ")


async def test_its_neighbours_are_served(http: httpx.AsyncClient, portal: APortal):
    await portals.portal("poltava.localhost")
    await without_companies(portal)
    page = await Browser(http, host="poltava.localhost").get("/sign-in")
    assert page.status == 200


async def test_mended_it_is_served_at_the_next_request(http: httpx.AsyncClient, portal: APortal):
    await written(portal, '{"languages": []}')
    assert (await http.get("/sign-in")).status_code == 503
    await written(portal, '{"languages": ["uk"]}')
    assert (await http.get("/sign-in")).status_code == 200
