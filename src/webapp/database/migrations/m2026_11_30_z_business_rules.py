"""What Piccolo does not say of the business cabinet: what is kept as it was, and the ways to it."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from webapp.database.engine import DB

ID = "2026-11-30T23:00:30:000000"
VERSION = "1.38.0"
DESCRIPTION = "business rules"

STATEMENTS = (
    "CREATE INDEX volumes_of_a_desk ON volume_requests (company_id, month DESC, state)",
    # An old number leads to the account also years after: of the company that had it, and of the one that has it.
    "CREATE INDEX handed_numbers ON handed_accounts (old_number, from_company_id, company_id)",
    "CREATE INDEX files_by_age ON reading_files (created_at)",
    """
    CREATE FUNCTION keep_volumes() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'what was asked for stays as it was';
    END $$
    """,
    "CREATE TRIGGER volumes_kept BEFORE UPDATE OR DELETE ON volume_versions"
    " FOR EACH ROW EXECUTE FUNCTION keep_volumes()",
    "CREATE TRIGGER handed_kept BEFORE UPDATE OR DELETE ON handed_accounts"
    " FOR EACH ROW EXECUTE FUNCTION keep_volumes()",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="webapp", description=DESCRIPTION)
    manager.add_raw(apply)
    return manager


async def apply() -> None:
    for statement in STATEMENTS:
        await DB.do(statement)
