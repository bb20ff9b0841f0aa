"""A file is looked through once for what it is, and once more for its rows; never held whole."""

import asyncio
import csv
import io
import zipfile
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import closing
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import IO, Any

import msgspec

from webapp.rules.exchange import files
from webapp.rules.exchange.files import LONGEST_HEAD, WORKBOOK, Encodings, Layout
from webapp.rules.exchange.forms import Form
from webapp.rules.exchange.wrong import Unreadable, Wrong

PIECE = 1024 * 1024
ROWS_AT_ONCE = 2000


class Looked(msgspec.Struct, frozen=True):
    sha256: bytes
    size: int
    end: int
    """Where the last row ends: empty lines behind it are none."""
    layout: Layout
    is_workbook: bool


async def look(file: IO[bytes], form: Form) -> Looked:
    """Raises Unreadable."""
    return await asyncio.to_thread(_look, file, form)


def _look(file: IO[bytes], form: Form) -> Looked:
    file.seek(0)
    start = file.read(LONGEST_HEAD)
    if not start.strip(b"\r\n\t ;,\xef\xbb\xbf"):
        raise Unreadable(Wrong.EMPTY_FILE)
    if start.startswith(WORKBOOK):
        file.seek(0)
        digest = sha256()
        while piece := file.read(PIECE):
            digest.update(piece)
        size = file.tell()
        return Looked(digest.digest(), size, size, files.Layout(files.columns(_head(file), form)), True)
    digest, encodings, end, size, last = sha256(), Encodings(), 0, 0, b""
    file.seek(0)
    while piece := file.read(PIECE):
        digest.update(piece)
        encodings.feed(piece)
        bare = piece.rstrip(b"\r\n")
        end = size + len(bare) if bare else end
        size, last = size + len(piece), piece[-1:]
    encodings.feed(b"", final=True)
    if last != b"\n":
        raise Unreadable(Wrong.HALF_WRITTEN)
    return Looked(digest.digest(), size, end, files.layout(start, encodings.is_utf8, form), False)


def rows(file: IO[bytes], looked: Looked) -> AsyncIterator[bytes]:
    """As PostgreSQL's COPY takes CSV, in the file's own encoding. Raises Unreadable."""
    return _sheet(file, looked) if looked.is_workbook else _pieces(file, looked)


async def _pieces(file: IO[bytes], looked: Looked) -> AsyncIterator[bytes]:
    file.seek(looked.layout.skip)
    left = looked.end - looked.layout.skip
    while left > 0 and (piece := await asyncio.to_thread(file.read, min(PIECE, left))):
        left -= len(piece)
        yield piece


async def _sheet(file: IO[bytes], looked: Looked) -> AsyncIterator[bytes]:
    with closing(_open(file)) as book:
        lines: Iterator[Any] = _first_sheet(book).iter_rows()
        next(lines, None)
        while part := await asyncio.to_thread(_written, lines, len(looked.layout.columns)):
            yield part


def _written(lines: Iterator[Any], width: int) -> bytes:
    """The next rows as CSV; nothing when there are no more."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    for _, line in zip(range(ROWS_AT_ONCE), lines, strict=False):
        told = [_said(cell) for cell in line]
        if any(told[width:]):
            raise Unreadable(Wrong.ROW_SHAPE, next((cell.row for cell in line if hasattr(cell, "row")), 0))
        told = [*told[:width], *[""] * (width - len(told))]
        writer.writerow(told) if any(told) or width == 0 else text.write(";" * (width - 1) + "\n")
    return text.getvalue().encode()


def _said(cell: Any) -> str:
    """A formula as it is written, so that it is refused; a number without the tail that floats have."""
    value = cell.value
    match value:
        case None:
            return ""
        case bool():
            return str(int(value))
        case float():
            return str(int(value)) if value.is_integer() else format(Decimal(repr(value)), "f")
        case datetime() | date():
            return value.isoformat()[:10]
    return str(value)


def _head(file: IO[bytes]) -> list[str]:
    with closing(_open(file)) as book:
        first: Iterable[Any] = next(_first_sheet(book).iter_rows(max_row=1), ())
        names = ["" if cell.value is None else str(cell.value) for cell in first]
    while names and not names[-1].strip():
        names.pop()
    if not names:
        raise Unreadable(Wrong.EMPTY_FILE)
    return names


def _first_sheet(book: Any) -> Any:
    sheet = book.worksheets[0]
    sheet.reset_dimensions()  # what the file says of itself may be wrong
    return sheet


def _open(file: IO[bytes]) -> Any:
    """Opened only after it was weighed: what unpacks to more than it should is not."""
    import openpyxl

    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            total = 0
            for part in archive.infolist():
                total += part.file_size
                if not files.unpacks(part.compress_size, part.file_size, total):
                    raise Unreadable(Wrong.BOMB)
                if part.filename.endswith(".xml") and b"<!DOCTYPE" in archive.open(part).read(1024):
                    raise Unreadable(Wrong.BOMB)
        file.seek(0)
        return openpyxl.load_workbook(file, read_only=True, keep_links=False)
    except Unreadable:
        raise
    except Exception:  # whatever a file that is no workbook, or half of one, makes the library say
        raise Unreadable(Wrong.HALF_WRITTEN) from None
