"""Items and rows as JSON Schema: of the columns of the forms, and of what goes out."""

from typing import Any

from webapp.actions.importing.cells import PATTERNS
from webapp.rules.exchange.forms import Column, Form, Going, Type
from webapp.rules.exchange.wrong import Wrong

Told = dict[str, Any]
TEXT: Told = {"type": "string"}
MAYBE: Told = {"type": ["string", "null"]}
ID: Told = {"type": "string", "format": "uuid"}
DAY: Told = {"type": "string", "format": "date"}
MONTH: Told = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}$"}
MOMENT: Told = {"type": "string", "format": "date-time"}
SUM: Told = {"type": "string", "pattern": "^[0-9]+[.][0-9]{2}$"}
COUNT: Told = {"type": "integer"}
YES: Told = {"type": "boolean"}
DAYS = "^([0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{2}[.][0-9]{2}[.][0-9]{4})$"
MONTHS = "^([0-9]{4}-[0-9]{2}(-01)?|(01[.])?[0-9]{2}[.][0-9]{4})$"

ROWS: dict[Going, dict[str, Told]] = {
    "readings": {
        "id": ID, "number": COUNT, "account": TEXT, "eic": TEXT, "serial": TEXT, "month": MONTH, "value": COUNT,
        "read_on": DAY, "source": TEXT, "state": TEXT, "received_at": MOMENT, "by_token": YES,
    },
    "payments": {
        "id": ID, "contract": TEXT, "account": TEXT, "kind": TEXT, "refund_of": MAYBE, "amount": SUM, "paid_on": DAY,
        "channel": TEXT, "credited_at": MAYBE,
    },
    "appeals": {
        "number": TEXT, "kind": TEXT, "about": TEXT, "account": MAYBE, "title": TEXT, "state": TEXT,
        "created_at": MOMENT, "due_on": DAY,
    },
    "links": {"account": TEXT, "level": TEXT, "role": TEXT, "linked_at": MOMENT},
}  # fmt: skip
OF_ITEMS = tuple(
    code for code in Wrong
    if code not in (
        Wrong.EMPTY_FILE, Wrong.NOT_A_TABLE, Wrong.HALF_WRITTEN, Wrong.ENCODING, Wrong.BOMB, Wrong.MISSING_COLUMN,
        Wrong.COLUMN_TWICE, Wrong.ROW_SHAPE, Wrong.LOST,
    )
)  # fmt: skip
"""What may be wrong with one item; the others are of files."""


def _object(properties: Told, *optional: str) -> Told:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required}


SHAPES: dict[str, Told] = {
    "ItemProblem": _object(
        {"field": TEXT, "code": {"type": "string", "enum": [str(code) for code in OF_ITEMS]}}
    ),
    "Result": _object(
        {
            "index": {"type": "integer", "minimum": 0},
            "outcome": {"type": "string", "enum": ["new", "changed", "unchanged", "refused"]},
            "problems": {"type": "array", "items": {"$ref": "#/components/schemas/ItemProblem"}},
        }
    ),
    "Results": _object({"results": {"type": "array", "items": {"$ref": "#/components/schemas/Result"}}}),
    "Problem": _object(
        {"type": TEXT, "title": TEXT, "status": COUNT, "code": TEXT, "detail": TEXT}, "detail"
    ),
}


def item(form: Form) -> Told:
    told = {one.name: _field(one) for one in form.columns}
    return {"type": "object", "properties": told, "required": form.required, "additionalProperties": False}


def _field(column: Column) -> Told:
    """What may be left out may also be null; an empty text is the same."""
    said = {"type": _kinds(column.type)} | _bounds(column)
    if column.required:
        return said
    told: Told = said | {"type": [*said["type"], "null"]}
    return told | ({"enum": [*column.words, None]} if column.words else {})


def _kinds(type: Type) -> list[str]:
    match type:
        case "count" | "whole" | "number" | "mark":
            return ["string", "integer"]
        case "money" | "sum" | "price":
            return ["string", "number"]
    return ["string"]


def _bounds(column: Column) -> Told:
    match column.type:
        case "day":
            return {"pattern": DAYS}
        case "month":
            return {"pattern": MONTHS}
        case "eic":
            return {"pattern": "^[0-9A-Z-]{15}[0-9A-Z]$"}
    if column.type in PATTERNS:
        return {"pattern": PATTERNS[column.type]}
    return {"maxLength": column.longest} if column.longest else {}
