"""Which passwords are refused. A portal sets its own minimum; nobody sets a maximum people would meet."""

import unicodedata
from enum import StrEnum
from functools import cache
from importlib.resources import files

MAXIMUM_BYTES = 1024
"""Longer texts are not hashed at all; every password of 64 characters fits, whatever its alphabet."""
TAIL = "0123456789!?.,_-*@#$ "
"""What people add to a common word: «пароль2026!»."""


class Mistake(StrEnum):
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    TOO_COMMON = "too_common"
    SAME_AS_LOGIN = "same_as_login"


def judge(password: str, minimum: int, login: str) -> Mistake | None:
    """`minimum` in characters; `login` is a mail address or a phone number, as stored or as typed."""
    if len(password.encode(errors="surrogatepass")) > MAXIMUM_BYTES:
        return Mistake.TOO_LONG
    if len(password) < minimum:
        return Mistake.TOO_SHORT
    if _plain(password) in _names_of(login) or _digits(password) in _numbers_of(login):
        return Mistake.SAME_AS_LOGIN
    return Mistake.TOO_COMMON if is_common(password) else None


def is_common(password: str) -> bool:
    """One of the commonest, one with a tail of figures and signs, or one character all along."""
    plain = _plain(password)
    word = plain.rstrip(TAIL)
    return len(set(plain)) < 2 or plain in _common() or (len(word) > 3 and word in _common())


def _names_of(login: str) -> set[str]:
    plain = _plain(login)
    return {plain, plain.partition("@")[0]} - {""}


def _numbers_of(login: str) -> set[str]:
    """A phone as people write it: with the country, with its zero, without."""
    number = _digits(login)
    return {number, number.removeprefix("38"), number.removeprefix("380")} if len(number) > 6 else set()


def _digits(text: str) -> str:
    """The number in a text of digits and the signs of a phone number, else nothing."""
    bare = text.translate(dict.fromkeys(map(ord, " +-()"), None))
    return bare if bare.isdecimal() and bare.isascii() else ""


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


@cache
def _common() -> frozenset[str]:
    return frozenset(files(__package__).joinpath("common_passwords.txt").read_text("utf-8").split("\n"))
