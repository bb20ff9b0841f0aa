"""Piccolo's map of our one app: all tables, all migrations."""

from pathlib import Path

from piccolo.conf.apps import AppConfig, table_finder

TABLES = [
    "portals",
    "people",
    "proofs",
    "factors",
    "messages",
    "accounts",
    "businesses",
    "bulk_readings",
    "volume_requests",
    "handover",
    "readings",
    "reminders",
    "notifications",
    "rounds",
    "photos",
    "charges",
    "bills",
    "alerts",
    "certificates",
    "news",
    "appeals",
    "appointments",
    "checkouts",
    "cases",
    "staff",
    "office",
    "tokens",
    "webhooks",
    "exchange",
    "company_keys",
]

APP_CONFIG = AppConfig(
    app_name="webapp",
    migrations_folder_path=str(Path(__file__).parent / "migrations"),
    table_classes=table_finder([f"webapp.database.tables.{noun}" for noun in TABLES]),
    migration_dependencies=[],
    commands=[],
)
