"""A person signs a version of a document once."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.constraints import Unique

ID = "2026-11-23T08:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "consent once"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="webapp", description=DESCRIPTION)
    manager.add_constraint(
        table_class_name="Consent",
        tablename="consents",
        constraint_name="consent_once",
        constraint_class=Unique,
        params={"columns": ["person_id", "document", "version"], "nulls_distinct": True},
        schema=None,
    )
    return manager
