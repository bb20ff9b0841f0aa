"""Numbers of accounts: always text, read by their company's format, explained instead of failed (P-07)."""

import re
from dataclasses import dataclass
from enum import StrEnum

LONGEST = 40
"""Characters that are still worth an explanation."""
SEPARATORS = re.compile(r"[\s.,/\\№#_\u00ad\u200b\ufeff\u2010-\u2015\u2212-]")
LABEL = re.compile(
    r"\s*(?:о\s*[/.]\s*р|[лр]\s*[/.]\s*[ср]|ос\s*[/.]\s*рах|o\s*[/.]\s*p)[.:]?\s*", re.IGNORECASE
)
"""«о/р», «л/с», «л/р», «р/р», «ос/рах» before the number, as receipts print them."""


class Wrong(StrEnum):
    EMPTY = "empty"
    SURPLUS_CHARACTER = "surplus_character"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    OTHER_SHAPE = "other_shape"


@dataclass(frozen=True)
class AccountFormat:
    """How a company writes its numbers."""

    pattern: str = "[0-9]{4,12}"
    """A regular expression of the whole canonical number."""
    length: int | None = None
    """Digits, where all its numbers have the same."""
    strip_separators: bool = False
    """Spaces, dashes, «№», «о/р» are dropped; otherwise they are named as surplus."""
    strip_leading_zeros: bool = False
    """Those of the branch: «023-185952» is 23185952."""

    def __post_init__(self) -> None:
        try:
            re.compile(self.pattern)
        except re.error as mistake:
            raise ValueError(f"no regular expression: {self.pattern}") from mistake


@dataclass(frozen=True)
class Number:
    canonical: str
    typed: str
    """As the person wrote it, without the spaces around."""

    @property
    def understood(self) -> bool:
        """True where it is worth saying what was understood."""
        return self.canonical != self.typed


@dataclass(frozen=True)
class WrongNumber:
    kind: Wrong
    digits: int = 0
    """How many were typed."""
    length: int | None = None
    """How many there must be."""
    character: str = ""
    """The surplus one."""
    position: int = 0
    """Where it stands in the typed text, from 1."""


def read(text: str, form: AccountFormat) -> Number | WrongNumber:
    typed = text.strip()
    canonical = _bare(typed, form)
    digits = sum(char in "0123456789" for char in canonical)
    if not canonical:
        return WrongNumber(Wrong.EMPTY, 0, form.length)
    surplus = _surplus(typed, form)
    if surplus:
        return WrongNumber(Wrong.SURPLUS_CHARACTER, digits, form.length, *surplus)
    if form.length is not None and digits != form.length:
        return WrongNumber(Wrong.TOO_LONG if digits > form.length else Wrong.TOO_SHORT, digits, form.length)
    if len(canonical) > LONGEST:
        return WrongNumber(Wrong.TOO_LONG, digits, form.length)
    if not re.fullmatch(form.pattern, canonical):
        return WrongNumber(Wrong.OTHER_SHAPE, digits, form.length)
    return Number(canonical, typed)


def _bare(typed: str, form: AccountFormat) -> str:
    bare = SEPARATORS.sub("", LABEL.sub("", typed, count=1)) if form.strip_separators else typed
    return bare.lstrip("0") if form.strip_leading_zeros else bare


def _surplus(typed: str, form: AccountFormat) -> tuple[str, int] | None:
    """The first character that no number of this company has, and where it stands."""
    label = LABEL.match(typed) if form.strip_separators else None
    for position, char in enumerate(typed, 1):
        in_label = label is not None and position <= label.end()
        dropped = form.strip_separators and SEPARATORS.match(char)
        if not (in_label or dropped or char in "0123456789" or char in _marks(form.pattern)):
            return char, position
    return None


def _marks(pattern: str) -> str:
    """Characters beside digits that a pattern asks for by themselves: the dash of «10-4084»."""
    literals = re.sub(r"\\[a-zA-Z]|\[[^]]*\]|\{[^}]*\}|[\^$()?:*+|.]", "", pattern)
    return re.sub(r"[0-9\\]", "", literals)
