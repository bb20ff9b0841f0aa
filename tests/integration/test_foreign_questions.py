"""What somebody else's program makes up from the OpenAPI documents: every answer is one of them, and none a 5xx."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import hypothesis
import schemathesis
from schemathesis import Case, GenerationMode

from tests.factories.accounts import AnAccount
from tests.factories.billing import System
from tests.integration.test_company_api import filled, operator, outside, supplier
from tests.integration.test_personal_api import Program, program
from webapp.api.company.schema import company_schema
from webapp.api.personal.schema import schema

__all__ = ["filled", "operator", "outside", "program", "supplier"]
PER_OPERATION = 2


def made_up(document: bytes | str) -> Iterator[Case]:
    """The same ones each time: some as the document allows, some as it does not."""
    loaded = schemathesis.openapi.from_dict(json.loads(document))
    for found in loaded.get_all_operations():
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            cases = list[Case]()
            try:
                _gather(found.ok().as_strategy(generation_mode=mode), cases)
            except hypothesis.errors.Unsatisfiable:
                assert mode is GenerationMode.NEGATIVE, (
                    "there is nothing to break in a question without parts"
                )
            yield from cases


def _gather(strategy: Any, cases: list[Case]) -> None:
    @hypothesis.settings(
        max_examples=PER_OPERATION, derandomize=True, database=None, deadline=None,
        phases=[hypothesis.Phase.generate], suppress_health_check=list(hypothesis.HealthCheck),
    )  # fmt: skip
    @hypothesis.given(strategy)
    def gather(case: Case) -> None:
        cases.append(case)

    gather()


async def ask(http: httpx.AsyncClient, case: Case, headers: dict[str, str]) -> int:
    told = case.as_transport_kwargs(base_url=str(http.base_url), headers=headers)
    told.pop("cookies", None)
    if isinstance(told.get("data"), bytes):
        told["content"] = told.pop("data")
    answer = await http.request(**told)
    said = (case.method, case.formatted_path, told.get("params"), told.get("json"), answer.text[:300])
    assert answer.status_code < 500, said
    assert str(answer.status_code) in case.operation.definition.raw["responses"], (answer.status_code, *said)
    return answer.status_code


async def test_a_billing_system(filled: None, operator: System, supplier: System):
    got = set[int]()
    for n, case in enumerate(made_up(company_schema())):
        system = (operator, supplier)[n % 2]
        got.add(await ask(system.http, case, system.headers | {"Idempotency-Key": uuid4().hex}))
    assert got >= {200, 400}, got


async def test_a_program_of_a_person(program: Program, flat: AnAccount):
    got = set[int]()
    for case in made_up(schema()):
        got.add(await ask(program.http, case, program.headers | {"Idempotency-Key": uuid4().hex}))
    assert got >= {200, 400, 404}, got
