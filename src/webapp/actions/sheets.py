"""The first sheet of a workbook, row by row, as texts. Anybody may have made it: it is weighed before it is opened."""

import zipfile
from collections.abc import Generator, Iterable
from contextlib import closing
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

from webapp.rules.exchange.files import MOST_UNPACKED, unpacks
from webapp.rules.exchange.wrong import Unreadable, Wrong

MOST_PARTS = 500


def rows(file: IO[bytes], most_unpacked: int = MOST_UNPACKED) -> Generator[tuple[int, list[str]]]:
    """Each with its number, the head is 1; a formula as it is written. Raises Unreadable, also while it is read."""
    _weigh(file, most_unpacked)
    try:
        yield from _rows(file)
    except Unreadable:
        raise
    except Exception:  # whatever a file that is no workbook, or half of one, makes the library say
        raise Unreadable(Wrong.HALF_WRITTEN) from None


def _weigh(file: IO[bytes], most_unpacked: int) -> None:
    file.seek(0)
    total = 0
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            for part in parts:
                total += part.file_size
                if len(parts) > MOST_PARTS or not unpacks(
                    part.compress_size, part.file_size, total, most_unpacked
                ):
                    raise Unreadable(Wrong.BOMB)
                if part.filename.endswith(".xml") and b"<!DOCTYPE" in archive.open(part).read(1024):
                    raise Unreadable(Wrong.BOMB)
    except Unreadable:
        raise
    except Exception:  # broken, locked, or packed in a way that nobody knows
        raise Unreadable(Wrong.HALF_WRITTEN) from None


def _rows(file: IO[bytes]) -> Generator[tuple[int, list[str]]]:
    import openpyxl  # at the first workbook: most processes never see one

    file.seek(0)
    with closing(openpyxl.load_workbook(file, read_only=True, keep_links=False)) as book:
        sheet: Any = book.worksheets[0]
        sheet.reset_dimensions()  # what the file says of itself may be wrong
        lines: Iterable[Any] = sheet.iter_rows()
        for number, line in enumerate(lines, 1):
            yield number, [_said(cell.value) for cell in line]


def _said(value: Any) -> str:
    """A number without the tail that floats have."""
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
