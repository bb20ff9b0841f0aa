"""The hourly look for charges that are on no bill yet reads those alone, and not all there ever were."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from webapp.database.engine import DB

ID = "2026-12-06T10:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "unbilled"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="webapp", description=DESCRIPTION)
    manager.add_raw(create)
    manager.add_raw_backwards(drop)
    return manager


async def create() -> None:
    await DB.do("CREATE INDEX charges_unbilled ON charges (contract_id) WHERE bill_id IS NULL")


async def drop() -> None:
    await DB.do("DROP INDEX charges_unbilled")
