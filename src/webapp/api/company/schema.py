"""What the API of companies is, as OpenAPI 3.1: made of the same forms as the checks, at the first question."""

from functools import cache
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Response, get

from webapp.api.company.examples import EXAMPLES
from webapp.api.company.shapes import ROWS, SHAPES, item
from webapp.rules.company_keys import BRINGS, LONGEST_IDEMPOTENCY, MOST_ITEMS, TAKES
from webapp.rules.exchange.forms import FORMS, Going, Kind
from webapp.rules.problems import MEDIA_TYPE
from webapp.settings import VERSION
from webapp.web.problems import COMPANY

Told = dict[str, Any]


@get(f"{COMPANY}/openapi.json", sync_to_thread=True)
def company_openapi() -> Response[bytes]:
    return Response(company_schema(), media_type="application/json")


@cache
def company_schema() -> bytes:
    paths: dict[str, Told] = {f"{COMPANY}/{kind}": {"post": _bring(kind)} for kind in FORMS}
    for going in TAKES:
        paths.setdefault(f"{COMPANY}/{going}", {})["get"] = _take(going)
    shapes = dict(SHAPES)
    for kind, form in FORMS.items():
        shapes[f"{_named(kind)}Item"] = item(form)
        shapes[f"{_named(kind)}Batch"] = _object({"items": _list(f"{_named(kind)}Item", 1, MOST_ITEMS)})
    for going, row in ROWS.items():
        shapes[f"{_named(going)}Row"] = _object(row)
        page = {
            "items": _list(f"{_named(going)}Row"),
            "next": {"type": "string"},
            "more": {"type": "boolean"},
        }
        shapes[f"{_named(going)}Page"] = _object(page)
    key = {
        "type": "http", "scheme": "bearer", "bearerFormat": "blc_…",
        "description": "A key of the company, /office/keys. The name beside it is the scope that is needed.",
    }  # fmt: skip
    return msgspec.json.encode(
        {
            "openapi": "3.1.0",
            "info": {"title": "Blakyt, API of companies", "version": VERSION},
            "paths": paths,
            "components": {"schemas": shapes, "securitySchemes": {"key": key}},
        }
    )


def _bring(kind: Kind) -> Told:
    words = "Rows that are known under their key are changed, the others are new; nothing is taken away."
    key = {"type": "string", "minLength": 1, "maxLength": LONGEST_IDEMPOTENCY}
    dry = {"type": "boolean", "default": False}
    return {
        "operationId": f"bring_{kind}",
        "tags": ["in"],
        "summary": f"Bring {kind}",
        "description": f"{words} A field that an item leaves out stays as it is. Each item is told its own outcome.",
        "security": [{"key": [BRINGS[kind]]}],
        "parameters": [
            _parameter("Idempotency-Key", "header", key, "The same key and body get the same answer for 7 days."),
            _parameter("dry_run", "query", dry, "Only say what would be changed.", required=False),
        ],
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": _ref(f"{_named(kind)}Batch"), "example": {"items": [EXAMPLES[kind]]},
                }
            },
        },
        "responses": _answers("Results", {"results": [{"index": 0, "outcome": "new", "problems": []}]}, 413, 415, 422),
    }  # fmt: skip


def _take(kind: Going) -> Told:
    after = {"type": "string", "maxLength": 200}
    limit = {"type": "integer", "minimum": 1, "maximum": MOST_ITEMS, "default": MOST_ITEMS}
    return {
        "operationId": f"take_{kind}",
        "tags": ["out"],
        "summary": f"Take {kind}",
        "description": "In the order in which they were written. Nothing is left out, however transactions overlap.",
        "security": [{"key": [TAKES[kind]]}],
        "parameters": [
            _parameter(
                "after", "query", after, "`next` of the answer before; without it from the beginning.", False
            ),
            _parameter("limit", "query", limit, "Items of an answer.", False),
        ],
        "responses": _answers(f"{_named(kind)}Page", {"items": [], "next": "WyJy…", "more": False}),
    }


def _answers(shape: str, example: Told, *statuses: int) -> Told:
    good = {"description": "OK", "content": {"application/json": {"schema": _ref(shape), "example": example}}}
    problem = {MEDIA_TYPE: {"schema": _ref("Problem")}}
    told = {400, 401, 403, 404, 429, 503, *statuses}
    return {"200": good} | {
        str(status): {"description": HTTPStatus(status).phrase, "content": problem} for status in sorted(told)
    }


def _parameter(name: str, place: str, schema: Told, words: str, required: bool = True) -> Told:
    return {"name": name, "in": place, "required": required, "schema": schema, "description": words}


def _named(kind: str) -> str:
    return kind.capitalize()


def _ref(shape: str) -> Told:
    return {"$ref": f"#/components/schemas/{shape}"}


def _list(shape: str, least: int = 0, most: int | None = None) -> Told:
    bounds = {"minItems": least, "maxItems": most} if most else {}
    return {"type": "array", "items": _ref(shape)} | bounds


def _object(properties: Told) -> Told:
    return {"type": "object", "properties": properties, "required": list(properties)}
