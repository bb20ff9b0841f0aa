"""ЄДРПОУ: the eight digits of a business in the state register; the last one checks the others."""

import re
from typing import Literal

Mistake = Literal["empty", "not_digits", "too_short", "too_long", "sole_trader", "wrong_check"]


def read(text: str) -> tuple[str, Mistake | None]:
    """The code without spaces, and what is wrong with it.

    Weights and the second round are those of the register (as python-stdnum and edrpou compute them); eight zeros
    would pass the check, and belong to nobody.
    """
    code = re.sub(r"\s", "", text)
    if not code:
        return code, "empty"
    if not re.fullmatch("[0-9]+", code):
        return code, "not_digits"
    if len(code) == 10:
        return code, "sole_trader"
    if len(code) != 8:
        return code, "too_short" if len(code) < 8 else "too_long"
    return code, None if int(code[7]) == _check(code) and code != "00000000" else "wrong_check"


def _check(code: str) -> int:
    weights = [7, 1, 2, 3, 4, 5, 6] if 30_000_000 <= int(code) <= 60_000_000 else [1, 2, 3, 4, 5, 6, 7]
    rest = _sum(code, weights)
    return rest if rest < 10 else _sum(code, [weight + 2 for weight in weights]) % 10


def _sum(code: str, weights: list[int]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(code, weights, strict=False)) % 11
