"""Tables as spreadsheets open them here: semicolons, a comma in numbers, and no cell that is a formula."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A text that begins so would be reckoned out by the program that opens it (CWE-1236)."""
DELIMITERS = ";,\t"
MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""Says to the program that the file is UTF-8."""


def written(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    return MARK + lines([head]) + lines(rows)


def lines(rows: Iterable[Sequence[object]]) -> str:
    """A part of a table that is written piece by piece; `MARK` and the head come first."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def read(body: bytes) -> Iterator[list[str]]:
    """CSV in UTF-8, or in Windows-1251 as older programs write it. Raises UnicodeDecodeError, csv.Error."""
    if b"\0" in body:
        raise csv.Error("NUL")
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = body.decode("cp1251")
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text.partition("\n")[0]))


def delimiter_of(head: str) -> str:
    return max(DELIMITERS, key=head.count)


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "1" if value else "0"
        case int():
            return str(value)
        case float() | Decimal():
            return str(value).replace(".", ",")
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
