"""LiqPay's own examples, and what they must not be mistaken for."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from webapp.rules import liqpay

CASES = json.loads((Path(__file__).parents[2] / "cases" / "liqpay.json").read_text())
KEY = CASES["callbacks_private_key"]


def test_the_example_of_the_documentation_is_signed_the_same():
    official = CASES["official_v3"]
    assert liqpay.signature(official["data"], official["private_key"], 3) == official["signature"]


def test_exactly_the_characters_of_data_are_signed():
    wrapped = CASES["pitfall_wrapped_base64"]
    data = wrapped["data_with_LF_every_76"]
    assert liqpay.signature(data, wrapped["private_key"], 3) == wrapped["signature_of_wrapped"]
    bare = data.replace("\n", "")
    assert liqpay.signature(bare, wrapped["private_key"], 3) == wrapped["signature_of_unwrapped"]


@pytest.mark.parametrize("case", CASES["callbacks_valid"], ids=lambda case: case["json"]["status"])
def test_a_callback_fits_its_own_version_alone(case):
    version = case["json"]["version"]
    assert liqpay.is_genuine(case["data"], case["signature"], KEY, version)
    assert not liqpay.is_genuine(case["data"], case["signature"], KEY, 7 if version == 3 else 3)
    assert not liqpay.is_genuine(case["data"], case["signature"], KEY + "x", version)
    seen = liqpay.seen(liqpay.unpacked(case["data"]), test=False)
    assert seen and (seen.order, seen.amount, seen.currency) == ("KGP-2026-000123", Decimal("71.68"), "UAH")


@pytest.mark.parametrize("case", CASES["callbacks_invalid"], ids=lambda case: case["why"])
def test_a_forged_callback_fits_no_version_that_was_agreed_on(case):
    version = liqpay.unpacked(case["data"])["version"]
    assert not liqpay.is_genuine(case["data"], case["signature"], KEY, version)


@pytest.mark.parametrize(
    ("kinds", "told"),
    [
        ("final_ok", "paid"), ("final_bad", "declined"), ("refunded", "returned"), ("user_confirmation", "waiting"),
        ("pending", "waiting"), ("subscription", "waiting"),
    ],
)  # fmt: skip
def test_every_documented_status_has_its_meaning(kinds: str, told: str):
    for status in CASES["statuses"][kinds]:
        seen = liqpay.seen({"status": status, "order_id": "1"}, test=False)
        assert seen and seen.told == told, status


def test_play_money_counts_in_a_test_shop_alone():
    said = {"status": "sandbox", "order_id": "1", "amount": 1}
    assert [liqpay.seen(said, test=test).told for test in (True, False)] == ["paid", "waiting"]  # type: ignore[union-attr]


@pytest.mark.parametrize("data", ["", "%%%", "bm90IGpzb24=", "W10=", "eyJhIjo=", "e30\n", "ж"])
def test_nonsense_says_nothing(data: str):
    assert liqpay.seen(liqpay.unpacked(data), test=True) is None


@pytest.mark.parametrize("amount", [None, True, [], {}, "x", "NaN", "Infinity", float("nan")])
def test_what_is_no_sum_is_none(amount: object):
    assert liqpay.amount_of(amount) is None


def test_ours_is_read_back_as_it_was_written():
    said = {"description": "Оплата за газ, № 1", "amount": "71.68"}
    assert liqpay.unpacked(liqpay.packed(said)) == said
