"""Numbers of accounts: what was understood, or which character is too many."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.rules.account_numbers import AccountFormat, Number, Wrong, WrongNumber, read

EXACT = AccountFormat("[0-9]{10}", length=10)
KIND = AccountFormat("[0-9]{10}", length=10, strip_separators=True)
BRANCHES = AccountFormat("[0-9]{4,12}", strip_separators=True, strip_leading_zeros=True)
DASHED = AccountFormat(r"^\d{1,2}-\d{1,8}$")


@pytest.mark.parametrize(
    ("text", "form", "canonical"),
    [
        ("0123456789", EXACT, "0123456789"),
        (" 0123456789 ", EXACT, "0123456789"),
        ("№0123456789", KIND, "0123456789"),
        ("о/р 0123456789", KIND, "0123456789"),
        ("Л/с № 0123456789", KIND, "0123456789"),
        ("р/р: 0123456789", KIND, "0123456789"),
        ("ос/рах 0123456789", KIND, "0123456789"),
        ("012 345 67 89", KIND, "0123456789"),
        ("012\N{NO-BREAK SPACE}345–6789", KIND, "0123456789"),
        ("023-185952", BRANCHES, "23185952"),
        ("23185952", BRANCHES, "23185952"),
        ("001-000123", BRANCHES, "1000123"),
        ("10-4084", DASHED, "10-4084"),
    ],
)
def test_a_number_is_understood(text, form, canonical):
    assert read(text, form) == Number(canonical, text.strip())


def test_it_says_what_was_understood_only_when_it_differs():
    assert read("023-185952", BRANCHES).understood
    assert not read("23185952", BRANCHES).understood


@pytest.mark.parametrize(
    ("text", "form", "wrong"),
    [
        ("", EXACT, WrongNumber(Wrong.EMPTY, 0, 10)),
        ("№ -", KIND, WrongNumber(Wrong.EMPTY, 0, 10)),
        ("000", BRANCHES, WrongNumber(Wrong.EMPTY)),
        ("01234567890", EXACT, WrongNumber(Wrong.TOO_LONG, 11, 10)),
        ("012 345 678", KIND, WrongNumber(Wrong.TOO_SHORT, 9, 10)),
        ("№0123456789", EXACT, WrongNumber(Wrong.SURPLUS_CHARACTER, 10, 10, "№", 1)),
        ("012 3456789", EXACT, WrongNumber(Wrong.SURPLUS_CHARACTER, 10, 10, " ", 4)),
        ("л/с 0123456789", EXACT, WrongNumber(Wrong.SURPLUS_CHARACTER, 10, 10, "л", 1)),
        ("0123456789l", KIND, WrongNumber(Wrong.SURPLUS_CHARACTER, 10, 10, "l", 11)),
        ("О123456789", KIND, WrongNumber(Wrong.SURPLUS_CHARACTER, 9, 10, "О", 1)),
        ("о/р 01234567б9", KIND, WrongNumber(Wrong.SURPLUS_CHARACTER, 9, 10, "б", 13)),
        ("０123456789", KIND, WrongNumber(Wrong.SURPLUS_CHARACTER, 9, 10, "０", 1)),
        ("10_4084", DASHED, WrongNumber(Wrong.SURPLUS_CHARACTER, 6, None, "_", 3)),
        ("104084", DASHED, WrongNumber(Wrong.OTHER_SHAPE, 6)),
        ("123", BRANCHES, WrongNumber(Wrong.OTHER_SHAPE, 3)),
        ("1" * 500, DASHED, WrongNumber(Wrong.TOO_LONG, 500)),
    ],
)
def test_it_says_what_is_wrong_and_where(text, form, wrong):
    assert read(text, form) == wrong


def test_a_format_that_cannot_be_read_is_refused_at_once():
    with pytest.raises(ValueError, match="regular expression"):
        AccountFormat("[0-9")


@given(
    st.from_regex("[0-9]{10}", fullmatch=True), st.lists(st.sampled_from(" -–.№"), max_size=6), st.randoms()
)
def test_separators_never_change_the_number(number, separators, random):
    typed = list(number)
    for separator in separators:
        typed.insert(random.randrange(len(typed) + 1), separator)
    assert read("".join(typed), KIND).canonical == number


@given(st.text(max_size=60))
def test_whatever_is_typed_the_canonical_number_has_digits_alone(text):
    number = read(text, BRANCHES)
    assert isinstance(number, WrongNumber) or (number.canonical.isascii() and number.canonical.isdigit())
