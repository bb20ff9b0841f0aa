"""What a business takes away as spreadsheets: the template of readings, and what became of each row."""

from collections.abc import AsyncIterator, Mapping, Sequence

from webapp.actions.submissions import Accepted, Outcome, Refused
from webapp.database.queries.business_points import Point
from webapp.rules import spreadsheets
from webapp.rules.bulk_readings import Row
from webapp.web import workbooks
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
WIDTHS = (20, 20, 44, 18, 18, 18, 18)


def template(points: Sequence[Point], kind: str, language: str) -> tuple[AsyncIterator[bytes], str]:
    """The meter's number is text: a spreadsheet would take its noughts away."""
    head = [gettext(language, words) for words in HEAD]
    if kind == "xlsx":
        return workbooks.as_xlsx(head, _rows(points), WIDTHS), workbooks.XLSX
    return workbooks.as_csv(head, _rows(points)), workbooks.CSV


async def _rows(points: Sequence[Point]) -> AsyncIterator[list[list[object]]]:
    yield [
        [
            one.eic, one.serial, one.address, one.last.value if one.last else None,
            f"{one.last.taken_on:%d.%m.%Y}" if one.last else None, None, None,
        ]
        for one in points
    ]  # fmt: skip


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
