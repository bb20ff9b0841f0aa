"""One sticker hangs at a meter: Piccolo runs what is raw before it makes the table, so it stands apart."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from webapp.database.engine import DB

ID = "2026-11-28T23:20:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "reminders rules"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="webapp", description=DESCRIPTION)
    manager.add_raw(index)
    return manager


async def index() -> None:
    """One sticker hangs at a meter."""
    await DB.do(
        "CREATE UNIQUE INDEX one_sticker ON sending_links (company_id, meter_id) "
        "WHERE month IS NULL AND revoked_at IS NULL"
    )
