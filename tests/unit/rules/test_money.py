"""Sums as people type them, and the word of a balance."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.rules.money import MAXIMUM, Mistake, Standing, balance, parse_amount, to_kopecks


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("71,68", "71.68"),
        ("71.68", "71.68"),
        ("0.00", "0.00"),
        ("0,00", "0.00"),
        ("50", "50.00"),
        ("0,5", "0.50"),
        (" 1 234,56 ", "1234.56"),
        ("1\N{NO-BREAK SPACE}234.56", "1234.56"),
        ("1\N{NARROW NO-BREAK SPACE}000\N{NARROW NO-BREAK SPACE}000", "1000000.00"),
        ("1234,56", "1234.56"),
        ("007", "7.00"),
        ("9 999 999,99", "9999999.99"),
    ],
)
def test_comma_and_point_are_both_understood(text, read):
    assert str(parse_amount(text)) == read


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("", Mistake.EMPTY),
        (" \N{NO-BREAK SPACE}", Mistake.EMPTY),
        ("71,685", Mistake.TOO_PRECISE),
        ("1.000", Mistake.TOO_PRECISE),
        ("-5", Mistake.NOT_MONEY),
        ("+5", Mistake.NOT_MONEY),
        ("1e5", Mistake.NOT_MONEY),
        ("71,68 грн", Mistake.NOT_MONEY),
        ("50 00", Mistake.NOT_MONEY),
        ("1,234.56", Mistake.NOT_MONEY),
        (",50", Mistake.NOT_MONEY),
        ("50,", Mistake.NOT_MONEY),
        ("NaN", Mistake.NOT_MONEY),
        ("７１", Mistake.NOT_MONEY),
        ("10000000", Mistake.TOO_LARGE),
        ("9" * 5000, Mistake.TOO_LARGE),
    ],
)
def test_what_is_no_sum_is_told_apart(text, mistake):
    assert parse_amount(text) is mistake


@given(st.decimals(0, MAXIMUM, places=2), st.sampled_from(".,"))
def test_every_sum_can_be_typed(amount, comma):
    assert parse_amount(f"{amount:.2f}".replace(".", comma)) == amount
    assert (
        parse_amount(
            f"{amount:,.2f}".replace(".", comma if comma == "." else ";").replace(",", " ").replace(";", ",")
        )
        == amount
    )


@given(st.text())
def test_no_text_is_read_as_an_impossible_sum(text):
    amount = parse_amount(text)
    assert isinstance(amount, Mistake) or 0 <= amount <= MAXIMUM


@pytest.mark.parametrize(
    ("exact", "rounded"), [("0.005", "0.01"), ("-0.005", "-0.01"), ("2.675", "2.68"), ("58.680", "58.68")]
)
def test_half_a_kopeck_goes_up(exact, rounded):
    assert to_kopecks(Decimal(exact)) == Decimal(rounded)


@pytest.mark.parametrize(
    ("closing", "standing", "amount"),
    [
        ("71.68", Standing.DEBT, "71.68"),
        ("-41.59", Standing.CREDIT, "41.59"),
        ("0", Standing.CLEAR, "0.00"),
        ("-0.004", Standing.CLEAR, "0.00"),
    ],
)
def test_a_balance_has_a_word_instead_of_a_sign(closing, standing, amount):
    named = balance(Decimal(closing))
    assert (named.standing, str(named.amount)) == (standing, amount)
