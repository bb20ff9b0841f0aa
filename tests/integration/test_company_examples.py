"""What the documents say of billing by requests is true: their commands are run, their answers are of that shape."""

import json
import re
import shlex
from pathlib import Path

import httpx

from tests.factories.billing import System
from tests.factories.portals import APortal
from tests.integration.test_company_api import filled, operator, outside, supplier
from tests.questions import fits
from webapp.api.company.schema import company_schema
from webapp.api.company.shapes import OF_ITEMS
from webapp.database.engine import DB
from webapp.rules import problems
from webapp.rules.company_keys import BRINGS, TAKES
from webapp.rules.exchange.wrong import Wrong

__all__ = ["filled", "operator", "outside", "supplier"]
TEXT = (Path(__file__).parents[2] / "docs" / "integration.md").read_text()
CHAPTER = TEXT[TEXT.index("## Billing by requests") : TEXT.index("## A bill as data")]
SHAPES = json.loads(company_schema())["components"]["schemas"]


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", CHAPTER, re.DOTALL)


async def curl(http: httpx.AsyncClient, command: str, key: str) -> httpx.Response:
    """As much of it as the documents use."""
    words = iter(shlex.split(command.replace("\\\n", "").replace("$PORTAL", "").replace("$KEY", key)))
    assert next(words) == "curl"
    address, headers, body = next(words), {}, None
    for word in words:
        value = next(words)
        match word:
            case "-H":
                name, _, said = value.partition(": ")
                headers[name] = said
            case "--json":
                body, headers["Content-Type"] = value, "application/json"
            case _:
                raise AssertionError(word)
    return await http.request("GET" if body is None else "POST", address, headers=headers, content=body)


async def test_the_commands_of_the_documents_do_what_stands_beside_them(
    http: httpx.AsyncClient, portal: APortal, filled: None, supplier: System
):
    await DB.do("DELETE FROM charges")
    key = supplier.headers["Authorization"].removeprefix("Bearer ")
    results, page = map(json.loads, blocks("json"))
    first, dry, payments = [await curl(http, command, key) for command in blocks("sh")]
    assert first.json() == results
    assert dry.json()["results"][0]["outcome"] == "new"
    assert payments.status_code == 200 and fits(payments.json(), SHAPES["PaymentsPage"], SHAPES)
    assert fits(page, SHAPES["PaymentsPage"], SHAPES)


def test_every_kind_scope_and_code_stands_in_the_documents():
    for kind in [*BRINGS, *TAKES]:
        assert f"/{kind}`" in CHAPTER
    for scope in [*BRINGS.values(), *TAKES.values()]:
        assert f"`{scope}`" in CHAPTER
    for code in ("needs_key", "unknown_key", "operators_only", "idempotency_reused", "import_under_way"):
        status, title = problems.PROBLEMS[code]
        assert f"| `{code}` | {status} | {title} |" in CHAPTER
    assert all(f"`{code}`" in TEXT for code in Wrong) and Wrong.NOT_PLAIN in OF_ITEMS
