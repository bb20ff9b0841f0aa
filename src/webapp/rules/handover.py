"""The list of an act between two companies: what each contract was called, and what it is called from here on."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass

from webapp.rules import spreadsheets
from webapp.rules.exchange.wrong import Mistake, Wrong

COLUMNS = ("old", "new")
LONGEST = 20


@dataclass(frozen=True)
class Pair:
    old: str
    new: str


def read(data: bytes) -> list[Pair] | Mistake:
    """CSV with the columns `old` and `new`, in UTF-8 or Windows-1251; no number stands in a column twice."""
    try:
        return _pairs(spreadsheets.read(data))
    except UnicodeDecodeError:
        return Mistake(Wrong.ENCODING)
    except csv.Error:
        return Mistake(Wrong.NOT_A_TABLE)


def _pairs(lines: Iterator[list[str]]) -> list[Pair] | Mistake:
    names = [name.strip().lower() for name in next(lines, [])]
    if not names:
        return Mistake(Wrong.EMPTY_FILE)
    for name in COLUMNS:
        if name not in names:
            return Mistake(Wrong.MISSING_COLUMN, 1, name)
    places = {name: names.index(name) for name in COLUMNS}
    seen: dict[str, set[str]] = {name: set() for name in COLUMNS}
    found: list[Pair] = []
    for number, line in enumerate(lines, start=2):
        if not any(cell.strip() for cell in line):
            continue
        if len(line) != len(names):
            return Mistake(Wrong.ROW_SHAPE, number)
        told = {name: line[place].strip() for name, place in places.items()}
        for name, value in told.items():
            if wrong := _wrong(value, seen[name]):
                return Mistake(wrong, number, name, value)
            seen[name].add(value)
        found.append(Pair(**told))
    return found or Mistake(Wrong.EMPTY_FILE)


def _wrong(value: str, seen: set[str]) -> Wrong | None:
    if not value:
        return Wrong.EMPTY
    if len(value) > LONGEST:
        return Wrong.TOO_LONG
    return Wrong.TWICE if value in seen else None
