"""The number of a case is read out by phone and typed by hand; its term ends with a day in Kyiv."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis.strategies import integers

from webapp.rules.cases import due_on, number_of, read_number


@given(integers(0, 2**40 - 1))
def test_a_number_is_read_as_it_was_written(chance: int):
    number = number_of(chance)
    assert len(number) == 9 and read_number(number) == read_number(number.lower()) == number


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("7k2m 9qxd", "7K2M-9QXD"),
        (" 7K2M–9QXD ", "7K2M-9QXD"),
        ("7К2М9QХD", "7K2M-9QXD"),
        ("oil00000", "0110-0000"),
        ("7K2M-9QX", None),
        ("7K2M-9QXU", None),
        ("", None),
        ("№ 7K2M", None),
    ],
)
def test_what_was_read_out_is_understood(typed: str, read: str | None):
    assert read_number(typed) == read


def test_the_term_is_counted_from_the_day_in_kyiv():
    assert due_on(datetime(2026, 11, 3, 21, 59, tzinfo=UTC)) == date(2026, 11, 10)
    assert due_on(datetime(2026, 11, 3, 22, 0, tzinfo=UTC)) == date(2026, 11, 11)
