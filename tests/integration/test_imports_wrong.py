"""Files as companies really send them: other encodings, other delimiters, broken off, and wrong in every cell."""

import csv
import io
import zipfile
from typing import Any
from uuid import UUID

import openpyxl
import pytest

from tests.factories.portals import APortal
from tests.integration.test_imports import (
    CHARGES,
    EXAMPLES,
    apply,
    bring,
    check,
    counts,
    filled,
    report,
    wrong,
)
from webapp.actions.importing.batches import Absent, NotRead, NotYours
from webapp.database.engine import DB

__all__ = ["filled"]


@pytest.mark.parametrize(
    ("kind", "content", "expected"),
    [
        ("charges", "", ("empty_file", 0, "")),
        ("charges", CHARGES, ("empty_file", 0, "")),
        ("charges", "a;b\n1;2\n", ("not_a_table", 1, "")),
        ("charges", "id;contract;month;amount\n1;2;3;4\n", ("missing_column", 1, "charged_on")),
        ("charges", "id;contract;month;amount;charged_on;Сума\n1;2;3;4;5;6\n", ("extra_column", 1, "Сума")),
        ("charges", "id;contract;month;amount;charged_on;id\n1;2;3;4;5;6\n", ("column_twice", 1, "id")),
        ("charges", CHARGES + "H1;0920209901;2026-10;1;2026-11-03\nH2;09202099", ("half_written", 0, "")),
        ("charges", CHARGES + 'H1;"0920209901;2026-10;1;2026-11-03\n', ("half_written", 2, "")),
        ("charges", CHARGES + "H1;0920209901;2026-10;1;2026-11-03\nH2;1\n", ("row_shape", 3, "")),
        ("charges", CHARGES + "H1;0920209901;2026-10;1;2026-11-03;6\n", ("row_shape", 2, "")),
        ("charges", CHARGES.encode("utf-16"), ("not_a_table", 0, "")),
        ("charges", CHARGES.encode() + b"H1;\x98;2026-10;1;2026-11-03\n", ("encoding", 2, "")),
        ("charges", b"PK\x03\x04 half a workbook", ("half_written", 0, "")),
    ],
)  # fmt: skip
async def test_a_file_that_cannot_be_read_says_where_and_leaves_nothing(
    portal: APortal, kind: str, content: bytes | str, expected: tuple[str, int, str]
):
    answer = await bring(kind, content, portal.supplier)
    assert isinstance(answer, NotRead), answer
    assert (answer.mistake.code.value, answer.mistake.line, answer.mistake.column) == expected
    assert await counts("import_batches", "pgqueuer") == [0, 0]


async def test_every_wrong_cell_is_named_by_its_row_and_column(filled: APortal):
    rows = """H1;0920209901;2026-13;1,234;2026-02-30
;0920209901;10.2026;-5,00;31.10.2026
H3;9999;2026-10;=1+1;2026-11-03
H4;0920209901;2026-10;5;2027-01-01
H4;0920209901;2026-10;5;2026-11-03
H-2026-10-1;0920209901;2026-10;1,00;2026-11-03
"""
    id = await check("charges", CHARGES + rows, filled.supplier)
    assert await wrong(id) == [
        (2, "amount", "not_a_number"), (2, "charged_on", "not_a_day"), (2, "month", "not_a_month"),
        (3, "id", "empty"), (4, "amount", "formula"), (5, "charged_on", "in_the_future"), (6, "id", "twice"),
        (7, "id", "known_otherwise"),
    ]  # fmt: skip
    cases: list[tuple[Any, UUID, str, list[tuple[int, str, str]]]] = [
        ("readings", filled.operator,
         "serial,value,read_on\n21904417,-1,2026-11-01\n0,1,2026-11-01\n21904418,123456,2026-11-01\n",
         [(2, "value", "negative"), (3, "serial", "unknown_meter"), (4, "value", "beyond_dial")]),
        ("meters", filled.operator,
         "account\teic\tserial\tmodel\tinstalled_on\n1\t56XM09102099001Z\tX1\t@SUM\t2020-01-01\n",
         [(2, "eic", "not_an_eic"), (2, "model", "formula")]),
        ("payments", filled.supplier,
         "company;id;contract;amount;paid_on;kind;refund_of\nЧужа;P1;0920209901;5;2026-11-01;;\n"
         ";P2;0920209901;5;2026-11-01;refund;P0\n;P3;1;0;2026-11-01;gift;\n",
         [(2, "company", "unknown_company"), (3, "refund_of", "unknown_payment"), (4, "kind", "unknown_word")]),
        ("tariffs", filled.supplier, "starts_on;price\n2026-05-01;8\n01.05.2026;9\n", [(3, "starts_on", "twice")]),
        ("contracts", filled.supplier, "account;number;price\n0910209901;777;8\n1;778;8\n",
         [(2, "account", "taken"), (3, "account", "unknown_account")]),
    ]  # fmt: skip
    for kind, company, content, expected in cases:
        assert await wrong(await check(kind, content, company)) == expected, kind
    assert await bring("accounts", (EXAMPLES / "accounts.csv").read_bytes(), filled.supplier) == NotYours()
    assert await bring("accounts", "number\n1\n", UUID(int=7)) == Absent()


async def test_a_file_with_more_mistakes_than_are_kept_is_wrong_all_the_same(filled: APortal):
    rows = "".join(f"H{n};0920209901;2026-10;x;2026-11-03\n" for n in range(10_001))
    id = await check("charges", CHARGES + rows, filled.supplier)
    kept = await DB.pool.fetchrow("SELECT state, wrong FROM import_batches WHERE id = $1", id)
    assert tuple(kept) == ("wrong", 10_000)


async def test_encodings_delimiters_and_workbooks_mean_the_same(portal: APortal):
    text = (EXAMPLES / "accounts.csv").read_text()
    first = await apply("accounts", text.encode("cp1251"), portal.operator)
    assert await report(first) == (2, 0, 0, 0)
    holder = await DB.pool.fetchval("SELECT holder FROM accounts ORDER BY number LIMIT 1")
    assert holder == "Коваленко Олена Петрівна"
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    turned = io.StringIO(newline="")
    csv.writer(turned).writerows(rows)
    marked = b"\xef\xbb\xbf" + turned.getvalue().encode() + b"\r\n\r\n"
    assert await report(await check("accounts", marked, portal.operator)) == (0, 0, 2, 0)
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append([float(cell.replace(",", ".")) if cell == "2,388" else cell for cell in row])
    book.active.append([None] * len(rows[0]))
    saved = io.BytesIO()
    book.save(saved)
    assert await report(await check("accounts", saved.getvalue(), portal.operator)) == (0, 0, 2, 0)
    book.active["G2"] = "=HYPERLINK(1)"
    book.save(saved := io.BytesIO())
    assert await wrong(await check("accounts", saved.getvalue(), portal.operator)) == [
        (2, "holder", "formula")
    ]
    assert isinstance(await bring("accounts", saved.getvalue()[:-200], portal.operator), NotRead)
    with zipfile.ZipFile(bomb := io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 8_000_000)
    answer = await bring("accounts", bomb.getvalue(), portal.operator)
    assert isinstance(answer, NotRead) and answer.mistake.code == "bomb"
