"""Exchange with billing by requests: keys of companies, what they were answered, where a batch came from."""

from typing import Any

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import UUID, Array, Bytea, Text, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.columns.defaults.uuid import UUID4
from piccolo.columns.indexes import IndexMethod
from piccolo.constraints import Check, Unique

ID = "2026-12-01T10:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "company keys"

PLAIN = {
    "null": False, "primary_key": False, "unique": False, "index": False, "index_method": IndexMethod.btree,
    "choices": None, "db_column_name": None, "secret": False,
}  # fmt: skip
Said = tuple[Any, dict[str, Any]]
KEY: Said = (UUID, {"default": UUID4(), "primary_key": True})
OTHER: Said = (UUID, {"default": UUID4()})
MOMENT: Said = (Timestamptz, {"default": TimestamptzNow()})
LATER: Said = (Timestamptz, {"default": None, "null": True})


def words(length: int, default: str = "") -> Said:
    return Varchar, {"length": length, "default": default}


NEW = {"company_keys": "CompanyKey", "company_answers": "CompanyAnswer"}
COLUMNS: dict[tuple[str, str], dict[str, Said]] = {
    ("company_keys", "CompanyKey"): {
        "id": KEY, "company_id": (UUID, {"default": UUID4(), "index": True}), "portal_id": OTHER, "name": words(60),
        "token_sha256": (Bytea, {"default": b"", "unique": True}), "prefix": words(16),
        "scopes": (Array, {"base_column": Varchar(length=20), "default": list}), "made_by": OTHER,
        "created_at": MOMENT, "expires_at": MOMENT, "last_used_at": LATER, "revoked_at": LATER,
    },
    ("company_answers", "CompanyAnswer"): {
        "id": KEY, "company_id": OTHER, "idempotency": words(100), "asked_sha256": (Bytea, {"default": b""}),
        "answer": (Text, {"default": ""}), "created_at": (Timestamptz, {"default": TimestamptzNow(), "index": True}),
    },
    ("import_batches", "ImportBatch"): {"source": words(4, "file")},
    ("export_batches", "ExportBatch"): {"source": words(4, "file")},
}  # fmt: skip
SCOPES = (
    "cardinality(scopes) > 0 AND scopes::text[] <@ ARRAY['registers:write', 'readings:write', 'money:write',"
    " 'readings:read', 'payments:read', 'appeals:read', 'links:read']"
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="webapp", description=DESCRIPTION)
    for table, name in NEW.items():
        manager.add_table(class_name=name, tablename=table, schema=None, columns=None)
    for (table, name), columns in COLUMNS.items():
        for column, (kind, said) in columns.items():
            manager.add_column(
                table_class_name=name, tablename=table, column_name=column, db_column_name=column,
                column_class_name=kind.__name__, column_class=kind, params=PLAIN | said, schema=None,
            )  # fmt: skip
    manager.add_constraint(
        table_class_name="CompanyKey", tablename="company_keys", constraint_name="key_scopes_known",
        constraint_class=Check, params={"condition": SCOPES}, schema=None,
    )  # fmt: skip
    manager.add_constraint(
        table_class_name="CompanyAnswer", tablename="company_answers", constraint_name="answered_once",
        constraint_class=Unique, params={"columns": ["company_id", "idempotency"], "nulls_distinct": True},
        schema=None,
    )  # fmt: skip
    manager.add_constraint(
        table_class_name="ImportBatch", tablename="import_batches", constraint_name="import_source_known",
        constraint_class=Check, params={"condition": "source IN ('file', 'api')"}, schema=None,
    )  # fmt: skip
    return manager
