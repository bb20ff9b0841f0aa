"""Does the database know all that the code expects of it?"""

import os
from pathlib import Path

import asyncpg
from piccolo.apps.migrations.commands.base import BaseMigrationManager

from webapp.database.queries import visits

MIGRATIONS = Path(__file__).parent / "migrations"


async def unfit(url: str) -> list[str]:
    """Portals that cannot be served, each with the field that is to be mended."""
    connection = await asyncpg.connect(url, timeout=5)
    try:
        rows = await connection.fetch(f"SELECT host, {visits.PORTAL} AS row FROM portals ORDER BY host")
    finally:
        await connection.close()
    found = []
    for row in rows:
        try:
            visits.fit(row["host"], row["row"].encode())
        except visits.UnfitPortal as error:
            found.append(str(error))
    return found


async def unapplied(url: str) -> list[str]:
    """IDs of the migrations that the database has not had yet, oldest first."""
    os.environ["PICCOLO_CONF"] = "webapp.database.piccolo_conf"
    known = BaseMigrationManager().get_migration_modules(str(MIGRATIONS))
    connection = await asyncpg.connect(url, timeout=5)
    try:
        if not await connection.fetchval("SELECT to_regclass('migration') IS NOT NULL"):
            return sorted(known)
        rows = await connection.fetch("SELECT name FROM migration WHERE app_name = 'webapp'")
    finally:
        await connection.close()
    return sorted(set(known) - {row["name"] for row in rows})
