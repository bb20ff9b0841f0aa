"""What a row of many readings means, by table; files that people and programs make."""

from datetime import date
from io import BytesIO
from uuid import UUID, uuid4
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import xlsxwriter

from webapp.rules import bulk_readings as rules
from webapp.rules import workbooks
from webapp.rules.bulk_readings import BadFile, Known, Typed
from webapp.rules.readings import Dial, Reading

TODAY = date(2026, 11, 3)
DIAL = Dial(5, 6000, (3000,) * 12)


def point(eic: str, serial: str, sent: int | None = None) -> Known:
    return Known(uuid4(), eic, serial, "", DIAL, Reading(1000, date(2026, 10, 1)), sent)


POINTS = [point("A1", "00700001"), point("A2", "700002", 1100), point("A3", "5"), point("A4", "05")]


@pytest.mark.parametrize(
    ("row", "verdict", "why"),
    [
        (Typed(2, "1100", eic="A1"), "good", ""),
        (Typed(2, "1 100", eic="a1", serial="700001"), "good", ""),
        (Typed(2, "1100", serial="700001"), "good", ""),
        (Typed(2, "1100", serial="5"), "wrong", "unknown"),
        (Typed(2, "1100", eic="A9"), "wrong", "unknown"),
        (Typed(2, "1100"), "wrong", "unknown"),
        (Typed(2, "1100", eic="A1", serial="700002"), "wrong", "contradicts"),
        (Typed(2, "", eic="A1"), "empty", ""),
        (Typed(2, "12,5", eic="A1"), "wrong", "fraction"),
        (Typed(2, "-5", eic="A1"), "wrong", "not_digits"),
        (Typed(2, "=1+1", eic="A1"), "wrong", "not_digits"),
        (Typed(2, "123456", eic="A1"), "wrong", "too_long"),
        (Typed(2, "99000", eic="A1"), "doubtful", ""),
        (Typed(2, "1100", eic="A2"), "known", ""),
        (Typed(2, "1101", eic="A2"), "wrong", "already_sent"),
        (Typed(2, "1100", eic="A1", day="02.11.2026"), "good", ""),
        (Typed(2, "1100", eic="A1", day="46328"), "good", ""),
        (Typed(2, "1100", eic="A1", day="2026-11-04"), "wrong", "future"),
        (Typed(2, "1100", eic="A1", day="31.02.2026"), "wrong", "bad_day"),
        (Typed(2, "1100", eic="A1", day="вчора"), "wrong", "bad_day"),
    ],
)
def test_a_row_is_judged_for_itself(row: Typed, verdict: str, why: str):
    (checked,) = rules.check([row], POINTS, TODAY)
    assert (checked.verdict, checked.why) == (verdict, why)


def test_the_second_row_of_a_point_is_not_taken():
    rows = rules.check([Typed(2, "1100", eic="A1"), Typed(3, "1101", serial="700001")], POINTS, TODAY)
    assert [row.verdict for row in rows] == ["good", "wrong"] and rows[1].why == "twice"


@pytest.mark.parametrize("head", ["EIC;Нове показання", "eic,New reading", "EIC-код\tПоказания"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
def test_a_table_is_read_however_it_was_saved(head: str, encoding: str):
    delimiter = next(one for one in ";\t," if one in head)
    body = f"{head}\r\n A1 {delimiter} 1100\n\n".encode(encoding)
    assert rules.table(body) == [Typed(2, "1100", eic="A1")]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", BadFile.EMPTY), (b"EIC;value\n", BadFile.EMPTY), (b"a;b\n1;2", BadFile.NO_COLUMNS),
        (b"value\n1", BadFile.NO_COLUMNS), (b"EIC;value\n1;\0", BadFile.UNREADABLE), (b"PK", BadFile.UNREADABLE),
        (b"x" * (rules.MOST_BYTES + 1), BadFile.TOO_LARGE),
        (b"EIC;value\n" + b"1;2\n" * (rules.MOST_ROWS + 1), BadFile.TOO_MANY),
        (b'EIC;value\n"' + b"x" * 200_000, BadFile.UNREADABLE),
    ],
)  # fmt: skip
def test_what_is_no_table_is_told_why(body: bytes, why: BadFile):
    assert rules.table(body) == why


def test_a_workbook_keeps_texts_numbers_and_formulas_apart():
    body = BytesIO()
    with xlsxwriter.Workbook(body) as book:
        sheet = book.add_worksheet()
        for line, row in enumerate(
            [["EIC", "Лічильник", "Нове показання"], ["A1", "007", 1100], ["A2", "8", "=1+1"]]
        ):
            sheet.write_row(line, 0, row)
    assert rules.table(body.getvalue()) == [
        Typed(2, "1100", eic="A1", serial="007"), Typed(3, "=1+1", eic="A2", serial="8")
    ]  # fmt: skip


@pytest.mark.parametrize(
    "sheet",
    [b"<not xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>", b"0" * (workbooks.MOST_BYTES + 1),
     b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><row><c t="s"><v>9</v></c></row>'
     b"</worksheet>"],
)  # fmt: skip
def test_a_workbook_that_means_harm_is_unreadable(sheet: bytes):
    body = BytesIO()
    with ZipFile(body, "w", ZIP_DEFLATED) as parts:
        parts.writestr("xl/worksheets/sheet1.xml", sheet)
    assert rules.table(body.getvalue()) is BadFile.UNREADABLE


def test_the_same_row_has_the_same_id():
    space = UUID(int=7)
    assert (
        rules.submission_id(space, "2") == rules.submission_id(space, "2") != rules.submission_id(space, "3")
    )
