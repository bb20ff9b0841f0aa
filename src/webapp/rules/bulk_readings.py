"""Many readings at once, from a table or a file: what each row means, before anything is taken."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import islice
from typing import Literal
from uuid import UUID, uuid5

from webapp.rules.readings import SPACES, Dial, Doubt, Mistake, Reading, judge, parse

MOST_ROWS = 5000
MOST_BYTES = 2 * 1024 * 1024
"""Of a file."""
ROWS_A_PAGE = 50
NAMES = {
    "eic": ("eic", "eic-код", "eic код", "код eic", "eic code"),
    "serial": ("serial", "лічильник", "номер лічильника", "заводський номер", "счетчик", "счётчик", "meter"),
    "value": (
        "value",
        "показання",
        "нове показання",
        "показание",
        "новое показание",
        "нові показання",
        "показания",
        "новые показания",
        "reading",
        "new reading",
    ),
    "day": ("date", "дата", "день", "дата зняття", "дата снятия", "day"),
}
"""How the columns may be called: by our own template in three languages, and as people call them."""
COLUMNS = 64
"""What stands further to the right is not ours."""
Verdict = Literal["good", "doubtful", "wrong", "known", "empty"]
"""`known`: the month has this very value already. `empty`: nothing was typed for the point."""


class BadFile(StrEnum):
    """Why a file as a whole is not looked at."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"
    UNREADABLE = "unreadable"
    NO_COLUMNS = "no_columns"


class Why(StrEnum):
    """What is wrong with a row, besides `rules.readings.Mistake`."""

    UNKNOWN = "unknown"
    TWICE = "twice"
    CONTRADICTS = "contradicts"
    BAD_DAY = "bad_day"
    FUTURE = "future"
    ALREADY_SENT = "already_sent"


@dataclass(frozen=True)
class Typed:
    """A row as it came: `line` is the one that the spreadsheet shows."""

    line: int
    value: str
    eic: str = ""
    serial: str = ""
    day: str = ""


@dataclass(frozen=True)
class Known:
    """A point where a reading may be taken, and what it is judged by."""

    meter_id: UUID
    eic: str
    serial: str
    address: str
    dial: Dial
    last: Reading | None
    sent: int | None
    """What counts for the month already."""


@dataclass(frozen=True)
class Row:
    line: int
    eic: str
    serial: str
    value: str
    verdict: Verdict
    why: str = ""
    doubts: list[Doubt] = field(default_factory=list)
    meter_id: UUID | None = None
    address: str = ""
    read_on: date | None = None
    expected: tuple[int, int] | None = None


def table(lines: Iterable[Sequence[str]]) -> list[Typed] | BadFile:
    """The rows of a file whose first one names the columns; they are read no further than is allowed."""
    cells = [[cell.strip()[:200] for cell in line[:COLUMNS]] for line in islice(lines, MOST_ROWS + 2)]
    if not cells:
        return BadFile.EMPTY
    places = _places(cells[0])
    if "value" not in places or not {"eic", "serial"} & set(places):
        return BadFile.NO_COLUMNS
    if len(cells) > MOST_ROWS + 1:
        return BadFile.TOO_MANY
    rows = [_typed(line, row, places) for line, row in enumerate(cells[1:], 2) if any(row)]
    return rows or BadFile.EMPTY


def _places(head: Sequence[str]) -> dict[str, int]:
    named = {word: name for name, words in NAMES.items() for word in words}
    places: dict[str, int] = {}
    for place, cell in enumerate(head):
        name = named.get(" ".join(cell.casefold().split()))
        if name:
            places.setdefault(name, place)
    return places


def _typed(line: int, row: Sequence[str], places: Mapping[str, int]) -> Typed:
    said = {
        name: row[at].removeprefix("'").strip()[:64] if at < len(row) else "" for name, at in places.items()
    }
    return Typed(line, **said)


def check(rows: Iterable[Typed], points: Sequence[Known], today: date) -> list[Row]:
    """Each row for itself; of two that mean the same point the first is looked at."""
    by_eic = {point.eic: point for point in points if point.eic}
    by_serial = _by_serial(points)
    seen: set[UUID] = set()
    checked = []
    for typed in rows:
        point, why = _meant(typed, by_eic, by_serial)
        if point and point.meter_id in seen and typed.value:
            point, why = point, Why.TWICE
        checked.append(look(typed, point, today) if why is None else _wrong(typed, why, point))
        if point and typed.value:
            seen.add(point.meter_id)
    return checked


def look(typed: Typed, point: Known | None, today: date) -> Row:
    """One row whose point is found."""
    if point is None:
        return _wrong(typed, Why.UNKNOWN, None)
    if not typed.value.strip(SPACES):
        return _row(typed, point, "empty")
    value = parse(typed.value, point.dial.digits)
    if isinstance(value, Mistake):
        return _wrong(typed, value, point)
    day = _day(typed.day, today)
    if day is None or day > today:
        return _wrong(typed, Why.BAD_DAY if day is None else Why.FUTURE, point)
    if point.sent is not None:
        same = point.sent == value
        return _row(typed, point, "known") if same else _wrong(typed, Why.ALREADY_SENT, point)
    verdict = judge(value, day, point.last, point.dial)
    kind: Verdict = "doubtful" if verdict.doubts else "good"
    return _row(typed, point, kind, doubts=verdict.doubts, read_on=day, expected=verdict.expected)


def submission_id(space: UUID, row: str) -> UUID:
    """The same row of the same form or file is the same reading, however often it comes."""
    return uuid5(space, row)


def _meant(
    typed: Typed, by_eic: Mapping[str, Known], by_serial: Mapping[str, Known]
) -> tuple[Known | None, Why | None]:
    one = by_eic.get(typed.eic.upper()) if typed.eic else None
    other = by_serial.get(_bare(typed.serial)) if typed.serial else None
    if typed.eic and one is None or not typed.eic and other is None:
        return None, Why.UNKNOWN
    if one and typed.serial and _bare(typed.serial) != _bare(one.serial):
        return one, Why.CONTRADICTS
    return one or other, None


def _by_serial(points: Sequence[Known]) -> dict[str, Known]:
    """Spreadsheets drop leading zeros; what then means two meters means none."""
    found: dict[str, Known] = {}
    twice = set()
    for point in points:
        bare = _bare(point.serial)
        twice |= {bare} & set(found)
        found[bare] = point
    return {bare: point for bare, point in found.items() if bare not in twice}


def _bare(serial: str) -> str:
    return serial.strip(SPACES).lstrip("0").upper()


def _day(text: str, today: date) -> date | None:
    """«05.11.2026» or «2026-11-05»; nothing means today."""
    if not text:
        return today
    try:
        if "." in text:
            day, month, year = (int(part) for part in text.split("."))
            return date(year, month, day)
        return date.fromisoformat(text[:10])
    except (ValueError, OverflowError):
        return None


def _wrong(typed: Typed, why: Why | Mistake, point: Known | None) -> Row:
    return _row(typed, point, "wrong", why=str(why))


def _row(
    typed: Typed, point: Known | None, verdict: Verdict, *, why: str = "", doubts: Sequence[Doubt] = (),
    read_on: date | None = None, expected: tuple[int, int] | None = None,
) -> Row:  # fmt: skip
    eic, serial = (point.eic, point.serial) if point else (typed.eic, typed.serial)
    return Row(
        typed.line, eic, serial, typed.value, verdict, why, list(doubts), point.meter_id if point else None,
        point.address if point else "", read_on, expected,
    )  # fmt: skip
