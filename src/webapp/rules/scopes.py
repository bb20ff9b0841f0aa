"""What a personal token lets a program do, for how long, and how it is written."""

import unicodedata
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Literal, get_args

from webapp.rules.codes import CLEAR
from webapp.rules.periods import KYIV

Scope = Literal["readings:write", "bills:read", "usage:read"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
LIVES = (30, 90, 365)
"""Days that are offered; none lives for ever."""
MOST_TOKENS = 10
"""Of one person, counted while they work."""
LONGEST_NAME = 60
MARK = "blk_"
"""So scanners of published code know what has leaked."""
SECRET = 40
"""Characters of 58 each: 234 bits, far beyond guessing, so a plain hash is enough."""
PREFIX = len(MARK) + 6
"""What is kept in clear, to tell one from another."""


def is_name(text: str) -> bool:
    """Of a token or a key: what a list shows on one line."""
    return 0 < len(text) <= LONGEST_NAME and all(unicodedata.category(sign)[0] != "C" for sign in text)


class Mistake(StrEnum):
    NO_NAME = "no_name"
    ODD_NAME = "odd_name"
    NO_SCOPE = "no_scope"
    NO_ACCOUNT = "no_account"
    NO_LIFE = "no_life"


def written(digits: list[int], mark: str = MARK) -> str:
    """The token of so many random numbers below the length of the alphabet."""
    return mark + "".join(CLEAR[digit] for digit in digits)


def looks_like_one(text: str, mark: str = MARK) -> bool:
    secret = text.removeprefix(mark)
    return text.startswith(mark) and len(secret) == SECRET and all(sign in CLEAR for sign in secret)


def ends_at(day: date, days: int) -> datetime:
    """The last second of that day in Kyiv, which the page names."""
    return datetime.combine(day + timedelta(days=days), time(23, 59, 59), KYIV)
