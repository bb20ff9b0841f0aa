"""The database catches up with the code: at every start, once, whoever starts first."""

import contextlib
import io
import os

import asyncpg
from pgqueuer.queries import Queries
from piccolo.apps.migrations.commands.forwards import run_forwards

from webapp.database.engine import DB

ALONE = 20261101
"""The advisory lock that lets one process migrate while the others wait."""


async def migrate(url: str) -> None:
    """Apply the migrations that are not applied yet, and the queue's own schema."""
    os.environ["PICCOLO_CONF"] = "webapp.database.piccolo_conf"
    alone = await asyncpg.connect(url)
    try:
        await alone.execute("SELECT pg_advisory_lock($1)", ALONE)
        async with DB.opened(url, patient=True):
            with contextlib.redirect_stdout(io.StringIO()):  # Piccolo tells a person at a terminal
                answer = await run_forwards("webapp")
            if not answer.success:
                raise RuntimeError(f"migrations stopped: {answer.message}")
            await DB.do("SELECT exchange_catches_up()")  # a database that was filled from a dump
            if not await alone.fetchval("SELECT to_regclass('pgqueuer') IS NOT NULL"):
                await Queries.from_asyncpg_pool(DB.pool).install()
    finally:
        await alone.close()
