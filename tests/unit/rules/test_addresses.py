"""Ukrainian order, numbers by their value, and addresses that lists narrow down to."""

import pytest
from hypothesis import given
from hypothesis.strategies import text

from webapp.rules import addresses, alphabet
from webapp.rules.addresses import Place


def test_letters_stand_in_the_order_of_the_alphabet():
    streets = ["вул. Гоголя", "вул. Ґонти", "вул. Еспланадна", "просп. Єдності", "вул. Жовта", "вул. Івана Франка",
               "вул. Їжакевича", "вул. Йосипа Сліпого", "вул. Щорса", "вул. Юності", "вул. Ярмаркова"]  # fmt: skip
    assert sorted(set(streets), key=addresses.part_key) == streets


def test_houses_stand_by_their_numbers():
    houses = ["1", "2", "2А", "2Б", "10", "11/19", "108"]
    assert sorted(set(houses), key=alphabet.key) == houses


@pytest.mark.parametrize(
    ("one", "other"), [("2А", "2-а"), ("Кам’яна", "кам'яна"), ("вул. Садова", "ВУЛ Садова"), ("007", "7")]
)
def test_what_is_the_same_by_eye_is_the_same(one: str, other: str):
    assert addresses.part_key(one) == addresses.part_key(other)


@pytest.mark.parametrize(
    ("sought", "found"),
    [("київ", True), ("КИЇВСЬКА", True), ("вул київ", True), ("ївська", False), ("", True), ("8", False)],
)
def test_a_list_is_searched_by_the_beginnings_of_words(sought: str, found: bool):
    assert alphabet.holds("вул. Київська", sought) is found


def test_a_number_that_is_looked_for_is_whole():
    assert alphabet.holds("18", "18") and not alphabet.holds("180", "18")


@pytest.mark.parametrize(
    ("address", "parts"),
    [
        ("вул. Садова, 18, кв. 42", ("вул. Садова", "18", "42")),
        ("просп. Перемоги, 86", ("просп. Перемоги", "86", "")),
        ("площа Миру", ("площа Миру", "", "")),
    ],
)
def test_an_address_has_parts(address: str, parts: tuple[str, str, str]):
    assert addresses.split(address) == parts


def test_a_place_is_whole_when_every_part_is_chosen_even_if_there_is_none():
    place = Place("", "м. Кременчук", "вул. Київська", "8")
    assert not place.is_whole and place.depth == 4
    whole = place.with_part("flat", "")
    assert whole.is_whole and whole.key.startswith(place.key) and whole.cut(4) == place


@given(text(max_size=80), text(max_size=80))
def test_no_name_reaches_beyond_its_own_list(one: str, other: str):
    for name in (one, other):
        assert addresses.END not in addresses.part_key(name) and "\0" not in addresses.part_key(name)
    under, beside = Place(one, other).key, Place(one).key
    assert under.startswith(beside) and beside < under < beside[:-1] + addresses.PAST < addresses.LAST
