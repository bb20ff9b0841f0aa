"""Tables that a spreadsheet opens as tables, and as nothing else."""

import csv
import io
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.rules.spreadsheets import FORMULA, MARK, written


@pytest.mark.parametrize(
    ("value", "cell"),
    [(None, ""), (True, "1"), (False, "0"), (4127, "4127"), (Decimal("-186.40"), "-186,40"), (7.96, "7,96"),
     ("вул. Садова, 18; кв. 42", "вул. Садова, 18; кв. 42"), ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
     ("+380671234567", "'+380671234567"), ("@x", "'@x"), ("-1", "'-1"), ("\t=1", "'\t=1")],
)  # fmt: skip
def test_a_cell_says_what_it_is(value: object, cell: str):
    text = written(["що"], [[value]])
    assert text.startswith(MARK)
    assert list(csv.reader(io.StringIO(text[1:]), delimiter=";"))[1:] == [[cell] if cell else [""]]


@given(
    st.lists(st.text(alphabet=st.characters(exclude_characters="\r\n"), max_size=30), min_size=2, max_size=4)
)
def test_no_text_becomes_a_formula_or_another_cell(row: list[str]):
    (_, cells) = csv.reader(io.StringIO(written(["a"] * len(row), [row])[1:], newline=""), delimiter=";")
    assert len(cells) == len(row) and not any(cell.startswith(FORMULA) for cell in cells)
