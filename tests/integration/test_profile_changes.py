"""A login replaced by another: by codes to both, or after three days without the old one."""

import asyncio
from datetime import timedelta

import pytest

from tests import door
from tests.browser import Browser, Page
from tests.factories import people
from tests.factories.accounts import LAST_PAYMENT, AnAccount
from tests.factories.people import NOW, PASSWORD, SignedIn
from tests.factories.portals import APortal, change_policy
from tests.integration.test_profile_logins import OURS, confirm, id_of, logins
from webapp.actions import authenticators, contact_changes
from webapp.database.engine import DB

OLD, NEW = "olena@example.com", "olena.new@example.com"
HERE = "/profile/logins/change"


@pytest.fixture
async def one_login(portal: APortal, flat: AnAccount) -> APortal:
    await change_policy(portal.id, {"logins": {"several": False}, "contacts": door.CONTACTS})
    return portal


async def ask_for_change(browser: Browser, login: str = NEW) -> Page:
    there = f"/profile/logins/{await id_of(OLD)}/change"
    form = await browser.follow(await confirm(browser, there))
    return await browser.submit(form.form(there), login=login)


async def say_lost(browser: Browser, payment: str = str(LAST_PAYMENT)) -> Page:
    form = (await browser.get(f"{HERE}?lost=1")).form(HERE)
    return await browser.submit(form, new_code=await door.code_for(NEW), payment=payment)


@pytest.mark.covers("A37", page="/profile/logins/change")
async def test_with_both_codes_it_changes_at_once(http, browser: Browser, one_login: APortal):
    page = await browser.follow(await ask_for_change(browser))
    assert OLD in page.words and NEW in page.words and await door.jobs() == ["code", "code"]
    codes = {"new_code": await door.code_for(NEW), "old_code": await door.code_for(OLD)}
    changed = await browser.submit(page.form(HERE), **codes)
    assert "Логін замінено" in (await browser.follow(changed)).words and await logins() == {NEW}
    assert (await door.jobs())[2:] == ["notice", "written"], "the new one is told, and the old one"
    for login, status in ((NEW, 303), (OLD, 422)):
        entered = await Browser(http).post("/sign-in", {"login": login, "password": PASSWORD}, **OURS)
        assert entered.status == status
    assert (await browser.post(HERE, codes, **OURS)).headers["location"] == HERE
    assert (await browser.get(HERE)).headers["location"] == "/profile"


async def test_one_code_now_and_the_other_later(browser: Browser, one_login: APortal):
    page = await browser.follow(await ask_for_change(browser))
    wrong = await browser.submit(page.form(HERE), new_code=await door.code_for(NEW), old_code="1")
    assert wrong.status == 422 and set(wrong.mistakes) == {"old_code"}
    assert "Новий логін підтверджено" in wrong.words and await logins() == {OLD}
    right = await browser.submit(wrong.form(HERE), old_code=await door.code_for(OLD))
    assert right.status == 303 and await logins() == {NEW}


@pytest.mark.covers("A37", page="/profile/logins/change")
async def test_without_the_old_number_it_takes_another_proof_and_three_days(
    browser: Browser, one_login: APortal, olena: SignedIn, outside
):
    page = await browser.follow(await ask_for_change(browser))
    assert "Немає доступу до старого номера" in page.words
    wrong = await say_lost(browser, "1.00")
    assert wrong.status == 422 and "не останній платіж" in wrong.mistakes["payment"]
    waits = await browser.follow(await browser.submit(wrong.form(HERE), payment=str(LAST_PAYMENT)))
    assert "Заміна відбудеться 6 листопада, 20:00" in waits.words.replace("\u00a0", " ")
    assert (await door.jobs())[-1] == "notice" and await logins() == {OLD}
    assert "Логін замінюється" in (await browser.get("/profile")).words
    assert await contact_changes.apply_due(NOW + timedelta(hours=71)) == 0
    done = await asyncio.gather(*(contact_changes.apply_due(NOW + timedelta(hours=72)) for _ in range(5)))
    assert sum(done) == 1 and await logins() == {NEW}
    assert (await door.jobs())[-2:] == ["notice", "written"]


async def test_with_an_application_its_code_is_the_other_proof(
    browser: Browser, one_login, olena, outside, monkeypatch
):
    page = await browser.follow(await ask_for_change(browser))
    await DB.pool.execute(
        "INSERT INTO authenticators (id, owner_id, secret, created_at, confirmed_at, last_step) "
        "VALUES (gen_random_uuid(), $1, '', now(), now(), 0)", olena.id,
    )  # fmt: skip
    form = (await browser.get(f"{HERE}?lost=1")).form(HERE)
    assert not form.select_one("#payment")
    wrong = await browser.submit(form, new_code=await door.code_for(NEW), app_code="000000")
    assert wrong.status == 422 and set(wrong.mistakes) == {"app_code"}

    async def right(*_: object, **__: object) -> str:
        return "fits"

    monkeypatch.setattr(authenticators, "try_code", right)
    assert (await browser.submit(wrong.form(HERE), app_code="000000")).status == 303
    assert "Заміна відбудеться" in (await browser.get(HERE)).words
    assert page.status == 200


async def test_whoever_has_nothing_to_prove_it_by_is_told_who_helps(browser: Browser, one_login: APortal):
    await DB.pool.execute("DELETE FROM payments")
    await ask_for_change(browser)
    page = await browser.get(f"{HERE}?lost=1")
    assert "Немає чим підтвердити" in page.words and page.html.select_one("main a[href='tel:+380462616204']")
    fields = {"lost": "1", "payment": "1.00", "new_code": await door.code_for(NEW)}
    assert (await browser.post(HERE, fields, **OURS)).status == 422 and await logins() == {OLD}


async def test_the_owner_cancels_it_from_another_device(http, browser: Browser, one_login, olena: SignedIn):
    await ask_for_change(browser)
    await say_lost(browser)
    owner = Browser(http, await people.sign_in(one_login.id, olena.id))
    page = await owner.get(HERE)
    cancelled = await owner.submit(page.form(f"{HERE}/cancellation"))
    assert "Заміну логіна скасовано" in (await owner.follow(cancelled)).words
    assert await contact_changes.apply_due(NOW + timedelta(hours=73)) == 0 and await logins() == {OLD}
    again = await owner.post(f"{HERE}/cancellation", {}, **OURS)
    assert again.status == 303, "a replay changes nothing"


async def test_a_password_restored_through_the_lost_contact_ends_it(http, browser, one_login, olena, outside):
    """It was not lost, so the change was not the owner's."""
    await ask_for_change(browser)
    await say_lost(browser)
    outside.clock.moment += door.minutes(5)
    owner = Browser(http)
    await owner.submit((await owner.get("/recovery")).form(), login=OLD)
    new = await owner.follow(await door.try_code(owner, await door.code_for(OLD), "/recovery/confirm"))
    assert (await owner.submit(new.form(), password=door.GOOD)).status == 303
    assert await contact_changes.apply_due(NOW + timedelta(hours=73)) == 0 and await logins() == {OLD}


async def test_twenty_times_at_once_it_changes_once(browser: Browser, one_login: APortal):
    await ask_for_change(browser)
    fields = {"new_code": await door.code_for(NEW), "old_code": await door.code_for(OLD)}
    answers = await asyncio.gather(*(browser.post(HERE, fields, **OURS) for _ in range(20)))
    assert {answer.status for answer in answers} <= {303, 422}
    await browser.post(HERE, {}, **OURS)
    assert await logins() == {NEW} and (await door.jobs()).count("notice") == 1


async def test_a_contact_that_somebody_got_meanwhile_stays_theirs(browser, one_login, other: SignedIn):
    await ask_for_change(browser)
    await say_lost(browser)
    await people.add_login(one_login.id, other.id, NEW)
    assert await contact_changes.apply_due(NOW + timedelta(hours=72)) == 0
    assert await logins() == {OLD, other.login, NEW}
    owner = await DB.pool.fetchval("SELECT person_id FROM logins WHERE contact = $1", NEW)
    assert owner == other.id and (await browser.get(HERE)).headers["location"] == "/profile"


async def test_somebody_elses_contact_is_answered_alike(browser: Browser, one_login, other: SignedIn):
    page = await browser.follow(await ask_for_change(browser, other.login))
    assert page.status == 200
    wrong = await browser.submit(
        page.form(HERE), new_code=await door.code_for(other.login), old_code=await door.code_for(OLD)
    )
    assert (
        wrong.status == 422 and set(wrong.mistakes) == {"new_code"} and await logins() == {OLD, other.login}
    )


async def test_a_later_wish_replaces_the_earlier_one(browser: Browser, one_login: APortal, outside):
    await ask_for_change(browser, "olena.first@example.com")
    first = await door.code_for("olena.first@example.com")
    outside.clock.moment += door.minutes(1)
    page = await browser.follow(await ask_for_change(browser))
    assert NEW in page.words and "olena.first" not in page.words
    late = await browser.post(HERE, {"new_code": first, "old_code": await door.code_for(OLD)}, **OURS)
    assert late.status == 422 and "new_code" in late.mistakes
    assert await DB.pool.fetchval("SELECT count(*) FROM contact_changes WHERE cancelled_at IS NULL") == 1


async def test_the_stranger_and_the_visitor_change_nothing(browser, stranger, visitor, one_login):
    await ask_for_change(browser)
    assert (await stranger.get(HERE)).headers["location"] == "/profile"
    fields = {"new_code": await door.code_for(NEW), "old_code": await door.code_for(OLD)}
    assert (await stranger.post(HERE, fields, **OURS)).status == 303
    await stranger.post(f"{HERE}/cancellation", {}, **OURS)
    assert (await visitor.post(HERE, fields, **OURS)).headers["location"] == "/sign-in"
    assert await DB.pool.fetchval("SELECT count(*) FROM contact_changes WHERE cancelled_at IS NULL") == 1
    assert OLD in await logins()


@pytest.mark.parametrize(
    "fields",
    [{}, {"new_code": ""}, {"new_code": "\ud7ff", "old_code": "9" * 300}, {"payment": "сто"}, {"lost": "x"}],
)
async def test_odd_input_ends_in_a_sentence(browser: Browser, one_login: APortal, fields: dict[str, str]):
    await ask_for_change(browser)
    page = await browser.post(HERE, fields, **OURS)
    assert page.status == 422 and await logins() == {OLD}
