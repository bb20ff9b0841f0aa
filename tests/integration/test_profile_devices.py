"""Where one is signed in: the list, the ways to end it, and the word about a device that was not there before."""

import pytest

from tests import door
from tests.browser import Browser, Page
from tests.factories import people
from tests.factories.accounts import AnAccount
from tests.factories.people import PASSWORD, SignedIn
from tests.factories.portals import APortal
from webapp.database.engine import DB
from webapp.web.wording import word

OURS = {"Sec-Fetch-Site": "same-origin"}
PHONE = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36"
PC = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


async def enter(browser: Browser, agent: str = PHONE, **more: str) -> Page:
    fields = {"login": "olena@example.com", "password": PASSWORD} | more
    return await browser.post("/sign-in", fields, **(OURS | {"User-Agent": agent}))


@pytest.mark.covers(
    "B07", page="/sign-in", instead="the app is the same site, installed; there is no terminal"
)
async def test_one_registration_is_good_on_every_device(http, olena: SignedIn, flat: AnAccount):
    for agent in (PHONE, PC):
        browser = Browser(http)
        await enter(browser, agent)
        assert "Садова" in (await browser.get("/cabinet")).words


async def test_the_list_names_each_device_and_ends_it(http, visitor: Browser, olena: SignedIn):
    await DB.pool.execute("DELETE FROM sign_ins")
    there = Browser(http)
    await enter(there, PC)
    await enter(visitor)
    page = await visitor.get("/profile/devices")
    for said in (
        "Chrome, Android",
        "Firefox, Windows",
        "цей пристрій",
        "востаннє 3 листопада, 20:00",
        "127.0.0.1",
    ):
        assert said in page.words.replace("\u00a0", " "), said
    (form,) = page.html.select(
        "form[action^='/profile/devices/'][action$='/removal']:not([action='/profile/devices/removal'])"
    )
    ended = await visitor.follow(await visitor.submit(form))
    assert "Вхід на тому пристрої завершено" in ended.words and "Firefox" not in ended.words
    assert (await there.get("/profile")).status == 303 and (await visitor.get("/profile")).status == 200
    assert (await visitor.submit(form)).status == 303, "a replay changes nothing"


async def test_everywhere_but_here(http, browser: Browser, portal: APortal, olena: SignedIn, flat):
    others = [Browser(http, await people.sign_in(portal.id, olena.id)) for _ in range(2)]
    page = await browser.get("/profile/devices")
    left = await browser.follow(await browser.submit(page.form("/profile/devices/removal")))
    assert "на всіх інших пристроях завершено" in left.words
    assert [(await other.get("/profile")).status for other in others] == [303, 303]
    assert (await browser.get("/profile")).status == 200


async def test_the_stranger_ends_nothing(browser: Browser, stranger: Browser, olena: SignedIn, flat):
    mine = await DB.pool.fetchval("SELECT id FROM sign_ins WHERE person_id = $1", olena.id)
    assert (await stranger.post(f"/profile/devices/{mine}/removal", {}, **OURS)).status == 404
    await stranger.post("/profile/devices/removal", {}, **OURS)
    assert (await browser.get("/profile")).status == 200
    assert "Chrome" not in (await stranger.get("/profile/devices")).words


async def test_a_new_device_is_written_about_and_a_known_one_is_not(http, visitor: Browser, olena: SignedIn):
    await DB.pool.execute("DELETE FROM sign_ins")
    await enter(visitor)
    assert await door.jobs() == [], "nobody wonders about the very first one"
    await visitor.post("/sign-out", {}, **OURS)
    await enter(visitor)
    assert await door.jobs() == [], "the browser is known by its cookie"
    await enter(Browser(http), PC)
    assert await door.jobs() == ["notice"]
    job = await DB.pool.fetchval("SELECT convert_from(payload, 'UTF8') FROM pgqueuer")
    assert '"new-sign-in"' in job and "Firefox" not in job and "example.com" not in job
    said = Browser(http)
    said.cookies["known"] = "a guess"
    await enter(said, PC)
    assert await door.jobs() == ["notice"] * 2


async def test_somebody_elses_device_is_told_of_each_time_and_never_known(http, olena: SignedIn):
    library = Browser(http)
    for times in (1, 2):
        entered = await enter(library, PC, shared="1")
        assert "known" not in library.cookies and len(await door.jobs()) == times
        assert entered.status == 303
        await library.post("/sign-out", {}, **OURS)
    assert await door.rows("known_devices") == 0


async def test_a_browser_known_to_one_is_new_to_another(visitor: Browser, olena, other: SignedIn):
    await enter(visitor)
    await visitor.post("/sign-out", {}, **OURS)
    before = visitor.cookies["known"]
    await visitor.post("/sign-in", {"login": other.login, "password": PASSWORD}, **OURS)
    assert visitor.cookies["known"] == before, "the device stays the same device"
    assert (await door.jobs()).count("notice") == 2


@pytest.mark.parametrize("language", ["uk", "ru", "en"])
async def test_the_letter_says_when_and_from_what(portal: APortal, outside, language: str):
    from webapp.database.queries.visits import portal as portal_of

    at = await portal_of(portal.id)
    moment = {"happened_at": outside.clock.now(), "device": "Firefox, Windows", "account": ""}
    said = word("new-sign-in", "mail", language, portal=at, **moment)
    assert "Firefox, Windows" in said.text and f"{portal.address}/profile/devices" in said.text


async def test_a_browser_that_says_nothing_of_itself_is_listed_too(http, visitor: Browser, olena: SignedIn):
    await DB.pool.execute("DELETE FROM sign_ins")
    await enter(visitor, "")
    assert "Невідомий пристрій" in (await visitor.get("/profile/devices")).words
    await enter(Browser(http), "<script>alert(1)</script>" * 100)
    assert "alert" not in (await visitor.get("/profile/devices")).words
