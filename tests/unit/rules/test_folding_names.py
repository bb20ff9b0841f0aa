"""What is typed into the search of consumers, and the keys it becomes."""

import pytest

from webapp.rules.folding_names import Sought, read, until, words


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Лук'яненко", ["лукяненко"]),
        ("ЛУК’ЯНЕНКО  Ганна", ["лукяненко", "ганна"]),
        ("вул. Садова, 18-а, кв. 42", ["садова", "18а", "42"]),
        ("Нечуй-Левицький", ["нечуй", "левицький"]),
        ("Її ім'я і Ґава", ["її", "імя", "і", "ґава"]),
        ("м. Миколаїв", ["миколаїв"]),
    ],
)
def test_names_and_addresses_are_folded(typed: str, folded: list[str]):
    assert words(typed) == folded


@pytest.mark.parametrize(
    ("typed", "sought"),
    [
        ("091020", Sought("091020", "91020")),
        ("067 123 45 67", Sought("0671234567", "671234567", contact="+380671234567")),
        ("+380 67 123 45 67", Sought("380671234567", "380671234567", contact="+380671234567")),
        ("Olena@Example.com", Sought(contact="olena@example.com")),
        ("18", None),
        ("--- -", None),
        ("вул. м.", None),
        ("коваленко 18", Sought(words=("коваленко", "18"))),
    ],
)
def test_a_line_is_read_as_what_it_may_be(typed: str, sought: Sought | None):
    assert read(typed) == sought


def test_a_code_is_looked_for_as_eic_serial_and_number():
    found = read("56хм0910204517А")
    assert found and found.eic == found.serial == "56XM0910204517A"


def test_words_are_beginnings_and_figures_are_whole():
    assert Sought(words=("садов", "18")).query == "'садов':* & '18'"
    assert Sought().query is None and until("") is None


def test_nothing_typed_can_speak_to_the_database():
    found = read("') | '':* & !коваленко \\ ")
    assert found and found.query == "'коваленко':*"
