"""A PDF of a stranger: the bare pages are kept, what acts or swells is not taken."""

import io

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

from tests.letters import bomb, paper
from webapp.actions.paper_check import check


def with_catalog(key: str, value: object) -> bytes:
    made, writer = io.BytesIO(), PdfWriter()
    writer.add_blank_page(200, 200)
    writer.root_object[NameObject(key)] = value  # type: ignore[index]
    writer.write(made)
    return made.getvalue()


def action(kind: str) -> DictionaryObject:
    return DictionaryObject({NameObject("/S"): NameObject(kind), NameObject("/URI"): TextStringObject("x")})


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (paper(), "ok"),
        (paper(60), "ok"),
        (paper(61), "too_long"),
        (paper(script=True), "active"),
        (paper(inside=True), "active"),
        (paper(password="1"), "locked"),
        (bomb(), "too_large"),
        (with_catalog("/OpenAction", action("/Launch")), "active"),
        (with_catalog("/OpenAction", action("/URI")), "active"),
        (with_catalog("/OpenAction", ArrayObject()), "ok"),
        (with_catalog("/AA", DictionaryObject()), "active"),
        (with_catalog("/AcroForm", DictionaryObject({NameObject("/XFA"): TextStringObject("x")})), "active"),
    ],
    ids=[
        "plain",
        "many",
        "too-many",
        "script",
        "file",
        "locked",
        "bomb",
        "launch",
        "open-uri",
        "jump",
        "aa",
        "xfa",
    ],
)
def test_what_a_paper_does_decides(body: bytes, word: str):
    said, made = check(body, 60)
    assert said == word and bool(made) == (word == "ok")


def test_what_is_kept_are_the_pages_alone():
    made, writer = io.BytesIO(), PdfWriter(io.BytesIO(paper(2)))
    writer.add_metadata({"/Author": "Олена"})
    writer.add_uri(0, "https://evil.example", (0, 0, 9, 9))
    writer.write(made)
    said, kept = check(made.getvalue(), 60)
    read = PdfReader(io.BytesIO(kept))
    assert said == "ok" and len(read.pages) == 2
    assert (
        b"evil.example" not in kept
        and "/Annots" not in read.pages[0]
        and not (read.metadata or {}).get("/Author")
    )


@pytest.mark.parametrize(
    "body", [b"%PDF-1.7\n", b"%PDF-1.7\n" + b"\xff" * 5000, b"%PDF-" + b"1 0 obj<<" * 3000]
)
def test_a_broken_paper_is_no_surprise(body: bytes):
    try:
        said, _ = check(body, 60)
    except Exception:  # the process that asks says «not_readable» of all of these
        said = "not_readable"
    assert said == "not_readable"
