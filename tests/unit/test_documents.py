"""The PDF of a bill: for archives and for screen readers, with the same figures, and text that stays text."""

import asyncio
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from random import Random
from typing import Any

import msgspec
import pypdf
import pytest

from tests.factories.bills import any_bill
from webapp import documents
from webapp.documents import squares
from webapp.pages.bills import paper
from webapp.rules.policy import Policy
from webapp.rules.subsidies import Grant

MADE = datetime(2026, 11, 3, 18, 0, tzinfo=UTC)
TODAY = date(2026, 11, 3)
MARKUP = '#set page(fill: red) *bold* $x$ @ref <tag> // \\ "#eval("1+1")'


def printed(**changed: Any) -> pypdf.PdfReader:
    bill = any_bill(Random(7), **changed)
    return pypdf.PdfReader(BytesIO(pdf(bill)))


def pdf(bill: Any, pin: str | None = None) -> bytes:
    return documents.compiled("bill", paper.as_paper(bill, Policy(), "104", TODAY, pin=pin), MADE)


def text_of(reader: pypdf.PdfReader) -> str:
    return "\n".join(page.extract_text() for page in reader.pages).replace("\N{NO-BREAK SPACE}", " ")


def test_it_keeps_for_archives_and_says_its_structure():
    reader = printed()
    root: Any = reader.trailer["/Root"]
    assert root["/Lang"] == "uk" and root["/MarkInfo"]["/Marked"]
    meta = root["/Metadata"].get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in meta and "<pdfaid:conformance>A</pdfaid:conformance>" in meta
    assert "<pdfuaid:part>1</pdfuaid:part>" in meta
    assert reader.metadata and reader.metadata.title.startswith("Рахунок ")
    assert reader.metadata.author == "ТОВ «Миколаївгаз Збут»"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    kinds = set(tags(root["/StructTreeRoot"]))
    assert {"/H1", "/H2", "/Table", "/TR", "/TH", "/TD", "/P"} <= kinds


def tags(node: Any) -> list[str]:
    children = node.get("/K", [])
    found = [str(node["/S"])] if "/S" in node else []
    for child in children if isinstance(children, list) else [children]:
        one = child.get_object() if hasattr(child, "get_object") else child
        if isinstance(one, dict):
            found += tags(one)
    return found


def test_every_font_is_in_it_and_every_letter_is_drawn():
    reader = printed(holder="Ґалаґан Єва Їжаківна № 1 – «₴» м³ ʼ’ × −")
    fonts: Any = reader.pages[0]["/Resources"]["/Font"]  # type: ignore[index]
    assert all("BlakytSans" in str(font.get_object()["/BaseFont"]) for font in fonts.values())
    assert "Ґалаґан Єва Їжаківна № 1 – «₴» м³" in text_of(reader)


def test_markup_in_a_name_is_text():
    reader = printed(holder=MARKUP)
    assert MARKUP in text_of(reader) and len(reader.pages) == 1


def test_twenty_bills_say_the_figures_of_their_rules():
    random = Random(20)
    for _ in range(20):
        bill = any_bill(random)
        made = pdf(bill)
        said = text_of(pypdf.PdfReader(BytesIO(made)))
        for sum_ in (
            bill.opening,
            bill.charged,
            bill.paid,
            bill.closing,
            *(line.amount for line in bill.lines),
        ):
            assert paper._signed(sum_).replace("\N{NO-BREAK SPACE}", " ") in said
        assert len(made) <= 60_000


def test_a_pin_and_a_subsidy_are_printed_where_there_are_some():
    bill = any_bill(Random(3), month=date(2026, 10, 1))
    assert "PIN" not in text_of(pypdf.PdfReader(BytesIO(pdf(bill))))
    grant = Grant("subsidy", date(2026, 10, 1), date(2027, 4, 30), Decimal("412.50"), "cash")
    told = pdf(msgspec.structs.replace(bill, grants=[grant]), pin="123456")
    said = text_of(pypdf.PdfReader(BytesIO(told)))
    assert "123 456" in said and "412,50 грн" in said and "Пенсійний фонд" in said


def test_the_same_bill_is_the_same_file():
    bill = any_bill(Random(5))
    assert pdf(bill) == pdf(bill)


def test_a_template_reads_nothing_but_itself():
    """No package, no file beside, no address."""
    compiler = documents._compiler()
    for source in ('#import "@preview/tablex:0.0.8": *', '#read("../__init__.py")', '#read("/../../app.py")'):
        with pytest.raises(Exception, match=r"not found|denied|failed|outside|escape"):
            compiler.compile(input=source.encode(), format="pdf")


def test_while_a_pdf_is_made_the_loop_serves_others():
    data = paper.as_paper(any_bill(Random(1)), Policy(), "104", TODAY)

    async def beside() -> tuple[bytes, int]:
        made, turns = asyncio.ensure_future(documents.render("bill", data, made_at=MADE)), 0
        while not made.done():
            await asyncio.sleep(0)
            turns += 1
        return await made, turns

    made, turns = asyncio.run(beside())
    assert made.startswith(b"%PDF") and turns > 10


def test_a_code_too_long_for_the_bank_is_not_drawn():
    with pytest.raises(ValueError):
        squares.of_bank("https://qr.bank.gov.ua/" + "A" * 1200)
