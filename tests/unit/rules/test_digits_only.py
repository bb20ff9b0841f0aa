"""Which messages are nothing but a reading."""

import pytest

from webapp.rules.digits_only import reading_in


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("04152", 4152),
        ("  04152 \n", 4152),
        ("04 152", 4152),
        ("04152,345", 4152),
        ("Показання 4152", 4152),
        ("показники: 04152 м3", 4152),
        ("Показання лічильника за жовтень - 04152.", 4152),
        ("показания счётчика 612", 612),
        ("0910204517 04152", 4152),
        ("о/р 0910204517, показник 4152", 4152),
        ("meter reading 4152", 4152),
        ("123456", 123456),
    ],
)
def test_nothing_but_a_reading(text: str, value: int):
    assert reading_in(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "12",
        "71,68",
        "4152,50",
        "0671234567",
        "+380671234567",
        "0910204517",
        "01.11.2026",
        "04152 04160",
        "Чому мені нарахували 4152?",
        "Добрий день! Показання 04152, але лічильник гуде.",
        "٠٤١٥٢",
        "9" * 400,
        "<script>4152</script>",
        "показання",
    ],
)
def test_letters_sums_phones_and_dates_are_none(text: str):
    assert reading_in(text) is None
