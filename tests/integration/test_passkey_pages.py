"""Passkeys: made on one portal, good there alone, once for each question."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.browser import Browser, Page
from tests.factories import portals
from tests.factories.people import KEY, NOW, PASSWORD, SignedIn
from tests.factories.portals import APortal
from tests.fakes.passkey import Device
from webapp.actions import recovery_codes, second_step
from webapp.actions.sign_in import Device as Place
from webapp.database.engine import DB
from webapp.database.queries import factors, visits
from webapp.outside import Outside

pytestmark = pytest.mark.anyio
SECURITY = "/profile/security"
HERE = "http://localhost"


@pytest.fixture
async def just_now(olena: SignedIn) -> None:
    await DB.do("UPDATE sign_ins SET confirmed_at = $1 WHERE person_id = $2", NOW, olena.id)


@pytest.fixture
async def device(browser: Browser, just_now: None) -> Device:
    device = Device(HERE)
    page = await add(browser, device)
    assert page.status == 200 and len(page.html.select(".codes li")) == 10
    return device


async def asked(browser: Browser, path: str) -> dict[str, Any]:
    answer = await browser.send_json(path, {})
    for name, value in answer.cookies.items():
        browser.cookies[name] = value
    assert answer.status_code == 200, answer.text
    return answer.json()  # type: ignore[no-any-return]


async def add(browser: Browser, device: Device, name: str = "Телефон") -> Page:
    options = await asked(browser, f"{SECURITY}/passkeys/options")
    return await answered(browser, f"{SECURITY}/passkeys", device.create(options), name=name)


async def answered(browser: Browser, path: str, credential: str, **more: str) -> Page:
    return await browser.post(path, {"credential": credential} | more, **{"Sec-Fetch-Site": "same-origin"})


async def enter(browser: Browser, device: Device, **more: str) -> Page:
    options = await asked(browser, "/sign-in/passkey/options")
    return await answered(browser, "/sign-in/passkey", device.get(options), **more)


async def test_a_passkey_signs_in_without_login_and_password(visitor: Browser, device: Device) -> None:
    page = await enter(visitor, device, next="/bills")
    assert page.headers["location"] == "/bills" and visitor.cookies["sid"]
    assert (await visitor.get("/cabinet")).status == 200


async def test_a_passkey_is_the_second_step_too(visitor: Browser, device: Device) -> None:
    page = await visitor.get("/sign-in")
    page = await visitor.submit(page.form("/sign-in"), login="olena@example.com", password=PASSWORD)
    assert page.headers["location"] == "/sign-in/second"
    options = await asked(visitor, "/sign-in/second/options")
    assert len(options["allowCredentials"]) == 1
    page = await answered(visitor, "/sign-in/second", device.get(options))
    assert page.headers["location"] == "/cabinet" and visitor.cookies["sid"]


async def test_olena_sees_her_passkeys_and_takes_one_away(
    browser: Browser, olena: SignedIn, device: Device
) -> None:
    page = await browser.get(SECURITY)
    assert "Телефон" in page.words and "ще не використано" in page.words
    (passkey,) = (await factors.of(olena.id)).passkeys
    path = f"{SECURITY}/passkeys/{passkey.id}/removal"
    form = (await browser.get(path)).form(path)
    assert (await browser.submit(form, code="AAAA-AAAA-AAAA")).status == 422
    options = await asked(browser, f"{SECURITY}/passkeys/question")
    page = await answered(browser, path, device.get(options))
    assert page.headers["location"] == f"{SECURITY}?said=removed"
    assert not (await factors.of(olena.id)).any and await recovery_codes.left(olena.id) == 0
    assert (await browser.get(path)).status == 404


async def test_the_stranger_takes_nobodys_passkey_away(
    stranger: Browser, olena: SignedIn, other: SignedIn, device: Device
) -> None:
    (passkey,) = (await factors.of(olena.id)).passkeys
    codes = await recovery_codes.issue(other.id, key=KEY, now=NOW)
    path = f"{SECURITY}/passkeys/{passkey.id}/removal"
    assert (await stranger.get(path)).status == 404
    page = await stranger.post(
        path, {"code": codes[0], "by": "recovery"}, **{"Sec-Fetch-Site": "same-origin"}
    )
    assert page.status == 404 and (await factors.of(olena.id)).passkeys
    options = await asked(stranger, f"{SECURITY}/passkeys/question")
    assert options["allowCredentials"] == []


async def test_a_passkey_of_another_portal_opens_nothing(http: httpx.AsyncClient, device: Device) -> None:
    await portals.portal("other.localhost")
    there = Browser(http, host="other.localhost")
    options = await asked(there, "/sign-in/passkey/options")
    assert options["rpId"] == "other.localhost"
    page = await answered(there, "/sign-in/passkey", device.get(options))
    assert page.status == 422 and "Цього ключа доступу тут не знають" in page.words


async def test_a_page_that_pretends_to_be_ours_gets_answers_of_no_use(
    visitor: Browser, device: Device
) -> None:
    device.origin = "http://localhost.example.com"
    assert (await enter(visitor, device)).status == 422
    assert "sid" not in visitor.cookies


async def test_an_answer_is_good_once(visitor: Browser, device: Device) -> None:
    options = await asked(visitor, "/sign-in/passkey/options")
    credential, waits = device.get(options), visitor.cookies["second"]
    assert (await answered(visitor, "/sign-in/passkey", credential)).status == 303
    visitor.cookies = {"second": waits}
    assert (await answered(visitor, "/sign-in/passkey", credential)).status == 410


async def test_ten_at_once_with_one_answer_get_in_once(
    device: Device, olena: SignedIn, portal: APortal
) -> None:
    visit = await visits.visit("localhost", None, None, NOW)
    assert visit
    browser = second_step.browser_of(olena.id)
    await second_step.begin("passkey", portal_id=portal.id, browser=browser, now=NOW)
    step = await second_step.waiting(portal.id, "passkey", browser)
    assert step
    from tests.fakes.passkey import text

    credential = device.get({"rpId": "localhost", "challenge": text(step.question)})
    tries = (
        second_step.enter_by_passkey(step, credential, portal=visit.portal, on=Place(), now=NOW)
        for _ in range(5)
    )
    said = [type(outcome).__name__ for outcome in await asyncio.gather(*tries)]
    assert said.count("SignedIn") == 1, said


async def test_a_copied_passkey_is_noticed_by_its_count(visitor: Browser, device: Device) -> None:
    device.counts = 7
    assert (await enter(visitor, device)).status == 303
    visitor.cookies.clear()
    assert (await enter(visitor, device)).status == 422
    device.counts = 8
    assert (await enter(visitor, device)).status == 303


async def test_without_finger_face_or_pin_a_passkey_is_no_password(visitor: Browser, device: Device) -> None:
    device.verifies = False
    assert (await enter(visitor, device)).status == 422


async def test_an_answer_to_somebody_elses_question_is_refused(
    visitor: Browser, http: httpx.AsyncClient, device: Device
) -> None:
    theirs = await asked(Browser(http), "/sign-in/passkey/options")
    await asked(visitor, "/sign-in/passkey/options")
    assert (await answered(visitor, "/sign-in/passkey", device.get(theirs))).status == 422
    assert (await answered(Browser(http), "/sign-in/passkey", device.get(theirs))).status == 410


async def test_a_question_waits_for_ten_minutes(visitor: Browser, device: Device, outside: Outside) -> None:
    options = await asked(visitor, "/sign-in/passkey/options")
    outside.clock.moment += timedelta(minutes=10)  # type: ignore[attr-defined]
    assert (await answered(visitor, "/sign-in/passkey", device.get(options))).status == 410


async def test_one_device_is_not_added_twice_and_ten_are_enough(
    browser: Browser, olena: SignedIn, device: Device
) -> None:
    assert (await add(browser, device)).headers["location"] == f"{SECURITY}?said=not_added"
    for _ in range(10):
        await add(browser, Device(HERE))
    assert len((await factors.of(olena.id)).passkeys) == 10
    assert "Місце є для 10 ключів" in (await browser.get(SECURITY)).words


@pytest.mark.parametrize(
    "nonsense",
    ["", "{", "[]", '{"rawId": 5}', '{"rawId": "я"}', '{"rawId": "AA"}', '{"rawId":"' + "A" * 30_000 + '"}'],
)
async def test_nonsense_is_refused_and_never_a_surprise(
    visitor: Browser, browser: Browser, just_now: None, nonsense: str
) -> None:
    await asked(visitor, "/sign-in/passkey/options")
    assert (await answered(visitor, "/sign-in/passkey", nonsense)).status == 422
    await asked(browser, f"{SECURITY}/passkeys/options")
    page = await answered(browser, f"{SECURITY}/passkeys", nonsense)
    assert page.headers["location"] == f"{SECURITY}?said=not_added"


async def test_a_spoilt_answer_is_refused(visitor: Browser, device: Device) -> None:
    options = await asked(visitor, "/sign-in/passkey/options")
    credential = device.get(options).replace('"signature": "', '"signature": "AAAA')
    assert (await answered(visitor, "/sign-in/passkey", credential)).status == 422
    assert (await answered(visitor, "/sign-in/passkey", device.get(options))).status == 303
