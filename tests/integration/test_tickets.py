"""After the sign-in of a device has ended, its ticket hands in readings, and opens nothing else."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.browser import Browser
from tests.factories import people, portals
from tests.factories.accounts import AnAccount
from tests.factories.people import SignedIn
from tests.factories.portals import APortal
from tests.integration.test_readings_api import API, queued
from webapp.actions import devices, leaving, sign_in, tickets
from webapp.database.engine import DB
from webapp.outside import Outside

OURS = {"Sec-Fetch-Site": "same-origin"}
MONTHS = timedelta(days=70)
"""Longer than a sign-in lasts without a visit."""
DEVICE = str(uuid4())


async def come_in(browser: Browser, someone: SignedIn, shared: bool = False) -> dict[str, str]:
    """Through the door; returns the cookies that came with it."""
    browser.cookies.pop("sid", None)
    form = (await browser.get("/sign-in")).form("/sign-in")
    more = {"shared": "1"} if shared else {}
    page = await browser.submit(form, login=someone.login, password=people.PASSWORD, **more)
    assert page.status == 303
    return dict(browser.cookies)


@pytest.fixture
async def cookies(visitor: Browser, olena: SignedIn, flat: AnAccount, outside: Outside) -> dict[str, str]:
    """Of Olena's own device, whose sign-in has ended by itself."""
    cookies = await come_in(visitor, olena)
    outside.clock.moment += MONTHS  # type: ignore[attr-defined]
    return cookies


async def hand_in(
    http: httpx.AsyncClient, ticket: str, *items: dict[str, Any], device: str | None = DEVICE, path: str = API
) -> httpx.Response:
    body = {"protocol": 1, "readings": list(items)} | ({"device_id": device} if device else {})
    return await http.post(path, json=body, headers=OURS | {"Cookie": f"ticket={ticket}"})


async def test_what_was_written_down_is_taken_without_signing_in_again(http, cookies, flat: AnAccount):
    item = queued(flat, "04152", taken_at="2027-01-03T18:00:00Z", reading_date="2027-01-03")
    told = await hand_in(http, cookies["ticket"], item)
    assert told.status_code == 200, told.text
    assert told.json()["results"][0]["outcome"] == "accepted"
    again = await hand_in(http, cookies["ticket"], item)
    assert again.json()["results"] == told.json()["results"]
    asked = await http.post(
        f"{API}/status",
        json={"ids": [item["submission_id"]]},
        headers=OURS | {"Cookie": f"ticket={cookies['ticket']}"},
    )
    assert [one["outcome"] for one in asked.json()["results"]] == ["accepted"]
    assert "set-cookie" not in told.headers


@pytest.mark.parametrize(
    "path", ["/cabinet", "/readings", "/readings/new", "/profile", "/profile/devices", "/bills"]
)
async def test_it_opens_no_page(http: httpx.AsyncClient, cookies, flat: AnAccount, path: str):
    for jar in (f"ticket={cookies['ticket']}", f"sid={cookies['ticket']}", f"sid={cookies['sid']}"):
        page = await http.get(path, headers={"Cookie": jar})
        assert (page.status_code, page.headers["location"].partition("?")[0]) == (303, "/sign-in")


async def test_no_form_takes_it(http: httpx.AsyncClient, cookies, flat: AnAccount):
    typed = {"submission_id": str(uuid4()), "meter_id": str(flat.meter_id), "value": "04152"}
    page = await http.post("/readings", data=typed, headers=OURS | {"Cookie": f"ticket={cookies['ticket']}"})
    assert page.status_code == 303 and "/sign-in" in page.headers["location"]
    assert await DB.one("SELECT to_json(count(*)) FROM readings WHERE digest <> ''", into=int) == 0


async def test_a_foreign_meter_is_nobody_s(http, cookies, flat: AnAccount, other_flat: AnAccount):
    told = await hand_in(http, cookies["ticket"], queued(other_flat, "04152"))
    assert [one["outcome"] for one in told.json()["results"]] == ["owner_mismatch"]


async def test_the_cookie_goes_nowhere_else_and_no_script_reads_it(
    http: httpx.AsyncClient, olena, portal: APortal
):
    page = await http.get("/sign-in")
    typed = {"login": olena.login, "password": people.PASSWORD}
    page = await http.post("/sign-in", data=typed, headers=OURS)
    (said,) = [one for one in page.headers.get_list("set-cookie") if one.startswith("ticket=")]
    parts = {part.strip().lower() for part in said.split(";")[1:]}
    assert {"path=/api/v1/readings", "httponly", "samesite=strict", "max-age=34560000"} <= parts


async def test_on_https_its_name_says_that_no_plain_site_set_it(http, olena: SignedIn, portal: APortal):
    await DB.do("UPDATE portals SET address = 'https://localhost'")
    typed = {"login": olena.login, "password": people.PASSWORD}
    page = await http.post("/sign-in", data=typed, headers=OURS)
    (said,) = [one for one in page.headers.get_list("set-cookie") if "ticket=" in one]
    assert said.startswith("__Secure-ticket=") and "secure" in said.lower()


async def test_another_site_cannot_use_it(http: httpx.AsyncClient, cookies, flat: AnAccount):
    body = {"protocol": 1, "device_id": DEVICE, "readings": [queued(flat, "04152")]}
    headers = {"Cookie": f"ticket={cookies['ticket']}", "Sec-Fetch-Site": "cross-site"}
    assert (await http.post(API, json=body, headers=headers)).status_code == 403


async def test_it_stays_with_the_device_that_used_it_first(http, cookies, flat: AnAccount):
    assert (await hand_in(http, cookies["ticket"], queued(flat, "1"), device=None)).status_code == 401
    assert (await hand_in(http, cookies["ticket"], queued(flat, "04152"))).status_code == 200
    told = await hand_in(http, cookies["ticket"], queued(flat, "04152"), device=str(uuid4()))
    assert (told.status_code, told.json()) == (401, {"code": "needs_login"})


async def test_of_two_devices_at_once_one_keeps_it(http: httpx.AsyncClient, cookies, flat: AnAccount):
    told = await asyncio.gather(
        *(hand_in(http, cookies["ticket"], queued(flat, "04152"), device=str(uuid4())) for _ in range(6))
    )
    assert sorted(one.status_code for one in told) == [200] + [401] * 5


async def out(person: SignedIn, entered: Any, outside: Outside) -> None:
    await sign_in.sign_out(entered, outside.clock.now())


async def out_everywhere(person: SignedIn, entered: Any, outside: Outside) -> None:
    await sign_in.sign_out_everywhere(person.id, outside.clock.now())


async def out_from_elsewhere(person: SignedIn, entered: Any, outside: Outside) -> None:
    assert await devices.end(entered, person_id=person.id, now=outside.clock.now())


async def out_of_all_others(person: SignedIn, entered: Any, outside: Outside) -> None:
    await devices.end_others(person.id, uuid4(), None, outside.clock.now())


async def gone_for_good(person: SignedIn, entered: Any, outside: Outside) -> None:
    assert await leaving.leave(person.id, outside.clock.now())


async def too_late(person: SignedIn, entered: Any, outside: Outside) -> None:
    outside.clock.moment += tickets.LIFE - MONTHS  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "ended", [out, out_everywhere, out_from_elsewhere, out_of_all_others, gone_for_good, too_late]
)
async def test_once_it_is_taken_back_the_device_has_to_sign_in(
    http, cookies, olena: SignedIn, flat: AnAccount, outside: Outside, ended: Any
):
    item = queued(flat, "04152")
    assert (await hand_in(http, cookies["ticket"], queued(flat, "no figures"))).status_code == 200
    await ended(olena, await DB.one("SELECT to_json(id) FROM tickets", into=Any), outside)
    for path in (API, f"{API}/status"):
        told = await hand_in(http, cookies["ticket"], item, path=path)
        assert (told.status_code, told.json()) == (401, {"code": "needs_login"})


async def test_whoever_signs_out_takes_it_along_also_after_the_end(http, visitor: Browser, cookies, flat):
    page = await visitor.post("/sign-out", {}, **OURS)
    assert page.status == 303
    assert "ticket" not in visitor.cookies
    assert (await hand_in(http, cookies["ticket"], queued(flat, "04152"))).status_code == 401


async def test_somebody_else_s_device_gets_none(visitor: Browser, olena: SignedIn, flat: AnAccount):
    assert "ticket" not in await come_in(visitor, olena, shared=True)
    assert await DB.one("SELECT to_json(count(*)) FROM tickets", into=int) == 0


async def test_a_device_has_one_and_who_comes_after_has_their_own(
    http, visitor: Browser, cookies, olena: SignedIn, other: SignedIn, flat: AnAccount, other_flat: AnAccount
):
    later = await come_in(visitor, olena)
    assert (await hand_in(http, cookies["ticket"], queued(flat, "04152"))).status_code == 401
    assert (await hand_in(http, later["ticket"], queued(flat, "04152"))).status_code == 200
    theirs = await come_in(visitor, other)
    assert (await hand_in(http, later["ticket"], queued(flat, "04152"))).status_code == 401
    told = await hand_in(http, theirs["ticket"], queued(flat, "04160"), device=str(uuid4()))
    assert [one["outcome"] for one in told.json()["results"]] == ["owner_mismatch"]


async def test_another_portal_does_not_know_it(http: httpx.AsyncClient, cookies, flat: AnAccount):
    await portals.portal("poltava.localhost")
    body = {"protocol": 1, "device_id": DEVICE, "readings": [queued(flat, "04152")]}
    headers = OURS | {"Host": "poltava.localhost", "Cookie": f"ticket={cookies['ticket']}"}
    assert (await http.post(API, json=body, headers=headers)).status_code == 401


async def test_the_list_of_devices_shows_it_and_ends_it(
    http, cookies, olena: SignedIn, flat: AnAccount, outside
):
    token = await people.sign_in((await portal_of(olena)), olena.id, outside.clock.now())
    browser = Browser(http, token)
    page = await browser.get("/profile/devices")
    assert "вхід закінчився, записані там показання ще приймаємо" in page.words
    ended = await DB.one("SELECT to_json(id) FROM tickets", into=str)
    page = await browser.follow(await browser.submit(page.form(f"/profile/devices/{ended}/removal")))
    assert "вхід закінчився" not in page.words
    assert (await hand_in(http, cookies["ticket"], queued(flat, "04152"))).status_code == 401


async def portal_of(someone: SignedIn) -> Any:
    return await DB.one("SELECT to_json(portal_id) FROM people WHERE id = $1", someone.id, into=Any)


@pytest.mark.parametrize("ticket", ["", "x", "' OR 1=1", "ї"])
async def test_what_was_made_up_is_no_ticket(http: httpx.AsyncClient, portal: APortal, ticket: str):
    headers = {**OURS, "Cookie": f"ticket={ticket}".encode()}
    told = await http.post(API, json={"protocol": 1, "readings": [{}]}, headers=headers)  # type: ignore[arg-type]
    assert (told.status_code, told.json()) == (401, {"code": "needs_login"})
