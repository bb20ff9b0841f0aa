"""The first look at a file: which encoding, which delimiter, which columns; and how large it may be."""

import codecs
import csv
import io
from dataclasses import dataclass

from webapp.rules import spreadsheets
from webapp.rules.exchange.forms import Form
from webapp.rules.exchange.wrong import Unreadable, Wrong

MOST_BYTES = 128 * 1024 * 1024
"""That a page takes; the command line takes what the disk holds."""
MOST_UNPACKED = 1024 * 1024 * 1024
"""Of a workbook: what says that it holds more is not opened."""
MOST_TIMES = 200
"""So many times larger may a part of a workbook become; spreadsheets pack to a tenth, bombs to a thousandth."""
LONGEST_HEAD = 16 * 1024
WORKBOOK = b"PK\x03\x04"


@dataclass(frozen=True)
class Layout:
    """How the rows of a file are to be read."""

    columns: tuple[str, ...]
    """As the file has them, in its order."""
    delimiter: str = ";"
    encoding: str = "UTF8"
    """As PostgreSQL calls it."""
    skip: int = 0
    """Bytes before the first row."""


class Encodings:
    """UTF-8 as long as every byte of the file allows it, else Windows-1251: told by content, not by a name."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self.is_utf8 = True

    def feed(self, piece: bytes, final: bool = False) -> None:
        if b"\0" in piece:
            raise Unreadable(Wrong.NOT_A_TABLE)
        if self.is_utf8:
            try:
                self._decoder.decode(piece, final)
            except UnicodeDecodeError:
                self.is_utf8 = False

    @property
    def name(self) -> str:
        return "UTF8" if self.is_utf8 else "WIN1251"


def layout(start: bytes, is_utf8: bool, form: Form) -> Layout:
    """`start`: the first bytes of the file. Raises Unreadable."""
    mark = len(codecs.BOM_UTF8) if start.startswith(codecs.BOM_UTF8) else 0
    line, ended, _ = start[mark:].partition(b"\n")
    if not ended:
        raise Unreadable(Wrong.HALF_WRITTEN if line.strip() else Wrong.EMPTY_FILE)
    try:
        text = line.decode("utf-8" if is_utf8 else "cp1251").strip("\r")
    except UnicodeDecodeError:
        raise Unreadable(Wrong.ENCODING) from None
    delimiter = spreadsheets.delimiter_of(text)
    names = next(csv.reader(io.StringIO(text), delimiter=delimiter), [])
    return Layout(columns(names, form), delimiter, "UTF8" if is_utf8 else "WIN1251", mark + len(line) + 1)


def columns(names: list[str], form: Form) -> tuple[str, ...]:
    """The head as it stands, each column known and once, none missing. Raises Unreadable."""
    found = tuple(name.strip().lower() for name in names)
    known = {one.name for one in form.columns}
    if not known & set(found):
        raise Unreadable(Wrong.NOT_A_TABLE, 1)
    for n, name in enumerate(found):
        if name not in known:
            raise Unreadable(Wrong.EXTRA_COLUMN, 1, names[n].strip()[:40] or f"{n + 1}")
        if name in found[:n]:
            raise Unreadable(Wrong.COLUMN_TWICE, 1, name)
    for name in form.required:
        if name not in found:
            raise Unreadable(Wrong.MISSING_COLUMN, 1, name)
    return found


def unpacks(packed: int, unpacked: int, total: int, most: int = MOST_UNPACKED) -> bool:
    """Whether a part of a workbook is worth opening: `total` with all parts before it."""
    return total <= most and unpacked <= max(packed, 4096) * MOST_TIMES
