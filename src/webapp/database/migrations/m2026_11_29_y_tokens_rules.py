"""What the list of the last calls walks along."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from webapp.database.engine import DB

ID = "2026-11-29T18:10:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "tokens rules"

INDEXES = {
    "deliveries_newest": "INDEX {} ON webhook_deliveries (webhook_id, created_at DESC)",
    "webhooks_of_a_portal": "INDEX {} ON webhooks (portal_id) WHERE state = 'on'",
}


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="webapp", description=DESCRIPTION)
    manager.add_raw(create)
    manager.add_raw_backwards(drop)
    return manager


async def create() -> None:
    for name, statement in INDEXES.items():
        await DB.do("CREATE " + statement.format(name))


async def drop() -> None:
    for name in INDEXES:
        await DB.do(f"DROP INDEX {name}")
