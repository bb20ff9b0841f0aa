"""Logins in the profile: one more by a code or a link, one less, and never the last one."""

import asyncio
from uuid import UUID

import httpx
import pytest

from tests import door
from tests.browser import Browser, Page
from tests.factories import people
from tests.factories.accounts import AnAccount
from tests.factories.people import NOW, PASSWORD, SignedIn
from tests.factories.portals import APortal, change_policy
from webapp.actions import contacts
from webapp.database.engine import DB

OURS = {"Sec-Fetch-Site": "same-origin"}
SECOND, PHONE = "olena.work@example.com", "+380670000009"


async def confirm(browser: Browser, there: str = "/profile/logins/new", password: str = PASSWORD) -> Page:
    asked = await browser.get(f"/profile/confirm?next={there}")
    return await browser.submit(asked.form("/profile/confirm"), password=password)


async def ask_for(browser: Browser, login: str) -> Page:
    """Through the password to the form, and the form sent."""
    form = await browser.follow(await confirm(browser))
    return await browser.submit(form.form("/profile/logins/new"), login=login)


async def logins() -> set[str]:
    return {row["contact"] for row in await DB.pool.fetch("SELECT contact FROM logins")}


async def id_of(contact: str) -> UUID:
    return UUID(str(await DB.pool.fetchval("SELECT id FROM logins WHERE contact = $1", contact)))


async def grow_old(contact: str) -> None:
    await DB.pool.execute(
        "UPDATE logins SET verified_at = verified_at - interval '4 days' WHERE contact = $1", contact
    )


@pytest.mark.covers("B08", "A37", page="/profile/logins/new")
@pytest.mark.parametrize(
    ("typed", "contact"), [("067 000 00 09", PHONE), (" Olena.Work@Example.com", SECOND)]
)
async def test_olena_adds_a_login_and_signs_in_with_it(
    http, browser: Browser, flat: AnAccount, typed: str, contact: str
):
    asked = await browser.get("/profile/logins/new")
    assert asked.headers["location"] == "/profile/confirm?next=/profile/logins/new"
    page = await browser.follow(await ask_for(browser, typed))
    assert "Ми надіслали код на" in page.words and await logins() == {"olena@example.com"}
    code = await door.code_for(contact)
    added = await browser.submit(page.form("/profile/logins/confirm"), code=f" {code[:3]} {code[3:]} ")
    assert "Логін додано" in (await browser.follow(added)).words
    assert await logins() == {"olena@example.com", contact}
    assert (await door.jobs())[-1] == "notice"
    elsewhere = Browser(http)
    entered = await elsewhere.post("/sign-in", {"login": contact, "password": PASSWORD}, **OURS)
    assert entered.headers["location"] == "/cabinet"
    assert "Садова" in (await elsewhere.get("/cabinet")).words


@pytest.mark.covers("B08", page="/profile/logins/confirm")
async def test_a_letter_with_a_code_and_a_link_is_good_for_one_of_them(
    browser, stranger, portal, flat, visitor
):
    await change_policy(portal.id, door.AFTERWARDS)
    page = await browser.follow(await ask_for(browser, SECOND))
    assert "досить чогось одного" in page.words
    link = f"/profile/logins/link/{await door.link_for(SECOND)}"
    assert (await visitor.get(link)).headers["location"] == f"/sign-in?next={link}"
    assert (await stranger.get(link)).status == (await stranger.post(link, {}, **OURS)).status == 404
    for _ in range(3):
        looked = await browser.get(link)  # a mail scanner looks too
    assert (await browser.submit(looked.form(link))).headers["location"] == "/profile?said=added"
    assert (await browser.get(link)).status == 410
    late = await browser.post("/profile/logins/confirm", {"code": await door.code_for(SECOND)}, **OURS)
    assert late.headers["location"] == "/profile" and len(await logins()) == 3


async def test_the_code_of_such_a_letter_dies_first(browser: Browser, portal: APortal, flat, outside):
    await change_policy(portal.id, door.AFTERWARDS)
    await ask_for(browser, SECOND)
    outside.clock.moment += door.minutes(11)
    late = await browser.post("/profile/logins/confirm", {"code": await door.code_for(SECOND)}, **OURS)
    assert late.status == 422 and "Цей код більше не діє" in late.mistakes["code"]
    link = f"/profile/logins/link/{await door.link_for(SECOND)}"
    assert (await browser.post(link, {}, **OURS)).status == 303 and len(await logins()) == 2


async def test_a_login_of_somebody_else_is_answered_alike_and_never_added(browser, stranger, other: SignedIn):
    page = await browser.follow(await ask_for(browser, other.login))
    assert page.status == 200 and await door.jobs() == ["notice"]
    wrong = await browser.submit(page.form("/profile/logins/confirm"), code=await door.code_for(other.login))
    assert wrong.status == 422 and "Код не підходить" in wrong.mistakes["code"]
    assert len(await logins()) == 2


@pytest.mark.parametrize(
    ("login", "sentence"),
    [
        ("", "Введіть номер телефону або e-mail"), ("olena@example.com", "Це вже Ваш логін"),
        ("0462 61-62-04", "На стаціонарний номер SMS не надійде"), ("+48 501 234 567", "лише українські номери"),
        ("+8816 2123 4567", "супутниковий номер"), ("0900 212 345", "платними дзвінками"),
        ("104", "короткий службовий"), ("067", "короткий службовий"), ("06712", "короткий службовий"),
        ("067123", "не схоже"),
    ],
)  # fmt: skip
async def test_what_cannot_be_a_login_is_explained_and_kept(
    browser: Browser, flat, login: str, sentence: str
):
    page = await ask_for(browser, login)
    assert page.status == 422 and sentence in page.mistakes["login"]
    assert page.html.select_one("#login")["value"] == login and await door.rows("proofs") == 0


@pytest.mark.parametrize("typed", ["", "\ud7ff" * 9, "a" * 5000, "12345678901234567890", "%00"])
async def test_odd_codes_end_in_a_sentence(browser: Browser, flat: AnAccount, typed: str):
    await ask_for(browser, SECOND)
    page = await browser.post("/profile/logins/confirm", {"code": typed}, **OURS)
    assert page.status == 422 and page.mistakes["code"]


async def test_where_one_login_is_enough_none_is_added(browser: Browser, portal: APortal, flat: AnAccount):
    assert "Додати логін" in (await browser.get("/profile")).words
    await change_policy(portal.id, {"logins": {"several": False}})
    page = await browser.get("/profile")
    assert "Додати логін" not in page.words and "Замінити" in page.words
    for path in ("new", "confirm", "resend"):
        assert (await browser.post(f"/profile/logins/{path}", {"code": "1"}, **OURS)).status == 404, path


async def test_the_code_is_of_this_sign_in_alone(
    http, browser: Browser, portal: APortal, olena: SignedIn, flat
):
    await ask_for(browser, SECOND)
    elsewhere = Browser(http, await people.sign_in(portal.id, olena.id))
    code = await door.code_for(SECOND)
    assert (await elsewhere.post("/profile/logins/confirm", {"code": code}, **OURS)).status == 303
    assert await logins() == {"olena@example.com"}


async def test_the_same_code_twenty_times_at_once_adds_one(browser: Browser, flat: AnAccount):
    await ask_for(browser, SECOND)
    fields = {"code": await door.code_for(SECOND)}
    await asyncio.gather(*(browser.post("/profile/logins/confirm", fields, **OURS) for _ in range(20)))
    assert await logins() == {"olena@example.com", SECOND}
    assert (await door.jobs()).count("notice") == 1


async def test_a_code_more_after_a_while_and_not_before(browser: Browser, flat: AnAccount, outside):
    page = await browser.follow(await ask_for(browser, SECOND))
    again = page.form("/profile/logins/resend")
    assert (await browser.submit(again)).status == 429
    outside.clock.moment += door.minutes(1)
    assert "Надіслали ще раз" in (await browser.follow(await browser.submit(again))).words


@pytest.mark.covers("B08", page="/profile/logins/…/removal")
async def test_olena_removes_a_login_and_both_are_told(http, browser: Browser, portal, olena, flat):
    await people.add_login(portal.id, olena.id, SECOND)
    await grow_old("olena@example.com")
    there = f"/profile/logins/{await id_of(SECOND)}/removal"
    asked = await browser.follow(await confirm(browser, there))
    assert SECOND in asked.words and "більше не можна буде" in asked.words
    removed = await browser.submit(asked.form(there))
    assert removed.headers["location"] == "/profile?said=removed" and await logins() == {"olena@example.com"}
    assert await door.jobs() == ["notice", "written"]
    assert (await browser.post(there, {}, **OURS)).status == 404, "a replay finds nothing"
    out = await Browser(http).post("/sign-in", {"login": SECOND, "password": PASSWORD}, **OURS)
    assert out.status == 422


async def test_the_last_login_stays(browser: Browser, flat: AnAccount):
    there = f"/profile/logins/{await id_of('olena@example.com')}/removal"
    asked = await browser.follow(await confirm(browser, there))
    assert "Останній логін лишається" in asked.words and not asked.html.select_one(f"form[action='{there}']")
    assert (await browser.post(there, {}, **OURS)).status == 422 and len(await logins()) == 1


async def test_a_stolen_password_does_not_drive_the_owner_out(browser: Browser, portal, olena, flat):
    """Adding a login of one's own and removing the owner's takes three days, and the owner is told at once."""
    await people.add_login(portal.id, olena.id, "thief@example.com")
    there = f"/profile/logins/{await id_of('olena@example.com')}/removal"
    asked = await browser.follow(await confirm(browser, there))
    assert "ще немає трьох днів" in asked.words
    assert (await browser.post(there, {}, **OURS)).status == 422 and len(await logins()) == 2


async def test_of_two_removals_at_once_one_login_stays(monkeypatch, browser: Browser, portal, olena, flat):
    await people.add_login(portal.id, olena.id, SECOND)
    for contact in ("olena@example.com", SECOND):
        await grow_old(contact)
    await confirm(browser)
    paths = [f"/profile/logins/{await id_of(contact)}/removal" for contact in ("olena@example.com", SECOND)]
    answers = await asyncio.gather(*(browser.post(path, {}, **OURS) for path in paths))
    assert sorted(answer.status for answer in answers) == [303, 422] and len(await logins()) == 1


async def test_without_the_lock_both_would_go(monkeypatch, browser: Browser, portal, olena, flat):
    """Shows that the test above bites."""
    met = asyncio.Barrier(2)
    of = contacts.of

    async def of_both(person_id: UUID) -> list:
        found = await of(person_id)
        await met.wait()
        return found

    monkeypatch.setattr(contacts, "LOCK", contacts.LOCK.replace("FOR UPDATE", ""))
    monkeypatch.setattr(contacts, "of", of_both)
    await people.add_login(portal.id, olena.id, SECOND)
    for contact in ("olena@example.com", SECOND):
        await grow_old(contact)
    await confirm(browser)
    paths = [f"/profile/logins/{await id_of(contact)}/removal" for contact in ("olena@example.com", SECOND)]
    await asyncio.gather(*(browser.post(path, {}, **OURS) for path in paths))
    assert await logins() == set()


async def test_the_stranger_finds_none_of_it(stranger: Browser, visitor: Browser, olena: SignedIn):
    await confirm(stranger)
    mine = await id_of("olena@example.com")
    for deed in ("removal", "change"):
        path = f"/profile/logins/{mine}/{deed}"
        assert (await stranger.get(path)).status == 404
        assert (await stranger.post(path, {"login": SECOND}, **OURS)).status == 404
        assert (await visitor.get(path)).headers["location"] == f"/sign-in?next={path}"
    assert "olena@example.com" in await logins()


async def test_ten_logins_are_enough(browser: Browser, portal: APortal, olena: SignedIn, flat):
    for n in range(9):
        await people.add_login(portal.id, olena.id, f"olena{n}@example.com")
    page = await ask_for(browser, SECOND)
    assert page.status == 422 and "Логінів уже десять" in page.mistakes["login"]


async def test_after_ten_minutes_the_password_is_asked_again(browser: Browser, flat: AnAccount, outside):
    await confirm(browser)
    assert (await browser.get("/profile/logins/new")).status == 200
    outside.clock.moment = NOW + door.minutes(10)
    for answer in (
        await browser.get("/profile/logins/new"),
        await browser.post("/profile/logins/new", {"login": SECOND}, **OURS),
    ):
        assert answer.headers["location"] == "/profile/confirm?next=/profile/logins/new"


async def test_the_password_in_between_is_counted(
    browser: Browser, stranger: Browser, flat, http: httpx.AsyncClient
):
    wrong = await confirm(browser, password="не той пароль")
    assert wrong.status == 422 and "не той пароль, з яким Ви входите" in wrong.mistakes["password"]
    assert wrong.html.select_one("input[name=next]")["value"] == "/profile/logins/new"
    for _ in range(9):
        await confirm(browser, password="не той пароль")
    stopped = await confirm(browser)
    assert stopped.status == 429 and "чверть години" in stopped.words
    assert (await confirm(stranger)).status == 303, "only whoever guesses waits"
    evil = await confirm(stranger, "//evil.example")
    assert evil.headers["location"] == "/cabinet"
