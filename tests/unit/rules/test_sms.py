"""What a text costs at the carrier."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.rules import sms

# Computed by the carrier's own counter; see twilio.com/docs/glossary/what-sms-character-limit.
CASES = [
    ("Код активації: 578214", 21, 1),
    ("Vash kod: 123456", 16, 1),
    ("а" * 70, 70, 1),
    ("а" * 71, 71, 2),
    ("а" * 134, 134, 2),
    ("а" * 135, 135, 3),
    ("a" * 160, 160, 1),
    ("a" * 161, 161, 2),
    ("€" * 80, 160, 1),
    ("a" + "€" * 80, 161, 2),
    ("Сума 71,68 ₴", 12, 1),
    ("👍", 2, 1),
    ("", 0, 1),
]


@pytest.mark.parametrize(("text", "units", "parts"), CASES)
def test_a_text_costs_its_units_and_parts(text: str, units: int, parts: int):
    assert (sms.units(text), sms.parts(text)) == (units, parts)


@given(st.text(max_size=400))
def test_parts_hold_all_units_and_none_is_wasted(text: str):
    one, part = (sms.ONE_GSM, sms.PART_GSM) if sms.is_gsm(text) else (sms.ONE_UCS2, sms.PART_UCS2)
    units, parts = sms.units(text), sms.parts(text)
    assert (parts == 1) == (units <= one)
    assert parts == 1 or (parts - 1) * (part - 1) < units <= parts * part
