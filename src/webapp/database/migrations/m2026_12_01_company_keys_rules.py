"""What it takes to take items of programs back: one table for all of them, since they come every minute."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from webapp.database.engine import DB

ID = "2026-12-01T10:10:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "company keys rules"

STATEMENTS = (
    "CREATE TABLE staging.kept_undo (batch_id uuid NOT NULL, n smallint NOT NULL, id uuid NOT NULL, old jsonb)",
    "CREATE INDEX kept_undo_of_a_batch ON staging.kept_undo (batch_id)",
    "CREATE INDEX file_exports ON export_batches (company_id, kind, upto DESC) WHERE source = 'file'",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="webapp", description=DESCRIPTION)
    manager.add_raw(apply)
    return manager


async def apply() -> None:
    for statement in STATEMENTS:
        await DB.do(statement)
