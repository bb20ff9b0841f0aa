"""Sums as people write them, and what a balance is called. Hryvnias as Decimal, never float."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

KOPECK = Decimal("0.01")
MAXIMUM = Decimal("9999999.99")
"""Nobody's bill; more is a slip of the fingers."""
SPACES = re.compile("[ \t\u00a0\u2007\u2009\u202f]")


class Mistake(StrEnum):
    EMPTY = "empty"
    NOT_MONEY = "not_money"
    TOO_PRECISE = "too_precise"
    """More than two digits after the comma."""
    TOO_LARGE = "too_large"


class Standing(StrEnum):
    """A balance always has a word: борг, переплата, без боргу."""

    DEBT = "debt"
    CREDIT = "credit"
    CLEAR = "clear"


@dataclass(frozen=True)
class Balance:
    standing: Standing
    amount: Decimal
    """Without a sign: the word has it."""


def parse_amount(text: str) -> Decimal | Mistake:
    """Comma or point before the kopecks, spaces between thousands: «71,68», «71.68», «1 234,56» (P-17)."""
    bare = SPACES.sub(" ", text).strip()
    if not bare:
        return Mistake.EMPTY
    written = re.fullmatch(r"([0-9]+|[0-9]{1,3}(?: [0-9]{3})+)(?:[.,]([0-9]+))?", bare)
    if not written:
        return Mistake.NOT_MONEY
    hryvnias, kopecks = written[1].replace(" ", "").lstrip("0"), written[2] or "0"
    if len(kopecks) > 2:
        return Mistake.TOO_PRECISE
    if len(hryvnias) > 7:
        return Mistake.TOO_LARGE
    return Decimal(f"{hryvnias or '0'}.{kopecks}").quantize(KOPECK)


def parse_kopecks(text: str) -> Decimal | Mistake:
    """Whole kopecks (R16); whoever wrote a comma or a point meant hryvnias, and is understood."""
    if "," in text or "." in text:
        return parse_amount(text)
    bare = SPACES.sub("", text).strip()
    if not bare:
        return Mistake.EMPTY
    if not re.fullmatch("[0-9]+", bare):
        return Mistake.NOT_MONEY
    kopecks = bare.lstrip("0")
    return Mistake.TOO_LARGE if len(kopecks) > 9 else Decimal(kopecks or "0").scaleb(-2)


def to_kopecks(amount: Decimal) -> Decimal:
    """Rounded once, at the charge: half a kopeck goes up (away from zero)."""
    return amount.quantize(KOPECK, ROUND_HALF_UP)


def balance(closing: Decimal) -> Balance:
    """`closing` = opening + charged - paid: positive is what the person owes."""
    rounded = to_kopecks(closing)
    if rounded == 0:
        return Balance(Standing.CLEAR, Decimal("0.00"))
    return Balance(Standing.DEBT if rounded > 0 else Standing.CREDIT, abs(rounded))
