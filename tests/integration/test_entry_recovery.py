"""A forgotten password: a code or a link to one's own contact, never a password by mail."""

import asyncio
import re

import httpx
import pytest

from tests import door
from tests.browser import Browser, Page
from tests.factories import people, portals
from tests.factories.people import PASSWORD, SignedIn
from tests.factories.portals import APortal, change_policy
from webapp.database.engine import DB

MAIL, PHONE = "olena@example.com", "+380670000009"
OURS = {"Sec-Fetch-Site": "same-origin"}


async def ask(browser: Browser, login: str) -> Page:
    return await browser.submit((await browser.get("/recovery")).form(), login=login)


async def sign_in(browser: Browser, login: str, password: str) -> int:
    return (await browser.post("/sign-in", {"login": login, "password": password}, **OURS)).status


@pytest.fixture
async def portal(app) -> APortal:
    return await portals.portal(policy=door.TWO_STEPS)


@pytest.mark.covers("B10")
async def test_by_a_code_in_a_letter(visitor: Browser, olena: SignedIn):
    page = await visitor.follow(await ask(visitor, MAIL))
    assert "ми надіслали код на olena@example.com" in page.words and await door.jobs() == ["code"]
    right = await visitor.submit(page.form("/recovery/confirm"), code=await door.code_for(MAIL))
    new = await visitor.follow(right)
    assert new.headers["referrer-policy"] == "no-referrer" and "Ваш логін: olena@example.com" in new.words
    short = await visitor.submit(new.form(), password="коротко")
    assert short.mistakes["password"] == "Закороткий: треба щонайменше 10 символів."
    entered = await visitor.submit(new.form(), password=door.GOOD)
    assert (
        entered.headers["location"] == "/cabinet"
        and "sid" in visitor.cookies
        and "waiting" not in visitor.cookies
    )
    assert await sign_in(visitor, MAIL, PASSWORD) == 422 and await sign_in(visitor, MAIL, door.GOOD) == 303


@pytest.mark.covers("K07", instead="one field with a button that shows it, on the page after the code")
@pytest.mark.covers("K08", "K09")
async def test_by_a_code_to_the_phone(visitor: Browser, portal: APortal):
    await change_policy(portal.id, door.BY_PHONE)
    await people.person(portal.id, "Оксана", PHONE)
    asked = await visitor.get("/recovery")
    assert "+38(0**) ***_**" in asked.words and asked.html.h1.text == "Відновити пароль"
    page = await visitor.follow(await ask(visitor, "067 000 00 09"))
    assert "Якщо за 15 хвилин SMS не надійде, натисніть «Повторити»" in page.words
    new = await visitor.follow(await door.try_code(visitor, await door.code_for(PHONE), "/recovery/confirm"))
    assert (await visitor.submit(new.form(), password="жито 77")).headers["location"] == "/cabinet"


@pytest.mark.covers(
    "A35", instead="the link itself opens the page where a new password is set; none is mailed"
)
async def test_by_a_link_in_a_letter(http, visitor: Browser, portal: APortal, olena: SignedIn):
    await change_policy(portal.id, door.IDENTIFIED)
    page = await visitor.follow(await ask(visitor, MAIL))
    assert "ми надіслали лист із посиланням" in page.words and not page.html.select_one("#code")
    link = f"/password/{await door.link_for(MAIL)}"
    elsewhere = Browser(http)  # the letter may be read on another device
    for _ in range(3):
        new = await elsewhere.get(link)
    assert (await elsewhere.submit(new.form(), password=door.GOOD)).headers["location"] == "/cabinet"
    used = await elsewhere.get(link)
    assert used.status == 410 and used.html.select_one("main a[href='/recovery']")
    assert (await elsewhere.submit(new.form(), password="чужий пароль 5")).status == 410


@pytest.mark.parametrize(("login", "kind"), [(MAIL, "link"), (PHONE, "code")])
async def test_a_portal_may_send_links_to_mail_and_codes_to_phones(visitor, portal, login: str, kind: str):
    await change_policy(portal.id, door.AFTERWARDS)
    await ask(visitor, login)
    assert await DB.pool.fetchval("SELECT kind FROM proofs") == kind


@pytest.mark.covers("A34")
async def test_before_the_first_sign_in_the_password_can_be_set_too(
    visitor: Browser, portal, olena: SignedIn
):
    await DB.pool.execute("UPDATE people SET password_hash = NULL")
    await ask(visitor, MAIL)
    new = await visitor.follow(await door.try_code(visitor, await door.code_for(MAIL), "/recovery/confirm"))
    assert (await visitor.submit(new.form(), password=door.GOOD)).status == 303


async def test_everybody_who_was_signed_in_is_out(http, browser: Browser, olena: SignedIn):
    fresh = Browser(http)
    await ask(fresh, MAIL)
    new = await fresh.follow(await door.try_code(fresh, await door.code_for(MAIL), "/recovery/confirm"))
    await fresh.submit(new.form(), password=door.GOOD)
    assert (await browser.get("/profile")).status == 303 and (await fresh.get("/profile")).status == 200
    assert (await door.jobs())[-1] == "notice"


async def test_a_new_password_ends_the_older_ways_to_set_one(http, portal: APortal, olena: SignedIn):
    await change_policy(portal.id, door.IDENTIFIED)
    second = "olena.work@example.com"
    await people.add_login(portal.id, olena.id, second)
    await ask(Browser(http), MAIL)
    older, fresh = f"/password/{await door.link_for(MAIL)}", Browser(http)
    await ask(fresh, second)
    new = await fresh.get(f"/password/{await door.link_for(second)}")
    assert (await fresh.submit(new.form(), password=door.GOOD)).status == 303
    assert (await fresh.get(older)).status == 410


@pytest.mark.parametrize("policy", [door.TWO_STEPS, door.IDENTIFIED], ids=["code", "link"])
async def test_nobody_learns_whose_login_exists(http: httpx.AsyncClient, portal, olena, outside, policy):
    await change_policy(portal.id, policy)
    told = []
    for login in (MAIL, "alena@example.com"):
        browser = Browser(http)
        sent = await ask(browser, login)
        pages = [sent, await browser.follow(sent), await door.try_code(browser, "12", "/recovery/confirm")]
        for _ in range(5):
            pages.append(await door.try_code(browser, "12", "/recovery/confirm"))
        pages.append(await browser.post("/recovery/resend", {}, **OURS))
        told.append([(page.status, re.sub("[oa]lena", "·", page.html.decode())) for page in pages])
    assert told[0] == told[1]
    assert await door.rows("proofs") == 2 and len(await door.jobs()) == 2


async def test_the_code_of_a_login_nobody_has_fits_nothing(visitor: Browser, portal: APortal):
    await ask(visitor, "nobody@example.com")
    page = await door.try_code(visitor, await door.code_for("nobody@example.com"), "/recovery/confirm")
    assert page.status == 422 and "Код не підходить" in page.mistakes["code"]


async def test_a_code_once_and_in_this_browser_only(http, visitor: Browser, olena: SignedIn):
    await ask(visitor, MAIL)
    code = await door.code_for(MAIL)
    assert (await door.try_code(Browser(http), code, "/recovery/confirm")).headers["location"] == "/recovery"
    answers = await asyncio.gather(*(door.try_code(visitor, code, "/recovery/confirm") for _ in range(20)))
    ways = [one.headers["location"] for one in answers if one.status == 303]
    assert len([way for way in ways if way.startswith("/password/")]) == 1


async def test_a_code_of_recovery_signs_nobody_up(visitor: Browser, olena: SignedIn):
    await ask(visitor, MAIL)
    page = await door.try_code(visitor, await door.code_for(MAIL), "/sign-up/confirm")
    assert page.status == 303 and "sid" not in visitor.cookies


async def test_a_code_is_good_for_ten_minutes_and_another_is_to_be_had(visitor, olena: SignedIn, outside):
    page = await visitor.follow(await ask(visitor, MAIL))
    old = await door.code_for(MAIL)
    outside.clock.moment += door.minutes(10)
    late = await door.try_code(visitor, old, "/recovery/confirm")
    assert late.status == 422 and "Попросіть новий" in late.mistakes["code"]
    again = await visitor.follow(await visitor.submit(page.form("/recovery/resend")))
    assert "Надіслали ще раз" in again.words
    right = await door.try_code(visitor, await door.code_for(MAIL), "/recovery/confirm")
    assert right.headers["location"].startswith("/password/")


async def test_a_letter_at_most_every_half_minute(visitor: Browser, olena: SignedIn):
    await ask(visitor, MAIL)
    second = await ask(visitor, MAIL)
    assert second.status == 429 and "Забагато повідомлень за короткий час" in second.words
    assert second.html.select_one("#login")["value"] == MAIL


@pytest.mark.covers("A36")
async def test_whoever_has_neither_login_nor_mail_is_told_what_to_do(visitor: Browser, portal: APortal):
    for path in ("/recovery", "/help/sign-up"):
        assert (await visitor.get(path)).html.select_one("main a[href='/annulment']"), path
