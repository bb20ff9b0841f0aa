"""Olena is reminded when she has not sent, once a day, by the way she likes; and is left in peace otherwise."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import pytest
from pgqueuer.errors import RetryRequested

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
