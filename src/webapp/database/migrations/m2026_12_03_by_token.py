"""Whether a program brought the reading: said beside it, also when the token is gone with its person."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Boolean
from piccolo.columns.indexes import IndexMethod

ID = "2026-12-03T11:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "readings by a token"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="webapp", description=DESCRIPTION)
    manager.add_column(
        table_class_name="Reading", tablename="readings", column_name="by_token", db_column_name="by_token",
        column_class_name="Boolean", column_class=Boolean, schema=None,
        params={
            "default": False, "null": False, "primary_key": False, "unique": False, "index": False,
            "index_method": IndexMethod.btree, "choices": None, "db_column_name": None, "secret": False,
        },
    )  # fmt: skip
    return manager
