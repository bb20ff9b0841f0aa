"""What the page for developers shows of an OpenAPI document: each address with what it takes and gives."""

import json
from functools import lru_cache
from typing import Any

import msgspec


class Parameter(msgspec.Struct, frozen=True):
    name: str
    place: str
    """query, path or header."""
    kind: str
    required: bool


class Operation(msgspec.Struct, frozen=True):
    id: str
    method: str
    path: str
    scopes: list[str]
    """One is enough; none: any token."""
    parameters: list[Parameter]
    body: str
    """An example of its shape; empty where there is none."""
    answer: str
    statuses: list[str]
    """Of problems."""


@lru_cache(maxsize=1)
def operations(document: bytes) -> list[Operation]:
    told = json.loads(document)
    shapes = told["components"]["schemas"]
    return [
        _operation(method, path, said, shapes)
        for path, methods in told["paths"].items()
        for method, said in methods.items()
    ]


def _operation(method: str, path: str, said: dict[str, Any], shapes: dict[str, Any]) -> Operation:
    taken = said.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    given = said["responses"]["200"]["content"]["application/json"]["schema"]
    return Operation(
        said["operationId"],
        method.upper(),
        path,
        [scope for way in said["security"] for scope in way["token"]],
        [
            Parameter(one["name"], one["in"], _kind(one["schema"], shapes), one["required"])
            for one in said.get("parameters", [])
        ],
        _written(taken, shapes) if taken else "",
        _written(given, shapes),
        [status for status in said["responses"] if status != "200"],
    )


def _written(schema: dict[str, Any], shapes: dict[str, Any]) -> str:
    return json.dumps(_sample(schema, shapes), ensure_ascii=False, indent=2)


def _plain(schema: dict[str, Any], shapes: dict[str, Any]) -> dict[str, Any]:
    """Without references; of several possible shapes the first that says anything."""
    if "$ref" in schema:
        return _plain(shapes[schema["$ref"].rpartition("/")[2]], shapes)
    for several in ("oneOf", "anyOf"):
        for one in schema.get(several, []):
            if one.get("type") != "null":
                return _plain(one, shapes)
    return schema


def _kind(schema: dict[str, Any], shapes: dict[str, Any]) -> str:
    plain = _plain(schema, shapes)
    return str(plain.get("format") or plain.get("type", "any"))


def _sample(schema: dict[str, Any], shapes: dict[str, Any]) -> Any:
    plain = _plain(schema, shapes)
    if plain.get("properties"):
        return {name: _sample(one, shapes) for name, one in plain["properties"].items()}
    match plain.get("type"):
        case "array":
            return [_sample(plain.get("items", {}), shapes)]
        case "integer" | "number":
            return 0
        case "boolean":
            return True
        case "object":
            return {}
    choices = plain.get("enum")
    if choices:
        return " | ".join(map(str, choices))
    if "const" in plain:
        return plain["const"]
    return "0.00" if plain.get("pattern") else plain.get("format") or "text"
