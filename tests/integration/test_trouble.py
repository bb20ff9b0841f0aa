"""A database that ends connections, refuses commits or is held by somebody: the process stays fit, the queue whole."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import date
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
from litestar import Litestar

from tests.browser import Browser
from tests.conftest import COMPILED
from tests.factories import accounts, portals
from tests.factories.accounts import AnAccount
from tests.factories.people import SignedIn
from tests.factories.portals import APortal
from tests.integration.test_readings_api import API, answers, queued
from webapp.database import engine
from webapp.database.engine import DB
from webapp.database.tables.accounts import Link
from webapp.database.tables.readings import Meter, Reading
from webapp.outside import Outside
from webapp.settings import Settings

SIZE = 10
"""Connections in the pool."""
ENDS = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, asyncio.CancelledError)


@pytest.fixture
def database_url(fresh_database_url: str) -> str:
    return fresh_database_url


@pytest.fixture
def settings(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setitem(engine.LIMITS, "lock_timeout", "200")
    return Settings(database_url, secret="a key of the tests alone", compiled=COMPILED)


@asynccontextmanager
async def somebody_else(database_url: str) -> AsyncIterator[Any]:
    outsider = await asyncpg.connect(database_url)
    try:
        yield outsider
    finally:
        await outsider.close()


async def ended_by_the_server(outsider: Any) -> None:
    async with DB.transaction():
        pid = await DB.speaker.fetchval("SELECT pg_backend_pid()")
        await outsider.execute("SELECT pg_terminate_backend($1)", pid)
        await DB.speaker.fetchval("SELECT 1")


async def refused_at_its_end(_: Any) -> None:
    async with DB.transaction():
        await DB.speaker.execute("INSERT INTO late VALUES (1)")


async def left_in_the_middle(_: Any) -> None:
    """The one who waits gives up, and a second time while the work is being undone."""

    async def work() -> None:
        async with DB.transaction():
            begun.set()
            await DB.speaker.execute("SELECT pg_sleep(10)")

    begun = asyncio.Event()
    working = asyncio.create_task(work())
    await begun.wait()
    working.cancel()
    await asyncio.sleep(0)
    working.cancel()
    await working


@pytest.mark.parametrize("broken", [ended_by_the_server, refused_at_its_end, left_in_the_middle])
async def test_a_transaction_gives_its_connection_back_however_it_ends(
    app, database_url: str, broken: Callable[[Any], Awaitable[None]]
):
    async with somebody_else(database_url) as outsider:
        await outsider.execute("CREATE TABLE late (n int UNIQUE DEFERRABLE INITIALLY DEFERRED)")
        await outsider.execute("INSERT INTO late VALUES (1)")
        for _ in range(SIZE + 1):
            with pytest.raises(ENDS):
                async with asyncio.timeout(5):
                    await broken(outsider)
    async with asyncio.timeout(5):
        assert await asyncio.gather(*(DB.pool.fetchval("SELECT 1") for _ in range(SIZE))) == [1] * SIZE
        async with DB.transaction():
            assert await DB.speaker.fetchval("SELECT count(*) FROM late") == 1


@pytest.fixture
async def crowded(
    built: Litestar, settings: Settings, outside: Outside, monkeypatch
) -> AsyncIterator[Litestar]:
    """The application with one connection, and that one is in use."""
    monkeypatch.setattr(engine, "PATIENCE", 0.1)
    built.state.settings, built.state.outside = settings, outside
    async with DB.opened(settings.database_url, size=1):
        await portals.portal()
        async with DB.pool.acquire():
            yield built


async def test_nobody_waits_for_ever_for_a_connection(crowded: Litestar):
    transport = httpx.ASGITransport(crowded, raise_app_exceptions=False)
    async with (
        asyncio.timeout(5),
        httpx.AsyncClient(transport=transport, base_url="http://localhost") as http,
    ):
        page = await http.get("/sign-in")
        machine = await http.post(API, json={})
        ready = await http.get("/readyz")
        alive = await http.get("/healthz")
    assert (page.status_code, page.headers["retry-after"]) == (503, "3")
    assert "Спробуйте за хвилину" in page.text
    assert (machine.status_code, machine.json()) == (503, {"code": "unavailable"})
    assert machine.headers["retry-after"] == "3"
    assert (ready.status_code, ready.json()) == (503, {"status": "the database is busy"})
    assert alive.status_code == 200


async def test_a_transaction_does_not_wait_either_and_leaves_nothing_behind(crowded: Litestar):
    with pytest.raises(TimeoutError):
        async with DB.transaction():
            pass
    assert DB.current_transaction.get() is None


async def test_who_works_later_waits_for_a_turn(database_url: str, monkeypatch):
    monkeypatch.setattr(engine, "PATIENCE", 0.01)
    async with DB.opened(database_url, size=1, later=True):
        async with DB.pool.acquire():
            waiting = asyncio.create_task(DB.pool.fetchval("SELECT pg_sleep(0.05)::text"))
            await asyncio.wait([waiting], timeout=0.1)
            assert not waiting.done()
        async with asyncio.timeout(5):
            assert await waiting == ""


async def test_a_meter_that_is_held_makes_the_device_wait_as_long_as_it_is_told(
    browser: Browser, database_url: str, flat: AnAccount
):
    item = queued(flat, "04152")
    async with somebody_else(database_url) as outsider, outsider.transaction():
        await outsider.execute("SELECT 1 FROM meters WHERE id = $1 FOR UPDATE", flat.meter_id)
        answer = await browser.send_json(API, {"protocol": 1, "readings": [item, queued(flat, "04153")]})
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "3")
    ((said,), rows) = await answers(browser, item), await Reading.count().where(Reading.digest != "")
    assert (said["outcome"], rows) == ("accepted", 1)


async def test_a_held_meter_delays_its_own_readings_alone(
    browser: Browser, database_url: str, portal: APortal, olena: SignedIn, flat: AnAccount
):
    dacha = await accounts.account(portal, "0910204519", "вул. Польова, 3")
    await accounts.link(olena.id, dacha.id)
    first, second, other = queued(flat, "04152"), queued(flat, "04153"), queued(dacha, "04152")
    async with somebody_else(database_url) as outsider, outsider.transaction():
        await outsider.execute("SELECT 1 FROM meters WHERE id = $1 FOR UPDATE", flat.meter_id)
        body = {"protocol": 1, "readings": [first, second, other]}
        told = (await browser.send_json(API, body)).json()["results"]
        assert [one["submission_id"] for one in told] == [other["submission_id"]]
    said = await answers(browser, first, second)
    assert [one["outcome"] for one in said] == ["accepted", "rejected"]


async def test_a_slow_batch_is_answered_before_the_device_gives_up(
    monkeypatch, browser: Browser, portal: APortal, olena: SignedIn, flat: AnAccount
):
    monkeypatch.setattr("webapp.actions.readings.PATIENCE", -1)
    answer = await browser.send_json(API, {"protocol": 1, "readings": [queued(flat, "04152")]})
    assert (answer.status_code, answer.json()["results"]) == (200, [])


async def unlinked(account: UUID) -> None:
    await Link.delete().where(Link.account_id == account)


async def replaced(account: UUID) -> None:
    await Meter.update({Meter.removed_on: date(2026, 11, 3)}).where(Meter.account_id == account)


async def untouched(_: UUID) -> None:
    pass


@pytest.mark.parametrize("happened", [untouched, unlinked, replaced])
async def test_whatever_happened_since_an_answer_that_was_lost_is_given_again(
    browser: Browser, flat: AnAccount, happened: Callable[[UUID], Awaitable[None]]
):
    taken, rival = queued(flat, "04152"), queued(flat, "04160")
    said = await answers(browser, taken, rival)
    assert said[1]["standing"] == {"value": 4152, "number": said[0]["number"], "source": "consumer"}
    await happened(flat.id)
    assert await answers(browser, taken, rival) == said
    ids = {"ids": [item["submission_id"] for item in (taken, rival)]}
    asked = (await browser.send_json(f"{API}/status", ids)).json()["results"]
    assert [one | {"digest": ""} for one in said] == asked
