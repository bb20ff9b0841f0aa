"""monobank's states, and its own example of a signed webhook."""

import json
from base64 import b64decode
from decimal import Decimal
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from webapp.outside.payments.monobank import _fits
from webapp.rules import monobank

CASES = json.loads((Path(__file__).parents[2] / "cases" / "monobank.json").read_text())


def key(of: str):
    return load_pem_public_key(b64decode(CASES[of]["pubkey_base64"]))


def test_the_example_of_the_documentation_fits_byte_by_byte():
    official = CASES["official"]
    assert _fits(key("official"), b64decode(official["x_sign"]), official["body"].encode())
    for forged in CASES["official_invalid"]:
        assert not _fits(key("official"), b64decode(forged["x_sign"] or ""), forged["body"].encode()), forged[
            "why"
        ]


@pytest.mark.parametrize(
    "case", CASES["demo_webhooks_valid"], ids=lambda case: json.loads(case["body"])["status"]
)
def test_webhooks_are_read(case):
    assert _fits(key("demo_keypair"), b64decode(case["x_sign"]), case["body"].encode())
    seen = monobank.seen(json.loads(case["body"]))
    assert seen and (seen.order, seen.amount, seen.currency) == ("KGP-2026-000124", Decimal("71.68"), "UAH")
    assert seen.at and seen.at.tzinfo


def test_every_documented_state_has_its_meaning():
    assert set(monobank.STATUSES) == set(CASES["statuses"])
    final = {status for status, told in monobank.STATUSES.items() if told != "waiting"}
    assert final == set(CASES["final"])
    assert monobank.seen({"status": "something new", "reference": "1"}).told == "waiting"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "said", [{}, {"status": "success"}, {"status": 1, "reference": "1"}, {"reference": "1"}]
)
def test_nonsense_says_nothing(said):
    assert monobank.seen(said) is None


@pytest.mark.parametrize("amount", [None, True, 71.68, "7168"])
def test_sums_are_whole_kopecks(amount: object):
    assert monobank.hryvnias(amount) is None
