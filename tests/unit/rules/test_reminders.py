"""When people are reminded, by which way, and when they are left in peace."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from webapp.rules import codes, quiet, reminders
from webapp.rules.periods import Window
from webapp.rules.policy import BadPolicy, Policy, Readings
from webapp.rules.sending import ONCE_LENGTH, Closed, closed, until

EARLY, LATE = Window(28, 5), Window(1, 5)


def at(day: int, hour: int, month: int = 12) -> datetime:
    """An hour in Kyiv, in winter time."""
    return datetime(2026, month, day, hour - 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "window", "day"),
    [
        (at(1, 10), EARLY, date(2026, 12, 1)),
        (at(4, 10), LATE, date(2026, 12, 4)),
        (at(1, 20), EARLY, date(2026, 12, 1)),
        (at(1, 9), EARLY, None),
        (at(1, 21), EARLY, None),
        (at(2, 10), EARLY, None),
        (at(28, 10), EARLY, None),
        (at(4, 10), Window(1, 3), None),
    ],
)
def test_people_are_reminded_from_ten_on_the_days_that_are_named(now, window, day):
    assert reminders.due(now, (1, 4), window) == day


def test_a_policy_may_name_other_days_or_none():
    assert reminders.due(at(2, 10), (2,), EARLY) == date(2026, 12, 2)
    assert reminders.due(at(1, 10), (), EARLY) is None
    assert Readings().reminder_days == (1, 4)
    with pytest.raises(BadPolicy):
        Policy(readings=Readings(reminder_days=(31,)))


@pytest.mark.parametrize(
    ("now", "at_night", "morning"),
    [
        (at(1, 21), True, at(2, 8)),
        (at(2, 7), True, at(2, 8)),
        (at(2, 8), False, None),
        (at(2, 20), False, None),
    ],
)
def test_nothing_rings_at_night(now, at_night, morning):
    assert quiet.is_quiet(now) is at_night
    if morning:
        assert quiet.morning(now) == morning


def test_a_link_outlives_its_window_by_three_days():
    assert until(date(2026, 11, 1), EARLY) == at(9, 2).replace(hour=22, day=8)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({}, None),
        ({"taken": False}, Closed.NOT_TAKEN),
        ({"revoked_at": at(1, 10)}, Closed.REVOKED),
        ({"is_open": False}, Closed.ENDED),
        ({"expires_at": at(1, 10)}, Closed.EXPIRED),
        ({"expires_at": at(1, 11)}, None),
    ],
)
def test_why_a_link_opens_no_form(given, why):
    usual = {"expires_at": None, "revoked_at": None, "is_open": True, "taken": True, "now": at(1, 10)}
    assert closed(**(usual | given)) == why


def test_tokens_are_short_clear_and_of_their_own_kind():
    key, id = b"a key", UUID(int=7)
    token = codes.sending_of(key, id, ONCE_LENGTH)
    assert len(token) == ONCE_LENGTH and set(token) <= set(codes.CLEAR)
    assert token == codes.sending_of(key, id, ONCE_LENGTH) != codes.sending_of(key, UUID(int=8), ONCE_LENGTH)
    assert codes.sending_of(b"another", id, ONCE_LENGTH) != token
    assert codes.reminder_in(key, codes.reminder_of(key, id)) == id
    assert codes.reminder_in(key, codes.invitation_of(key, id)) is None
    assert codes.reminder_in(key, "nonsense") is None
