"""The inspector's round as an application: a shell that knows nobody, a manifest, the way through the office's door."""

import json
from pathlib import Path

import pytest
from litestar import Litestar

from tests.browser import Browser
from tests.factories.portals import APortal
from webapp.rules import visits

CASES = json.loads((Path(__file__).parents[1] / "cases" / "visits.json").read_text("utf-8"))
NAMES = ("id", "stop_id", "kind", "meter_id", "value", "read_on", "taken_at", "reason")


async def test_the_shell_knows_nobody_and_needs_no_sign_in(http, browser: Browser):
    answer = await http.get("/field", headers={"Cookie": f"sid={browser.cookies['sid']}"})
    assert answer.status_code == 200 and "Коваленко" not in answer.text
    assert 'data-person=""' in answer.text and "set-cookie" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"


async def test_only_the_round_may_ask_where_the_phone_is(http, portal: APortal):
    told = {path: (await http.get(path)).headers["permissions-policy"] for path in ("/field", "/offline")}
    assert "geolocation=(self)" in told["/field"] and "geolocation=()" in told["/offline"]


async def test_the_round_is_a_second_application(http, portal: APortal):
    cabinet, told = (await http.get("/manifest.json")).json(), (await http.get("/field/manifest.json")).json()
    assert (told["id"], told["start_url"], told["scope"]) == ("/field", "/field", "/")
    assert (told["short_name"], told["name"]) == ("Обхід", "Обхід – 104")
    assert cabinet["id"] != told["id"] and "shortcuts" in told and not told["shortcuts"]


async def test_its_files_are_there_and_no_consumer_carries_them(http, app: Litestar, portal: APortal):
    files = app.state.static_files
    assert {"main.js", "store.js", "drain.js"} <= {Path(url).name for url in files.field}
    for url in files.field:
        assert (await http.get(url)).status_code == 200, url
    assert not [url for url in files.shell if "/field/" in url or "round.css" in url]


@pytest.mark.parametrize(
    ("said", "onward"), [("/field", "/field"), ("//evil.example", "/office"), ("/office/staff", "/office")]
)
async def test_the_door_leads_back_to_the_round_and_to_nowhere_else(
    http, portal: APortal, said: str, onward: str
):
    door = await http.get("/office/sign-in", params={"next": said})
    assert f'name="next" value="{onward}"' in door.text
    again = await http.post(
        "/office/sign-in",
        data={"mail": "x", "password": "", "next": said},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert again.status_code == 422 and f'name="next" value="{onward}"' in again.text


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_server_signs_as_the_phone_does(case: dict):
    said = (str(case["entry"].get(name) or "") for name in NAMES)
    assert visits.digest(*said) == case["digest"]
