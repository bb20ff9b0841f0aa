"""What an inspector did at a door."""

import json
from pathlib import Path
from typing import Any

import pytest

from webapp.rules import readings, visits
from webapp.rules.visits import Refusal

CASES = json.loads((Path(__file__).parents[2] / "cases" / "visits.json").read_text())
NAMES = ("id", "stop_id", "kind", "meter_id", "value", "read_on", "taken_at", "reason")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_digest_is_the_one_that_the_phone_makes(case: dict[str, Any]):
    assert visits.digest(*(str(case["entry"].get(name) or "") for name in NAMES)) == case["digest"]


@pytest.mark.parametrize(
    ("kind", "meter", "reason", "words", "wrong"),
    [
        ("reading", True, "", "", None),
        ("reading", True, "heating", "", None),
        ("reading", False, "", "", Refusal.NOT_A_VISIT),
        ("reading", True, "because", "", Refusal.NOT_A_VISIT),
        ("no_access", False, "dog", "", None),
        ("no_access", False, "", "Собака", Refusal.NO_REASON),
        ("no_access", False, "heating", "", Refusal.NO_REASON),
        ("note", False, "", "Хвіртка", None),
        ("note", False, "", " \n", Refusal.NO_WORDS),
        ("party", True, "", "", Refusal.NOT_A_VISIT),
    ],
)
def test_what_is_missing_in_an_entry(kind: str, meter: bool, reason: str, words: str, wrong: Refusal | None):
    assert visits.wrong(kind, meter=meter, reason=reason, words=words) is wrong


def test_the_reasons_of_a_doubt_are_the_consumer_s():
    assert visits.DOUBT == readings.REASONS


@pytest.mark.parametrize(
    ("kind", "reason", "said", "left"),
    [
        ("no_access", "closed", None, True),
        ("no_access", "closed", True, True),
        ("no_access", "closed", False, False),
        ("no_access", "demolished", True, False),
        ("reading", "", True, False),
    ],
)
def test_a_card_is_left_where_somebody_will_find_it(kind: str, reason: str, said: bool | None, left: bool):
    assert visits.leaves_card(kind, reason, said) is left


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ((46.97, 31.99, 12), (46.97, 31.99, 12.0)),
        ((46.97, 31.99, None), (46.97, 31.99, None)),
        ((46.97, 31.99, -1), (46.97, 31.99, None)),
        ((46.97, 31.99, float("inf")), (46.97, 31.99, None)),
        ((91, 0, 1), None),
        ((0, 181, 1), None),
        ((float("nan"), 0, 1), None),
        (("46", "31", 1), None),
        ((True, False, 1), None),
        ((None, None, None), None),
    ],
)
def test_a_position_is_believed_or_left_out(said: tuple[Any, Any, Any], place: Any):
    assert visits.position(*said) == place
