"""What proves an account: read as people write it, and compared with what the company knows."""

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest

from webapp.rules import answers, eic, money, pins
from webapp.rules.answers import Answer, Facts, Mistake

KEY, ID = b"a key", UUID(int=7)
FACTS = Facts(
    account_id=ID, address_key="key", payments=[Decimal("186.40"), Decimal("150.05")], last_charge=Decimal("58.68"),
    serials=["№ 0240017-А"], eics=["56XM26000001237T"], pin_hmac=pins.hash_of(KEY, ID, "004217").hex(),
)  # fmt: skip


def read(kind: answers.Kind, typed: str, typed_in: str = "hryvnia") -> object:
    return answers.read(kind, typed, typed_in=typed_in)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "typed", "typed_in"),
    [
        ("last_payment", "186,40", "hryvnia"),
        ("meter_serial", "240017а", "hryvnia"),
        ("meter_serial", "0240017-A", "hryvnia"),
        ("last_charge", "58.68", "hryvnia"),
        ("last_charge", "5868", "kopeck"),
        ("last_charge", "5 868", "kopeck"),
        ("last_charge", "58,68", "kopeck"),
        ("pin", "004 217", "hryvnia"),
        ("eic", "56xm2600 0001237t", "hryvnia"),
    ],
)
def test_what_is_right_fits_however_it_is_written(kind, typed: str, typed_in: str):
    answer = read(kind, typed, typed_in)
    assert isinstance(answer, Answer) and answers.fits(answer, FACTS, KEY)


@pytest.mark.parametrize(
    ("kind", "typed", "typed_in"),
    [
        ("last_payment", "150,05", "hryvnia"),
        ("last_payment", "0", "hryvnia"),
        ("last_charge", "5868", "hryvnia"),
        ("last_charge", "58", "kopeck"),
        ("meter_serial", "240018", "hryvnia"),
        ("pin", "042170", "hryvnia"),
        ("eic", "56XM26000003711H", "hryvnia"),
    ],
)
def test_what_is_another_does_not(kind, typed: str, typed_in: str):
    answer = read(kind, typed, typed_in)
    assert isinstance(answer, Answer) and not answers.fits(answer, FACTS, KEY)


@pytest.mark.parametrize(
    ("kind", "typed", "mistake"),
    [
        ("last_payment", "", money.Mistake.EMPTY),
        ("last_charge", "58,689", money.Mistake.TOO_PRECISE),
        ("meter_serial", " ", Mistake.SERIAL_EMPTY),
        ("meter_serial", "00-1", Mistake.SERIAL_SHAPE),
        ("pin", "", Mistake.PIN_EMPTY),
        ("pin", "12345", Mistake.PIN_SHAPE),
        ("pin", "١٢٣٤٥٦", Mistake.PIN_SHAPE),
        ("eic", "", eic.Mistake.EMPTY),
        ("eic", "56ХM26000001237T", eic.Mistake.LETTERS),
        ("eic", "56XM2600000123", eic.Mistake.SHAPE),
        ("eic", "56XM260000012370", eic.Mistake.CHECK),
        ("address", "м. Кременчук", Mistake.PLACE),
    ],
)
def test_a_slip_has_its_own_reason(kind, typed: str, mistake: object):
    assert read(kind, typed) == mistake


@pytest.mark.parametrize(
    ("typed", "sum"),
    [
        ("5868", "58.68"),
        ("1", "0.01"),
        ("0058", "0.58"),
        ("58.6", "58.60"),
        ("", money.Mistake.EMPTY),
        ("-1", money.Mistake.NOT_MONEY),
        ("1" * 10, money.Mistake.TOO_LARGE),
    ],
)
def test_kopecks_are_whole_and_a_comma_means_hryvnias(typed: str, sum: str):
    found = money.parse_kopecks(typed)
    assert found == (sum if isinstance(sum, money.Mistake) else Decimal(sum))


def test_what_the_company_does_not_know_fits_nothing():
    nothing = Facts(ID, "", [], None, [""], [], "")
    for answer in (
        Answer("last_payment"), Answer("last_charge"), Answer("meter_serial"), Answer("pin"), Answer("eic"),
        Answer("address"),
    ):  # fmt: skip
        assert not answers.fits(answer, nothing, KEY)
    assert not answers.fits(Answer("pin", text="004217"), FACTS, b""), "without the key no PIN fits"
    assert not answers.fits(Answer("pin", text="004217"), replace(FACTS, account_id=UUID(int=8)), KEY)


def test_a_number_opens_the_basic_level_and_a_proof_the_rest():
    number, serial, pin = Answer("number"), Answer("meter_serial", text="1"), Answer("pin", text="2")
    assert answers.level([number]) == "basic" and answers.level([serial]) == "extended"
    assert answers.are_two([serial, pin])
    assert not answers.are_two([serial, serial]) and not answers.are_two([number, pin])


def test_the_second_answer_is_of_another_kind():
    assert answers.second(("last_payment", "previous_payment"), "last_payment") == ("previous_payment",)
    assert answers.second(("number", "meter_serial", "pin"), "meter_serial") == ("pin",)
    assert answers.second(("address",), "address") == ("last_payment",)
    assert answers.control(("number", "meter_serial", "last_charge", "pin")) == (
        "meter_serial",
        "last_charge",
        "pin",
    )
    assert answers.control(("number",)) == ("last_payment",)


def test_codes_of_points_are_checked_by_their_last_character():
    vectors = json.loads((Path(__file__).parents[2] / "cases" / "eic.json").read_text())
    assert all(eic.read(code) == code for code in vectors["valid"])
    assert all(eic.read(code) == eic.Mistake.CHECK for code in vectors["wrong_check"])
