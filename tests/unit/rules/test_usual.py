"""What a household usually takes: its own year, else the profile."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.rules.usual import DAYS, PROFILES, Volume, annual, planned, usual_daily

HEATING, STOVE = PROFILES["heating"], PROFILES["stove"]
YEAR = [Volume(date(2025, month, 1), 31 if month == 1 else 10) for month in range(1, 13)]


@pytest.mark.parametrize(
    ("kind", "month", "m3"),
    [("heating", 1, 270), ("heating", 7, 24), ("stove", 3, 10), ("stove_heater", 12, 27)],
)
def test_a_month_without_a_reading_is_booked_by_its_share_of_the_year(kind, month, m3):
    assert planned([], PROFILES[kind], date(2026, month, 1)) == m3


def test_the_year_before_replaces_the_profiles_year():
    assert annual(YEAR) == 141
    assert planned(YEAR, HEATING, date(2026, 1, 1)) == 25  # 141 × 18 % = 25.38


def test_a_gap_in_the_year_leaves_the_profile():
    gap = [Volume(date(2024, 1, 1), 500), *YEAR[1:]]
    assert annual(YEAR[1:]) is None
    assert annual(gap) is None
    assert planned(gap, STOVE, date(2026, 3, 1)) == 10


@pytest.mark.parametrize("profile", PROFILES.values())
def test_the_shares_make_a_whole_year(profile):
    assert sum(profile.shares) == 1000


def test_without_history_the_profile_tells_the_litres_a_day():
    daily = usual_daily([], HEATING)
    assert daily[0] == 8709  # 270 m³ in 31 days
    assert daily[6] == 774


def test_a_year_of_its_own_tells_them_better():
    daily = usual_daily(YEAR, HEATING)
    assert daily[0] == 1000
    assert daily[5] == 333


def test_two_years_are_averaged_and_the_third_is_forgotten():
    rows = [
        Volume(date(year, month, 1), m3)
        for year, m3 in ((2023, 900), (2024, 30), (2025, 60))
        for month in range(1, 13)
    ]
    assert usual_daily(rows, STOVE)[3] == 1500


def test_parts_of_a_month_are_one_month_and_a_recalculation_is_not_below_nothing():
    parts = [*YEAR, Volume(date(2025, 1, 18), 31), Volume(date(2025, 6, 1), -40)]
    daily = usual_daily(parts, STOVE)
    assert daily[0] == 2000
    assert daily[5] == 0


@given(
    st.lists(
        st.builds(Volume, st.dates(date(2024, 1, 1), date(2026, 12, 31)), st.integers(-500, 5000)),
        max_size=60,
    )
)
def test_twelve_whole_numbers_whatever_the_history(history):
    daily = usual_daily(history, HEATING)
    assert len(daily) == len(DAYS)
    assert all(isinstance(litres, int) and litres >= 0 for litres in daily)
    assert planned(history, HEATING, date(2026, 1, 1)) >= 0
