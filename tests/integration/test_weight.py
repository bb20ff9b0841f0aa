"""What pages weigh, added up from the answers themselves; Chromium weighs them once more in tests/e2e."""

import re
from typing import NamedTuple

import httpx
import pytest

from tests.browser import Browser
from tests.factories.people import SignedIn
from tests.factories.portals import APortal

KB = 1000
MODULE = re.compile(r"""^import (?:[^'";]+ from )?['"]\./([\w-]+\.js)['"];""", re.M)
"""Static imports only: what is fetched on demand is weighed where it stands on the page."""


class Weight(NamedTuple):
    head: int
    body: int


async def weight(http: httpx.AsyncClient, path: str, token: str = "") -> dict[str, Weight]:
    """By address, in bytes: the page and all that it needs to be shown."""
    headers = {"Accept-Encoding": "gzip"} | ({"Cookie": f"sid={token}"} if token else {})
    page = await http.get(path, headers=headers)
    assert page.status_code == 200 and page.headers["content-encoding"] == "gzip"
    wanted = set(re.findall(r'(?:src|href)="(/static/[^"#]+\.(?:js|css|svg))', page.text))
    weights = {path: _weight(page)}
    while wanted:
        address = wanted.pop()
        answer = await http.get(address, headers=headers)
        assert answer.status_code == 200 and answer.headers["content-encoding"] == "gzip", address
        weights[address] = _weight(answer)
        folder = address.rpartition("/")[0]
        wanted |= {f"{folder}/{name}" for name in MODULE.findall(answer.text)} - weights.keys()
    return weights


def _weight(answer: httpx.Response) -> Weight:
    head = sum(len(name) + len(value) + 4 for name, value in answer.headers.raw)
    return Weight(head, int(answer.headers["content-length"]))


def kb(weights: dict[str, Weight]) -> float:
    return sum(map(sum, weights.values())) / KB


def gzip_kb(weights: dict[str, Weight], ending: str) -> float:
    """Bodies alone."""
    return sum(weight.body for address, weight in weights.items() if address.endswith(ending)) / KB


async def test_the_first_page_of_a_visitor(http: httpx.AsyncClient, portal: APortal):
    assert kb(await weight(http, "/sign-in")) <= 60


@pytest.mark.parametrize("path", ["/cabinet", "/readings/new", "/readings", "/bills", "/statistics"])
async def test_a_page_of_a_person(http: httpx.AsyncClient, browser: Browser, olena: SignedIn, path: str):
    weights = await weight(http, path, olena.token)
    assert kb(weights) <= 60
    assert gzip_kb(weights, ".js") <= 30
    assert gzip_kb(weights, ".css") <= 12
    assert sum(weights[path]) / KB <= 15, "all that is fetched the next time"
