"""EIC codes (ENTSO-E, version 5.5): sixteen characters, the last one checks the others."""

import re
from enum import StrEnum

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-"
LENGTH = 16
CYRILLIC = re.compile("[\u0400-\u04ff]")


class Mistake(StrEnum):
    EMPTY = "eic_empty"
    LETTERS = "eic_letters"
    """Ukrainian letters that look like Latin ones."""
    SHAPE = "eic_shape"
    CHECK = "eic_check"


def check_character(fifteen: str) -> str:
    total = sum((16 - n) * ALPHABET.index(char) for n, char in enumerate(fifteen))
    return ALPHABET[36 - (total - 1) % 37]


def read(typed: str) -> str | Mistake:
    code = re.sub(r"\s", "", typed[:60]).upper()
    if not code:
        return Mistake.EMPTY
    if CYRILLIC.search(code):
        return Mistake.LETTERS
    if len(code) != LENGTH or any(char not in ALPHABET for char in code):
        return Mistake.SHAPE
    right = check_character(code[:-1])
    return code if right == code[-1] and right != "-" else Mistake.CHECK
