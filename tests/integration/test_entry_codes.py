"""Signing up with a phone or a mail of one's own, and the six digits that prove it."""

import asyncio
import re

import httpx
import pytest

from tests import door
from tests.browser import Browser, Page
from tests.factories import people, portals
from tests.factories.portals import APortal
from webapp.actions.proofs import COUNT
from webapp.database.engine import DB

PHONE, TYPED = "+380671234567", "067 123-45-67"


@pytest.fixture
async def portal(app) -> APortal:
    return await portals.portal(name="Кременчукгаз", policy=door.BY_PHONE)


@pytest.fixture
async def waiting(visitor: Browser) -> Browser:
    """Has filled in the form, and waits for the SMS."""
    assert (await door.sign_up_plainly(visitor, TYPED)).status == 303
    return visitor


async def wrong_for(contact: str) -> str:
    return f"{(int(await door.code_for(contact)) + 1) % 10**6:06}"


@pytest.mark.covers("K03", "K05", "R06", "K17")
async def test_a_phone_and_a_password_and_six_digits_make_a_person(waiting: Browser):
    page = await waiting.get("/sign-up/confirm")
    assert "Ми надіслали код на +380 67 123 45 67" in page.words
    assert page.html.select_one("#code")["autocomplete"] == "one-time-code"
    assert await door.jobs() == ["code"]
    spaced = await door.code_for(PHONE)
    entered = await waiting.submit(
        page.form("/sign-up/confirm"), code=f"Код активації - {spaced[:3]} {spaced[3:]}"
    )
    assert (
        entered.headers["location"] == "/cabinet"
        and "sid" in waiting.cookies
        and "waiting" not in waiting.cookies
    )
    assert "Вітаємо Вас в особистому кабінеті" in (await waiting.follow(entered)).words


@pytest.mark.covers("K04")
async def test_the_portal_says_its_minimum_and_refuses_what_is_shorter_or_common(visitor: Browser):
    form = await door.form_of_sign_up(visitor)
    assert "Щонайменше 6 символів" in form.text
    for password, sentence in (
        ("тінь7", "Закороткий: треба щонайменше 6 символів."),
        ("123456", "вгадують серед перших"),
        ("0671234567", "Пароль повторює логін"),
    ):
        page = await visitor.submit(form, login=TYPED, password=password)
        assert page.status == 422 and sentence in page.mistakes["password"]
        assert page.html.select_one("#login")["value"] == TYPED
        assert not page.html.select_one("#password").get("value")


@pytest.mark.parametrize(
    ("login", "sentence"),
    [
        ("", "Введіть номер телефону."),
        ("olena@example.com", "Тут логін – номер мобільного."),
        ("0536 70 12 12", "На стаціонарний номер SMS не надійде."),
        ("+48 501 234 567", "лише українські номери"),
        ("06712345", "не схоже на номер телефону"),
    ],
)
async def test_a_login_that_cannot_be_one_is_explained(visitor: Browser, login: str, sentence: str):
    page = await door.sign_up_plainly(visitor, login)
    assert page.status == 422 and sentence in page.mistakes["login"]


@pytest.mark.covers("K06", "K08", "A30")
async def test_when_no_sms_comes_there_is_a_way_on(waiting: Browser, outside):
    page = await waiting.get("/sign-up/confirm")
    assert "Якщо за 15 хвилин SMS не надійде, натисніть «Повторити»" in page.words
    assert page.html.select_one("#confirm a[href='/recovery']")
    assert page.html.select_one("resend-button")["seconds"] == "60"
    assert (await waiting.get("/sign-up/form")).html.select_one("#login")["value"] == TYPED
    first = await door.code_for(PHONE)
    outside.clock.moment += door.minutes(1)
    await waiting.submit(page.form("/sign-up/resend"))
    if first != await door.code_for(PHONE):
        assert "Код не підходить" in (await door.try_code(waiting, first)).mistakes["code"]
    assert (await door.try_code(waiting, await door.code_for(PHONE))).headers["location"] == "/cabinet"


async def test_the_fourth_sms_is_refused_with_a_sentence(waiting: Browser, outside):
    page = await waiting.get("/sign-up/confirm")
    for _ in range(2):
        outside.clock.moment += door.minutes(1)
        assert (await waiting.submit(page.form("/sign-up/resend"))).status == 303
    outside.clock.moment += door.minutes(1)
    fourth = await waiting.submit(page.form("/sign-up/resend"))
    assert fourth.status == 429 and "до трьох разів за десять хвилин" in fourth.words
    assert await door.jobs() == ["code"] * 3


async def test_a_code_has_five_tries(waiting: Browser):
    wrong = await wrong_for(PHONE)
    said = [(await door.try_code(waiting, wrong)).mistakes["code"] for _ in range(6)]
    assert "введіть ще раз" in said[3] and "спроб більше немає" in said[4] and "спроб більше немає" in said[5]
    right = await door.try_code(waiting, await door.code_for(PHONE))
    assert right.status == 422 and "sid" not in waiting.cookies


async def test_fifty_tries_at_once_compare_five(waiting: Browser):
    wrong = await wrong_for(PHONE)
    answers = await asyncio.gather(*(door.try_code(waiting, wrong) for _ in range(50)))
    assert {answer.status for answer in answers} == {422}
    assert await DB.pool.fetchval("SELECT tries FROM proofs") == 5


async def test_without_the_count_in_the_statement_all_of_them_would(waiting: Browser, monkeypatch):
    """Shows that the test above bites."""
    monkeypatch.setattr("webapp.actions.proofs.COUNT", COUNT.replace("tries < $2", "$2 > 0"))
    wrong = await wrong_for(PHONE)
    await asyncio.gather(*(door.try_code(waiting, wrong) for _ in range(20)))
    assert await DB.pool.fetchval("SELECT tries FROM proofs") == 20


async def test_the_same_code_twenty_times_at_once_is_one_sign_in(waiting: Browser):
    code = await door.code_for(PHONE)
    await asyncio.gather(*(door.try_code(waiting, code) for _ in range(20)))
    assert (await door.rows("people"), await door.rows("sign_ins"), await door.rows("logins")) == (1, 1, 1)


async def test_a_code_that_did_its_work_does_no_more(waiting: Browser):
    code = await door.code_for(PHONE)
    cookies = dict(waiting.cookies)
    await door.try_code(waiting, code)
    waiting.cookies = cookies
    assert (await door.try_code(waiting, code)).headers["location"] == "/sign-in"
    assert await door.rows("sign_ins") == 1


async def test_a_code_is_good_for_ten_minutes(waiting: Browser, outside):
    outside.clock.moment += door.minutes(10)
    page = await door.try_code(waiting, await door.code_for(PHONE))
    assert page.status == 422 and "він працює 10 хвилин" in page.mistakes["code"]
    assert await door.rows("people") == 0


async def test_a_code_works_in_the_browser_that_asked_only(waiting: Browser, http: httpx.AsyncClient):
    page = await door.try_code(Browser(http), await door.code_for(PHONE))
    assert page.headers["location"] == "/sign-up" and await door.rows("people") == 0
    other = Browser(http)
    await door.sign_up_plainly(other, "068 765 43 21")
    assert (await door.try_code(other, await door.code_for(PHONE))).status == 422


def without(code: str, page: Page) -> str:
    """The page with the number's own part left out."""
    return re.sub(rf"(380\W{{0,3}}){code}", r"\1··", page.html.decode())


async def test_somebody_who_is_registered_is_told_by_message_and_nobody_else_learns(
    http: httpx.AsyncClient, portal: APortal, outside
):
    await people.person(portal.id, "Тарас", "+380671112233")
    known, unknown = Browser(http), Browser(http)
    pages = []
    for browser, phone in ((known, "+380671112233"), (unknown, "+380971112233")):
        sent = await door.sign_up_plainly(browser, phone)
        shown = await browser.follow(sent)
        wrong = await door.try_code(browser, "1")
        pages.append([without(phone[4:6], page) for page in (sent, shown, wrong)])
        assert (sent.status, sent.headers["location"]) == (303, "/sign-up/confirm")
    assert pages[0] == pages[1]
    assert await door.jobs() == ["notice", "code"]
    guessed = await door.try_code(known, await door.code_for("+380671112233"))
    assert guessed.status == 422 and "sid" not in known.cookies


async def test_a_sign_up_with_a_password_is_hashed_at_once(waiting: Browser):
    row = await DB.pool.fetchrow("SELECT password_hash, typed::text FROM sign_ups")
    assert row["password_hash"].startswith("$argon2id$") and door.GOOD not in row["typed"]


async def test_the_page_shows_no_code_outside_the_demo(waiting: Browser):
    page = await waiting.get("/sign-up/confirm")
    assert await door.code_for(PHONE) not in page.html.decode()
