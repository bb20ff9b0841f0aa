"""Several sources of one reading: who gave it, what it corrects, and which of a month counts."""

from typing import Any

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.base import Column
from piccolo.columns.column_types import UUID, SmallInt, Varchar
from piccolo.columns.indexes import IndexMethod

ID = "2026-11-28T08:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "readings"

PLAIN: dict[str, Any] = {
    "primary_key": False,
    "unique": False,
    "index": False,
    "index_method": IndexMethod.btree,
    "choices": None,
    "db_column_name": None,
    "secret": False,
}
COLUMNS: dict[str, tuple[type[Column], dict[str, Any]]] = {
    "colleague_id": (UUID, {"default": None, "null": True}),
    "reason_said": (Varchar, {"length": 12, "default": None, "null": True}),
    "replaces": (UUID, {"default": None, "null": True}),
    "version": (SmallInt, {"default": 1, "null": False}),
}


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="webapp", description=DESCRIPTION)
    for name, (column, params) in COLUMNS.items():
        manager.add_column(
            table_class_name="Reading",
            tablename="readings",
            column_name=name,
            db_column_name=name,
            column_class_name=column.__name__,
            column_class=column,
            params=PLAIN | params,
            schema=None,
        )
    manager.alter_column(
        table_class_name="Case",
        tablename="cases",
        column_name="kind",
        db_column_name="kind",
        params={"length": 16},
        old_params={"length": 10},
        column_class=Varchar,
        old_column_class=Varchar,
        schema=None,
    )
    return manager
