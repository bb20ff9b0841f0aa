"""Whatever is asked, the answer is one that the schema foresees: made-up questions, sensible ones and nonsense."""

import json
import re
from random import Random
from uuid import uuid4

from tests.factories.accounts import AnAccount
from tests.integration.test_personal_api import Program, program
from tests.questions import ODD, body, fits
from webapp.api.personal.schema import schema

__all__ = ["program"]
DOCUMENT = json.loads(schema())
SHAPES = DOCUMENT["components"]["schemas"]
OPERATIONS = [
    (path, method, said) for path, ways in DOCUMENT["paths"].items() for method, said in ways.items()
]


async def test_no_question_gets_an_answer_that_the_schema_does_not_know(program: Program, flat: AnAccount):
    random, statuses = Random(104), set()
    given = {
        "uuid": [str(flat.meter_id), str(uuid4())],
        "date": ["2026-11-02"],
        "date-time": ["2026-11-02T10:00:00Z"],
    }
    for n in range(160):
        path, method, said = OPERATIONS[n % len(OPERATIONS)]
        asked = {
            one["name"]: random.choice([*ODD, str(flat.id)]) for one in said.get("parameters", [])
            if one["in"] == "query" and random.random() < 0.5
        }  # fmt: skip
        sent = None
        if "requestBody" in said:
            shape = said["requestBody"]["content"]["application/json"]["schema"]
            sent = body(random, shape, SHAPES, given)
        answer = await program.http.request(
            method, path.replace("{bill_id}", str(uuid4())), params=asked or None, json=sent,
            headers=program.headers | {"Idempotency-Key": str(n)},
        )  # fmt: skip
        told = (n, method, path, asked, sent, answer.status_code, answer.text[:300])
        assert str(answer.status_code) in said["responses"], told
        (kind, shape), *_ = said["responses"][str(answer.status_code)]["content"].items()
        assert answer.headers["content-type"].partition(";")[0] == kind, told
        assert fits(answer.json(), shape["schema"], SHAPES), told
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
    assert not fits({"bills": [{}], "next": None}, {"$ref": "#/components/schemas/Bills"}, SHAPES), (
        "the checker checks"
    )
