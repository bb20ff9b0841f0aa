"""What Piccolo does not notice: conditions that grew, and indexes that tables cannot say."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from webapp.database.engine import DB

ID = "2026-11-24T23:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "identity rules"

CONDITIONS = {
    ("accounts", "kind_known"): "kind IN ('household', 'trader', 'business')",
    (
        "proofs",
        "purpose_known",
    ): "purpose IN ('sign_up', 'recovery', 'set_password', 'add_login', 'old_contact', 'lost_contact')",
}
INDEXES = {
    "accounts_by_address": "INDEX {} ON accounts (company_id, address_key)",
    "open_cases": "INDEX {} ON cases (company_id, kind, created_at) WHERE state = 'open'",
    "audit_of_a_person": "INDEX {} ON audit (person_id, at DESC) WHERE person_id IS NOT NULL",
}


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="webapp", description=DESCRIPTION)
    manager.add_raw(apply)
    return manager


async def apply() -> None:
    for (table, name), condition in CONDITIONS.items():
        await DB.do(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        await DB.do(f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({condition})")
    for name, statement in INDEXES.items():
        await DB.do("CREATE " + statement.format(name))
