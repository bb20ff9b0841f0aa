"""Recovery codes: long enough not to be guessed, forgiving when typed, of one owner alone."""

import re
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from webapp.rules import policy, recovery_codes, second_step

KEY, OWNER = b"a key of the tests alone", uuid4()


def test_a_code_has_sixty_bits_and_no_letters_that_look_alike():
    assert len(recovery_codes.ALPHABET) == 32 and not set("01IO") & set(recovery_codes.ALPHABET)
    made = {recovery_codes.new() for _ in range(200)}
    assert len(made) == 200 and all(re.fullmatch(r"(?:[2-9A-Z]{4}-){2}[2-9A-Z]{4}", code) for code in made)


@given(st.sampled_from([recovery_codes.new() for _ in range(20)]), st.sampled_from(["", " ", "-", " – "]))
def test_it_may_be_typed_small_and_with_any_strokes(code: str, stroke: str):
    typed = stroke.join(code.lower().split("-"))
    assert recovery_codes.hmac_of(KEY, OWNER, typed) == recovery_codes.hmac_of(KEY, OWNER, code)
    assert second_step.is_recovery_code(typed)


def test_letters_of_the_ukrainian_keyboard_are_read_as_they_look():
    assert recovery_codes.tidy("КМР2-АВСЕ-ТХУ3") == "KMP2ABCETXY3"


def test_what_is_stored_tells_nothing_without_the_key_and_the_owner():
    code = recovery_codes.new()
    stored = recovery_codes.hmac_of(KEY, OWNER, code)
    assert stored != recovery_codes.hmac_of(b"another", OWNER, code)
    assert stored != recovery_codes.hmac_of(KEY, uuid4(), code)


def test_a_code_of_the_application_is_not_taken_for_a_recovery_code():
    assert not second_step.is_recovery_code("578 214")
    assert not second_step.is_recovery_code("104: код 578214")


def test_a_second_check_is_advised_where_passwords_may_be_shorter_than_eight():
    def needed(minimum: int) -> bool:
        return second_step.needs_second_factor(policy.Policy(passwords=policy.Passwords(minimum=minimum)))

    assert [needed(minimum) for minimum in (5, 7, 8, 10)] == [True, True, False, False]
