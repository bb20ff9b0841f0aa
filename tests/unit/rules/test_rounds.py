"""A round: its day, its doors, how long its ticket is good."""

from datetime import UTC, date, datetime

import pytest

from webapp.rules import rounds
from webapp.rules.rounds import Mistake, Street

TODAY = date(2026, 11, 3)


@pytest.mark.parametrize(
    ("day", "wrong"),
    [
        (None, Mistake.NO_DAY),
        (date(2026, 11, 2), Mistake.PAST),
        (TODAY, None),
        (date(2026, 12, 4), None),
        (date(2026, 12, 5), Mistake.TOO_FAR),
    ],
)
def test_a_round_is_of_today_or_of_the_next_month(day: date | None, wrong: Mistake | None):
    assert rounds.wrong_day(day, TODAY) is wrong


def test_the_day_ends_at_midnight_in_kyiv():
    assert rounds.ends_at(TODAY) == datetime(2026, 11, 3, 22, tzinfo=UTC)
    assert rounds.ends_at(date(2026, 7, 3)) == datetime(2026, 7, 3, 21, tzinfo=UTC)


def test_a_ticket_is_good_for_three_days_after_the_last_round():
    assert rounds.ticket_until([], TODAY) == datetime(2026, 11, 6, 22, tzinfo=UTC)
    later = rounds.ticket_until([TODAY, date(2026, 11, 4)], TODAY)
    assert later == datetime(2026, 11, 7, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("today", "months", "day"),
    [
        (TODAY, 12, date(2025, 11, 3)),
        (date(2026, 5, 31), 3, date(2026, 2, 28)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
        (date(2024, 2, 29), 24, date(2022, 2, 28)),
    ],
)
def test_so_many_months_ago(today: date, months: int, day: date):
    assert rounds.months_ago(today, months) == day


def test_what_is_left_of_a_street():
    assert Street("вул. Садова", stops=12, done=7, no_access=2).left == 3
