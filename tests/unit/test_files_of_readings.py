"""Files of readings that people and programs make: what they say is read, and harm is not done."""

import asyncio
from datetime import datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import xlsxwriter

from webapp.actions.bulk_readings import MOST_UNPACKED, read
from webapp.rules import bulk_readings as rules
from webapp.rules.bulk_readings import BadFile, Typed


def of(body: bytes) -> list[Typed] | BadFile:
    return asyncio.run(read(body))


@pytest.mark.parametrize("head", ["EIC;Нове показання", "eic,New reading", "EIC-код\tПоказания"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
def test_a_table_is_read_however_it_was_saved(head: str, encoding: str):
    delimiter = next(one for one in ";\t," if one in head)
    body = f"{head}\r\n A1 {delimiter} 1100\n\n".encode(encoding)
    assert of(body) == [Typed(2, "1100", eic="A1")]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", BadFile.EMPTY), (b"EIC;value\n", BadFile.EMPTY), (b"a;b\n1;2", BadFile.NO_COLUMNS),
        (b"value\n1", BadFile.NO_COLUMNS), (b"EIC;value\n1;\0", BadFile.UNREADABLE),
        (b"PK\x03\x04", BadFile.UNREADABLE),
        (b"x" * (rules.MOST_BYTES + 1), BadFile.TOO_LARGE),
        (b"EIC;value\n" + b"1;2\n" * (rules.MOST_ROWS + 1), BadFile.TOO_MANY),
        (b'EIC;value\n"' + b"x" * 200_000, BadFile.UNREADABLE),
    ],
)  # fmt: skip
def test_what_is_no_table_is_told_why(body: bytes, why: BadFile):
    assert of(body) == why


def test_a_workbook_keeps_texts_numbers_and_formulas_apart():
    body = BytesIO()
    with xlsxwriter.Workbook(body) as book:
        sheet = book.add_worksheet()
        for line, row in enumerate(
            [["EIC", "Лічильник", "Нове показання", "Дата"], ["A1", "007", 1100], ["A2", "8", "=1+1"]]
        ):
            sheet.write_row(line, 0, row)
        sheet.write_datetime(1, 3, datetime(2026, 11, 2), book.add_format({"num_format": "dd.mm.yyyy"}))
    assert of(body.getvalue()) == [
        Typed(2, "1100", eic="A1", serial="007", day="2026-11-02"), Typed(3, "=1+1", eic="A2", serial="8")
    ]  # fmt: skip


@pytest.mark.parametrize(
    "sheet",
    [b"<not xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>", b"0" * (MOST_UNPACKED + 1),
     b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><row><c t="s"><v>9</v></c></row>'
     b"</worksheet>"],
)  # fmt: skip
def test_a_workbook_that_means_harm_is_unreadable(sheet: bytes):
    body = BytesIO()
    with ZipFile(body, "w", ZIP_DEFLATED) as parts:
        parts.writestr("xl/worksheets/sheet1.xml", sheet)
    assert of(body.getvalue()) is BadFile.UNREADABLE
