"""How the desk of consumers is searched: what was typed, turned into keys that lie in an index.

The database folds what it keeps in the same way: `search_words` and `serial_key` of the migration «office».
"""

import re
from dataclasses import dataclass

from webapp.rules.answers import LOOKALIKES, bare_serial

UPPER = "АБВГҐДЕЄЖЗИІЇЙКЛМНОПРСТУФХЦЧШЩЬЮЯЁЫЭЪ"
LETTERS = UPPER.lower()
APOSTROPHES = "'’ʼ`‘´′\u2019\u02bc\"«»"
DROPPED = (
    "вул", "вулиця", "ул", "улица", "просп", "проспект", "пр", "пров", "провулок", "пер", "бул", "бульвар", "б",
    "буд", "будинок", "дом", "д", "кв", "квартира", "м", "місто", "г", "с", "село", "смт", "обл", "область", "р", "н",
)  # fmt: skip
"""Words of an address that everybody writes otherwise, or not at all."""
SHORTEST = 3
LONGEST = 80
END = "\U0010ffff"
"""After every sign that somebody types: what begins with «09» lies between «09» and «09» with it."""
_FOLDED = str.maketrans(UPPER, LETTERS, APOSTROPHES)
_DIGITS = re.compile(r"[0-9\s()+/№.\-]+")
_CODE = re.compile(r"(?=.*[0-9])[0-9A-Za-zА-ЯІЇЄҐа-яіїєґ\-]+")


@dataclass(frozen=True)
class Sought:
    """Beginnings of keys; an empty one is not looked for."""

    number: str = ""
    serial: str = ""
    eic: str = ""
    contact: str = ""
    words: tuple[str, ...] = ()

    @property
    def query(self) -> str | None:
        """Of the words: each has to be there; figures as they are, of letters the beginning."""
        said = [f"'{word}'" if word[0] in "0123456789" else f"'{word}':*" for word in self.words]
        return " & ".join(said) or None


def words(text: str) -> list[str]:
    """Small letters without apostrophes; і, ї and и stay three letters."""
    plain = re.sub("([0-9])-([^0-9 ])", r"\1\2", text.translate(_FOLDED).lower())
    return [word for word in re.split(f"[^0-9a-z{LETTERS}]+", plain) if word and word not in DROPPED]


def read(typed: str) -> Sought | None:
    """None: too little to look for."""
    text = " ".join(typed.split())[:LONGEST]
    if len(text) < SHORTEST:
        return None
    if "@" in text:
        return Sought(contact=text.lower())
    if _DIGITS.fullmatch(text):
        digits = "".join(re.findall("[0-9]", text))
        return Sought(digits, digits.lstrip("0"), contact=_phone(digits)) if len(digits) >= SHORTEST else None
    if " " not in text and _CODE.fullmatch(text):
        key = bare_serial(text)
        code = text.upper().translate(LOOKALIKES) if len(key) > 3 else ""
        return Sought(text, key if len(key) >= SHORTEST else "", code, words=tuple(words(text)))
    found = tuple(words(text))
    return Sought(words=found) if sum(map(len, found)) >= SHORTEST else None


def _phone(digits: str) -> str:
    """As logins are kept, however it was begun: 067…, 8067…, 38067…"""
    if len(digits) < 7:
        return ""
    bare = re.sub("^(?:380|80|0)", "", digits)
    return f"+380{bare}" if len(bare) <= 9 else f"+{digits}"


def until(beginning: str) -> str | None:
    """The end of the stretch of an index; None where nothing is looked for."""
    return beginning + END if beginning else None
