"""A message that is nothing but a meter reading: whoever gets it may not take readings, and says who does (K35)."""

import re

LABELS = ("показ", "лічильн", "счетчик", "счётчик", "м3", "м³", "куб", "reading", "meter")
"""Beginnings of words that say it is a reading, also a short one."""
STEMS = (
    "січ", "лют", "берез", "квіт", "трав", "черв", "лип", "серп", "верес", "жовт", "листоп", "груд", "рахун", "особов",
    "январ", "феврал", "март", "апрел", "май", "мая", "июн", "июл", "август", "сентяб", "октяб", "ноябр", "декаб",
)  # fmt: skip
"""Months and accounts are named beside it."""
WORDS = frozenset("за на по мій мої мой мои газ газу газа о р ор л с лс gas is my the of for".split())
"""Any other word makes it a letter."""
READING = re.compile(r"[0-9]{4,6}(?:[.,][0-9]{1,3})?")
"""What drums show before the frame, and perhaps behind it."""
SHORT = re.compile(r"[0-9]{1,6}(?:[.,][0-9]{1,3})?")
ACCOUNT = re.compile(r"[0-9]{8,12}")
MOST = 120
"""Characters; who writes more has more to say."""


def reading_in(text: str) -> int | None:
    """The whole m³, or None: it is a letter, a phone, a sum, or several things at once."""
    bare = " ".join(text.lower().split())
    if not 0 < len(bare) <= MOST:
        return None
    if re.fullmatch(r"[0-9]{1,3} [0-9]{3}", bare):  # as the drums are printed
        bare = bare.replace(" ", "")
    parts = [part.strip(".,!") for part in re.split(r"[\s:;=№\-–—/]+", bare)]
    named = [part for part in parts if part.startswith(LABELS)]
    figures = [part for part in parts if part and not _is_word(part)]
    readings = [one for one in figures if (SHORT if named else READING).fullmatch(one)]
    others = [one for one in figures if one not in readings]
    if len(readings) != 1 or len(others) > 1 or any(not ACCOUNT.fullmatch(one) for one in others):
        return None
    whole, _, fraction = readings[0].replace(",", ".").partition(".")
    return None if len(fraction) == 2 and not named else int(whole)  # «71,68» is money


def _is_word(part: str) -> bool:
    return part in WORDS or part.startswith(LABELS + STEMS)
