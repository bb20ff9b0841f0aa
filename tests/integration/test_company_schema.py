"""Whatever a billing system asks, the answer is one that the schema foresees, and never an error of ours."""

import json
import re
from random import Random
from typing import Any
from uuid import uuid4

from tests.factories.accounts import AnAccount
from tests.factories.billing import System
from tests.integration.test_company_api import filled, operator, outside, supplier
from tests.questions import NODES, ODD, body, fits
from webapp.api.company.examples import EXAMPLES
from webapp.api.company.schema import company_schema
from webapp.api.company.shapes import SHAPES as ANSWERS
from webapp.api.company.shapes import item
from webapp.rules.company_keys import BRINGS, SCOPES, TAKES
from webapp.rules.exchange.forms import FORMS
from webapp.rules.exchange.wrong import Wrong

__all__ = ["filled", "operator", "outside", "supplier"]
DOCUMENT = json.loads(company_schema())
SHAPES = DOCUMENT["components"]["schemas"]
OPERATIONS = [
    (path, method, said) for path, ways in DOCUMENT["paths"].items() for method, said in ways.items()
]


def test_the_schema_is_closed_and_knows_every_kind_scope_and_field():
    refs = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(DOCUMENT)))
    assert refs == set(SHAPES) and DOCUMENT["openapi"].startswith("3.1")
    assert DOCUMENT["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
    assert {said["operationId"] for _, _, said in OPERATIONS} == {f"bring_{kind}" for kind in BRINGS} | {
        f"take_{kind}" for kind in TAKES
    }
    assert {said["security"][0]["key"][0] for _, _, said in OPERATIONS} == set(SCOPES)
    for kind, form in FORMS.items():
        assert list(SHAPES[f"{kind.capitalize()}Item"]["properties"]) == [one.name for one in form.columns]
        assert fits(EXAMPLES[kind], item(form), SHAPES), kind
    assert not fits({"results": [{}]}, {"$ref": "#/components/schemas/Results"}, SHAPES), "the checker checks"
    assert set(ANSWERS) <= set(SHAPES)


async def test_no_question_gets_an_answer_that_the_schema_does_not_know(
    filled: None, operator: System, supplier: System, flat: AnAccount
):
    """Among the values there are those that mean something, so that items get as far as the tables."""
    random, statuses, outcomes, codes = Random(36), set(), set(), set()
    sensible: list[Any] = [value for example in EXAMPLES.values() for value in example.values()]
    given = {"": [*sensible, *NODES, "2026-11-02", "01.09.2026", "2026-10", "0920209901", 7, "7,5"]}
    cursor = (await operator.take("links", limit=1)).json()["next"]
    for n in range(220):
        path, method, said = OPERATIONS[n % len(OPERATIONS)]
        asked = {
            one["name"]: random.choice([*ODD, cursor, True]) for one in said["parameters"]
            if one["in"] == "query" and random.random() < 0.2
        }  # fmt: skip
        sent = None
        if "requestBody" in said:
            sent = body(random, said["requestBody"]["content"]["application/json"]["schema"], SHAPES, given)
            kind = path.rpartition("/")[2]
            if isinstance(sent, dict) and isinstance(sent.get("items"), list) and random.random() < 0.5:
                sent["items"].append(EXAMPLES[kind])
        who = random.choice([operator, supplier])
        headers = who.headers | {"Idempotency-Key": random.choice([uuid4().hex, str(n % 40)])}
        answer = await who.http.request(method, path, params=asked or None, json=sent, headers=headers)
        told = (n, method, path, asked, sent, answer.status_code, answer.text[:300])
        assert str(answer.status_code) in said["responses"] and answer.status_code != 503, told
        (kind, shape), *_ = said["responses"][str(answer.status_code)]["content"].items()
        assert answer.headers["content-type"].partition(";")[0] == kind, told
        assert fits(answer.json(), shape["schema"], SHAPES), told
        statuses.add(answer.status_code)
        for one in answer.json().get("results", []):
            outcomes.add(one["outcome"])
            codes |= {wrong["code"] for wrong in one["problems"]}
    assert statuses >= {200, 400, 403, 422}
    assert outcomes == {"new", "changed", "unchanged", "refused"} or outcomes == {
        "new",
        "unchanged",
        "refused",
    }
    assert codes <= set(map(str, Wrong)) and len(codes) >= 12, codes
