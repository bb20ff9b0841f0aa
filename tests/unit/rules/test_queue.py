"""The line, the ticket, the days of a call back and of a reminder."""

from datetime import UTC, date, datetime

import pytest

from webapp.rules import queue

TUESDAY = datetime(2026, 11, 3, 8, 5, tzinfo=UTC)
"""10:05 in Kyiv."""


def test_the_ticket_is_called_out_by_its_letter():
    assert queue.ticket("Б", 27) == "Б-27"
    assert queue.ticket("", 27) == "27"


@pytest.mark.parametrize(
    ("ahead", "places", "minutes"), [(0, 1, 0), (3, 1, 36), (3, 2, 24), (4, 2, 24), (1, 5, 12)]
)
def test_the_wait_is_shorter_where_more_windows_work(ahead: int, places: int, minutes: int):
    assert queue.waiting_minutes(ahead, 12, places) == minutes


def test_nobody_is_called_at_a_time_that_has_begun_or_on_a_weekend():
    assert queue.parts_of(date(2026, 11, 3), TUESDAY) == ("day", "evening")
    assert queue.parts_of(date(2026, 11, 2), TUESDAY) == ()
    days = queue.call_days(TUESDAY)
    assert days == [date(2026, 11, day) for day in (3, 4, 5, 6, 9)]
    evening = datetime(2026, 11, 6, 13, tzinfo=UTC)
    assert queue.call_days(evening)[0] == date(2026, 11, 9), (
        "on Friday at 15:00 nobody is called that day any more"
    )


def test_people_are_reminded_by_day_of_the_next_one():
    assert queue.remind_for(TUESDAY) == date(2026, 11, 4)
    assert queue.remind_for(datetime(2026, 11, 3, 20, tzinfo=UTC)) is None
    assert queue.booked_before(date(2026, 11, 4)) == datetime(2026, 11, 3, 8, tzinfo=UTC)
