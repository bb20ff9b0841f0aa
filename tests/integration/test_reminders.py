"""Olena is reminded when she has not sent, once a day, by the way she likes; and is left in peace otherwise."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID, uuid4

import pytest
from pgqueuer.errors import RetryRequested

from tests.browser import Browser
from tests.factories import accounts, people, portals
from tests.factories.accounts import AnAccount
from tests.factories.people import SignedIn
from tests.factories.portals import APortal, change_policy
from webapp.actions import leaving, notifications
from webapp.actions import reminders as actions
from webapp.database.engine import DB
from webapp.database.queries import visits
from webapp.jobs import reminding
from webapp.outside import Outside
from webapp.rules import codes

MORNING = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)
"""10:00 in Kyiv on the first."""
FOURTH = MORNING + timedelta(days=3)
NIGHT = MORNING.replace(hour=20)


async def remind(portal: APortal, now: datetime = MORNING) -> int:
    found = await visits.portal(portal.id)
    assert found
    return await actions.remind(portal.id, found.policy, now)


async def jobs() -> list[tuple[UUID, int]]:
    rows = await DB.pool.fetch(
        "SELECT payload, priority FROM pgqueuer WHERE entrypoint = 'reminder' ORDER BY id"
    )
    return [(UUID(bytes=row["payload"]), row["priority"]) for row in rows]


async def work(outside: Outside, now: datetime = MORNING) -> list[str]:
    """What leaves: the texts, of letters and SMS together."""
    cast(Any, outside.clock).moment = now
    for id, _ in await jobs():
        await reminding.send(cast(Any, SimpleNamespace(payload=id.bytes, attempts=0)), outside)
    sent = [*cast(Any, outside.mail).sent, *cast(Any, outside.sms).sent]
    return [one.text for one in sent]


async def choose(olena: SignedIn, way: str) -> None:
    ways: frozenset[Any] = frozenset() if way == "none" else frozenset({way})
    await notifications.choose(olena.id, {"reading_reminder": ways}, MORNING)


async def test_who_has_not_sent_gets_a_letter_with_the_last_day_and_a_link(
    portal: APortal, flat: AnAccount, outside: Outside
):
    assert await remind(portal) == 1
    ((_, priority),) = await jobs()
    assert priority == 0, "behind every code and every letter"
    (text,) = await work(outside)
    assert "до кінця дня 5 листопада" in text.replace("\N{NO-BREAK SPACE}", " ")
    assert f"{portal.address}/r/" in text and "вул. Садова, 18, лічильник № …17" in text
    for private in ("0910204517", "кв. 42", "Олена", "71,68"):
        assert private not in text
    (letter,) = cast(Any, outside.mail).sent
    assert letter.unsubscribe.startswith(f"{portal.address}/unsubscribe/") and letter.unsubscribe in text


async def test_the_sms_is_one_part_and_its_link_the_one_of_the_letter(
    portal: APortal, olena: SignedIn, flat: AnAccount, outside: Outside
):
    await people.add_login(portal.id, olena.id, "+380671234567")
    await remind(portal)
    (first,) = await work(outside)
    await choose(olena, "sms")
    await DB.do("DELETE FROM pgqueuer")
    await remind(portal, FOURTH)
    _, sms = await work(outside, FOURTH)
    said, link = sms.split("\n")
    assert said == "104UA. Показання до 5.11" and link in first
    assert cast(Any, outside.sms).sent[0].to == "+380671234567"


async def test_who_has_sent_is_not_reminded(portal: APortal, flat: AnAccount, outside: Outside):
    await accounts.reading(flat.meter_id, flat.company_id, 4152, date(2026, 11, 1))
    assert await remind(portal) == 0


async def test_the_planned_volume_is_no_reading(portal: APortal, flat: AnAccount):
    await accounts.reading(flat.meter_id, flat.company_id, 4152, date(2026, 11, 1), source="planned")
    assert await remind(portal) == 1


async def test_who_sends_while_the_reminder_waits_gets_none(
    portal: APortal, flat: AnAccount, outside: Outside
):
    await remind(portal)
    await accounts.reading(flat.meter_id, flat.company_id, 4152, date(2026, 11, 1))
    assert await work(outside) == []


async def test_each_of_several_meters_has_a_link_and_those_that_are_sent_are_left_out(
    portal: APortal, olena: SignedIn, flat: AnAccount, outside: Outside
):
    for number, street in (("0910204600", "вул. Лугова, 7"), ("0910204601", "вул. Морська, 3")):
        other = await accounts.account(portal, number, street)
        await accounts.link(olena.id, other.id, position=1)
    await accounts.reading(other.meter_id, other.company_id, 4152, date(2026, 11, 1))
    assert await remind(portal) == 1
    (text,) = await work(outside)
    assert text.count("/r/") == 2 and "вул. Лугова, 7" in text and "Морська" not in text


async def test_somebody_who_only_pays_and_somebody_who_came_just_now_are_not_reminded(
    portal: APortal, flat: AnAccount, olena: SignedIn, other: SignedIn
):
    await accounts.link(other.id, flat.id, role="payer")
    await DB.do(
        "UPDATE links SET linked_at = $2 WHERE person_id = $1", olena.id, MORNING + timedelta(hours=1)
    )
    assert await remind(portal, MORNING + timedelta(hours=2)) == 0


async def test_two_workers_at_once_remind_once(portal: APortal, flat: AnAccount, outside: Outside):
    made = await asyncio.gather(*[remind(portal) for _ in range(6)])
    assert sum(made) == len(await jobs()) == 1
    assert await remind(portal, MORNING + timedelta(hours=3)) == 0, "nor does the next hour"
    await work(outside)
    assert len(await work(outside)) == 1, "a job that comes twice sends once"


async def test_without_the_unique_row_two_workers_would_remind_twice(portal: APortal, flat: AnAccount):
    """What the test above would not see if the database did not hold it: the same, without its rule."""
    both = asyncio.Barrier(2)
    asked = actions.queries.candidates

    async def together(*given: Any, **named: Any) -> Any:
        walk = await asked(*given, **named)
        if walk.people:
            await both.wait()
        return walk

    async def race() -> int:
        return sum(await asyncio.gather(remind(portal), remind(portal)))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(actions.queries, "candidates", together)
        assert await race() == 1
        await DB.do("DELETE FROM reminders")
        patch.setattr(actions, "MAKE", actions.MAKE.replace("ON CONFLICT (person_id, day) DO NOTHING", ""))
        await DB.do("ALTER TABLE reminders DROP CONSTRAINT reminder_once_a_day")
        try:
            assert await race() == 2
        finally:
            await DB.do("DELETE FROM reminders")
            await DB.do("ALTER TABLE reminders ADD CONSTRAINT reminder_once_a_day UNIQUE (person_id, day)")


async def test_a_rollback_takes_row_and_job_together(
    portal: APortal, flat: AnAccount, monkeypatch: pytest.MonkeyPatch
):
    async def killed(*_: Any) -> None:
        raise ConnectionError

    monkeypatch.setattr(DB, "enqueue_all", killed)
    with pytest.raises(ConnectionError):
        await remind(portal)
    monkeypatch.undo()
    assert await remind(portal) == 1


async def test_who_wants_none_gets_none_and_no_other_way_takes_the_place_of_one_that_is_gone(
    portal: APortal, olena: SignedIn, flat: AnAccount, outside: Outside
):
    await choose(olena, "none")
    assert await remind(portal) == 0
    await choose(olena, "sms")
    await DB.do("UPDATE people SET phone = '+380512701804' WHERE id = $1", olena.id)
    assert await remind(portal) == 0, "a landline to be called at is no login"
    await choose(olena, "mail")
    assert await remind(portal) == 1
    await choose(olena, "none")
    assert await work(outside) == [], "nor who has chosen so while it waited"


async def test_nothing_leaves_at_night_nor_after_the_window(
    portal: APortal, flat: AnAccount, outside: Outside
):
    await remind(portal)
    with pytest.raises(RetryRequested) as put_off:
        await work(outside, NIGHT)
    assert put_off.value.delay == timedelta(hours=10)
    assert await work(outside, MORNING + timedelta(days=6)) == []


async def test_the_days_are_the_portals(portal: APortal, flat: AnAccount):
    await change_policy(portal.id, {"readings": {"reminder_days": [2]}})
    assert await remind(portal) == 0
    assert await remind(portal, MORNING + timedelta(days=1)) == 1
    await change_policy(portal.id, {"readings": {"taken_by": [], "reminder_days": [3]}})
    assert await remind(portal, MORNING + timedelta(days=2)) == 0


async def test_the_hour_reminds_every_portal_that_can_be_read(portal: APortal, flat: AnAccount):
    broken = await portals.portal("broken.localhost")
    await DB.do("UPDATE portals SET policy = '{\"accounts\": 5}' WHERE id = $1", broken.id)
    await reminding.remind(MORNING)
    assert len(await jobs()) == 1


async def test_letters_are_in_the_language_of_the_person(
    portal: APortal, olena: SignedIn, flat: AnAccount, outside: Outside
):
    await DB.do("UPDATE people SET language = 'ru' WHERE id = $1", olena.id)
    await remind(portal)
    assert "Показание за октябрь ещё не поступило" in (await work(outside))[0]


async def test_who_has_left_leaves_nothing_of_it(portal: APortal, olena: SignedIn, flat: AnAccount, outside):
    await remind(portal)
    await work(outside)
    await choose(olena, "mail")
    await leaving.leave(olena.id, MORNING)
    for table in ("reminders", "notification_choices", "notifications", "sending_links"):
        assert await DB.pool.fetchval(f"SELECT count(*) FROM {table}") == 0


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
