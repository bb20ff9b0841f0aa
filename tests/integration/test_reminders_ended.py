"""Reminders are chosen in the profile, and ended by the link of a letter."""

import asyncio
from datetime import UTC, datetime
from typing import Any, cast
from uuid import uuid4

from tests.browser import Browser
from tests.factories import people, portals
from tests.factories.accounts import AnAccount
from tests.factories.people import SignedIn
from tests.factories.portals import APortal, change_policy
from tests.integration.test_reminders import FOURTH, jobs, remind, work
from webapp.database.engine import DB
from webapp.outside import Outside
from webapp.rules import codes


async def test_the_way_is_chosen_in_the_profile(
    browser: Browser, portal: APortal, olena: SignedIn, flat: AnAccount
):
    await people.add_login(portal.id, olena.id, "+380671234567")
    assert "Сповіщення" in (await browser.get("/profile")).words
    moved = await browser.get("/profile/reminders")
    assert (moved.status, moved.headers["location"]) == (301, "/profile/notifications")
    page = await browser.get("/profile/notifications")
    assert "1, 4 числа місяця" in page.words and "olena@example.com" in page.words
    form = page.form("/profile/notifications")
    for box in form.select('[name^="reading_reminder."][checked]'):
        del box["checked"]
    assert "Збережено" in (await browser.follow(await browser.submit(form))).words
    again = (await browser.get("/profile/notifications")).html
    assert not again.select('[name^="reading_reminder."][checked]')
    assert again.select('[name="payments.mail"][checked]'), "what was left alone stays as it was"
    assert await remind(portal) == 0
    saved = [browser.submit(form, **{"reading_reminder.sms": "1"}) for _ in range(3)]
    assert {answer.status for answer in await asyncio.gather(*saved)} == {303}
    assert await remind(portal) == 1


async def test_where_nobody_is_reminded_there_is_nothing_to_choose(browser: Browser, portal: APortal):
    assert "Нагадування про показання" in (await browser.get("/profile/notifications")).words
    await change_policy(portal.id, {"readings": {"reminder_days": []}})
    assert "Нагадування про показання" not in (await browser.get("/profile/notifications")).words


async def test_the_link_of_the_letter_ends_reminders_by_a_press_and_not_by_a_look(
    portal: APortal, flat: AnAccount, visitor: Browser, outside: Outside
):
    await remind(portal)
    await work(outside)
    path = cast(Any, outside.mail).sent[0].unsubscribe.removeprefix(portal.address)
    page = await visitor.get(path)
    assert page.headers["referrer-policy"] == "no-referrer" and page.html.select_one("meta[name=robots]")
    assert await remind(portal, FOURTH) == 1, "a program that looks into letters changes nothing"
    ended = await visitor.submit(page.form())
    assert ended.status == 200 and "Про це Вас більше не сповіщатимемо" in ended.words
    assert "Про це Вас більше не сповіщатимемо" in (await visitor.get(path)).words
    assert await remind(portal, datetime(2026, 12, 1, 9, tzinfo=UTC)) == 0


async def test_a_mail_program_ends_them_with_one_press(
    portal: APortal, flat: AnAccount, visitor: Browser, outside: Outside
):
    """It sends no word of where it comes from (RFC 8058)."""
    await remind(portal)
    await work(outside)
    path = cast(Any, outside.mail).sent[0].unsubscribe.removeprefix(portal.address)
    for _ in range(2):
        assert (await visitor.post(path, {"List-Unsubscribe": "One-Click"})).status == 200
    assert await remind(portal, FOURTH) == 0


async def test_a_link_that_is_not_whole_ends_nothing(
    portal: APortal, flat: AnAccount, visitor: Browser, outside: Outside
):
    await remind(portal)
    id, _ = (await jobs())[0]
    good = codes.reminder_of(outside.key, id)
    for bad in (good[:-1], good[:-1] + ("a" if good[-1] != "a" else "b"), "nonsense", str(uuid4())):
        assert (await visitor.post(f"/unsubscribe/{bad}", {})).status == 404
    elsewhere = Browser(visitor._http, host="other.localhost")
    await portals.portal("other.localhost")
    assert (await elsewhere.get(f"/unsubscribe/{good}")).status == 404
    assert await remind(portal, FOURTH) == 1


async def test_letters_from_before_end_reminders_all_the_same(
    portal: APortal, flat: AnAccount, visitor: Browser, outside: Outside
):
    await remind(portal)
    id, _ = (await jobs())[0]
    await DB.do("DELETE FROM notifications")
    ended = await visitor.post(f"/reminders/{codes.reminder_of(outside.key, id)}", {})
    assert ended.status == 200 and await remind(portal, FOURTH) == 0
