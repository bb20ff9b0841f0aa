"""One table of codes for all machines."""

import msgspec

from webapp.rules.problems import DOUBTS, KEY_REUSED, NO_METER, PROBLEMS, REFUSALS, SENTENCES, body_of
from webapp.rules.readings import Refusal
from webapp.web import errors


def test_every_refusal_has_a_code_and_every_code_a_sentence():
    assert set(REFUSALS) == set(Refusal)
    assert set(REFUSALS.values()) | {KEY_REUSED, NO_METER} == set(SENTENCES)
    assert not set(SENTENCES) & set(PROBLEMS), (
        "what is wrong with one reading is not what is wrong with a request"
    )
    assert set(DOUBTS.values()) == {"less_than_previous"}


def test_what_devices_are_told_stands_in_the_table_too():
    for status, code in errors.CODES.items():
        assert PROBLEMS[code].status == status
    assert {"needs_login", "signed_out", "upgrade", "malformed", "too_many"} <= set(PROBLEMS)


def test_a_problem_is_what_rfc_9457_says():
    for code, problem in PROBLEMS.items():
        told = msgspec.json.decode(msgspec.json.encode(body_of(code, "more")))
        assert told == {
            "type": f"/api#{code}", "title": problem.title, "status": problem.status, "code": code, "detail": "more"
        }  # fmt: skip
