"""The first sheet of an XLSX as rows of text. A workbook is a ZIP of XML that anybody may have made: nothing of it is
believed, what it swells to is measured while it swells, and formulas stay formulas."""

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from xml.etree import ElementTree

MOST_BYTES = 24 * 1024 * 1024
"""Of one part, unpacked: a sheet of 5,000 rows has one or two million."""
MOST_PARTS = 500
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
SHEET = re.compile(r"xl/worksheets/sheet(\d+)\.xml")
STRINGS = "xl/sharedStrings.xml"
PLACE = re.compile("([A-Z]{1,3})[0-9]+")
COLUMNS = 64
"""What stands further to the right is not ours."""


class Unreadable(ValueError):
    """Broken, locked with a password, or made to do harm."""


def rows(body: bytes, most: int) -> list[list[str]]:
    """At most `most` rows and one more."""
    try:
        with zipfile.ZipFile(BytesIO(body)) as parts:
            names = parts.namelist()
            if len(names) > MOST_PARTS:
                raise Unreadable
            sheets = sorted((int(found[1]), name) for name in names if (found := SHEET.fullmatch(name)))
            if not sheets:
                raise Unreadable
            strings = list(_strings(_part(parts, STRINGS))) if STRINGS in names else []
            return _rows(_part(parts, sheets[0][1]), strings, most)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, ElementTree.ParseError, OSError, EOFError) as error:
        raise Unreadable from error
    except (RuntimeError, NotImplementedError, ValueError, IndexError, OverflowError) as error:
        raise Unreadable from error  # locked, packed in a way that nobody knows, or numbers that are none


def _part(parts: zipfile.ZipFile, name: str) -> bytes:
    with parts.open(name) as part:
        body = part.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES or b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise Unreadable
    return body


def _strings(body: bytes) -> Iterator[str]:
    for _, element in ElementTree.iterparse(BytesIO(body)):
        if element.tag == f"{MAIN}si":
            yield "".join(text.text or "" for text in element.iter(f"{MAIN}t"))
            element.clear()


def _rows(body: bytes, strings: list[str], most: int) -> list[list[str]]:
    found: list[list[str]] = []
    for _, element in ElementTree.iterparse(BytesIO(body)):
        if element.tag != f"{MAIN}row":
            continue
        row: list[str] = []
        for cell in element.iter(f"{MAIN}c"):
            place = PLACE.fullmatch(cell.get("r", ""))
            column = _column(place[1]) if place else len(row)
            if column < COLUMNS:
                row += [""] * (column + 1 - len(row))
                row[column] = _text(cell, strings)
        element.clear()
        if any(row):
            found.append(row)
        if len(found) > most:
            break
    return found


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _text(cell: ElementTree.Element, strings: list[str]) -> str:
    formula = cell.find(f"{MAIN}f")
    if formula is not None:
        return f"={formula.text or ''}"
    if cell.get("t") == "inlineStr":
        return "".join(text.text or "" for text in cell.iter(f"{MAIN}t")).strip()
    said = cell.findtext(f"{MAIN}v") or ""
    if cell.get("t") == "s":
        return strings[int(said)].strip()
    return said.removesuffix(".0").strip()
