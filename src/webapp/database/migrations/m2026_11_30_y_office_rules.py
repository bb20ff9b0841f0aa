"""Keys by which consumers are found, folded as rules.folding_names folds what is typed; a version is never changed."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from webapp.database.engine import DB

ID = "2026-11-30T22:05:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "office rules"

UPPER = "АБВГҐДЕЄЖЗИІЇЙКЛМНОПРСТУФХЦЧШЩЬЮЯЁЫЭЪ"
LOWER = "абвгґдеєжзиіїйклмнопрстуфхцчшщьюяёыэъ"
APOSTROPHES = "''’ʼ`‘´′\"«»"
DROPPED = (
    "вул,вулиця,ул,улица,просп,проспект,пр,пров,провулок,пер,бул,бульвар,б,буд,будинок,дом,д,кв,квартира,м,місто,г,"
    "с,село,смт,обл,область,р,н"
)
STATEMENTS = (
    # By translate and listed letters, not by the locale: a server of another locale folds the same.
    f"""
    CREATE FUNCTION search_words(said text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
        SELECT coalesce(array_agg(word), '{{}}') FROM regexp_split_to_table(
            regexp_replace(
                lower(translate(said, '{UPPER}{APOSTROPHES}', '{LOWER}')), '([0-9])-([^0-9 ])', '\\1\\2', 'g'
            ),
            '[^0-9a-z{LOWER}]+'
        ) AS word WHERE word <> '' AND word <> ALL ('{{{DROPPED}}}')
    $$
    """,
    f"""
    CREATE FUNCTION serial_key(said text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
        SELECT ltrim(translate(
            regexp_replace(upper(translate(said, '{LOWER}', '{UPPER}')), '[^0-9A-Z{UPPER}]', '', 'g'),
            'АВЕІКМНОРСТХУ', 'ABEIKMHOPCTXY'
        ), '0')
    $$
    """,
    """
    CREATE INDEX accounts_by_words ON accounts
    USING gin (array_to_tsvector(search_words(holder || ' ' || settlement || ' ' || address)))
    """,
    "CREATE INDEX accounts_by_number ON accounts (number text_pattern_ops)",
    "CREATE INDEX contracts_by_number ON contracts (company_id, number text_pattern_ops)",
    "CREATE INDEX meters_by_serial ON meters (serial_key(serial) text_pattern_ops)",
    "CREATE INDEX meter_points_by_eic ON meter_points (eic text_pattern_ops)",
    "CREATE INDEX logins_by_contact ON logins (contact text_pattern_ops)",
    "CREATE INDEX people_by_phone ON people (phone text_pattern_ops) WHERE phone <> ''",
    """
    CREATE INDEX looks_at_an_account ON audit (account_id, colleague_id, at)
    WHERE deed = 'looked' AND case_id IS NULL
    """,
    *(
        f"CREATE INDEX {table}_of_an_account ON {table} (account_id) WHERE account_id IS NOT NULL"
        for table in ("cases", "appeals", "appointments", "callbacks")
    ),
    """
    CREATE FUNCTION policy_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' OR (to_jsonb(NEW) - 'withdrawn_at') <> (to_jsonb(OLD) - 'withdrawn_at')
           OR OLD.withdrawn_at IS NOT NULL THEN
            RAISE EXCEPTION 'a version of a policy is called off or replaced, never changed';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER policy_is_kept BEFORE UPDATE OR DELETE ON policy_versions
    FOR EACH ROW EXECUTE FUNCTION policy_is_kept()
    """,
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="webapp", description=DESCRIPTION)
    manager.add_raw(apply)
    return manager


async def apply() -> None:
    for statement in STATEMENTS:
        await DB.do(statement)
