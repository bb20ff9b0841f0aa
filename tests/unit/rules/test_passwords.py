"""Which passwords are refused, and that long ones never are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.rules.passwords import MAXIMUM_BYTES, Mistake, is_common, judge

MAIL, PHONE = "olena.koval@example.com", "+380671234567"


@pytest.mark.parametrize(
    ("password", "minimum", "login", "mistake"),
    [
        ("demo-Blakyt-2026", 10, MAIL, None),
        ("кіт на підвіконні", 10, MAIL, None),
        ("q8Vz3", 5, MAIL, None),
        ("q8Vz", 5, MAIL, Mistake.TOO_SHORT),
        ("садова-18", 10, MAIL, Mistake.TOO_SHORT),
        ("12345", 5, MAIL, Mistake.TOO_COMMON),
        ("1q2w3e", 5, MAIL, Mistake.TOO_COMMON),
        ("йцукен", 6, MAIL, Mistake.TOO_COMMON),
        ("gfhjkm", 6, MAIL, Mistake.TOO_COMMON),
        ("QWERTY123", 6, MAIL, Mistake.TOO_COMMON),
        ("Пароль2026!", 10, MAIL, Mistake.TOO_COMMON),
        ("Україна-1991", 10, MAIL, Mistake.TOO_COMMON),
        ("ａｄｍｉｎ", 5, MAIL, Mistake.TOO_COMMON),
        ("aaaaaaaaaaaaa", 10, MAIL, Mistake.TOO_COMMON),
        ("Olena.Koval@example.com", 10, MAIL, Mistake.SAME_AS_LOGIN),
        ("olena.koval", 10, MAIL, Mistake.SAME_AS_LOGIN),
        ("0671234567", 10, PHONE, Mistake.SAME_AS_LOGIN),
        ("+38 067 123-45-67", 10, PHONE, Mistake.SAME_AS_LOGIN),
        ("671234567", 5, PHONE, Mistake.SAME_AS_LOGIN),
        ("0671234568", 10, PHONE, None),
        ("ї" * 500 + "12х", 10, MAIL, None),
        ("ї" * 513, 10, MAIL, Mistake.TOO_LONG),
    ],
)
def test_a_password_is_judged(password, minimum, login, mistake):
    assert judge(password, minimum, login) is mistake


@given(st.text(min_size=64, max_size=200).filter(lambda text: len(set(text)) > 30))
def test_sixty_four_characters_fit_in_any_alphabet(password):
    fits = len(password.encode()) <= MAXIMUM_BYTES
    assert judge(password, 10, MAIL) is (None if fits else Mistake.TOO_LONG)
    assert judge(password[:64], 10, MAIL) is None


@given(
    st.sampled_from(["parol", "пароль", "qwerty", "Йцукен", "gfhjkm"]), st.text("0123456789!-", max_size=8)
)
def test_capitals_and_a_tail_save_no_common_word(word, tail):
    assert is_common(word.upper() + tail)
    assert not is_common("блакитна плита" + tail)
