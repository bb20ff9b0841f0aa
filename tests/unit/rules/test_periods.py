"""The window as a table: which month counts, and until when."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.rules import periods
from webapp.rules.periods import GRACE, KYIV, Window

SHORT, LONG = Window(opens_day=1, closes_day=5), Window(opens_day=28, closes_day=5)
SEPTEMBER, OCTOBER, NOVEMBER, DECEMBER = (date(2026, month, 1) for month in (9, 10, 11, 12))
windows = st.builds(Window, st.integers(1, 28), st.integers(1, 28))
moments = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))


def kyiv(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=KYIV).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "month"),
    [
        ("2026-11-01T00:00:00+02:00", OCTOBER),
        ("2026-11-05T23:59:59+02:00", OCTOBER),
        ("2026-11-06T00:00:00+02:00", None),
        ("2026-10-31T23:59:59+02:00", None),
        ("2026-11-05T22:30:00+00:00", None),  # already 6 November, 00:30 in Kyiv
        ("2026-07-05T20:59:59+00:00", date(2026, 6, 1)),  # 23:59:59 of summer time
        ("2026-07-05T21:00:00+00:00", None),
    ],
)
def test_the_window_is_open_until_the_end_of_day_5_in_kyiv(now, month):
    moment = datetime.fromisoformat(now)
    assert periods.is_open(moment, SHORT) is (month is not None)
    if month:
        assert periods.month_at(moment, SHORT) == month


@pytest.mark.parametrize(
    ("taken", "window", "month", "in_window", "booked_by_plan"),
    [
        ("2026-10-27 23:59", LONG, OCTOBER, False, SEPTEMBER),
        ("2026-10-28 00:00", LONG, OCTOBER, True, None),
        ("2026-10-31 23:59", LONG, OCTOBER, True, None),
        ("2026-10-31 23:59", SHORT, OCTOBER, False, SEPTEMBER),
        ("2026-11-01 00:00", SHORT, OCTOBER, True, None),
        ("2026-11-05 23:59", LONG, OCTOBER, True, None),
        ("2026-11-06 00:00", LONG, NOVEMBER, False, OCTOBER),
        ("2026-11-15 12:00", SHORT, NOVEMBER, False, OCTOBER),
        ("2027-01-01 00:00", LONG, DECEMBER, True, None),
    ],
)
def test_a_reading_after_the_window_counts_for_the_next_one(taken, window, month, in_window, booked_by_plan):
    counted = periods.counts_for(kyiv(taken), kyiv(taken), window)
    assert (counted.month, counted.in_window, counted.by_receipt) == (month, in_window, False)
    assert counted.booked_by_plan == booked_by_plan


@pytest.mark.parametrize(
    ("delay", "month", "by_receipt"),
    [
        (timedelta(0), OCTOBER, False),
        (GRACE, OCTOBER, False),
        (GRACE + timedelta(seconds=1), NOVEMBER, True),
        (-timedelta(minutes=1), OCTOBER, False),
    ],
)
def test_the_moment_of_capture_decides_within_the_grace(delay, month, by_receipt):
    taken = kyiv("2026-11-05 23:59:59")
    counted = periods.counts_for(taken, taken + delay, LONG)
    assert (counted.month, counted.by_receipt) == (month, by_receipt)


@pytest.mark.parametrize(
    ("said", "was", "corrected"),
    [
        ("2026-11-06 02:00", "2026-11-05 23:00", "2026-11-05 21:00"),  # the device runs three hours ahead
        ("2026-11-05 20:00", "2026-11-05 23:00", "2026-11-06 03:00"),  # and behind
        ("2026-11-05 23:01", "2026-11-05 23:00", "2026-11-06 00:00"),  # a minute is no error
    ],
)
def test_a_wrong_clock_is_corrected_by_the_moment_of_sending(said, was, corrected):
    taken = kyiv("2026-11-06 00:00")
    assert periods.corrected(taken, kyiv(said), kyiv(was)) == kyiv(corrected)


def test_a_day_that_has_begun_in_kyiv_is_not_the_future():
    evening = datetime(2026, 11, 5, 22, 30, tzinfo=UTC)
    assert not periods.is_future(date(2026, 11, 6), evening)
    assert periods.is_future(date(2026, 11, 7), evening)


def test_the_days_and_the_five_flames():
    assert periods.days(OCTOBER, SHORT) == [date(2026, 11, day) for day in range(1, 6)]
    assert periods.days(OCTOBER, LONG)[0] == date(2026, 10, 28)
    assert len(periods.days(OCTOBER, LONG)) == 9
    assert len(periods.days(date(2027, 2, 1), LONG)) == 6
    assert periods.flames(OCTOBER, LONG) == periods.days(OCTOBER, SHORT)


@pytest.mark.parametrize(
    ("now", "left"), [("2026-11-03 18:00", 3), ("2026-11-05 23:59", 1), ("2026-11-06 00:00", 0)]
)
def test_today_is_one_of_the_days_left(now, left):
    assert periods.days_left(kyiv(now), SHORT) == left


def test_the_window_closes_at_midnight_and_opens_again():
    assert periods.closes_at(OCTOBER, LONG) == kyiv("2026-11-06 00:00")
    assert periods.next_opening(kyiv("2026-11-03 12:00"), LONG) == kyiv("2026-11-28 00:00")
    assert periods.next_opening(kyiv("2026-11-28 00:00"), LONG) == kyiv("2026-12-28 00:00")
    assert periods.next_opening(kyiv("2026-11-06 00:00"), SHORT) == kyiv("2026-12-01 00:00")


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        periods.is_open(datetime(2026, 11, 5), LONG)


@pytest.mark.parametrize(("opens", "closes"), [(0, 5), (29, 5), (28, 0), (1, 29)])
def test_a_window_lies_on_days_that_every_month_has(opens, closes):
    with pytest.raises(ValueError, match="every month"):
        Window(opens, closes)


@given(moments, windows)
def test_open_is_what_lies_between_opening_and_closing(moment, window):
    month = periods.month_at(moment, window)
    assert periods.is_open(moment, window) == (
        periods.opens_at(month, window) <= moment < periods.closes_at(month, window)
    )
    assert moment < periods.closes_at(month, window)
    assert moment < periods.next_opening(moment, window)


@given(moments, windows, st.timedeltas(timedelta(0), timedelta(days=400)))
def test_a_later_reading_never_counts_for_an_earlier_month(moment, window, later):
    assert periods.month_at(moment, window) <= periods.month_at(moment + later, window)
