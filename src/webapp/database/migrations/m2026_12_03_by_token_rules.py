"""Until now the token stood as the device of a reading, and nowhere else."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from webapp.database.engine import DB

ID = "2026-12-03T11:00:01:000000"
VERSION = "1.38.0"
DESCRIPTION = "readings by a token that are here already"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="webapp", description=DESCRIPTION)
    manager.add_raw(known)
    return manager


async def known() -> None:
    await DB.do("UPDATE readings SET by_token = true FROM tokens WHERE tokens.id = readings.device_id")
