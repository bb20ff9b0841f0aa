"""Forecasts: honest about how much is known, and never told by a way that was further from the truth."""

from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.rules.forecast import Basis, forecast
from webapp.rules.statistics import following
from webapp.rules.usual import PROFILES, Volume

HEATING = PROFILES["heating"]
START = date(2023, 1, 1)


def years(many: int, *, annual: int = 1500, factor: list[float] | None = None) -> list[Volume]:
    months = following(START, 12 * many)
    return [
        Volume(month, round(annual * HEATING.shares[month.month - 1] / 1000 * (factor[n] if factor else 1)))
        for n, month in enumerate(months)
    ]


def test_a_steady_household_is_told_what_it_takes():
    told = forecast(years(3), HEATING, date(2026, 1, 1))
    january = told.of([date(2026, 1, 1)])
    assert january.low < 270 <= january.m3 + 1 and january.m3 <= 271 < january.high
    assert told.known == 36 and len(told.volumes) == 12


def test_noise_of_single_months_evens_out():
    """January of last year was mild: the next one is told by all of them."""
    chance = Random(5)
    factor = [chance.uniform(0.85, 1.15) for _ in range(36)]
    factor[24] = 0.5
    told = forecast(years(3, factor=factor), HEATING, date(2026, 1, 1))
    assert told.basis is Basis.OWN
    assert told.volumes[date(2026, 1, 1)] > 200


def test_where_last_year_was_nearest_it_is_told():
    """A household whose every year is as the one before, and nothing like its group."""
    odd = [Volume(month, 10 if month.month % 2 else 200) for month in following(START, 36)]
    told = forecast(odd, HEATING, date(2026, 1, 1))
    assert told.basis is Basis.SAME_MONTH and told.volumes[date(2026, 1, 1)] == 10


@pytest.mark.parametrize("known", [1, 5, 11])
def test_less_than_a_year_is_said_and_the_range_is_wide(known: int):
    told = forecast(years(1)[:known], HEATING, following(START, known + 1)[-1])
    assert told.basis is Basis.GROUP and told.known == known and told.spread >= 0.45


def test_a_year_alone_has_seasons_but_nothing_to_be_tried_on():
    told = forecast(years(1), HEATING, date(2024, 1, 1))
    assert told.basis is Basis.OWN and told.spread == 0.45


def test_several_months_together_are_surer_than_one():
    told = forecast(years(3, factor=[0.8, 1.2] * 18), HEATING, date(2026, 1, 1))
    one, all_of_them = told.of([date(2026, 1, 1)]), told.of(list(told.volumes))
    assert (one.high - one.low) / one.m3 > (all_of_them.high - all_of_them.low) / all_of_them.m3


def test_no_gas_at_all_is_forecast_as_none():
    told = forecast([Volume(month, 0) for month in following(START, 24)], HEATING, date(2025, 1, 1))
    assert told.of(list(told.volumes)).m3 == 0


@given(st.lists(st.integers(-500, 5000), min_size=1, max_size=60))
def test_whatever_was_booked_the_range_holds_the_likely_figure_and_is_not_negative(volumes: list[int]):
    months = following(START, len(volumes) + 1)
    history = [Volume(month, m3) for month, m3 in zip(months, volumes, strict=False)]
    told = forecast(history, HEATING, months[-1])
    for month in told.volumes:
        expected = told.of([month])
        assert 0 <= expected.low <= expected.m3 < expected.high
