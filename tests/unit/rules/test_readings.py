"""Readings as a table that the browser reads too, and what holds for all of them."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.rules.readings import Dial, Doubt, Mistake, Reading, Refusal, digest_of, judge, parse, refusal_of

CASES = json.loads((Path(__file__).parents[2] / "cases" / "readings.json").read_text("utf-8"))
OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)
readings = st.integers(0, 99_999)
flows = st.lists(st.integers(0, 12_000), min_size=12, max_size=12).map(tuple)
dials = st.builds(Dial, st.just(5), st.sampled_from([2500, 4000, 6000, 10_000]), flows)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_reading_is_judged_by_the_one_before(case):
    value = parse(case["text"], case["digits"])
    if isinstance(value, Mistake):
        assert case["verdict"] == {"mistake": value}
        return
    last = case["last"] and Reading(
        case["last"]["value"],
        date.fromisoformat(case["last"]["taken_on"]),
        date.fromisoformat(case["last"].get("since", case["last"]["taken_on"])),
    )
    dial = Dial(case["digits"], case["max_hourly_litres"], tuple(case["daily_litres"]))
    verdict = judge(value, date.fromisoformat(case["taken_on"]), last, dial)
    assert case["verdict"] == {
        "used": verdict.used,
        "usual": verdict.usual and list(verdict.usual),
        "expected": verdict.expected and list(verdict.expected),
        "doubts": verdict.doubts,
        "likely": verdict.likely,
    }


def test_the_table_knows_every_doubt_and_every_mistake():
    assert {doubt for case in CASES for doubt in case["verdict"].get("doubts", [])} == set(Doubt)
    assert {case["verdict"]["mistake"] for case in CASES if "mistake" in case["verdict"]} == set(Mistake)


@pytest.mark.parametrize(
    ("mistake", "refusal"),
    [
        (Mistake.TOO_LONG, Refusal.BEYOND_DIAL),
        (Mistake.FRACTION, Refusal.NOT_A_READING),
        (Mistake.EMPTY, Refusal.NOT_A_READING),
        (Mistake.NOT_DIGITS, Refusal.NOT_A_READING),
    ],
)
def test_what_a_queue_mistyped_is_refused_for_good(mistake, refusal):
    assert refusal_of(mistake) is refusal


def test_the_digest_is_of_exactly_what_was_sent():
    sent = ["0198", "0199", "04152", "2026-11-03", "2026-11-03T18:00:00.000Z"]
    assert digest_of(*sent) == "f7071dbcbd4432a372370f294492584494c23364845f2dc4d42b534c515e94ba"
    assert digest_of(*sent[:2], "4152", *sent[3:]) != digest_of(*sent)


@given(st.text())
def test_no_text_is_read_as_more_than_the_dial_shows(text):
    value = parse(text, digits=5)
    assert isinstance(value, Mistake) or 0 <= value <= 99_999


@given(readings, readings, st.integers(-40, 800), dials)
def test_the_likely_value_raises_no_doubt_itself(value, before, days, dial):
    last, taken_on = Reading(before, OCTOBER), OCTOBER + timedelta(days=days)
    verdict = judge(value, taken_on, last, dial)
    if verdict.likely is not None:
        low, high = verdict.usual or (0, 0)
        assert verdict.likely != value
        assert low <= (verdict.likely - before) % dial.turn <= high
        assert verdict.doubts[0] in {
            Doubt.SWAPPED_DIGITS,
            Doubt.FRACTION_TYPED,
            Doubt.EXTRA_DIGIT,
            Doubt.MISSING_DIGIT,
        }


@given(readings, st.integers(0, 99_999), dials)
def test_consumption_survives_the_point_where_the_drums_return_to_zero(before, used, dial):
    verdict = judge((before + used) % dial.turn, NOVEMBER, Reading(before, OCTOBER), dial)
    assert verdict.used == (None if Doubt.BELOW_LAST in verdict.doubts else used)


@given(readings, dials)
def test_nobody_is_asked_about_what_is_expected(before, dial):
    last = Reading(before, OCTOBER)
    for value in judge(before, NOVEMBER, last, dial).expected or ():
        asked = set(judge(value, NOVEMBER, last, dial).doubts) - {Doubt.ROLLED_OVER}
        capacity = dial.max_hourly_litres * 24 * 31
        assert not asked or (value - before) % dial.turn * 1000 > capacity
