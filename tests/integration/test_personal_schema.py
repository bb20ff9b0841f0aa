"""Whatever is asked, the answer is one that the schema foresees: made-up questions, sensible ones and nonsense."""

import json
import re
from random import Random
from typing import Any
from uuid import uuid4

from tests.factories.accounts import AnAccount
from tests.integration.test_personal_api import Program, program
from webapp.api.personal.schema import schema

__all__ = ["program"]
DOCUMENT = json.loads(schema())
SHAPES = DOCUMENT["components"]["schemas"]
OPERATIONS = [
    (path, method, said) for path, ways in DOCUMENT["paths"].items() for method, said in ways.items()
]
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


def fits(value: Any, shape: dict[str, Any]) -> bool:
    """As much of JSON Schema as our document uses."""
    if "$ref" in shape:
        return fits(value, SHAPES[shape["$ref"].rpartition("/")[2]])
    several = shape.get("oneOf") or shape.get("anyOf")
    if several:
        return any(fits(value, one) for one in several)
    if "enum" in shape and value not in shape["enum"] or "const" in shape and value != shape["const"]:
        return False
    kind = shape.get("type")
    if kind and not any(isinstance(value, TYPES[one]) for one in ([kind] if isinstance(kind, str) else kind)):
        return False
    if isinstance(value, dict):
        known = shape.get("properties", {})
        needed = set(shape.get("required", [])) <= value.keys()
        return needed and all(fits(one, known[name]) for name, one in value.items() if name in known)
    if isinstance(value, list):
        return all(fits(one, shape.get("items", {})) for one in value)
    return not (isinstance(value, str) and "pattern" in shape) or bool(re.search(shape["pattern"], value))


def body(random: Random, shape: dict[str, Any], meter: str) -> Any:
    """Mostly as the schema says, now and then not."""
    if random.random() < 0.12:
        return random.choice(NODES)
    if "$ref" in shape:
        return body(random, SHAPES[shape["$ref"].rpartition("/")[2]], meter)
    several = shape.get("oneOf") or shape.get("anyOf")
    if several:
        return body(random, random.choice(several), meter)
    match shape.get("type"):
        case "object":
            known = shape.get("properties", {})
            kept = [name for name in known if name in shape.get("required", []) or random.random() < 0.5]
            return {name: body(random, known[name], meter) for name in kept}
        case "array":
            return [body(random, shape["items"], meter) for _ in range(random.randint(1, 3))]
        case "null":
            return None
    given = {
        "uuid": random.choice([meter, str(uuid4())]),
        "date": "2026-11-02",
        "date-time": "2026-11-02T10:00:00Z",
    }
    return given.get(shape.get("format", ""), str(random.randint(0, 10**6)))


async def test_no_question_gets_an_answer_that_the_schema_does_not_know(program: Program, flat: AnAccount):
    random, statuses = Random(104), set()
    for n in range(160):
        path, method, said = OPERATIONS[n % len(OPERATIONS)]
        asked = {
            one["name"]: random.choice([*ODD, str(flat.id)]) for one in said.get("parameters", [])
            if one["in"] == "query" and random.random() < 0.5
        }  # fmt: skip
        sent = None
        if "requestBody" in said:
            sent = body(
                random, said["requestBody"]["content"]["application/json"]["schema"], str(flat.meter_id)
            )
        answer = await program.http.request(
            method, path.replace("{bill_id}", str(uuid4())), params=asked or None, json=sent,
            headers=program.headers | {"Idempotency-Key": str(n)},
        )  # fmt: skip
        told = (n, method, path, asked, sent, answer.status_code, answer.text[:300])
        assert str(answer.status_code) in said["responses"], told
        (kind, shape), *_ = said["responses"][str(answer.status_code)]["content"].items()
        assert answer.headers["content-type"].partition(";")[0] == kind, told
        assert fits(answer.json(), shape["schema"]), told
        statuses.add(answer.status_code)
    assert statuses >= {200, 400, 404}


def test_the_schema_is_closed_and_names_what_is_needed():
    refs = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(DOCUMENT)))
    assert refs == set(SHAPES) or refs < set(SHAPES)
    assert (
        DOCUMENT["openapi"].startswith("3.1")
        and DOCUMENT["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    )
    assert all(said["security"] and said["operationId"] for _, _, said in OPERATIONS)
    assert not fits({"bills": [{}], "next": None}, {"$ref": "#/components/schemas/Bills"}), (
        "the checker checks"
    )
