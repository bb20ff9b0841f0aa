"""Measurements: a group is a module with lines(), a line is one figure with the limit it has to keep."""

import operator
from collections.abc import Iterator
from typing import Any, Protocol

Line = dict[str, Any]
COMPARISONS = {"<=": operator.le, ">=": operator.ge, "==": operator.eq}


class Group(Protocol):
    def lines(self) -> Iterator[Line]: ...


def line(bench: str, value: float | None, unit: str, limit: str, why: str = "") -> Line:
    """`limit` is like «<= 5», or empty for what is only told; `value` is None where it could not be taken, and `why`
    says why."""
    made: Line = {"bench": bench, "value": value, "unit": unit} | ({"limit": limit} if limit else {})
    return made | {"why": why} if value is None else made


def holds(measured: Line) -> bool:
    comparison, _, bound = measured.get("limit", "").partition(" ")
    if measured["value"] is None or not comparison:
        return measured["value"] is not None
    return COMPARISONS[comparison](measured["value"], float(bound))
