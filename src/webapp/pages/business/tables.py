"""What a business takes away as spreadsheets: the template of readings, and what became of each row."""

import asyncio
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

import xlsxwriter

from webapp.actions.submissions import Accepted, Outcome, Refused
from webapp.database.queries.business_points import Point
from webapp.rules import spreadsheets
from webapp.rules.bulk_readings import Row
from webapp.web.translations import gettext

HEAD = ("EIC", "Meter", "Address", "Previous reading", "Taken on", "New reading", "Date")
REPORT = ("Row", "EIC", "Meter", "Reading", "Outcome", "Why", "No.")
VERDICTS = {
    "good": "Looks right",
    "doubtful": "Doubtful",
    "wrong": "Not taken",
    "known": "The month has it already",
    "empty": "Left empty",
}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TEXT_CELLS: dict[str, Any] = {
    "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True,
}  # fmt: skip


async def template(points: Sequence[Point], kind: str, language: str) -> tuple[bytes, str]:
    head = [gettext(language, words) for words in HEAD]
    rows: list[list[object]] = [
        [
            one.eic, one.serial, one.address, one.last.value if one.last else None,
            f"{one.last.taken_on:%d.%m.%Y}" if one.last else None, None, None,
        ]
        for one in points
    ]  # fmt: skip
    if kind == "xlsx":
        return await asyncio.to_thread(_workbook, head, rows), XLSX
    return spreadsheets.written(head, rows).encode(), "text/csv; charset=utf-8"


def _workbook(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    """The meter's number is text: a spreadsheet would take its noughts away."""
    body = BytesIO()
    with xlsxwriter.Workbook(body, TEXT_CELLS) as book:
        sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
        sheet.set_column(0, 1, 20)
        sheet.set_column(2, 2, 44)
        sheet.set_column(3, 6, 18)
        sheet.freeze_panes(1, 0)
        for column, words in enumerate(head):
            sheet.write_string(0, column, words, bold)
        for line, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(line, column, value)
                elif value is not None:
                    sheet.write_number(line, column, value)
    return body.getvalue()


def report(rows: Sequence[Row], outcomes: Mapping[int, Outcome], language: str) -> str:
    """Codes of the reasons stay codes: programs read them too."""
    head = [gettext(language, words) for words in REPORT]
    return spreadsheets.written(head, (_reported(row, outcomes.get(row.line), language) for row in rows))


def _reported(row: Row, outcome: Outcome | None, language: str) -> list[object]:
    words, why, number = gettext(language, VERDICTS[row.verdict]), row.why or ",".join(row.doubts), None
    match outcome:
        case Accepted():
            words, number = gettext(language, "Taken"), outcome.number
        case Refused():
            words, why = gettext(language, "Not taken"), str(outcome.reason)
    return [row.line, row.eic, row.serial, row.value, words, why, number]
