"""What stands on no bill, or gives nothing back, has no place in the index of those that do: no imported row has."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from webapp.database.engine import DB

ID = "2026-12-02T10:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "partial indexes"

COLUMNS = {
    "charges_bill_id": "charges (bill_id)",
    "payments_bill_id": "payments (bill_id)",
    "payments_refund_of": "payments (refund_of)",
}


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="webapp", description=DESCRIPTION)
    manager.add_raw(partial)
    manager.add_raw_backwards(whole)
    return manager


async def partial() -> None:
    for name, column in COLUMNS.items():
        await DB.do(f"DROP INDEX {name}")
        await DB.do(
            f"CREATE INDEX {name} ON {column} WHERE {column.partition('(')[2].rstrip(')')} IS NOT NULL"
        )


async def whole() -> None:
    for name, column in COLUMNS.items():
        await DB.do(f"DROP INDEX {name}")
        await DB.do(f"CREATE INDEX {name} ON {column}")
