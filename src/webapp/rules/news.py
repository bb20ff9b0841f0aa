"""News and outages: what may be published, and what a text becomes on a page."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, cast, get_args

Kind = Literal["news", "outage"]
KINDS: tuple[Kind, ...] = get_args(Kind)
LONGEST_TITLE = 120
LONGEST_TEXT = 4000
AHEAD = timedelta(days=366)
BLANK = re.compile(r"\n[ \t]*\n\s*")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""Also the marks that turn the direction of writing."""


@dataclass(frozen=True)
class Draft:
    kind: Kind
    title: str
    text: str
    branch: str
    starts_on: date
    ends_on: date | None


def draft(
    kind: str,
    title: str,
    text: str,
    branch: str,
    starts_on: str,
    ends_on: str,
    *,
    branches: tuple[str, ...],
    today: date,
) -> Draft | dict[str, str]:
    """What can be published, or field → what is wrong with it."""
    mistakes: dict[str, str] = {}
    title, text = " ".join(_clean(title).split()), _clean(text).strip()
    if kind not in KINDS:
        mistakes["kind"] = "empty"
    if branch and branch not in branches:
        mistakes["branch"] = "unknown"
    for name, said, longest in (("title", title, LONGEST_TITLE), ("text", text, LONGEST_TEXT)):
        if not said or len(said) > longest:
            mistakes[name] = "too_long" if said else "empty"
    start, end = _day(starts_on), _day(ends_on)
    if start is None or abs(start - today) > AHEAD:
        mistakes["starts_on"] = "empty"
    if (end is None and (kind == "outage" or ends_on.strip())) or (end and end > today + AHEAD):
        mistakes["ends_on"] = "empty"
    elif start and end and end < start:
        mistakes["ends_on"] = "backwards"
    if mistakes or start is None:
        return mistakes
    return Draft(cast(Kind, kind), title, text, branch, start, end)


def paragraphs(text: str) -> list[list[str]]:
    """Plain text as paragraphs of lines; nothing in it is markup."""
    return [part.split("\n") for part in BLANK.split(text.strip()) if part.strip()]


def _clean(text: str) -> str:
    return CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _day(text: str) -> date | None:
    try:
        return (
            date.fromisoformat(text.strip())
            if re.fullmatch(r"\s*\d{4}-\d\d-\d\d\s*", text, re.ASCII)
            else None
        )
    except ValueError:
        return None
