"""Which codes of the state register are believed."""

import pytest

from webapp.rules import edrpou

VALID = """
32855961 43720363 40121452 37193071 21133352 31146068 40720198 14360570 00032129 20077720 12345678
10000062 30000005 40000081 10000640 10001450
""".split()


@pytest.mark.parametrize("code", VALID)
def test_codes_of_the_register(code: str):
    assert edrpou.read(code) == (code, None)


@pytest.mark.parametrize(
    ("typed", "mistake"),
    [
        ("00000000", "wrong_check"),
        ("32855968", "wrong_check"),
        ("40121425", "wrong_check"),
        ("30000000", "wrong_check"),
        ("1234567", "too_short"),
        ("123456789", "too_long"),
        ("1234567899", "sole_trader"),
        ("3285596I", "not_digits"),
        ("３２８５５９６１", "not_digits"),
        ("", "empty"),
        ("   ", "empty"),
    ],
)
def test_what_is_no_code(typed: str, mistake: str):
    assert edrpou.read(typed)[1] == mistake


def test_spaces_do_no_harm():
    assert edrpou.read(" 3285 5961 ") == ("32855961", None)


@pytest.mark.parametrize("place", range(8))
@pytest.mark.parametrize("code", VALID[:11])
def test_one_wrong_digit_is_noticed_nearly_always(code: str, place: int):
    """Nine slips a place: the check misses at most two of them."""
    slips = [code[:place] + digit + code[place + 1 :] for digit in "0123456789" if digit != code[place]]
    assert sum(edrpou.read(slip)[1] is None for slip in slips) <= 2
