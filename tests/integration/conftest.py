"""The real application on a real database, with embedded neighbours."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import asyncpg
import httpx
import pytest
from litestar import Litestar

from tests.browser import Browser
from tests.conftest import COMPILED
from tests.factories import accounts, people, portals
from tests.factories.accounts import AnAccount
from tests.factories.people import SignedIn
from tests.factories.portals import APortal
from webapp.app import create_app
from webapp.database import engine
from webapp.database.engine import DB
from webapp.outside import Outside
from webapp.settings import Settings

CUT = """
SELECT count(pg_terminate_backend(pid, 2000)) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND (application_name <> 'kept' OR state <> 'idle')
"""
"""Nobody is in the middle of anything any more."""
SWEEP = """
SET session_replication_role = replica;  -- triggers that keep the journal whole
DO $$
DECLARE
    one record;
BEGIN
    FOR one IN SELECT oid::regclass AS name, pg_relation_size(oid) AS size FROM pg_class
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'migration'
            AND pg_relation_size(oid) > 0
    LOOP
        EXECUTE format(CASE WHEN one.size > 262144 THEN 'TRUNCATE %s' ELSE 'DELETE FROM %s' END, one.name);
    END LOOP;
    PERFORM setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false) FROM pg_sequences
        WHERE last_value IS NOT NULL AND schemaname = 'public';
END $$
"""
"""No row is left, numbers begin anew; what the queue was made with stays. A few rows are deleted: a new file for each
table and index, as a truncated one gets, takes four times as long."""


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """One loop for all tests of this process: connections outlive a test."""
    return "asyncio"


@pytest.fixture(scope="session")
async def swept(swept_database: str, anyio_backend: str) -> AsyncIterator[asyncpg.Connection]:
    """Connections to the one database of this process; a new one for each test would cost more than the test.

    Nobody is cut off for being slow: how long a page waits is proved where it is the question.
    """
    async with AsyncExitStack() as open:
        with pytest.MonkeyPatch.context() as patient:
            patient.setattr(engine, "LIMITS", dict.fromkeys(engine.LIMITS, "30000"))
            await open.enter_async_context(DB.opened(f"{swept_database}&application_name=kept"))
        sweeper = await asyncpg.connect(swept_database)
        yield sweeper
        await sweeper.close()


@pytest.fixture
async def database_url(swept_database: str, swept: asyncpg.Connection) -> AsyncIterator[str]:
    """Empty, and one for all tests of this process: to sweep it takes a fraction of the time of a copy."""
    yield swept_database
    if await swept.fetchval(CUT):
        await DB.pool.expire_connections()  # the pool may not have heard yet which of its own are cut
    await swept.execute(SWEEP)


@pytest.fixture
def outside() -> Outside:
    return people.outside()


@pytest.fixture
def settings(database_url: str) -> Settings:
    return Settings(database_url, secret="a key of the tests alone", compiled=COMPILED)


@pytest.fixture(scope="session")
def built() -> Litestar:
    """Putting an application together takes longer than most tests: its rooms are furnished anew for each."""
    return create_app(Settings(""), people.outside())


@pytest.fixture
async def app(
    built: Litestar, settings: Settings, outside: Outside, swept_database: str
) -> AsyncIterator[Litestar]:
    built.state.settings, built.state.outside = settings, outside
    if settings.database_url == swept_database:  # which is open
        yield built
        return
    async with built.lifespan():
        yield built


@pytest.fixture
async def http(app: Litestar) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as http:
        yield http


@pytest.fixture
async def portal(app: Litestar) -> APortal:
    return await portals.portal()


@pytest.fixture
async def olena(portal: APortal) -> SignedIn:
    """The consumer: an account of her own, signed in."""
    return await people.person(portal.id, "Олена Коваленко", "olena@example.com")


@pytest.fixture
async def flat(portal: APortal, olena: SignedIn) -> AnAccount:
    """Olena's home."""
    made = await accounts.account(portal, "0910204517", "вул. Садова, 18, кв. 42")
    await accounts.link(olena.id, made.id)
    return made


@pytest.fixture
async def other_flat(portal: APortal, other: SignedIn) -> AnAccount:
    made = await accounts.account(portal, "0910204518", "вул. Лугова, 7", balance="-41.59")
    await accounts.link(other.id, made.id)
    return made


@pytest.fixture
async def other(portal: APortal) -> SignedIn:
    return await people.person(portal.id, "Чужий Чоловік", "+380670000002")


@pytest.fixture
def browser(http: httpx.AsyncClient, olena: SignedIn, flat: AnAccount) -> Browser:
    return Browser(http, olena.token)


@pytest.fixture
def stranger(http: httpx.AsyncClient, other: SignedIn, other_flat: AnAccount) -> Browser:
    return Browser(http, other.token)


@pytest.fixture
def visitor(http: httpx.AsyncClient, portal: APortal) -> Browser:
    """Nobody yet."""
    return Browser(http)
