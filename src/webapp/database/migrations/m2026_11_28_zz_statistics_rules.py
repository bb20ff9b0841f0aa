"""What the daily look for alerts walks along, whatever the size of the company."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from webapp.database.engine import DB

ID = "2026-11-28T23:59:30:000000"
VERSION = "1.38.0"
DESCRIPTION = "statistics rules"

INDEXES = {
    "charges_of_a_day": "INDEX {} ON charges (charged_on, contract_id) WHERE volume IS NOT NULL",
    "meters_to_be_verified": "INDEX {} ON meters (verified_until) WHERE removed_on IS NULL",
    "links_with_a_limit": "INDEX {} ON links (account_id) WHERE balance_limit IS NOT NULL",
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
