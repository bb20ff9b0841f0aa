"""Who may do what with an account: the whole table, and the same in SQL."""

import pytest

from webapp.rules.masking import masked
from webapp.rules.moving import WrongDay, date, read_day
from webapp.rules.roles import INVITED, Right, granted, may

TABLE = {
    # role: money, readings, sharing, moving
    "owner": (True, True, True, True),
    "family": (True, True, False, False),
    "payer": (True, False, False, False),
    "reader": (False, True, False, False),
}


@pytest.mark.parametrize("role", TABLE)
def test_a_role_may_what_the_table_says(role):
    assert tuple(may(right, role, "extended") for right in Right) == TABLE[role]


@pytest.mark.parametrize("role", TABLE)
def test_without_the_proof_nobody_sees_money_or_shares(role):
    assert [right for right in Right if may(right, role, "basic")] in ([Right.READINGS], [])


@pytest.mark.parametrize("right", Right)
def test_the_question_to_the_database_says_the_same(right: Right):
    condition = granted(right)
    assert {role for role in TABLE if f"'{role}'" in condition} == {
        role for role in TABLE if may(right, role, "extended")
    }
    assert ("'extended'" in condition) != may(right, "owner", "basic")


def test_ownership_is_never_given():
    assert "owner" not in INVITED


@pytest.mark.parametrize(
    ("contact", "shown"),
    [
        ("olena@example.com", "o…a@example.com"),
        ("ab@x.ua", "a…@x.ua"),
        ("+380671234567", "+380…45\u00a067"),
        ("1", "…"),
    ],
)
def test_a_contact_is_recognised_and_not_learnt(contact: str, shown: str):
    assert masked(contact) == shown


TODAY = date(2026, 11, 3)


@pytest.mark.parametrize("typed", ["2026-11-03", "3.11.2026", "03.11.2026 "])
def test_a_day_is_read_as_browsers_and_people_write_it(typed: str):
    assert read_day(typed, TODAY) == TODAY


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ("", WrongDay.NOT_A_DAY), ("tomorrow", WrongDay.NOT_A_DAY), ("2026-13-01", WrongDay.NOT_A_DAY),
        ("1-2", WrongDay.NOT_A_DAY), ("9" * 20 + "-1-1", WrongDay.NOT_A_DAY), ("2026-11-04", WrongDay.FUTURE),
        ("2026-10-02", WrongDay.TOO_EARLY),
    ],
)  # fmt: skip
def test_a_day_that_cannot_be_is_told_apart(typed: str, wrong: WrongDay):
    assert read_day(typed, TODAY) == wrong
