"""What a row of many readings means, by table."""

from datetime import date
from uuid import UUID, uuid4

import pytest

from webapp.rules import bulk_readings as rules
from webapp.rules.bulk_readings import Known, Typed
from webapp.rules.readings import Dial, Reading

TODAY = date(2026, 11, 3)
DIAL = Dial(5, 6000, (3000,) * 12)


def point(eic: str, serial: str, sent: int | None = None) -> Known:
    return Known(uuid4(), eic, serial, "", DIAL, Reading(1000, date(2026, 10, 1)), sent)


POINTS = [point("A1", "00700001"), point("A2", "700002", 1100), point("A3", "5"), point("A4", "05")]


@pytest.mark.parametrize(
    ("row", "verdict", "why"),
    [
        (Typed(2, "1100", eic="A1"), "good", ""),
        (Typed(2, "1 100", eic="a1", serial="700001"), "good", ""),
        (Typed(2, "1100", serial="700001"), "good", ""),
        (Typed(2, "1100", serial="5"), "wrong", "unknown"),
        (Typed(2, "1100", eic="A9"), "wrong", "unknown"),
        (Typed(2, "1100"), "wrong", "unknown"),
        (Typed(2, "1100", eic="A1", serial="700002"), "wrong", "contradicts"),
        (Typed(2, "", eic="A1"), "empty", ""),
        (Typed(2, "12,5", eic="A1"), "wrong", "fraction"),
        (Typed(2, "-5", eic="A1"), "wrong", "not_digits"),
        (Typed(2, "=1+1", eic="A1"), "wrong", "not_digits"),
        (Typed(2, "123456", eic="A1"), "wrong", "too_long"),
        (Typed(2, "99000", eic="A1"), "doubtful", ""),
        (Typed(2, "1100", eic="A2"), "known", ""),
        (Typed(2, "1101", eic="A2"), "wrong", "already_sent"),
        (Typed(2, "1100", eic="A1", day="02.11.2026"), "good", ""),
        (Typed(2, "1100", eic="A1", day="46328"), "wrong", "bad_day"),
        (Typed(2, "1100", eic="A1", day="2026-11-04"), "wrong", "future"),
        (Typed(2, "1100", eic="A1", day="31.02.2026"), "wrong", "bad_day"),
        (Typed(2, "1100", eic="A1", day="вчора"), "wrong", "bad_day"),
    ],
)
def test_a_row_is_judged_for_itself(row: Typed, verdict: str, why: str):
    (checked,) = rules.check([row], POINTS, TODAY)
    assert (checked.verdict, checked.why) == (verdict, why)


def test_the_second_row_of_a_point_is_not_taken():
    rows = rules.check([Typed(2, "1100", eic="A1"), Typed(3, "1101", serial="700001")], POINTS, TODAY)
    assert [row.verdict for row in rows] == ["good", "wrong"] and rows[1].why == "twice"


def test_the_same_row_has_the_same_id():
    space = UUID(int=7)
    assert (
        rules.submission_id(space, "2") == rules.submission_id(space, "2") != rules.submission_id(space, "3")
    )
