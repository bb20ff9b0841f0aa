"""Codes of the National Bank: byte for byte those of its resolution, and none that would pay wrongly."""

import json
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.documents import squares
from webapp.rules import nbu_qr
from webapp.rules.nbu_qr import NotPossible, Transfer

CASES = Path(__file__).parents[2] / "cases"
VECTORS = json.loads((CASES / "nbu_qr.json").read_text())
IBANS = json.loads((CASES / "iban_ua.json").read_text())
BILL = Transfer(
    "ТОВ «Миколаївгаз Збут»", "UA143000010000002600000000202", "12345678", "Оплата за газ, о/р 0920204517",
    Decimal("71.68"), "0920204517",
)  # fmt: skip


def transfer_of(payload: str, form: str) -> Transfer:
    """The fields of a vector, as they stand line by line."""
    field = payload.split("\n")
    money = Decimal(field[7].removeprefix("UAH"))
    if form == "002":
        return Transfer(field[5], field[6], field[8], field[11], money)
    locked = int(field[13], 16)
    return Transfer(
        field[5], field[6], field[8], field[11], money, field[10], field[9], field[12], field[3],  # type: ignore[arg-type]
        tuple(n for n in range(16) if not locked >> n & 1), moment(field[14]), moment(field[15]),
    )  # fmt: skip


def moment(text: str) -> datetime | None:
    return datetime.strptime(text, "%y%m%d%H%M%S") if text else None


@pytest.mark.parametrize("vector", VECTORS["vectors"], ids=lambda one: one["id"])
def test_the_bytes_are_those_of_the_resolution(vector: dict[str, Any]):
    transfer = transfer_of(vector["payload"], vector["format"])
    encoding = vector["payload"].split("\n")[2]
    assert nbu_qr.payload(transfer, vector["format"], encoding).hex() == vector["payload_hex"]
    assert nbu_qr.link(transfer, vector["format"], encoding) == vector["url"]
    assert "<circle" in squares.of_bank(vector["url"]), "the hryvnia sign stands in a white circle"


@pytest.mark.parametrize("case", VECTORS["amount"], ids=str)
def test_a_sum_has_two_digits_of_kopecks_or_none(case: dict[str, Any]):
    amount = Decimal(case["in"]) if case["in"] else None
    if case.get("error"):
        with pytest.raises(NotPossible):
            nbu_qr.amount_of(amount)
    else:
        assert nbu_qr.amount_of(amount) == case["out"]


@pytest.mark.parametrize("case", VECTORS["invalid"], ids=lambda one: one["why"])
def test_what_the_bank_would_not_take_is_refused(case: dict[str, str]):
    with pytest.raises(NotPossible):
        nbu_qr.payload(replace(BILL, **{case["field"]: case["value"]}))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("iban", "UA143000010000002600000000203"), ("code", "1234567"), ("amount", Decimal("0")),
        ("amount", Decimal("-1")), ("amount", Decimal("1.234")), ("reference", "Г-1"), ("recipient", ""),
        ("purpose", ""),
    ],
)  # fmt: skip
def test_nor_what_would_pay_somebody_else(field: str, value: Any):
    with pytest.raises(NotPossible):
        nbu_qr.payload(replace(BILL, **{field: value}))


@pytest.mark.parametrize("case", VECTORS["lock_mask"], ids=str)
def test_bits_of_the_lock_are_the_fields(case: dict[str, Any]):
    assert nbu_qr.lock_of(tuple(case["editable"])) == case["mask"]


def test_accounts_are_checked():
    assert all(nbu_qr.is_iban(one) for one in IBANS["valid"])
    assert not any(nbu_qr.is_iban(one["value"]) for one in IBANS["invalid"])


@given(st.text(max_size=200))
def test_any_text_becomes_one_that_fits(text: str):
    """Whatever a holder or an address is, it opens no field of its own."""
    tidied = nbu_qr.tidy(text, 140) or "газ"
    content = nbu_qr.payload(replace(BILL, recipient=tidied, purpose=tidied))
    assert content.count(b"\n") == 16 and len(content) <= 475
