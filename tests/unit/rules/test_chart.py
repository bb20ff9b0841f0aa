"""Bars stand on zero, as high as their numbers say, inside the frame."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.rules.chart import DESK, PHONE, Bar, drawn, steps

VALUES = st.one_of(st.none(), st.integers(-10_000, 1_000_000), st.decimals("-5000", "99999", places=2))


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [("0", "31", "0 10 20 30 40"), ("0", "10", "0 2 4 6 8 10"), ("-41.59", "71.68", "-50 0 50 100"),
     ("0", "0", "0 1"), ("0", "1", "0.0 0.2 0.4 0.6 0.8 1.0"), ("-7", "0", "-8 -6 -4 -2 0"),
     ("0", "2450", "0 500 1000 1500 2000 2500")],
)  # fmt: skip
def test_lines_stand_at_round_figures(low: str, high: str, expected: str):
    assert " ".join(map(str, steps(Decimal(low), Decimal(high)))) == expected


def test_a_bar_twice_the_number_is_twice_as_high():
    chart = drawn([(10, 20), (20, None)], DESK)
    first, second = chart.columns
    assert first.now and first.before and second.now and second.before is None
    assert chart.zero - first.before.end == pytest.approx(2 * (chart.zero - first.now.end), abs=0.2)
    assert second.now.end == first.before.end


def test_below_zero_a_bar_goes_down():
    chart = drawn([(Decimal("-41.59"), None), (Decimal("58.68"), None)], PHONE, beside=False)
    down, up = (column.now for column in chart.columns)
    assert down and up and down.end > chart.zero > up.end


@given(st.lists(st.tuples(VALUES, VALUES), min_size=1, max_size=12))
def test_nothing_is_drawn_outside_the_frame(pairs: list):
    for frame in (PHONE, DESK):
        chart = drawn(pairs, frame)
        bars = [bar for column in chart.columns for bar in (column.now, column.before) if bar]
        assert all(frame.top - 0.1 <= bar.end <= frame.bottom + 0.1 for bar in bars)
        assert all(frame.left <= start(bar) <= frame.width for bar in bars)
        assert len(chart.lines) <= 7


def start(bar: Bar) -> float:
    found = re.match(r"M(-?[\d.]+) ", bar.path)
    assert found
    return float(found[1])
