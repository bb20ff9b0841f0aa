"""What Piccolo does not notice: conditions that grew, and which reading of a month counts."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from webapp.database.engine import DB

ID = "2026-11-28T08:30:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "readings rules"

CONDITIONS = {
    ("readings", "state_known"): "state IN ('accepted', 'beside', 'replaced', 'refused')",
    ("readings", "receipt_of_accepted"): "receipt IS NULL OR state <> 'refused'",
    (
        "cases",
        "kind_known",
    ): "kind IN ('pin', 'address', 'dispute', 'annulment', 'moving', 'reading_dispute')",
}
ONE_COUNTS = """
UPDATE readings SET state = 'beside' FROM (
    SELECT id, row_number() OVER (
        PARTITION BY company_id, meter_id, month
        ORDER BY array_position(ARRAY['inspector', 'remote', 'consumer', 'staff', 'planned'], source::text), number DESC
    ) AS place
    FROM readings WHERE state = 'accepted'
) ranked
WHERE readings.id = ranked.id AND place > 1
"""
INDEXES = {
    # the last lines of defence behind the lock of the meter
    "one_accepted_a_month": "ON readings (company_id, meter_id, month) WHERE state = 'accepted'",
    "one_of_the_consumer_a_month": "ON readings (company_id, meter_id, month)"
    " WHERE state IN ('accepted', 'beside') AND source = 'consumer'",
    "one_correction": "ON readings (company_id, replaces) WHERE replaces IS NOT NULL",
}


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="webapp", description=DESCRIPTION)
    manager.add_raw(apply)
    return manager


async def apply() -> None:
    for (table, name), condition in CONDITIONS.items():
        await DB.do(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        await DB.do(f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({condition})")
    await DB.do(ONE_COUNTS)
    await DB.do("DROP INDEX one_accepted_a_month")
    for name, what in INDEXES.items():
        await DB.do(f"CREATE UNIQUE INDEX {name} {what}")
