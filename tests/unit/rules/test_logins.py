"""When a login may go, and when a change of one takes effect."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from webapp.rules.logins import CONFIRMED_FOR, WAIT, Keeps, effective_at, is_fresh, may_remove

NOW = datetime(2026, 11, 3, 18, 0, tzinfo=UTC)
OLD, NEW = uuid4(), uuid4()
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("age_of_the_other", "keeps"),
    [(None, Keeps.LAST), (HOUR, Keeps.OTHERS_ARE_NEW), (WAIT - HOUR, Keeps.OTHERS_ARE_NEW), (WAIT, None)],
)
def test_a_login_goes_when_another_has_stood_for_three_days(age_of_the_other, keeps: Keeps | None):
    verified = {OLD: NOW - 9 * WAIT} | ({NEW: NOW - age_of_the_other} if age_of_the_other else {})
    assert may_remove(verified, OLD, NOW) is keeps


def test_the_newest_itself_may_go_at_once():
    assert may_remove({OLD: NOW - WAIT, NEW: NOW}, NEW, NOW) is None


@pytest.mark.parametrize(
    ("new", "old", "otherwise", "at"),
    [
        (True, True, False, NOW), (True, True, True, NOW), (True, False, True, NOW + WAIT),
        (True, False, False, None), (False, True, True, None), (False, False, False, None),
    ],
)  # fmt: skip
def test_both_channels_at_once_or_another_proof_and_a_wait(new: bool, old: bool, otherwise: bool, at):
    assert effective_at(NOW, asked=NOW, new_proved=new, old_proved=old, otherwise_proved=otherwise) == at


def test_a_password_is_believed_for_ten_minutes():
    assert not is_fresh(None, NOW)
    assert is_fresh(NOW, NOW) and is_fresh(NOW - CONFIRMED_FOR + timedelta(seconds=1), NOW)
    assert not is_fresh(NOW - CONFIRMED_FOR, NOW)
