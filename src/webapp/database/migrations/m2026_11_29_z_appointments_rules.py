"""Indexes of appointments that tables cannot say: Piccolo runs what is raw before it makes the tables."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from webapp.database.engine import DB

ID = "2026-11-29T12:00:30:000000"
VERSION = "1.38.0"
DESCRIPTION = "appointments rules"

INDEXES = {
    # the last slot never goes to two people
    "a_slot_once": "UNIQUE INDEX {} ON appointments (company_id, resource_id, starts_at, place) "
    "WHERE state <> 'cancelled'",
    "a_number_once": "UNIQUE INDEX {} ON appointments (company_id, resource_id, day, number)",
    "appointments_of_a_person": "INDEX {} ON appointments (person_id, starts_at)",
    "appointments_to_remind": "INDEX {} ON appointments (day) WHERE state = 'booked' AND reminded_at IS NULL",
    "closed_once": "UNIQUE INDEX {} ON closures (company_id, resource_id, day) NULLS NOT DISTINCT",
    "callbacks_waiting": "INDEX {} ON callbacks (company_id, day) WHERE state = 'open'",
}


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="webapp", description=DESCRIPTION)
    manager.add_raw(create)
    return manager


async def create() -> None:
    for name, statement in INDEXES.items():
        await DB.do("CREATE " + statement.format(name))
