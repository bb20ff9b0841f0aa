"""The bare programme that the cabinet is measured against says and does the same, or the measure is none."""

import re
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
from bs4 import BeautifulSoup

from bench.load.bare import Bare
from bench.load.data import HOST, NOW
from tests.browser import HTMX
from tests.factories import accounts, people, portals
from tests.factories.accounts import AnAccount
from tests.factories.people import SignedIn
from tests.factories.portals import APortal
from webapp.outside import Outside
from webapp.settings import Settings


@pytest.fixture
def outside() -> Outside:
    return people.outside(NOW)


@pytest.fixture
async def portal(app: Any) -> APortal:
    return await portals.portal(HOST)


@pytest.fixture
async def olena(portal: APortal) -> SignedIn:
    return await people.person(portal.id, "Олена Коваленко", "olena@example.com", now=NOW)


@pytest.fixture
async def bare(portal: APortal, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    made = Bare()
    await made.open(settings.database_url)
    yield httpx.AsyncClient(transport=httpx.ASGITransport(made), base_url="http://localhost")
    await made.pool.close()


def words(html: str) -> str:
    return " ".join(
        (BeautifulSoup(html, "html.parser").main or BeautifulSoup(html, "html.parser")).text.split()
    )


def sent(home: AnAccount) -> dict[str, str]:
    return {
        "submission_id": str(uuid4()), "meter_id": str(home.meter_id), "value": "4152", "confirmed": "4152",
    }  # fmt: skip


async def test_its_page_and_its_panel_are_those_of_the_application(
    bare: httpx.AsyncClient, http: httpx.AsyncClient, portal: APortal, olena: SignedIn, flat: AnAccount
):
    headers = {"Cookie": f"sid={olena.token}", "Host": HOST}
    asked = await http.get("/cabinet", headers=headers)
    page = await bare.get("/cabinet", headers=headers)
    assert flat.number in words(asked.text)
    assert words(page.text) == words(asked.text)

    house = await accounts.account(portal, "0910204519", "вул. Лугова, 9")
    await accounts.link(olena.id, house.id)
    panel = await bare.post("/readings", data=sent(flat), headers=headers)
    own = {"Sec-Fetch-Site": "same-origin"} | HTMX
    answer = await http.post("/readings", data=sent(house), headers=headers | own)
    assert "Прийнято №" in words(answer.text)
    assert re.sub(r"\d+", "", words(panel.text)) == re.sub(r"\d+", "", words(answer.text))
