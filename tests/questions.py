"""Questions made up from an OpenAPI document, sensible ones and nonsense; and whether an answer is as it says."""

import re
from random import Random
from typing import Any

Told = dict[str, Any]
ODD: list[Any] = [
    "", "0", "-1", "1", "24", "1e9", "9" * 40, "x" * 3000, "ї", "null", "true", "[]", "{}", "2026-09", "2026-13", "%00",
    "\u202e", "../..", "' OR 1=1", "2026-11-03T18:00:00Z", "WzFd",
]  # fmt: skip
NODES: list[Any] = [
    None,
    True,
    0,
    -1,
    2**70,
    1.5,
    "",
    "04152",
    "9" * 200,
    "\x00",
    [],
    [[]],
    {},
    {"": 0},
    "0001-01-01",
]
TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict, "array": list, "string": str, "integer": int, "number": (int, float), "boolean": bool,
    "null": type(None),
}  # fmt: skip


def fits(value: Any, shape: Told, shapes: Told) -> bool:
    """As much of JSON Schema as our document uses."""
    if "$ref" in shape:
        return fits(value, shapes[shape["$ref"].rpartition("/")[2]], shapes)
    several = shape.get("oneOf") or shape.get("anyOf")
    if several:
        return any(fits(value, one, shapes) for one in several)
    if "enum" in shape and value not in shape["enum"] or "const" in shape and value != shape["const"]:
        return False
    kind = shape.get("type")
    if kind and not any(isinstance(value, TYPES[one]) for one in ([kind] if isinstance(kind, str) else kind)):
        return False
    if isinstance(value, dict):
        known = shape.get("properties", {})
        needed = set(shape.get("required", [])) <= value.keys()
        return needed and all(fits(one, known[name], shapes) for name, one in value.items() if name in known)
    if isinstance(value, list):
        return all(fits(one, shape.get("items", {}), shapes) for one in value)
    return not (isinstance(value, str) and "pattern" in shape) or bool(re.search(shape["pattern"], value))


def body(random: Random, shape: Told, shapes: Told, given: dict[str, list[Any]]) -> Any:
    """Mostly as the schema says, now and then not."""
    if random.random() < 0.12:
        return random.choice(NODES)
    if "$ref" in shape:
        return body(random, shapes[shape["$ref"].rpartition("/")[2]], shapes, given)
    several = shape.get("oneOf") or shape.get("anyOf")
    if several:
        return body(random, random.choice(several), shapes, given)
    match shape.get("type"):
        case "object":
            known = shape.get("properties", {})
            kept = [name for name in known if name in shape.get("required", []) or random.random() < 0.5]
            return {name: body(random, known[name], shapes, given) for name in kept}
        case "array":
            return [body(random, shape["items"], shapes, given) for _ in range(random.randint(1, 3))]
        case "null":
            return None
    if "enum" in shape:
        return random.choice(shape["enum"])
    return random.choice(given.get(shape.get("format", ""), [str(random.randint(0, 10**6))]))
