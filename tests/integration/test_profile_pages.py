"""The profile itself: who one is, the password, and what a page of rules says of logins and passwords."""

import asyncio

import pytest

from tests import door
from tests.browser import Browser
from tests.factories import people
from tests.factories.accounts import AnAccount
from tests.factories.people import PASSWORD, SignedIn
from tests.factories.portals import APortal, change_policy
from webapp.actions import profile
from webapp.database.engine import DB

OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.mark.covers("K36", "R04", page="/profile")
async def test_other_data_are_told_later_and_need_not_be(browser: Browser, flat: AnAccount):
    await DB.pool.execute("UPDATE people SET name = ''")
    page = await browser.get("/profile")
    assert "Імені не вказано" in page.words and page.html.select_one("main a[href='/accounts']")
    form = (await browser.get("/profile/details")).form("/profile/details")
    saved = await browser.submit(form, name="  Олена   Коваленко-О’Шея ", phone="(0462) 61-62-04")
    page = await browser.follow(saved)
    assert "Олена Коваленко-О’Шея" in page.words and "+380 46 261 62 04" in page.words.replace("\u00a0", " ")
    empty = await browser.submit(
        (await browser.get("/profile/details")).form("/profile/details"), name="", phone=""
    )
    assert empty.status == 303 and "Імені не вказано" in (await browser.follow(empty)).words


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"name": "О" * 101}, "name", "Не більше ста літер"), ({"name": "<b>Олена"}, "name", "без дужок"),
        ({"name": "О\u202eлена"}, "name", "невидимих знаків"), ({"phone": "12"}, "phone", "не схоже на номер"),
        ({"phone": "+48 501 234 567"}, "phone", "лише українські"), ({"phone": "104"}, "phone", "короткий службовий"),
    ],
)  # fmt: skip
async def test_what_cannot_be_is_explained_and_kept(browser, flat, fields, field: str, sentence: str):
    page = await browser.post("/profile/details", {"name": "", "phone": ""} | fields, **OURS)
    assert page.status == 422 and sentence in page.mistakes[field]
    assert page.html.select_one(f"#{field}")["value"] == fields[field]


@pytest.mark.covers("A20", page="/sign-up/form")
async def test_the_phone_of_the_sign_up_is_kept_also_a_landline(
    http, visitor: Browser, portal: APortal, flat
):
    await change_policy(portal.id, door.IDENTIFIED)
    await DB.pool.execute("DELETE FROM links")
    await door.sign_up_identified(visitor, portal.supplier, "ivan@example.com")
    link = f"/sign-up/link/{await door.link_for('ivan@example.com')}"
    await visitor.post(link, {}, **OURS)
    assert (
        await DB.pool.fetchval("SELECT phone FROM people ORDER BY created_at DESC, phone DESC LIMIT 1")
        == "+380462616204"
    )


@pytest.mark.covers("A34", "B08", page="/profile/password")
async def test_the_password_is_changed_by_the_old_one(http, browser: Browser, portal, olena: SignedIn, flat):
    elsewhere = Browser(http, await people.sign_in(portal.id, olena.id))
    await browser.submit((await browser.get("/recovery")).form(), login=olena.login)
    code = await door.code_for(olena.login)
    page = await browser.get("/profile/password")
    for old, new, field, sentence in (
        ("", door.GOOD, "old", "Введіть пароль"), ("не той", door.GOOD, "old", "не той пароль"),
        (PASSWORD, "коротко", "password", "щонайменше 10 символів"), (PASSWORD, "", "password", "Введіть пароль"),
        (PASSWORD, "olena@example.com", "password", "повторює логін"),
        (PASSWORD, "password123", "password", "серед перших"),
    ):  # fmt: skip
        refused = await browser.submit(page.form("/profile/password"), old=old, password=new)
        assert refused.status == 422 and sentence in refused.mistakes[field], sentence
    changed = await browser.submit(page.form("/profile/password"), old=PASSWORD, password=door.GOOD)
    assert "Пароль змінено" in (await browser.follow(changed)).words
    assert (await elsewhere.get("/profile")).status == 303, "others are out"
    assert (await door.try_code(browser, code, "/recovery/confirm")).headers["location"] == "/recovery"
    assert (await door.jobs())[-1] == "notice"
    replayed = await browser.submit(page.form("/profile/password"), old=PASSWORD, password=door.GOOD)
    assert replayed.status == 422


async def test_of_two_changes_with_the_same_old_password_one_counts(browser: Browser, olena: SignedIn, flat):
    new = ["перший ліхтар над Бугом", "другий ліхтар над Бугом"]
    answers = await asyncio.gather(
        *(browser.post("/profile/password", {"old": PASSWORD, "password": one}, **OURS) for one in new)
    )
    assert sorted(answer.status for answer in answers) == [303, 422]


async def test_without_the_old_hash_in_the_statement_both_would(monkeypatch, browser, olena, flat):
    """Shows that the test above bites."""
    monkeypatch.setattr(profile, "CHANGE", profile.CHANGE.replace("password_hash = $2", "$2 <> ''"))
    met, hash_of = asyncio.Barrier(2), profile.hashing.hash_of

    async def both(password: str) -> str:
        await met.wait()
        return await hash_of(password)

    monkeypatch.setattr(profile.hashing, "hash_of", both)
    fields = {"old": PASSWORD, "password": door.GOOD}
    answers = await asyncio.gather(*(browser.post("/profile/password", fields, **OURS) for _ in range(2)))
    assert [answer.status for answer in answers] == [303, 303]


async def test_whoever_guesses_the_old_password_waits(browser: Browser, flat: AnAccount, outside):
    fields = {"old": "не той", "password": door.GOOD}
    for _ in range(10):
        assert (await browser.post("/profile/password", fields, **OURS)).status == 422
    stopped = await browser.post("/profile/password", fields | {"old": PASSWORD}, **OURS)
    assert stopped.status == 429 and "чверть години" in stopped.words
    outside.clock.moment += door.minutes(15)
    assert (await browser.post("/profile/password", fields | {"old": PASSWORD}, **OURS)).status == 303


@pytest.mark.parametrize(
    "path", ["", "/details", "/password", "/confirm", "/devices", "/data", "/consent", "/deletion"]
)
async def test_none_of_it_is_for_visitors_or_kept_on_the_device(visitor, browser, flat, path: str):
    page = await browser.get(f"/profile{path}")
    assert (
        page.status == 200 and "x-offline" not in page.headers and page.headers["cache-control"] == "no-store"
    )
    assert (await visitor.get(f"/profile{path}")).headers["location"] == f"/sign-in?next=/profile{path}"


@pytest.mark.covers("B09", page="/help/rules")
@pytest.mark.parametrize(("minimum", "kinds"), [(5, ["phone"]), (12, ["mail", "phone"])])
async def test_the_rules_are_those_of_the_policy(
    visitor: Browser, portal: APortal, minimum: int, kinds: list[str]
):
    policy = {"logins": {"kinds": kinds}, "passwords": {"minimum": minimum}, "consent": {"moment": "after"}}
    await change_policy(portal.id, policy)
    page = await visitor.get("/help/rules")
    assert (
        page.html.h1.text == "Вимоги до логінів і паролів" and f"Щонайменше {minimum} символів" in page.words
    )
    assert ("адреса електронної пошти" in page.words) is ("mail" in kinds)
    assert "Стаціонарний номер може бути контактним" in page.words and "супутникові" in page.words
    for path in ("/sign-up/form", "/recovery"):
        assert (await visitor.get(path)).html.select_one("main a[href='/help/rules']"), path


@pytest.mark.covers("K09", page="/recovery", instead="the person chooses the password; both pages say so")
async def test_nobody_mails_passwords(visitor: Browser, portal: APortal):
    await change_policy(portal.id, door.BY_PHONE)
    assert "Паролів ніхто не надсилає: новий Ви вигадуєте самі" in (await visitor.get("/recovery")).words
    assert "не надсилаємо паролів ні листом, ні в SMS" in (await visitor.get("/help/rules")).words


@pytest.mark.covers("H08", page="/sign-up/form")
async def test_it_is_said_that_nothing_is_handed_on(visitor: Browser, portal: APortal):
    await change_policy(portal.id, door.IDENTIFIED | {"consent": {"moment": "after"}})
    words = (await visitor.get("/sign-up/form")).words
    assert "З’єднання зашифроване" in words and "нічого не передається стороннім" in words


async def test_where_passwords_may_be_short_a_second_step_is_advised(browser, portal: APortal, flat):
    for minimum, advised in ((5, True), (10, False)):
        await change_policy(portal.id, {"passwords": {"minimum": minimum}})
        page = await browser.get("/profile/confirm?next=/profile/data")
        assert bool(page.html.select_one("main p a[href='/profile/security']")) is advised
