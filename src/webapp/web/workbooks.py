"""Tables to take away, streamed: as CSV, or as a workbook that is written to disk row by row."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

import xlsxwriter

from webapp.rules import spreadsheets

PIECE = 64 * 1024
AT_ONCE = asyncio.Semaphore(2)
"""Workbooks that are made at the same time: each keeps a processor busy."""
OPTIONS: dict[str, Any] = {
    "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
    "default_date_format": "mm.yyyy",
}  # fmt: skip
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
Rows = AsyncIterator[Iterable[Sequence[Any]]]


async def as_csv(head: Sequence[str], parts: Rows) -> AsyncIterator[bytes]:
    yield spreadsheets.written(head, []).encode()
    async for rows in parts:
        yield spreadsheets.lines(rows).encode()


async def as_xlsx(head: Sequence[str], parts: Rows, widths: Sequence[int] = ()) -> AsyncIterator[bytes]:
    """A workbook is a ZIP: it leaves, piece by piece, when it is whole. `widths`: of columns, in characters."""
    async with AT_ONCE:
        with tempfile.TemporaryDirectory(prefix="blakyt-export-") as folder:
            path = Path(folder) / "table.xlsx"
            book = xlsxwriter.Workbook(path, OPTIONS | {"tmpdir": folder})
            sheet = book.add_worksheet()
            sheet.freeze_panes(1, 0)
            for column, width in enumerate(widths):
                sheet.set_column(column, column, width)
            at = _write(sheet, 0, [head])
            async for rows in parts:
                at = await asyncio.to_thread(_write, sheet, at, rows)
            await asyncio.to_thread(book.close)
            async for piece in pieces(path.open("rb")):
                yield piece


async def pieces(file: IO[bytes]) -> AsyncIterator[bytes]:
    """From where it stands to its end; then it is closed."""
    with file:
        while piece := await asyncio.to_thread(file.read, PIECE):
            yield piece


def _write(sheet: Any, at: int, lines: Iterable[Sequence[Any]]) -> int:
    """A text is written as a text, whatever it begins with. Returns the next free row."""
    for line in lines:
        for column, value in enumerate(line):
            match value:
                case None:
                    pass
                case str():
                    sheet.write_string(at, column, value)
                case int() | Decimal():
                    sheet.write_number(at, column, value)
                case _:
                    sheet.write_datetime(at, column, value)
        at += 1
    return at
