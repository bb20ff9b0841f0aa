"""What Piccolo does not notice about certificates; raw SQL runs before tables are made, so this stands apart."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from webapp.database.engine import DB

ID = "2026-11-29T12:10:30:000000"
VERSION = "1.38.0"
DESCRIPTION = "certificates rules"

STATEMENTS = (
    "CREATE SEQUENCE certificate_numbers START 1001 OWNED BY certificates.number",
    "CREATE UNIQUE INDEX one_open_order ON certificates (company_id, contract_id, person_id, kind)"
    " WHERE state = 'asked'",
    "CREATE INDEX news_of_a_company ON news (company_id, published_at DESC) WHERE withdrawn_at IS NULL",
    # What was issued is a paper in somebody's hands: nothing of it changes any more.
    """
    CREATE FUNCTION keep_certificate() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'certificate % was issued and does not change', OLD.number;
    END $$
    """,
    "CREATE TRIGGER certificate_kept BEFORE UPDATE ON certificates FOR EACH ROW"
    " WHEN (OLD.state = 'issued') EXECUTE FUNCTION keep_certificate()",
    # The kinds of cases grow by a word each; whoever came before keeps theirs.
    """
    DO $$
    DECLARE kinds text;
    BEGIN
        SELECT string_agg(DISTINCT quote_literal(said[1]), ', ') INTO kinds
        FROM pg_constraint, regexp_matches(pg_get_constraintdef(oid), '''([a-z_]+)''', 'g') AS said
        WHERE conrelid = 'cases'::regclass AND conname = 'kind_known';
        ALTER TABLE cases DROP CONSTRAINT kind_known;
        EXECUTE 'ALTER TABLE cases ADD CONSTRAINT kind_known CHECK (kind IN (' || kinds || ', ''certificate''))';
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
