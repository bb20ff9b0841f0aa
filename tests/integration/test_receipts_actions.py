"""One receipt a reading, whoever looks first."""

import asyncio
from datetime import date
from uuid import UUID

import asyncpg
import pytest

from tests.factories.accounts import AnAccount
from tests.factories.people import NOW, SignedIn
from tests.integration.test_readings_actions import KEYS, a_reading, as_person, submit, waiting_for_a_lock
from webapp.actions import receipts as actions
from webapp.actions.readings import Accepted, Refused
from webapp.database.engine import DB
from webapp.database.tables.readings import Reading
from webapp.outside.receipt_keys import EmbeddedKeys, verify
from webapp.rules import receipts as rules
from webapp.rules.policy import Policy
from webapp.rules.receipts import Receipt

pytestmark = pytest.mark.anyio


async def stored(id: UUID) -> bytes | None:
    return await DB.pool.fetchval("SELECT receipt FROM readings WHERE id = $1", id)  # type: ignore[no-any-return]


async def two_looks(database_url: str, olena: SignedIn, flat: AnAccount) -> tuple[list[bytes], bytes | None]:
    """Both have seen that there is none before either may write; each would sign with a key of its own."""
    sql = "SELECT id FROM readings WHERE meter_id = $1"
    id = await DB.pool.fetchval(sql, flat.meter_id)
    outsider = await asyncpg.connect(database_url)
    try:
        async with outsider.transaction():
            await outsider.execute("LOCK TABLE readings IN SHARE MODE")
            looks = [
                asyncio.create_task(actions.receipt_of(id, of=olena.id, policy=Policy(), keys=EmbeddedKeys()))
                for _ in range(2)
            ]
            await waiting_for_a_lock(2)
        return [seal for seal in await asyncio.gather(*looks) if seal], await stored(id)
    finally:
        await outsider.close()


async def test_of_two_first_looks_both_see_what_is_stored(database_url: str, olena, flat: AnAccount):
    seen, kept = await two_looks(database_url, olena, flat)
    assert seen == [kept, kept]


async def test_without_the_condition_two_receipts_of_one_reading_are_handed_out(
    monkeypatch, database_url: str, olena: SignedIn, flat: AnAccount
):
    monkeypatch.setattr(actions, "STORE", actions.STORE.replace(" AND receipt IS NULL", ""))
    seen, _ = await two_looks(database_url, olena, flat)
    assert len(set(seen)) == 2


async def test_what_is_accepted_is_signed_with_it_and_a_replay_signs_nothing_anew(olena, flat: AnAccount):
    sent = a_reading(flat)
    outcome = await submit(sent, olena)
    assert isinstance(outcome, Accepted)
    seal = await stored(sent.id)
    assert seal and verify(KEYS.public()[KEYS.current().id], seal[:64], seal[64:])
    assert rules.opened(seal) == Receipt(
        outcome.number, "АТ «Миколаївгаз»", "4517", "0204517", "04152", date(2026, 11, 3), outcome.month,
        NOW, NOW, "consumer", KEYS.current().id,
    )  # fmt: skip
    KEYS.rotate()
    assert await submit(sent, olena) == outcome and await stored(sent.id) == seal


async def test_what_is_refused_is_not_signed(olena: SignedIn, flat: AnAccount):
    await submit(a_reading(flat), olena)
    late = a_reading(flat, "04160")
    assert isinstance(await submit(late, olena), Refused)
    assert await stored(late.id) is None
    with pytest.raises(asyncpg.CheckViolationError):
        await Reading.update({Reading.receipt: b"x"}).where(Reading.id == late.id)


async def test_a_stranger_makes_no_receipt(other: SignedIn, olena: SignedIn, flat: AnAccount):
    id = await DB.pool.fetchval("SELECT id FROM readings WHERE meter_id = $1", flat.meter_id)
    assert await actions.receipt_of(id, of=other.id, policy=Policy(), keys=KEYS) is None
    assert await stored(id) is None and as_person(other).id == other.id
