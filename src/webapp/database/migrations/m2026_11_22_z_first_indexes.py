"""Indexes that the tables cannot say: partial ones, and those in the order of the hot pages."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from webapp.database.engine import DB

ID = "2026-11-22T23:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "first indexes"

INDEXES = {
    # the last line of defence behind the lock of the meter: one accepted reading of a consumer a month
    "one_accepted_a_month": "UNIQUE INDEX {} ON readings (company_id, meter_id, month)"
    " WHERE state = 'accepted' AND source = 'consumer'",
    "readings_of_a_meter": "INDEX {} ON readings (meter_id, number DESC)",
    "charges_of_a_contract": "INDEX {} ON charges (contract_id, month DESC)",
    "payments_of_a_contract": "INDEX {} ON payments (contract_id, paid_on DESC)",
    "live_proofs": "INDEX {} ON proofs (portal_id, purpose, contact) WHERE used_at IS NULL",
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
