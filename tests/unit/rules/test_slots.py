"""Slots: none outside the hours, none over another, none lost when the clock jumps."""

from datetime import UTC, date, datetime, time, timedelta
from random import Random

import pytest

from webapp.rules import slots
from webapp.rules.periods import KYIV
from webapp.rules.slots import Hours, Slot, Span

SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)
"""At 3:00 it becomes 4:00; at 4:00 it becomes 3:00."""
USUAL = (Span(time(9), time(12)), Span(time(13), time(17)))
NOW = datetime(2026, 11, 3, 8, 5, tzinfo=UTC)
"""10:05 in Kyiv, a Tuesday."""


def hours(*spans: Span, **told: int) -> Hours:
    return Hours((spans,) * 7, **told)


def clocks(found: list[Slot]) -> list[str]:
    return [f"{slot.starts_at.astimezone(KYIV):%H:%M}" for slot in found]


def test_a_day_with_a_break_has_its_slots_on_both_sides():
    found = clocks(slots.slots_of(hours(*USUAL, minutes=60), date(2026, 11, 4)))
    assert found == ["09:00", "10:00", "11:00", "13:00", "14:00", "15:00", "16:00"]


def test_what_does_not_fit_before_the_break_is_not_begun():
    assert clocks(slots.slots_of(hours(Span(time(9), time(10, 30)), minutes=40), date(2026, 11, 4))) == [
        "09:00",
        "09:40",
    ]


def any_hours(random: Random) -> Hours:
    marks = sorted(random.sample(range(0, 24 * 12), random.choice((2, 4, 6))))
    spans = tuple(
        Span(time(a // 12, a % 12 * 5), time(b // 12, b % 12 * 5))
        for a, b in zip(marks[::2], marks[1::2], strict=True)
    )
    return hours(*spans, minutes=random.choice((5, 10, 15, 20, 30, 45, 60, 90, 240)))


@pytest.mark.parametrize("seed", range(40))
def test_no_slot_lies_outside_the_hours_or_over_another(seed: int):
    random = Random(seed)
    for day in (
        SPRING,
        AUTUMN,
        SPRING + timedelta(days=1),
        date(2026, 1, 1) + timedelta(days=random.randint(0, 364)),
    ):
        for _ in range(25):
            plan = any_hours(random)
            found = slots.slots_of(plan, day)
            for slot in found:
                starts, ends = slot.starts_at.astimezone(KYIV), slot.ends_at.astimezone(KYIV)
                assert starts.date() == ends.date() == day
                assert slot.ends_at - slot.starts_at == timedelta(minutes=plan.minutes)
                assert any(
                    span.opens <= starts.time() and ends.time() <= span.closes for span in plan.week[0]
                )
            assert all(one.ends_at <= other.starts_at for one, other in zip(found, found[1:], strict=False))


def test_the_hour_that_does_not_exist_has_no_slots_and_the_one_that_comes_twice_has_them_twice():
    night = hours(Span(time(2), time(5)), minutes=60)
    assert clocks(slots.slots_of(night, SPRING)) == ["02:00", "04:00"]
    assert clocks(slots.slots_of(night, AUTUMN)) == ["02:00", "03:00", "03:00", "04:00"]
    assert slots.slots_of(hours(Span(time(3), time(3, 45)), minutes=15), SPRING) == []


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("9:00-12:00, 13:00-17:00", "09:00-12:00, 13:00-17:00"),
        (" 9.00–12.30;13:00 — 17:00 ", "09:00-12:30, 13:00-17:00"),
        ("", ""), ("–", ""),
        ("12:00-9:00", None), ("9:00-12:00, 11:00-13:00", None), ("25:00-26:00", None), ("9-17", None),
        ("<b>9:00</b>", None),
    ],
)  # fmt: skip
def test_hours_are_read_as_people_write_them(typed: str, kept: str | None):
    spans = slots.parse_day(typed)
    assert (None if spans is None else slots.written_day(spans)) == kept


def test_a_slot_that_has_begun_or_begins_too_soon_is_not_offered():
    plan = hours(*USUAL, minutes=20, notice=60)
    offered = [slot for slot, _ in slots.free_slots(plan, date(2026, 11, 3), [], [], NOW)]
    assert clocks(offered)[0] == "11:20"
    assert slots.free_slots(plan, date(2026, 11, 2), [], [], NOW) == []
    assert slots.free_slots(plan, date(2026, 11, 18), [], [], NOW) == [], "beyond the days ahead"
    assert slots.free_slots(plan, date(2026, 11, 4), [], [date(2026, 11, 4)], NOW) == []


def test_places_are_filled_one_by_one_also_across_another_grid():
    slot = Slot(NOW, NOW + timedelta(minutes=20))
    odd = Slot(NOW + timedelta(minutes=10), NOW + timedelta(minutes=30))
    before = Slot(NOW - timedelta(minutes=20), NOW)
    assert slots.place_for(slot, [], 1) == 1
    assert slots.place_for(slot, [(before, 1)], 1) == 1
    assert slots.place_for(slot, [(odd, 1)], 1) is None
    assert slots.place_for(slot, [(odd, 1)], 2) == 2
    assert slots.place_for(slot, [(odd, 2)], 2) == 1


def test_whoever_came_too_late_is_offered_the_hours_after():
    plan = hours(*USUAL, minutes=60, days_ahead=2)
    wanted = datetime(2026, 11, 4, 14, tzinfo=UTC)
    taken = [(Slot(wanted, wanted + timedelta(hours=1)), 1)]
    assert clocks(slots.next_free(plan, taken, [], NOW, after=wanted)) == ["09:00", "10:00", "11:00"]
    last = datetime(2026, 11, 5, 16, tzinfo=UTC)
    assert clocks(slots.next_free(plan, taken, [], NOW, after=last)) == ["13:00", "14:00", "15:00"], (
        "or before"
    )


@pytest.mark.parametrize(
    "text", ["", "12:00", "2026-11-04", "2026-11-04T09:00", "9999-12-31T23:59Z", "x" * 500]
)
def test_a_moment_that_is_none_is_not_read(text: str):
    assert slots.begins(text) is None


def test_a_moment_is_read_as_it_was_written():
    assert slots.begins(slots.code_of(NOW)) == NOW
