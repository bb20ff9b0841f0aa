"""Which of two values of a month counts, and what both of a changed meter let through."""

from datetime import date
from decimal import Decimal
from itertools import permutations

import pytest

from webapp.rules import consumption
from webapp.rules.planned import Planned, planned
from webapp.rules.readings import RANKS, Given, disputable, stands
from webapp.rules.usual import PROFILES

THIRD, FOURTH, MIDDLE = date(2026, 11, 3), date(2026, 11, 4), date(2026, 10, 14)


@pytest.mark.parametrize(("one", "other"), list(permutations(RANKS, 2)))
def test_the_higher_source_counts_whoever_came_first(one: str, other: str):
    new, old = Given(one, 4152, THIRD, False), Given(other, 4160, THIRD, False)
    assert stands(new, old) == (RANKS[one] > RANKS[other]) == (not stands(old, new))


@pytest.mark.parametrize("source", RANKS)
def test_of_one_source_the_later_day_counts(source: str):
    early, late = Given(source, 4152, THIRD, False), Given(source, 4150, FOURTH, False)
    assert stands(late, early) and not stands(early, late) and stands(early, None)


def test_a_control_in_the_middle_of_the_month_is_not_its_end():
    control = Given("inspector", 4140, MIDDLE, True)
    end, contradiction = Given("consumer", 4152, THIRD, False), Given("consumer", 4139, THIRD, False)
    assert stands(end, control) and not stands(control, end)
    assert not stands(contradiction, control) and stands(control, contradiction)
    assert not stands(Given("planned", 4152, THIRD, False), control)


@pytest.mark.parametrize(("today", "still"), [(date(2026, 12, 4), True), (date(2026, 12, 5), False)])
def test_thirty_days_run_from_the_later_of_the_two(today: date, still: bool):
    assert disputable(THIRD, FOURTH, today) == disputable(FOURTH, THIRD, today) == still


def test_what_both_meters_let_through_adds_up():
    months = [date(2026, n, 1) for n in (8, 9, 10)]
    old = consumption.used(dict(zip(months, (99990, 99998, 5), strict=True)), 100_000)
    new = consumption.used({months[1]: 0, months[2]: 12}, 100_000)
    assert old == {months[1]: 8, months[2]: 7}
    assert consumption.together([old, new]) == {months[1]: 8, months[2]: 19}
    assert consumption.used({months[0]: 4152, months[1]: 4150}, 100_000) == {months[1]: -2}
    assert consumption.used({}, 10) == {}


def test_what_is_planned_costs_what_gas_costs_to_the_kopeck():
    profile, october = PROFILES["stove_heater"], date(2026, 10, 1)
    assert planned([], profile, october, Decimal("7.96")) == Planned(24, Decimal("191.04"))
    assert planned([], profile, october, None) == Planned(24, None)
