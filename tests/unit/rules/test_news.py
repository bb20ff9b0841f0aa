"""What may be published, and how plain text becomes paragraphs."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.rules.news import Draft, draft, paragraphs

TODAY = date(2026, 11, 22)
WELL = {"kind": "outage", "title": "Ремонт", "text": "Газу не буде.", "branch": "Гадяч", "starts_on": "2026-11-23",
        "ends_on": "2026-11-24"}  # fmt: skip


def drafted(**typed: str) -> Draft | dict[str, str]:
    told: dict[str, Any] = WELL | typed
    return draft(**told, branches=("Гадяч",), today=TODAY)


@pytest.mark.parametrize(
    ("typed", "mistakes"),
    [
        ({}, None),
        ({"kind": "news", "ends_on": "", "branch": ""}, None),
        ({"kind": "news", "ends_on": "колись"}, {"ends_on": "empty"}),
        ({"kind": "gossip"}, {"kind": "empty"}),
        ({"title": " \n "}, {"title": "empty"}),
        ({"title": "х" * 121}, {"title": "too_long"}),
        ({"text": "\u202e"}, {"text": "empty"}),
        ({"text": "х" * 4001}, {"text": "too_long"}),
        ({"branch": "Полтава"}, {"branch": "unknown"}),
        ({"starts_on": "2030-01-01", "ends_on": ""}, {"starts_on": "empty", "ends_on": "empty"}),
        ({"ends_on": ""}, {"ends_on": "empty"}),
        ({"ends_on": "2026-11-22"}, {"ends_on": "backwards"}),
    ],
)
def test_what_may_be_published(typed: dict[str, str], mistakes: dict[str, str] | None):
    found = drafted(**typed)
    assert isinstance(found, Draft) if mistakes is None else found == mistakes


def test_an_empty_line_begins_a_paragraph():
    assert paragraphs("Один\nдва\n \n\nтри\n") == [["Один", "два"], ["три"]]


@given(st.text(), st.text(), st.text())
def test_any_words_are_a_draft_or_mistakes(title: str, text: str, day: str):
    found = drafted(title=title, text=text, starts_on=day, ends_on=day)
    assert found if not isinstance(found, Draft) else paragraphs(found.text)
