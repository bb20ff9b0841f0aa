"""Codes and links that nobody stores."""

import re
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.rules.codes import code_of, hash_of, same, tidy, token_of

KEY = b"k" * 32
PROOF = UUID("0198c0de-0000-7000-8000-000000000001")


@given(st.uuids(), st.binary(min_size=16, max_size=64))
def test_a_code_has_six_digits_and_a_token_forty_three_characters(proof, key):
    assert re.fullmatch("[0-9]{6}", code_of(key, proof))
    assert re.fullmatch("[A-Za-z0-9_-]{43}", token_of(key, proof))


def test_they_depend_on_the_key_the_proof_and_the_purpose():
    other = UUID(int=PROOF.int + 1)
    assert code_of(KEY, PROOF) == code_of(KEY, PROOF)
    assert len({token_of(KEY, PROOF), token_of(KEY, other), token_of(b"x" * 32, PROOF)}) == 3
    assert len({code_of(KEY, UUID(int=number)) for number in range(200)}) > 190


def test_what_is_stored_tells_nothing_and_fits_its_token_alone():
    token = token_of(KEY, PROOF)
    assert len(hash_of(token)) == 32
    assert hash_of(token) != hash_of(token[:-1])


def test_any_text_can_be_compared():
    assert same("578214", "578214")
    assert not same("578214", "578215")
    assert not same("578214", "код \ud800")


@pytest.mark.parametrize(
    "typed",
    [
        "578214",
        " 578 214 ",
        "578-214",
        "5 7 8 2 1 4",
        "Код: 578214",
        "104: код 578214. Нікому його не кажіть.",
        "104 578 214",
        "Код 578214. Довідка 0 800 500 104",
        "КРЕМЕНЧУКГАЗ-Постачання. Вітаємо, Ви зареєстровані! Код активації - 578214",
        "578\N{NO-BREAK SPACE}214",
        "５７８２１４",
    ],
)
def test_a_pasted_code_is_found(typed):
    assert tidy(typed) == "578214"


@pytest.mark.parametrize(
    ("typed", "left"), [("57821", "57821"), ("5782145", "5782145"), ("", ""), ("код", "код")]
)
def test_what_is_no_code_stays_as_it_is(typed, left):
    assert tidy(typed) == left


@given(st.text())
def test_no_text_is_too_odd(typed):
    assert len(tidy(typed)) <= 4000
