"""A phone to be called at, letters with a code and a link, and one change of a contact at a time."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Varchar
from piccolo.columns.indexes import IndexMethod

from webapp.database.engine import DB

ID = "2026-11-25T14:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "people"

STATEMENTS = (
    "ALTER TABLE proofs DROP CONSTRAINT kind_known",
    "ALTER TABLE proofs ADD CONSTRAINT kind_known CHECK (kind IN ('code', 'link', 'both'))",
    """
    CREATE UNIQUE INDEX one_open_change ON contact_changes (person_id)
    WHERE done_at IS NULL AND cancelled_at IS NULL
    """,
    """
    CREATE INDEX changes_to_come ON contact_changes (effective_at)
    WHERE done_at IS NULL AND cancelled_at IS NULL
    """,
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="webapp", description=DESCRIPTION)
    manager.add_column(
        table_class_name="Person",
        tablename="people",
        column_name="phone",
        db_column_name="phone",
        column_class_name="Varchar",
        column_class=Varchar,
        params={
            "length": 16,
            "default": "",
            "null": False,
            "primary_key": False,
            "unique": False,
            "index": False,
            "index_method": IndexMethod.btree,
            "choices": None,
            "db_column_name": None,
            "secret": False,
        },
        schema=None,
    )
    manager.add_raw(apply)
    return manager


async def apply() -> None:
    for statement in STATEMENTS:
        await DB.do(statement)
