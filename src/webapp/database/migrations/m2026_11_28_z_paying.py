"""Paying: the companies' banks, tries to pay, what goes back; a contract has one open try at a time."""

from decimal import Decimal
from typing import Any

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import UUID, BigInt, Boolean, Bytea, Numeric, SmallInt, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.columns.defaults.uuid import UUID4
from piccolo.columns.indexes import IndexMethod
from piccolo.constraints import Check, Unique

ID = "2026-11-28T23:50:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "paying"

PLAIN = {
    "null": False, "primary_key": False, "unique": False, "index": False, "index_method": IndexMethod.btree,
    "choices": None, "db_column_name": None, "secret": False,
}  # fmt: skip
KEY: tuple[Any, dict[str, Any]] = (UUID, {"default": UUID4(), "primary_key": True})
OTHER: tuple[Any, dict[str, Any]] = (UUID, {"default": UUID4()})
FOUND: tuple[Any, dict[str, Any]] = (UUID, {"default": UUID4(), "index": True})
SOMEBODY: tuple[Any, dict[str, Any]] = (UUID, {"default": None, "null": True})
MOMENT: tuple[Any, dict[str, Any]] = (Timestamptz, {"default": TimestamptzNow()})
LATER: tuple[Any, dict[str, Any]] = (Timestamptz, {"default": None, "null": True})
SUM: tuple[Any, dict[str, Any]] = (Numeric, {"default": Decimal("0"), "digits": (12, 2)})


def words(length: int, default: str = "") -> tuple[Any, dict[str, Any]]:
    return Varchar, {"length": length, "default": default}


TABLES: dict[str, tuple[str, dict[str, tuple[Any, dict[str, Any]]]]] = {
    "merchants": (
        "Merchant",
        {
            "id": KEY, "company_id": OTHER, "provider": words(10), "sealed": (Bytea, {"default": b""}),
            "version": (SmallInt, {"default": 3}), "test": (Boolean, {"default": False}), "api": words(200),
            "set_at": MOMENT,
        },
    ),
    "checkouts": (
        "Checkout",
        {
            "id": KEY, "company_id": OTHER, "portal_id": OTHER, "person_id": FOUND, "basket_id": FOUND,
            "number": (BigInt, {"default": 0}), "provider": words(10), "amount": SUM, "language": words(2, "uk"),
            "state": words(8, "open"), "trouble": words(16), "reason": words(80), "reference": words(80),
            "page": words(4000), "created_at": MOMENT, "expires_at": MOMENT, "looked_at": LATER,
            "next_look_at": LATER, "settled_at": LATER, "case_number": words(16),
        },
    ),
    "checkout_lines": (
        "CheckoutLine",
        {
            "id": KEY, "company_id": OTHER, "checkout_id": FOUND, "account_id": OTHER, "contract_id": OTHER,
            "amount": SUM, "is_open": (Boolean, {"default": True}),
            "receipt": (Bytea, {"default": None, "null": True}),
        },
    ),
    "refunds": (
        "Refund",
        {
            "id": KEY, "company_id": OTHER, "checkout_id": OTHER, "reason": words(200), "state": words(8, "asked"),
            "asked_by": OTHER, "asked_at": MOMENT, "decided_by": SOMEBODY, "decided_at": LATER, "done_at": LATER,
            "trouble": words(120),
        },
    ),
}  # fmt: skip
CHECKS = {
    ("merchants", "provider_known"): "provider IN ('liqpay', 'monobank', 'pretend')",
    ("checkouts", "checkout_amount_positive"): "amount > 0",
    (
        "checkouts",
        "checkout_state_known",
    ): "state IN ('open', 'paid', 'declined', 'expired', 'unknown', 'refunded')",
    ("checkout_lines", "line_amount_positive"): "amount > 0",
    ("refunds", "refund_state_known"): "state IN ('asked', 'approved', 'refused', 'done', 'failed')",
    ("refunds", "refund_by_two"): "decided_by IS NULL OR decided_by <> asked_by",
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
    for (table, check), condition in CHECKS.items():
        manager.add_constraint(
            table_class_name=TABLES[table][0], tablename=table, constraint_name=check, constraint_class=Check,
            params={"condition": condition}, schema=None,
        )  # fmt: skip
    manager.add_constraint(
        table_class_name="Merchant", tablename="merchants", constraint_name="merchant_once",
        constraint_class=Unique, params={"columns": ["company_id"], "nulls_distinct": True}, schema=None,
    )  # fmt: skip
    return manager
