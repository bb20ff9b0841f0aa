"""The desk's own order, and what goes with an appeal when it is forgotten."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from webapp.database.engine import DB

ID = "2026-11-29T10:00:30:000000"
VERSION = "1.38.0"
DESCRIPTION = "appeals rules"

STATEMENTS = (
    "CREATE INDEX appeals_of_a_desk ON appeals (company_id, state, due_on, id)",
    """
    CREATE FUNCTION appeal_goes() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        DELETE FROM appeal_messages WHERE appeal_id = OLD.id;
        DELETE FROM attachments WHERE appeal_id = OLD.id;
        RETURN NULL;
    END
    $$
    """,
    "CREATE TRIGGER appeal_goes AFTER DELETE ON appeals FOR EACH ROW EXECUTE FUNCTION appeal_goes()",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="webapp", description=DESCRIPTION)
    manager.add_raw(apply)
    return manager


async def apply() -> None:
    for statement in STATEMENTS:
        await DB.do(statement)
