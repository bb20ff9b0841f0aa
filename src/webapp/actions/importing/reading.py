"""A file is looked through once for what it is, and once more for its rows; never held whole."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from hashlib import sha256
from typing import IO

import msgspec

from webapp.actions import sheets
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
    with closing(sheets.rows(file)) as lines:
        next(lines, None)
        while part := await asyncio.to_thread(_written, lines, len(looked.layout.columns)):
            yield part


def _written(lines: Iterator[tuple[int, list[str]]], width: int) -> bytes:
    """The next rows as CSV; nothing when there are no more."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    for _, (number, told) in zip(range(ROWS_AT_ONCE), lines, strict=False):
        if any(told[width:]):
            raise Unreadable(Wrong.ROW_SHAPE, number)
        told = [*told[:width], *[""] * (width - len(told))]
        writer.writerow(told) if any(told) or width == 0 else text.write(";" * (width - 1) + "\n")
    return text.getvalue().encode()


def _head(file: IO[bytes]) -> list[str]:
    with closing(sheets.rows(file)) as lines:
        _, names = next(lines, (1, list[str]()))
    while names and not names[-1].strip():
        names.pop()
    if not names:
        raise Unreadable(Wrong.EMPTY_FILE)
    return names
