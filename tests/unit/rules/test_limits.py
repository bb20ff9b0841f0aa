"""The one decision behind all limits."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.rules import limits
from webapp.rules.limits import Limit, address_alone, address_prefix, decide, number_prefix

NOW = datetime(2026, 11, 3, 18, tzinfo=UTC)
kinds = st.builds(
    Limit, st.just("any"), st.integers(1, 40), st.timedeltas(timedelta(seconds=1), timedelta(days=2))
)
pauses = st.lists(st.timedeltas(timedelta(0), timedelta(hours=6)), max_size=80)


def named() -> list[Limit]:
    values = vars(limits).values()
    return [
        one
        for value in values
        for one in (value if isinstance(value, tuple) else (value,))
        if isinstance(one, Limit)
    ]


@given(kinds)
def test_as_many_at_once_as_it_says_and_one_more_after_its_interval(limit):
    tat = None
    for _ in range(limit.count):
        decision = decide(tat, NOW, limit)
        assert decision.allowed and decision.retry_after == timedelta(0)
        tat = decision.tat
    refused = decide(tat, NOW, limit)
    assert not refused.allowed
    assert refused.tat == tat
    assert refused.retry_after == limit.interval


@given(kinds, pauses)
def test_waiting_as_told_is_enough_and_not_too_long(limit, waits):
    tat, now = None, NOW
    for wait in waits:
        now += wait
        decision = decide(tat, now, limit)
        tat = decision.tat
        if not decision.allowed:
            assert not decide(tat, now + decision.retry_after - timedelta(microseconds=1), limit).allowed
            assert decide(tat, now + decision.retry_after, limit).allowed


@given(kinds, pauses)
def test_never_twice_the_count_in_its_time(limit, waits):
    tat, now, taken = None, NOW, []
    for wait in waits:
        now += wait
        decision = decide(tat, now, limit)
        tat = decision.tat
        taken += [now] if decision.allowed else []
    for start in taken:
        assert (
            sum(start <= moment < start + limit.interval * limit.count for moment in taken) <= 2 * limit.count
        )


def test_a_clock_set_back_takes_nothing_away_for_good():
    tat = decide(None, NOW, limits.SMS_PER_NUMBER[0]).tat
    assert decide(tat, NOW - timedelta(hours=1), limits.SMS_PER_NUMBER[0]).tat == tat


def test_every_limit_has_a_name_of_its_own_and_an_exact_interval():
    names = [limit.name for limit in named()]
    assert len(names) == len(set(names)) > 8
    assert all(limit.interval * limit.count == limit.per for limit in named())


@pytest.mark.parametrize(
    ("address", "prefix"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2ff::1", "2001:db8:1:200::/56"),
        ("fe80::1%eth0", "fe80::/56"),
    ],
)
def test_an_address_is_limited_with_its_neighbours(address, prefix):
    assert address_prefix(address) == prefix


@pytest.mark.parametrize(
    ("address", "alone"),
    [
        ("203.0.113.77", "203.0.113.77/32"),
        ("::ffff:203.0.113.77", "203.0.113.77/32"),
        ("2001:db8:1:2ff:a:b:c:d", "2001:db8:1:2ff::/64"),
    ],
)
def test_a_phone_changes_the_end_of_its_address_in_vain(address, alone):
    assert address_alone(address) == alone


def test_no_address_uses_up_its_network_and_no_network_the_house():
    """Behind one address of a carrier there are many people, behind its network thousands."""
    hour, day = limits.SMS_PER_ADDRESS
    wide_hour, wide_day = limits.SMS_PER_NETWORK
    assert hour.count * 10 <= wide_hour.count and day.count * 10 <= wide_day.count
    assert wide_hour.count * 5 <= limits.SMS_ALTOGETHER.count
    assert day.count <= 24 * 10, "in a day no more than the proposal of 10 an hour"


def test_a_number_is_limited_with_its_neighbours():
    assert number_prefix("+380671234567") == number_prefix("+380671239999") == "+38067123"
