"""Where files under way lie, which of them is one of its kind, and the ever-growing number that exports follow."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from webapp.database.engine import DB

ID = "2026-11-30T14:10:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "exchange rules"

WATCHED = ("readings", "payments", "appeals", "links")
STATEMENTS = (
    "CREATE SCHEMA staging",
    # the same file of a company is one batch, unless it was wrong, called off or undone
    "CREATE UNIQUE INDEX one_of_a_file ON import_batches (company_id, kind, sha256)"
    " WHERE state IN ('staged', 'checked', 'wanted', 'applied', 'unwanted')",
    "CREATE INDEX imports_of_a_company ON import_batches (company_id, created_at DESC)",
    "CREATE INDEX good_imports ON import_batches (company_id, kind, applied_at DESC) WHERE state = 'applied'",
    "CREATE INDEX exports_of_a_company ON export_batches (company_id, kind, upto DESC)",
    # The number of the transaction that wrote a row, which grows for ever. A server that was filled from a dump
    # counts its transactions from the beginning: what is added makes them follow the old ones (exchange_catches_up).
    "CREATE TABLE exchange_clock (alone boolean PRIMARY KEY DEFAULT true CHECK (alone),"
    " server bigint NOT NULL, added bigint NOT NULL DEFAULT 0)",
    "INSERT INTO exchange_clock (server) SELECT system_identifier FROM pg_control_system()",
    """
    CREATE FUNCTION exchange_number() RETURNS bigint LANGUAGE sql VOLATILE
    AS 'SELECT coalesce((SELECT added FROM exchange_clock), 0) + pg_current_xact_id()::text::bigint'
    """,
    *(f"ALTER TABLE {table} ADD COLUMN change bigint DEFAULT 0" for table in WATCHED),
    *(f"ALTER TABLE {table} ALTER COLUMN change SET DEFAULT exchange_number()" for table in WATCHED),
    """
    CREATE FUNCTION exchange_catches_up() RETURNS void LANGUAGE sql AS $$
    UPDATE exchange_clock SET server = now.system_identifier, added = (
        SELECT coalesce(max(last), 0) FROM (
            SELECT max(change) AS last FROM readings UNION ALL SELECT max(change) FROM payments
            UNION ALL SELECT max(change) FROM appeals UNION ALL SELECT max(change) FROM links
            UNION ALL SELECT max(upto) FROM export_batches) known
    ) FROM pg_control_system() now WHERE server <> now.system_identifier
    $$
    """,
    "CREATE INDEX readings_changed ON readings (change, id) WHERE change IS NOT NULL",
    "CREATE INDEX payments_changed ON payments (company_id, change, id) WHERE change IS NOT NULL",
    "CREATE INDEX appeals_changed ON appeals (company_id, change, id)",
    "CREATE INDEX links_changed ON links (change, id)",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="webapp", description=DESCRIPTION)
    manager.add_raw(apply)
    return manager


async def apply() -> None:
    for statement in STATEMENTS:
        await DB.do(statement)
