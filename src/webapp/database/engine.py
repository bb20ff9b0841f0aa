"""The one PostgreSQL this process speaks to."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from types import TracebackType
from typing import Any, Literal, TypeVar

import asyncpg
import msgspec
from pgqueuer.queries import Queries
from piccolo.engine.postgres import PostgresEngine, PostgresTransaction

T = TypeVar("T")
LANES = {"code": 100, "letter": 50, "bulk": 0}
"""Whose job is taken first: a one-time code before a letter before a newsletter."""
LIMITS = {"statement_timeout": "5000", "lock_timeout": "3000", "idle_in_transaction_session_timeout": "10000"}
"""Milliseconds: nobody waits for ever (one page is one connection)."""
PLANS = {"jit": "off", "plan_cache_mode": "force_generic_plan"}


FAREWELL = 5.0
"""Seconds for the connections to be closed in peace; after them they are cut."""
PATIENCE = 2.0
"""Seconds that a page waits for a connection: then it is said that all are busy, and when to come again."""


async def _keep(_: Any) -> None:
    """Nobody here sets anything on a connection, so nothing needs resetting between two requests."""


class Pool(asyncpg.Pool):  # type: ignore[misc]
    """Of asyncpg's own whoever asks for a connection waits for ever."""

    __slots__ = ("_patience",)

    def __init__(self, url: str, patience: float | None, **options: Any) -> None:
        self._patience = patience
        super().__init__(
            url, max_queries=50_000, max_inactive_connection_lifetime=300, loop=None,
            connection_class=asyncpg.Connection, record_class=asyncpg.Record, **options,
        )  # fmt: skip

    def acquire(self, *, timeout: float | None = None) -> Any:
        return super().acquire(timeout=timeout or self._patience)


class Transaction(PostgresTransaction):
    """Piccolo's keeps its connection for ever when BEGIN, COMMIT or ROLLBACK fails or is cancelled.

    Ten of those, and the process would wait for its own pool until somebody restarts it.
    """

    async def __aenter__(self) -> PostgresTransaction:
        if self._parent is not None:
            return self._parent
        pool: Any = self.engine.pool
        self.connection = await pool.acquire()
        self.transaction = self.connection.transaction()
        try:
            await self.transaction.start()
        except BaseException:
            await self._give_back(unsettled=True)
            raise
        self.context = self.engine.current_transaction.set(self)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> Literal[False]:
        if self._parent is not None:
            return False
        unsettled = not (self._committed or self._rolled_back)  # both can be done by hand, inside
        try:
            if unsettled and error is None:
                await self.transaction.commit()
                unsettled = False
            elif unsettled:
                with suppress(Exception):  # the connection is gone, and so is the transaction
                    await self.transaction.rollback()
                    unsettled = False
        finally:
            self.engine.current_transaction.reset(self.context)
            await self._give_back(unsettled)
        return False

    async def _give_back(self, unsettled: bool) -> None:
        """Nobody else comes into what is left of a transaction that never ended: such a connection is closed."""
        if unsettled:
            with suppress(asyncpg.InterfaceError):  # it is closed already
                self.connection.terminate()
        pool: Any = self.engine.pool
        await pool.release(self.connection)


class Database(PostgresEngine):
    async def check_version(self) -> None:
        """Piccolo asks the server for its version when a table is imported; our imports knock at no door."""

    @asynccontextmanager
    async def opened(
        self, url: str, *, size: int = 10, patient: bool = False, later: bool = False
    ) -> AsyncIterator[None]:
        """`patient` is for migrations and imports: one long deed, no page waits for it.

        `later` is for what nobody looks at: it waits for its turn, and ends in time all the same.
        Opened within another, it is what is spoken to until it ends.
        """
        outer = self.config, self.pool
        self.config = {"dsn": url}
        limits = {} if patient else LIMITS
        options = {"server_settings": limits | PLANS, "reset": _keep, "timeout": 5}
        patience = None if patient or later else PATIENCE
        self.pool = await Pool(url, patience, min_size=1, max_size=size, **options)
        try:
            yield
        finally:
            pool = self.pool
            self.config, self.pool = outer
            with suppress(TimeoutError):  # a server that never hangs up has been seen: then we do
                async with asyncio.timeout(FAREWELL):
                    await pool.close()

    def transaction(self, allow_nested: bool = True) -> Transaction:
        return Transaction(self, allow_nested)

    @property
    def speaker(self) -> Any:
        """The connection of the transaction around, or the pool."""
        transaction = self.current_transaction.get()
        return transaction.connection if transaction else self.pool

    async def one(self, sql: str, *values: Any, into: type[T]) -> T | None:
        """The one JSON value `sql` returns, as a typed struct: five times cheaper than rows and objects."""
        answer = await self.speaker.fetchval(sql, *values)
        return None if answer is None else msgspec.json.decode(answer, type=into)

    async def do(self, sql: str, *values: Any) -> int:
        """Run one statement; returns how many rows it touched."""
        status = await self.speaker.execute(sql, *values)
        rows = status.rpartition(" ")[2]
        return int(rows) if rows.isdigit() else 0

    async def enqueue(
        self, job: str, payload: bytes, lane: str = "letter", after: timedelta | None = None
    ) -> None:
        """The job exists if and only if the transaction around it does; `after` a while it is taken."""
        transaction = self.current_transaction.get()
        if transaction is None:
            raise RuntimeError("a job is enqueued inside a transaction, or not at all")
        queries = Queries.from_asyncpg_connection(transaction.connection)
        await queries.enqueue(job, payload, LANES[lane], after)

    async def enqueue_all(self, job: str, payloads: list[bytes], lane: str) -> None:
        """Many of a kind at once, in one statement."""
        transaction = self.current_transaction.get()
        if transaction is None:
            raise RuntimeError("jobs are enqueued inside a transaction, or not at all")
        queries = Queries.from_asyncpg_connection(transaction.connection)
        many = len(payloads)
        await queries.enqueue([job] * many, [*payloads], [LANES[lane]] * many)


DB = Database(config={})
