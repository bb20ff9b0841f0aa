"""Periods as people type them, rows by year, and the comparison with last year."""

from datetime import date
from decimal import Decimal

import pytest

from webapp.rules import statistics as rules
from webapp.rules.comparison import compared
from webapp.rules.statistics import Mistake, Period, Row, by_year, page_of, parse_month, parse_period

TODAY = date(2026, 11, 3)


@pytest.mark.parametrize(
    "text", ["2025-10", " 2025-10 ", "2025-10-05", "10.2025", "5.10.2025", "2025/10", "2025.10"]
)
def test_a_month_is_read_as_people_write_it(text: str):
    assert parse_month(text) == date(2025, 10, 1)


@pytest.mark.parametrize(
    "text", ["now", "2025-13", "2025-00", "0000-01", "10-25", "жовтень", "2025", "२०२५-१०", "9999-12"]
)
def test_what_is_no_month_is_said(text: str):
    assert parse_month(text) is Mistake.UNREADABLE


def test_both_ends_may_be_open():
    assert parse_period("", " ", TODAY) == Period()
    assert parse_period("2025-10", "", TODAY) == Period(date(2025, 10, 1))


def test_a_period_backwards_or_in_the_future_is_told_at_its_field():
    assert parse_period("2025-10", "2025-09", TODAY) == {"to": Mistake.BACKWARDS}
    assert parse_period("2026-12", "", TODAY) == {"from": Mistake.FUTURE}
    assert parse_period("x", "y", TODAY) == {"from": Mistake.UNREADABLE, "to": Mistake.UNREADABLE}


def row(month: date, volume: int | None, closing: str, **other: object) -> Row:
    return Row(month, volume, Decimal(10), Decimal(4), Decimal(closing), False, **other)  # type: ignore[arg-type]


def test_a_year_adds_its_months_up_and_ends_with_the_last_balance():
    rows = [row(date(2025, 12, 1), 5, "6"), row(date(2026, 1, 1), None, "12"), row(date(2026, 2, 1), 7, "18")]
    assert by_year(rows) == [
        Row(date(2025, 1, 1), 5, Decimal(10), Decimal(4), Decimal(6), False),
        Row(date(2026, 1, 1), 7, Decimal(20), Decimal(8), Decimal(18), False),
    ]


def test_a_page_beyond_the_last_is_the_last_one():
    rows = [row(date(2020 + n // 12, n % 12 + 1, 1), n, "0") for n in range(30)]
    shown, page, pages = page_of(rows, 99)
    assert (page, pages) == (3, 3) and [one.volume for one in shown] == [24, 25, 26, 27, 28, 29]
    assert page_of([], 1) == ([], 1, 1)


def test_energy_is_whole_kilowatt_hours():
    assert rules.energy(10, Decimal("10.55")) == 106
    assert rules.energy(-3, Decimal("10.5")) == -32
    assert rules.energy(None, Decimal("10.5")) is None


def test_only_months_with_a_neighbour_a_year_before_are_compared():
    volumes = {date(2025, 9, 1): 20, date(2026, 9, 1): 25, date(2026, 10, 1): 99}
    made = compared(volumes, [date(2026, 9, 1), date(2026, 10, 1)], {})
    assert made and made.months == [date(2026, 9, 1)] and made.difference == 5 and made.percent == 25
    assert compared(volumes, [date(2026, 10, 1)], {}) is None


def test_a_longer_period_between_readings_is_no_higher_consumption():
    """30 days a year before, 36 now: 24 m³ are exactly as much as 20."""
    read_on = {
        date(2025, 8, 1): date(2025, 9, 2), date(2025, 9, 1): date(2025, 10, 2),
        date(2026, 8, 1): date(2026, 8, 30), date(2026, 9, 1): date(2026, 10, 5),
    }  # fmt: skip
    made = compared({date(2025, 9, 1): 20, date(2026, 9, 1): 24}, [date(2026, 9, 1)], read_on)
    assert made and (made.now.days, made.before.days) == (36, 30)
    assert made.corrected == 24 and made.percent == 0 and made.difference == 4


def test_beside_nothing_there_is_no_percentage():
    made = compared({date(2025, 9, 1): 0, date(2026, 9, 1): 24}, [date(2026, 9, 1)], {})
    assert made and made.percent is None
