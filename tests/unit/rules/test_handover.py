"""The list of an act between two companies, as a spreadsheet saves it."""

import pytest

from webapp.rules.exchange.wrong import Mistake, Wrong
from webapp.rules.handover import Pair, read

TWO = [Pair("0910204517", "5500000001"), Pair("0910204599", "5500000002")]


@pytest.mark.parametrize("mark", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1251"])
def test_a_list_is_read_however_a_spreadsheet_saves_it(mark: str, encoding: str):
    lines = ["New|Примітка|old ", "5500000001|Садова|0910204517", "||", " 5500000002 ||0910204599"]
    assert read("\r\n".join(lines).replace("|", mark).encode(encoding)) == TWO


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("", Mistake(Wrong.EMPTY_FILE)),
        ("old;new\n", Mistake(Wrong.EMPTY_FILE)),
        ("old;number\n1;2\n", Mistake(Wrong.MISSING_COLUMN, 1, "new")),
        ("old;new\n1;2;3\n", Mistake(Wrong.ROW_SHAPE, 2)),
        ("old;new\n1;\n", Mistake(Wrong.EMPTY, 2, "new")),
        ("old;new\n1;2\n3;2\n", Mistake(Wrong.TWICE, 3, "new", "2")),
        ("old;new\n1;\0\n", Mistake(Wrong.NOT_A_TABLE)),
        ('old;new\n1;"' + "x" * 200_000, Mistake(Wrong.NOT_A_TABLE)),
        (f"old;new\n1;{'2' * 21}\n", Mistake(Wrong.TOO_LONG, 2, "new", "2" * 21)),
    ],
)
def test_what_is_wrong_with_a_list_is_said_with_its_place(text: str, mistake: Mistake):
    assert read(text.encode()) == mistake
