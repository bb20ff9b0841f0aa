"""Every contract's balance moves each month, in one statement: half of each page is left free for what comes instead,
so that no index is touched. By account they are found by `contract_service_once`."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID

from webapp.database.engine import DB

ID = "2026-12-04T10:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "contracts"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="webapp", description=DESCRIPTION)
    manager.alter_column(
        table_class_name="Contract",
        tablename="contracts",
        column_name="account_id",
        db_column_name="account_id",
        params={"index": False},
        old_params={"index": True},
        column_class=UUID,
        old_column_class=UUID,
        schema=None,
    )
    manager.add_raw(half)
    manager.add_raw_backwards(whole)
    return manager


async def half() -> None:
    await DB.do("ALTER TABLE contracts SET (fillfactor = 50)")


async def whole() -> None:
    await DB.do("ALTER TABLE contracts RESET (fillfactor)")
