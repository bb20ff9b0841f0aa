"""Notifications: what people were told, what they like to be told by, broadcasts of the staff, and what SMS cost."""

from decimal import Decimal
from typing import Any

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import (
    JSONB,
    UUID,
    Boolean,
    Bytea,
    Date,
    Integer,
    Numeric,
    SmallInt,
    Timestamptz,
    Varchar,
)
from piccolo.columns.defaults.date import DateNow
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.columns.defaults.uuid import UUID4
from piccolo.columns.indexes import IndexMethod
from piccolo.constraints import Check, Unique

ID = "2026-11-29T23:50:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "notifications"

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
YES: Said = (Boolean, {"default": True})
NO: Said = (Boolean, {"default": False})
COUNT: Said = (Integer, {"default": 0})


def words(length: int, default: str = "") -> Said:
    return Varchar, {"length": length, "default": default}


TABLES: dict[str, tuple[str, dict[str, Said]]] = {
    "notifications": (
        "Notification",
        {
            "id": KEY, "portal_id": OTHER, "person_id": OTHER, "kind": words(20), "notice": words(40),
            "subject": OTHER, "about": MAYBE, "words": (JSONB, {"default": "{}"}), "listed": YES,
            "created_at": MOMENT, "read_at": LATER,
        },
    ),
    "notification_choices": (
        "NotificationChoice",
        {
            "id": KEY, "person_id": OTHER, "kind": words(20), "cabinet": YES, "mail": NO, "sms": NO, "push": NO,
            "changed_at": MOMENT,
        },
    ),
    "push_subscriptions": (
        "PushSubscription",
        {
            "id": KEY, "person_id": (UUID, {"default": UUID4(), "index": True}), "sign_in_id": OTHER,
            "endpoint": words(1000), "endpoint_sha256": (Bytea, {"default": b"", "unique": True}),
            "p256dh": words(120), "auth": words(60), "created_at": MOMENT,
        },
    ),
    "broadcasts": (
        "Broadcast",
        {
            "id": KEY, "company_id": OTHER, "portal_id": OTHER, "kind": words(20), "title": words(60),
            "text": words(2000), "branch": words(80), "settlement": words(80), "by_sms": NO,
            "state": words(10, "draft"), "told": COUNT, "walked_to": MAYBE, "created_by": OTHER,
            "created_at": MOMENT, "confirmed_by": MAYBE, "confirmed_at": LATER, "ended_at": LATER,
        },
    ),
    "sms_budgets": (
        "SmsBudget",
        {
            "id": KEY, "company_id": (UUID, {"default": UUID4(), "unique": True}),
            "monthly": (Numeric, {"default": Decimal("0"), "digits": (12, 2)}),
            "price": (Numeric, {"default": Decimal("0"), "digits": (10, 5)}), "changed_at": MOMENT,
        },
    ),
    "sms_months": (
        "SmsMonth",
        {"id": KEY, "company_id": OTHER, "month": (Date, {"default": DateNow()}), "parts": COUNT},
    ),
}  # fmt: skip
TO_MESSAGES: dict[str, Said] = {
    "company_id": MAYBE,
    "broadcast_id": MAYBE,
    "parts": (SmallInt, {"default": 0}),
}
CHECKS = {
    ("broadcasts", "broadcast_kind_known"): "kind IN ('outage', 'news')",
    ("broadcasts", "broadcast_state_known"): "state IN ('draft', 'sending', 'done', 'cancelled')",
    ("sms_budgets", "budget_not_negative"): "monthly >= 0 AND price >= 0",
}
ONCE = {
    ("notifications", "notification_once"): ["person_id", "notice", "subject"],
    ("notification_choices", "notification_choice_once"): ["person_id", "kind"],
    ("sms_months", "sms_month_once"): ["company_id", "month"],
}


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="webapp", description=DESCRIPTION)
    for table, (name, columns) in TABLES.items():
        manager.add_table(class_name=name, tablename=table, schema=None, columns=None)
        _add(manager, table, name, columns)
    _add(manager, "messages", "Message", TO_MESSAGES)
    for (table, check), condition in CHECKS.items():
        manager.add_constraint(
            table_class_name=TABLES[table][0], tablename=table, constraint_name=check, constraint_class=Check,
            params={"condition": condition}, schema=None,
        )  # fmt: skip
    for (table, unique), together in ONCE.items():
        manager.add_constraint(
            table_class_name=TABLES[table][0], tablename=table, constraint_name=unique, constraint_class=Unique,
            params={"columns": together, "nulls_distinct": True}, schema=None,
        )  # fmt: skip
    return manager


def _add(manager: MigrationManager, table: str, name: str, columns: dict[str, Said]) -> None:
    for column, (kind, said) in columns.items():
        manager.add_column(
            table_class_name=name, tablename=table, column_name=column, db_column_name=column,
            column_class_name=kind.__name__, column_class=kind, params=PLAIN | said, schema=None,
        )  # fmt: skip
