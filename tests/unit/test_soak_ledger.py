"""The account of the soak: what would have to be found is found."""

from typing import Any
from uuid import uuid4

import pytest

from bench.soak.device import Entry
from bench.soak.ledger import Row, compare


def accepted(**said: Any) -> Entry:
    told = {"submission_id": str(uuid4()), "meter_id": "m", "value": "04152", "digest": "d"} | said
    answer = {"outcome": "accepted", "number": 7, "month": "2026-10-01"}
    return Entry(1, told, answer=answer)


def row_of(entry: Entry, **said: Any) -> Row:
    row = {"id": entry.id, "number": 7, "meter_id": "m", "month": "2026-10-01", "value": 4152, "digest": "d"}
    return row | {"state": "accepted", "reason": None} | said


def test_each_reading_once_as_it_was_answered_is_in_order():
    entry, rival = accepted(), accepted(digest="e")
    rival.answer = {"outcome": "rejected", "reason": "already_sent"}
    refused = row_of(rival, number=8, digest="e", state="refused", reason="already_sent")
    found = compare([entry, rival], [row_of(entry), refused])
    assert (found.lost, found.doubled, found.why) == (0, 0, [])


@pytest.mark.parametrize(
    "said", [{"number": 8}, {"month": "2026-11-01"}, {"value": 4153}, {"digest": "e"}, {"meter_id": "n"}]
)
def test_a_row_that_says_something_else_is_a_loss(said: dict[str, Any]):
    entry = accepted()
    assert compare([entry], [row_of(entry, **said)]).lost == 1


def test_a_reading_without_a_row_or_without_an_answer_is_a_loss():
    entry, unanswered = accepted(), accepted()
    unanswered.answer = None
    assert compare([entry, unanswered], [row_of(unanswered)]).lost == 2


def test_a_refusal_of_what_was_answered_as_accepted_is_a_loss():
    entry = accepted()
    assert compare([entry], [row_of(entry, state="refused", reason="already_sent")]).lost == 1


def test_rows_that_nobody_typed_and_months_with_two_are_doubled():
    entry, other = accepted(), accepted()
    assert compare([entry], [row_of(entry), row_of(entry)]).doubled == 2  # a row, and a month
    assert compare([entry, other], [row_of(entry), row_of(other)]).doubled == 1
    assert compare([entry], [row_of(entry), row_of(other, month="2026-09-01")]).doubled == 1
