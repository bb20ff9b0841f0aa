"""The office: versions of policies, saved filters."""

from typing import Any

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import JSONB, UUID, Integer, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.columns.defaults.uuid import UUID4
from piccolo.columns.indexes import IndexMethod
from piccolo.constraints import Unique

ID = "2026-11-30T22:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "office"

PLAIN = {
    "null": False, "primary_key": False, "unique": False, "index": False, "index_method": IndexMethod.btree,
    "choices": None, "db_column_name": None, "secret": False,
}  # fmt: skip
Said = tuple[Any, dict[str, Any]]
KEY: Said = (UUID, {"default": None, "primary_key": True})
OTHER: Said = (UUID, {"default": UUID4()})
MOMENT: Said = (Timestamptz, {"default": TimestamptzNow()})


def words(length: int) -> Said:
    return Varchar, {"length": length, "default": ""}


TABLES: dict[str, tuple[str, dict[str, Said]]] = {
    "policy_versions": (
        "PolicyVersion",
        {
            "id": KEY, "portal_id": OTHER, "number": (Integer, {"default": 0}),
            "policy": (JSONB, {"default": "{}"}), "note": words(200), "starts_at": MOMENT, "created_by": OTHER,
            "created_at": MOMENT, "withdrawn_at": (Timestamptz, {"default": None, "null": True}),
        },
    ),
    "saved_filters": (
        "SavedFilter",
        {
            "id": KEY, "company_id": OTHER, "colleague_id": OTHER, "desk": words(20), "name": words(40),
            "query": words(500), "created_at": MOMENT,
        },
    ),
}  # fmt: skip
ONCE = {
    ("policy_versions", "policy_number_once"): ["portal_id", "number"],
    ("saved_filters", "saved_filter_once"): ["company_id", "colleague_id", "desk", "name"],
}


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="webapp", description=DESCRIPTION)
    for table, (name, columns) in TABLES.items():
        manager.add_table(class_name=name, tablename=table, schema=None, columns=None)
        for column, (kind, said) in columns.items():
            manager.add_column(
                table_class_name=name, tablename=table, column_name=column, db_column_name=column,
                column_class_name=kind.__name__, column_class=kind, params=PLAIN | said, schema=None,
            )  # fmt: skip
    for (table, unique), together in ONCE.items():
        manager.add_constraint(
            table_class_name=TABLES[table][0], tablename=table, constraint_name=unique, constraint_class=Unique,
            params={"columns": together, "nulls_distinct": True}, schema=None,
        )  # fmt: skip
    return manager
