"""Deciding a reading, with the races it must survive."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from tests.factories.accounts import AnAccount
from tests.factories.people import NOW, SignedIn
from webapp.actions import readings as actions
from webapp.actions import taking
from webapp.actions.readings import Accepted, KeyReused, Outcome, Refused, Submission
from webapp.database.engine import DB
from webapp.database.queries import readings as queries
from webapp.database.queries.visits import Person
from webapp.database.tables.readings import Reading
from webapp.outside.receipt_keys import EmbeddedKeys
from webapp.rules.policy import Policy

pytestmark = pytest.mark.anyio
KEYS = EmbeddedKeys()


def a_reading(flat: AnAccount, value: str = "04152", **said: Any) -> Submission:
    facts = {"id": uuid4(), "digest": uuid4().hex} | said
    return Submission(meter_id=flat.meter_id, value=value, read_on=date(2026, 11, 3), taken_at=NOW, **facts)


def as_person(someone: SignedIn) -> Person:
    return Person(someone.id, someone.partition, "", "uk", uuid4(), False, NOW)


async def submit(sent: Submission, by: SignedIn, *, now: datetime = NOW, ask: bool = False) -> Outcome:
    return await actions.submit(sent, by=as_person(by), policy=Policy(), now=now, ask=ask, keys=KEYS)


async def waiting_for_a_lock(count: int) -> None:
    """Returns when so many connections wait for somebody's lock: nothing is left to chance."""
    sql = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    async with asyncio.timeout(5):
        while await DB.pool.fetchval(sql) < count:
            await asyncio.sleep(0.01)


async def two_at_once(
    database_url: str, olena: SignedIn, first: Submission, second: Submission
) -> list[Outcome | BaseException]:
    """Both have looked and found nothing before either may write: a lock on the table sees to it."""
    outsider = await asyncpg.connect(database_url)
    try:
        async with outsider.transaction():
            await outsider.execute("LOCK TABLE readings IN SHARE MODE")
            both = [asyncio.create_task(submit(sent, olena)) for sent in (first, second)]
            await waiting_for_a_lock(2)
        return await asyncio.gather(*both, return_exceptions=True)
    finally:
        await outsider.close()


async def test_of_two_values_for_one_month_one_is_accepted(database_url: str, olena, flat: AnAccount):
    outcomes = await two_at_once(database_url, olena, a_reading(flat), a_reading(flat, "04160"))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Accepted", "Refused"]
    assert await Reading.count().where(Reading.digest != "", Reading.state == "accepted") == 1


async def test_without_the_lock_the_race_is_lost_and_the_index_saves_the_month(
    monkeypatch, database_url: str, olena: SignedIn, flat: AnAccount
):
    monkeypatch.setattr(queries, "LOCK_METER", queries.LOCK_METER.replace("FOR UPDATE OF meters", ""))
    outcomes = await two_at_once(database_url, olena, a_reading(flat), a_reading(flat, "04160"))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Accepted", "UniqueViolationError"]
    assert await Reading.count().where(Reading.digest != "", Reading.state == "accepted") == 1


async def test_a_replay_by_twenty_at_once_is_one_row_and_one_answer(olena: SignedIn, flat: AnAccount):
    sent = a_reading(flat)
    answers = await asyncio.gather(*(submit(sent, olena) for _ in range(20)))
    assert len({answer.number for answer in answers if isinstance(answer, Accepted)}) == 1
    assert await Reading.count().where(Reading.id == sent.id) == 1


async def test_a_replay_after_four_hundred_days_gets_the_stored_answer(olena: SignedIn, flat: AnAccount):
    sent = a_reading(flat)
    first = await submit(sent, olena)
    assert await submit(sent, olena, now=NOW + timedelta(days=400)) == first


async def test_the_same_id_with_another_value_is_told_apart(olena: SignedIn, flat: AnAccount):
    sent = a_reading(flat)
    await submit(sent, olena)
    assert await submit(a_reading(flat, "04153", id=sent.id), olena) == KeyReused()


async def test_a_clock_that_is_years_behind_is_corrected(olena: SignedIn, flat: AnAccount):
    past = NOW - timedelta(days=730)
    sent = Submission(
        uuid4(), flat.meter_id, "04152", date(2026, 11, 3), past, "d", sent_at=past + timedelta(minutes=1)
    )
    outcome = await submit(sent, olena)
    assert isinstance(outcome, Accepted) and outcome.month == date(2026, 10, 1)
    (row,) = await Reading.select().where(Reading.id == sent.id)
    assert row["skew_seconds"] > 700 * 86400 and row["taken_at"] == NOW - timedelta(minutes=1)


@pytest.mark.parametrize(
    ("taken", "received", "month"),
    [
        ("2026-11-05T21:59:59Z", "2026-11-05T21:59:59Z", date(2026, 10, 1)),
        ("2026-11-05T22:00:00Z", "2026-11-05T22:00:00Z", date(2026, 11, 1)),
        ("2026-11-05T21:59:59Z", "2026-11-08T21:00:00Z", date(2026, 10, 1)),
        ("2026-11-05T21:59:59Z", "2026-11-09T21:00:00Z", date(2026, 11, 1)),
    ],
)
async def test_the_moment_of_reading_decides_within_the_grace(olena, flat: AnAccount, taken, received, month):
    moment, now = (datetime.fromisoformat(text).astimezone(UTC) for text in (taken, received))
    sent = Submission(uuid4(), flat.meter_id, "04152", date(2026, 11, 5), moment, "d", sent_at=now)
    outcome = await submit(sent, olena, now=now)
    assert isinstance(outcome, Accepted) and outcome.month == month


async def test_a_batch_goes_on_after_one_that_breaks(monkeypatch, olena: SignedIn, flat: AnAccount):
    good, bad = a_reading(flat), a_reading(flat, "04160")
    store = taking.store

    async def breaking(entries: list[taking.Entry]) -> set[UUID]:
        if bad.id in {entry.id for entry in entries}:
            raise asyncpg.PostgresError("a surprise")
        return await store(entries)

    monkeypatch.setattr(taking, "store", breaking)
    decided = await actions.submit_all([bad, good], by=as_person(olena), policy=Policy(), now=NOW, keys=KEYS)
    assert [sent.id for sent, _ in decided] == [good.id]
    assert await Reading.count().where(Reading.id == good.id) == 1


async def test_what_is_refused_is_refused_for_good(olena: SignedIn, flat: AnAccount):
    sent = a_reading(flat, "123456")
    first = await submit(sent, olena)
    assert isinstance(first, Refused) and await submit(sent, olena) == first
    assert UUID(str(sent.id)) == sent.id
