"""Indexes of the rounds that tables cannot say."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from webapp.database.engine import DB

ID = "2026-11-28T14:30:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "field rules"

INDEXES = {
    # of two supervisors who plan the same door for the same day one has it
    "a_door_once_a_day": "UNIQUE INDEX {} ON stops (company_id, account_id, day) WHERE is_open",
    "rounds_of_a_company": "INDEX {} ON rounds (company_id, day DESC)",
    "visits_to_review": "INDEX {} ON visits (company_id, received_at) WHERE review IS NULL AND kind = 'reading'",
}


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="webapp", description=DESCRIPTION)
    manager.add_raw(create)
    return manager


async def create() -> None:
    for name, statement in INDEXES.items():
        await DB.do("CREATE " + statement.format(name))
