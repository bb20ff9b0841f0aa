"""What Piccolo does not notice about paying; it runs what is raw before it makes a table, so this stands apart."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from webapp.database.engine import DB

ID = "2026-11-28T23:55:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "paying rules"

STATEMENTS = (
    "CREATE SEQUENCE checkout_numbers START 1001 OWNED BY checkouts.number",
    "CREATE SEQUENCE payment_receipt_numbers START 1001 OWNED BY checkout_lines.receipt",
    "CREATE UNIQUE INDEX one_open_checkout ON checkout_lines (company_id, contract_id) WHERE is_open",
    "CREATE UNIQUE INDEX one_refund ON refunds (company_id, checkout_id)"
    " WHERE state IN ('asked', 'approved', 'done')",
    "CREATE INDEX checkouts_to_look_at ON checkouts (next_look_at) WHERE next_look_at IS NOT NULL",
    "CREATE INDEX checkouts_of_a_company ON checkouts (company_id, created_at DESC)",
    # The kinds of cases grow by a word each; whoever came before keeps theirs.
    """
    DO $$
    DECLARE kinds text;
    BEGIN
        SELECT string_agg(DISTINCT quote_literal(said[1]), ', ') INTO kinds
        FROM pg_constraint, regexp_matches(pg_get_constraintdef(oid), '''([a-z_]+)''', 'g') AS said
        WHERE conrelid = 'cases'::regclass AND conname = 'kind_known';
        ALTER TABLE cases DROP CONSTRAINT kind_known;
        EXECUTE 'ALTER TABLE cases ADD CONSTRAINT kind_known CHECK (kind IN (' || kinds || ', ''payment''))';
    END $$
    """,
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="webapp", description=DESCRIPTION)
    manager.add_raw(apply)
    return manager


async def apply() -> None:
    for statement in STATEMENTS:
        await DB.do(statement)
