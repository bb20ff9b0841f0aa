"""Lists of addresses walk along an index that compares byte by byte, whatever order the server has."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from webapp.database.engine import DB

ID = "2026-11-25T10:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "addresses"

STATEMENTS = (
    "DROP INDEX accounts_by_address",
    'CREATE INDEX accounts_by_address ON accounts (company_id, address_key COLLATE "C")',
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="webapp", description=DESCRIPTION)
    manager.add_raw(apply)
    return manager


async def apply() -> None:
    for statement in STATEMENTS:
        await DB.do(statement)
