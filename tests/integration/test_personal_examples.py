"""What the documents and examples say of the personal API is true of the application."""

import base64
import hashlib
import hmac
import json
import re
import runpy
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec

from tests.factories.accounts import AnAccount
from tests.factories.people import NOW
from tests.integration.test_personal_api import Program, program
from webapp.api.personal.readings import Handed, Results
from webapp.rules import problems, webhooks

__all__ = ["program"]
ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "integration.md").read_text()
CHAPTER = TEXT[TEXT.index("## Personal API") : TEXT.index("## SMS status")]


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", CHAPTER, re.DOTALL)


def test_the_examples_of_the_document_are_what_the_api_takes_and_gives():
    handed, results, problem, event = map(json.loads, blocks("json"))
    assert msgspec.convert(handed, Handed).readings[0].value == "04152"
    assert msgspec.convert(results, Results).results[0].receipt
    assert problem == problems.body_of("insufficient_scope", "One of these is needed: bills:read.")
    assert event["type"] in webhooks.EVENTS and set(event) == {"type", "timestamp", "data"}
    for code, told in problems.SENTENCES.items():
        assert f"| `{code}` | {told} |" in CHAPTER
    assert all(f"| `{event}` |" in CHAPTER for event in webhooks.EVENTS)


def test_the_check_of_the_document_finds_our_signature_genuine():
    secret = webhooks.secret_of(b"key", id := uuid4(), 1)
    names: dict[str, Any] = {"base64": base64, "hmac": hmac, "hashlib": hashlib, "body": b"{}"}
    names["secret"] = webhooks.shown_secret(secret)
    names["headers"] = {
        "webhook-id": f"msg_{id.hex}", "webhook-timestamp": str(int(NOW.timestamp())),
        "webhook-signature": webhooks.signature([secret], f"msg_{id.hex}", NOW, b"{}"),
    }  # fmt: skip
    (code,) = blocks("python")
    exec(code, names)
    assert names["genuine"]


async def test_the_example_adds_up_what_was_used(program: Program, flat: AnAccount):
    example = runpy.run_path(str(ROOT / "examples" / "consumption.py"))
    told = (await program.get("/usage")).json()
    months = example["consumption"](told)
    assert (
        len(months) >= 12
        and list(months) == sorted(months)
        and all(volume >= 0 for volume in months.values())
    )


async def test_the_paths_that_home_assistant_is_told_lead_somewhere(program: Program, flat: AnAccount):
    """Templates of the example, followed in a real answer."""
    text = (ROOT / "examples" / "home-assistant" / "gas.yaml").read_text()
    answer: Any = (await program.get("/accounts")).json()
    paths = re.findall(r"value_json((?:\.\w+|\[\d+\])+)", text)
    assert len(paths) == 2
    for path in paths:
        found = answer
        for key, at in re.findall(r"\.(\w+)|\[(\d+)\]", path):
            found = found[key] if key else found[int(at)]
        assert float(found) or found == "0.00"
    body = re.search(r"payload: '(.*)'", text)
    assert body
    filled = body[1].replace("{{ meter }}", str(flat.meter_id)).replace("{{ value }}", "04152")
    headers = program.headers | {"Content-Type": "application/json", "Idempotency-Key": "2026-11"}
    sent = await program.http.post("/api/v1/me/readings", content=filled, headers=headers)
    assert sent.json()["results"][0]["outcome"] == "accepted"
