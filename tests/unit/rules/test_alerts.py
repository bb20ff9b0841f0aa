"""What people are told unasked, and what they are not."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from webapp.rules import alerts
from webapp.rules.alerts import Flow, unusual
from webapp.rules.statistics import following
from webapp.rules.usual import PROFILES, Volume

STOVE, HEATING = PROFILES["stove"], PROFILES["heating"]
TODAY = date(2026, 11, 3)


def history(*last: int, usual: int = 10, many: int = 24) -> list[Volume]:
    volumes = [usual] * (many - len(last)) + list(last)
    return [Volume(month, m3) for month, m3 in zip(following(date(2024, 10, 1), many), volumes, strict=True)]


@pytest.mark.parametrize(
    ("last", "flow"),
    [
        ((40,), Flow.MUCH),
        ((40, 42), Flow.LEAK),
        ((120, 42), Flow.MUCH),
        ((42, 12), None),
        ((20,), None),
        ((24,), None),
        ((0,), None),
    ],
    ids=["once", "twice alike", "twice, not alike", "over", "twice as much", "little more", "nobody at home"],
)
def test_much_more_than_usual(last: tuple[int, ...], flow: Flow | None):
    found = unusual(history(*last), STOVE)
    assert (found and found.flow) == flow
    if found:
        assert found.m3 == last[-1] and found.usual == 10 and found.month == date(2026, 9, 1)


def test_nothing_through_the_meter_of_a_heated_home_is_odd():
    found = unusual(history(0, usual=200), HEATING)
    assert found and found.flow is Flow.LITTLE and found.usual == 200


def test_a_cold_winter_is_no_leak():
    cold = [
        Volume(one.month, one.m3 * 3 // 2) if one.month.year == 2026 else one for one in history(usual=200)
    ]
    assert unusual(cold, HEATING) is None


def test_what_nobody_has_read_and_what_was_put_right_says_nothing():
    assert unusual(history(40), STOVE, frozenset({date(2026, 9, 1)})) is None
    assert unusual(history(-30), STOVE) is None
    assert unusual([], STOVE) is None


def test_without_a_year_the_group_is_the_measure():
    assert unusual(history(12, many=3), STOVE) is None
    found = unusual([Volume(date(2026, 9, 1), 60)], STOVE)
    assert found and found.flow is Flow.MUCH


@pytest.mark.parametrize(
    ("days", "stage"),
    [(61, None), (60, 60), (31, 60), (30, 30), (8, 30), (7, 7), (0, 7), (-1, 0), (-400, 0), (-401, None)],
)
def test_when_a_verification_is_due(days: int, stage: int | None):
    until = TODAY + timedelta(days=days)
    assert alerts.stage(until, TODAY) == stage
    assert [one.stage for one in alerts.due([("1", until), ("2", None)], TODAY)] == (
        [] if stage is None else [stage]
    )


@pytest.mark.parametrize(
    ("balance", "limit", "told"),
    [
        ("71.68", "50", True),
        ("50", "50", False),
        ("71.68", None, False),
        ("-71.68", "0", False),
        ("0.01", "0", True),
    ],
)
def test_a_debt_above_the_limit(balance: str, limit: str | None, told: bool):
    at = Decimal(limit) if limit is not None else None
    assert bool(alerts.above([("supply", Decimal(balance))], at)) is told
