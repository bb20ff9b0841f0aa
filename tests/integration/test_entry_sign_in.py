"""Coming in with a login and a password, and going out."""

import asyncio
import re

import httpx
import pytest

from tests import door
from tests.browser import Browser, Page
from tests.factories import portals
from tests.factories.people import PASSWORD, SignedIn
from tests.factories.portals import APortal, change_policy
from webapp.actions import hashing
from webapp.database.engine import DB

LOGIN = "olena@example.com"
OURS = {"Sec-Fetch-Site": "same-origin"}


async def sign_in(browser: Browser, login: str = LOGIN, password: str = PASSWORD, **more: str) -> Page:
    return await browser.post("/sign-in", {"login": login, "password": password} | more, **OURS)


async def live_sign_ins() -> int:
    return int(await DB.pool.fetchval("SELECT count(*) FROM sign_ins WHERE revoked_at IS NULL"))


@pytest.mark.covers("A33", "A34", "K14")
async def test_login_and_password_open_the_cabinet(visitor: Browser, olena: SignedIn):
    page = await visitor.get("/sign-in")
    assert page.html.h1.text == "Вхід до кабінету"
    assert page.html.select_one("#sign-in a[href='/recovery']").text == "Забули пароль?"
    assert "Так само його можна змінити, навіть до першого входу" in page.words
    assert page.html.select_one("#sign-in a[href='/sign-up']").text == "Зареєструватися"
    entered = await visitor.submit(page.form(), login=" Olena@Example.com ", password=PASSWORD)
    assert entered.headers["location"] == "/cabinet"
    cookie = entered.headers["set-cookie"]
    assert "HttpOnly" in cookie and "samesite=lax" in cookie.lower() and "Max-Age=31536000" in cookie
    assert (await visitor.get("/cabinet")).status == 200
    assert (await visitor.get("/sign-in")).headers["location"] == "/cabinet"
    assert (await visitor.get("/")).headers["location"] == "/cabinet"
    assert (await visitor.get("/sign-up")).headers["location"] == "/cabinet"


@pytest.mark.covers("B10")
async def test_in_two_steps_the_login_comes_first(visitor: Browser, portal: APortal, olena: SignedIn):
    await change_policy(portal.id, door.TWO_STEPS)
    first = await visitor.get("/sign-in?next=/readings")
    assert not first.html.select_one("#password") and "Забули пароль?" not in first.words
    second = await visitor.submit(first.form(), login=LOGIN)
    assert second.status == 200 and second.html.select_one("#password")
    assert second.html.select_one("#login")["value"] == LOGIN and "Забули пароль?" in second.words
    entered = await visitor.submit(second.form(), password=PASSWORD)
    assert entered.headers["location"] == "/readings"


@pytest.mark.parametrize("steps", [1, 2])
async def test_nobody_learns_which_of_the_two_was_wrong(http, portal: APortal, olena: SignedIn, steps: int):
    await change_policy(portal.id, {"logins": {"steps": steps}})
    known, unknown = Browser(http), Browser(http)
    pages = [
        [
            await browser.post("/sign-in", {"login": login}, **OURS),
            await sign_in(browser, login, "не той пароль"),
        ]
        for browser, login in ((known, LOGIN), (unknown, "alena@example.com"))
    ]
    told = [[(page.status, re.sub("[oa]lena", "·", page.html.decode())) for page in both] for both in pages]
    assert told[0] == told[1]
    assert pages[0][1].status == 422 and "Логін або пароль не підходить" in pages[0][1].words
    assert pages[0][1].html.select_one("#login")["value"] == LOGIN
    assert not pages[0][1].html.select_one("#password").get("value")


async def test_an_empty_password_costs_no_try(visitor: Browser, olena: SignedIn):
    page = await sign_in(visitor, password="")
    assert page.mistakes == {"password": "Введіть пароль."} and await door.rows("limits") == 0


async def test_after_ten_wrong_passwords_one_waits(visitor: Browser, olena: SignedIn, outside):
    for _ in range(10):
        assert (await sign_in(visitor, password="не той пароль")).status == 422
    stopped = await sign_in(visitor)
    assert (stopped.status, stopped.headers["retry-after"]) == (429, "90")
    assert "Зачекайте чверть години" in stopped.words
    outside.clock.moment += door.minutes(15)
    assert (await sign_in(visitor)).status == 303


async def test_the_right_password_costs_no_try(visitor: Browser, olena: SignedIn):
    for _ in range(12):
        assert (await sign_in(visitor)).status == 303


async def test_a_crowd_behind_one_address_gets_in(visitor: Browser, olena: SignedIn):
    """Mobile carriers put whole towns behind one: only wrong passwords count against it."""
    for _ in range(31):
        assert (await sign_in(visitor)).status == 303


async def test_whoever_has_used_up_the_own_tries_stops_nobody_else(visitor: Browser, olena: SignedIn):
    for n in range(30):
        await sign_in(visitor, login=f"nobody{n}@example.com")
    before = await DB.pool.fetch("SELECT * FROM limits ORDER BY subject")
    assert (await sign_in(visitor)).status == 429
    assert await DB.pool.fetch("SELECT * FROM limits ORDER BY subject") == before


async def test_the_longest_mail_address_is_a_login_like_any_other(visitor: Browser, portal: APortal):
    long = f"{'a' * 64}@{'b' * 63}.{'c' * 63}.{'d' * 40}.ua"
    assert (await sign_in(visitor, login=long)).status == 422
    assert (
        await visitor.submit((await visitor.get("/recovery")).form("/recovery"), login=long)
    ).status == 303
    assert not await DB.pool.fetchval("SELECT 1 FROM limits WHERE subject LIKE '%ccc%'")


async def test_somebody_elses_device_forgets(visitor: Browser, olena: SignedIn, outside):
    entered = await sign_in(visitor, shared="1")
    assert "max-age" not in entered.headers["set-cookie"].lower()
    page = await visitor.get("/cabinet")
    assert page.html.body["data-person"] == "" and "x-offline" not in page.headers
    outside.clock.moment += door.minutes(12 * 60)
    assert (await visitor.get("/cabinet")).status == 303


@pytest.mark.parametrize(
    ("wanted", "there"),
    [
        ("/readings/new?meter=1", "/readings/new?meter=1"),
        ("//evil.example", "/cabinet"),
        ("https://evil.example", "/cabinet"),
        ("/\\evil.example", "/cabinet"),
        ("/\nevil", "/cabinet"),
    ],
)
async def test_the_way_on_stays_on_this_site(visitor: Browser, olena: SignedIn, wanted: str, there: str):
    assert (await sign_in(visitor, next=wanted)).headers["location"] == there


async def test_htmx_is_told_to_leave_the_page(visitor: Browser, olena: SignedIn):
    form = (await visitor.get("/sign-in")).form()
    refused = await visitor.submit(form, htmx=True, login=LOGIN, password="не той")
    assert refused.status == 422 and not refused.html.select_one("html")
    entered = await visitor.submit(form, htmx=True, login=LOGIN, password=PASSWORD)
    assert (entered.status, entered.headers["hx-redirect"]) == (200, "/cabinet") and "sid" in visitor.cookies


async def test_whoever_was_signed_in_before_is_out(browser: Browser, olena: SignedIn, other: SignedIn):
    old = dict(browser.cookies)
    entered = await sign_in(browser, other.login)
    assert entered.status == 303 and browser.cookies != old
    assert "Чужий" in (await browser.get("/profile")).words
    browser.cookies = old
    assert (await browser.get("/profile")).status == 303


async def test_a_planted_token_is_never_taken_over(visitor: Browser, olena: SignedIn):
    visitor.cookies["sid"] = "planted"
    await sign_in(visitor)
    assert visitor.cookies["sid"] != "planted"


async def test_going_out_ends_it_on_the_server_too(browser: Browser, olena: SignedIn):
    token = dict(browser.cookies)
    asked = await browser.get("/sign-out")
    left = await browser.submit(asked.form("/sign-out"))
    assert left.headers["location"] == "/sign-in" and browser.cookies == {}
    browser.cookies = token
    assert (await browser.get("/cabinet")).status == 303
    browser.cookies = {}
    assert (await browser.get("/sign-out")).headers["location"] == "/sign-in"
    assert (await browser.post("/sign-out", {}, **OURS)).status == 303


async def test_a_page_under_way_does_not_bring_a_sign_in_back(browser: Browser, olena: SignedIn, outside):
    token = dict(browser.cookies)
    outside.clock.moment += door.minutes(30)
    await asyncio.gather(*(browser.get("/profile") for _ in range(5)), browser.post("/sign-out", {}, **OURS))
    browser.cookies = token
    assert (await browser.get("/profile")).status == 303 and await live_sign_ins() == 0


async def test_when_too_many_wait_people_get_503_and_a_time(monkeypatch, visitor: Browser, olena: SignedIn):
    monkeypatch.setattr(hashing, "MOST_WAITING", 0)
    busy = await sign_in(visitor)
    assert (busy.status, busy.headers["retry-after"]) == (503, "3")


async def test_a_sign_in_is_good_on_its_own_portal_only(http: httpx.AsyncClient, olena: SignedIn):
    await portals.portal("elsewhere.localhost")
    page = await Browser(http, olena.token, host="elsewhere.localhost").get("/profile")
    assert page.headers["location"].startswith("/sign-in")


@pytest.mark.covers("B08", "K36")
async def test_the_profile_shows_logins_language_and_the_way_out(browser: Browser, olena: SignedIn):
    page = await browser.get("/profile")
    assert LOGIN in page.html.main.text and "Садова" in page.words
    assert page.form("/sign-out") and page.html.select_one("main a[href='/language/ru?next=/profile']")
    assert page.html.select_one("main a[href='/profile/password']")
