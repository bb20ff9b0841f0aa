"""What is looked up in the help is found whatever its endings, slips and idle words are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.rules.help_search import MOST, Part, search, words_of

PARTS = [
    Part(
        "guide", "Довідка кабінету", "about-window", "Коли передавати", "Показання передають до 5-го числа."
    ),
    Part("guide", "Довідка кабінету", "about-reading", "Як передати показання", "Перепишіть цифри до рамки."),
    Part(
        "faq",
        "Питання",
        "debt",
        "Чому видно борг, хоча я заплатив",
        "Платіж з’являється за день. Борг зникне.",
    ),
    Part("rules", "Логіни й паролі", "", "Забули пароль", "Надішлемо код. Обов’язково змініть пароль."),
    Part("contacts", "Контакти", "", "Контакти", "Контакт-центр працює щодня."),
]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("як передати показання", "about-reading"),
        ("показань", "about-reading"),
        ("ПОКАЗАННЯМИ передавати коли", "about-window"),
        ("борг", "debt"),
        ("боргу немає", "debt"),
        ("платежу", "debt"),
        ("забув пароль", ""),
        ("обовязково", ""),
        ("паролб", ""),
        ("показаня", "about-reading"),
        ("контакт-центр", ""),
        ("квантова хромодинаміка", None),
        ("", None),
        ("   ?! ", None),
    ],
)
def test_the_best_answer_comes_first(typed: str, first: str | None):
    found = search(PARTS, typed)
    assert (found[0].part.anchor if found else None) == first


def test_what_was_found_stands_with_the_words_around_it():
    (found, *_) = search(
        [Part("a", "A", "", "Тема", "слово " * 60 + "лічильник " + "слово " * 60)], "лічильника"
    )
    assert found.words == "лічильник" and found.before.startswith("… слово") and found.after.endswith(" …")
    assert len(found.before) < 110 and len(found.after) < 110


def test_idle_words_are_left_out_unless_they_are_all_there_is():
    assert words_of("Як мені передати показання") == ["передати", "показання"]
    assert words_of("що це") == ["що", "це"]


@given(st.text(max_size=300))
def test_any_question_is_answered_in_peace(typed: str):
    assert len(search(PARTS, typed)) <= MOST
