"""Nobody walks along the days of charges any more: the daily look goes by the accounts that people look after."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from webapp.database.engine import DB

ID = "2026-12-05T10:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "charges"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="webapp", description=DESCRIPTION)
    manager.add_raw(drop)
    manager.add_raw_backwards(create)
    return manager


async def drop() -> None:
    await DB.do("DROP INDEX charges_of_a_day")


async def create() -> None:
    await DB.do("CREATE INDEX charges_of_a_day ON charges (charged_on, contract_id) WHERE volume IS NOT NULL")
