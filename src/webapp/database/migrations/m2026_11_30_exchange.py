"""Exchange with billing by files: what came, what was wrong with it, what went out."""

from typing import Any

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import JSONB, UUID, Array, BigInt, Bytea, Integer, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.columns.defaults.uuid import UUID4
from piccolo.columns.indexes import IndexMethod
from piccolo.constraints import Check

ID = "2026-11-30T14:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "exchange"

PLAIN = {
    "null": False, "primary_key": False, "unique": False, "index": False, "index_method": IndexMethod.btree,
    "choices": None, "db_column_name": None, "secret": False,
}  # fmt: skip
Said = tuple[Any, dict[str, Any]]
KEY: Said = (UUID, {"default": UUID4(), "primary_key": True})
OTHER: Said = (UUID, {"default": UUID4()})
MAYBE: Said = (UUID, {"default": None, "null": True})
MOMENT: Said = (Timestamptz, {"default": TimestamptzNow()})
LATER: Said = (Timestamptz, {"default": None, "null": True})
COUNT: Said = (Integer, {"default": 0})
LARGE: Said = (BigInt, {"default": 0})


def words(length: int, default: str = "") -> Said:
    return Varchar, {"length": length, "default": default}


TABLES: dict[str, tuple[str, dict[str, Said]]] = {
    "import_batches": (
        "ImportBatch",
        {
            "id": KEY, "company_id": OTHER, "kind": words(10), "state": words(9, "staged"), "name": words(120),
            "sha256": (Bytea, {"default": b""}), "size": LARGE,
            "columns": (Array, {"base_column": Varchar(length=20), "default": list}),
            "rows": COUNT, "wrong": COUNT, "report": (JSONB, {"default": "{}"}), "trouble": words(20),
            "transaction": (BigInt, {"default": None, "null": True}), "created_by": MAYBE, "created_at": MOMENT,
            "checked_at": LATER, "wanted_by": MAYBE, "applied_at": LATER, "undone_at": LATER,
        },
    ),
    "import_mistakes": (
        "ImportMistake",
        {
            "id": KEY, "company_id": OTHER, "batch_id": (UUID, {"default": UUID4(), "index": True}), "line": COUNT,
            "named": words(20), "code": words(20), "value": words(60),
        },
    ),
    "export_batches": (
        "ExportBatch",
        {
            "id": KEY, "company_id": OTHER, "kind": words(10), "after": LARGE, "upto": LARGE, "created_by": MAYBE,
            "created_at": MOMENT,
        },
    ),
}  # fmt: skip
STATES = "'staged', 'wrong', 'checked', 'wanted', 'applied', 'unwanted', 'undone', 'cancelled'"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="webapp", description=DESCRIPTION)
    for table, (name, columns) in TABLES.items():
        manager.add_table(class_name=name, tablename=table, schema=None, columns=None)
        for column, (kind, said) in columns.items():
            manager.add_column(
                table_class_name=name, tablename=table, column_name=column, db_column_name=column,
                column_class_name=kind.__name__, column_class=kind, params=PLAIN | said, schema=None,
            )  # fmt: skip
    manager.add_constraint(
        table_class_name="ImportBatch", tablename="import_batches", constraint_name="import_state_known",
        constraint_class=Check, params={"condition": f"state IN ({STATES})"}, schema=None,
    )  # fmt: skip
    return manager
