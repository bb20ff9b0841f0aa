"""The order of the Ukrainian alphabet, and of the numbers inside words, as a key that compares byte by byte."""

import re
import unicodedata

LETTERS = "абвгґдеєжзиіїйклмнопрстуфхцчшщьюяыэъё"
"""The last four are Russian: names on portals that speak it too."""
LATIN = "abcdefghijklmnopqrstuvwxyz"
RANKS = {letter: chr(0x3A + n) for n, letter in enumerate(LETTERS + LATIN)}
"""Behind the digits, one character each."""
APOSTROPHES = re.compile("['\u2019\u02bc`\u00b4]")
PIECES = re.compile(r"[0-9]+|[^\W\d_]+")


def key(text: str) -> str:
    """Words by letters, numbers by value: 2, 2А, 10. What is written alike by eye has one key."""
    bare = APOSTROPHES.sub("", unicodedata.normalize("NFC", text).lower())
    return " ".join(_rank(piece) for piece in PIECES.findall(bare))


def holds(text: str, sought: str) -> bool:
    """Whether each word that is looked for begins a word of the text; a number that is looked for is whole."""
    words = key(text).split()
    return all(any(word.startswith(part) for word in words) for part in key(sought).split())


def _rank(piece: str) -> str:
    if piece[0].isdecimal() and piece.isascii():
        digits = piece.lstrip("0") or "0"
        return f"{min(len(digits), 99):02d}{digits}"
    return "".join(RANKS.get(letter, "~") for letter in piece)
