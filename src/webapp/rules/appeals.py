"""Appeals («звернення»): what they are, who answers what, by when, and what stands in them."""

import re
import unicodedata
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from webapp.rules import working_days
from webapp.rules.periods import day_of

Kind = Literal["question", "complaint", "suggestion", "technical"]
State = Literal["open", "asked", "answered", "closed"]
"""`asked`: the company waits for the person's word; the term runs on."""
About = Literal["cabinet", "network", "readings", "delivery", "gas", "business"]
Desk = Literal["support", "operator", "supplier", "manager", "business_support"]
"""`support` keeps the portal itself, `manager` is the person that a supplier has for a business."""

DESKS: dict[About, Desk] = {
    "readings": "operator",
    "gas": "supplier",
    "delivery": "operator",
    "network": "operator",
    "cabinet": "support",
    "business": "manager",
}
"""B04, B05, B06: who answers what, in the order in which it is offered."""
ABOUT = tuple(DESKS)
TERMS: dict[Kind, int] = {"question": 15, "technical": 15, "complaint": 30, "suggestion": 30}
"""Days: what needs no study is answered within 15, all else within a month (Law 393/96-VR, article 20)."""
REOPEN_DAYS = 30
MOST_TITLE = 120
MOST_TEXT = 5000
MOST_FIELD = 200
STARS = (1, 2, 3, 4, 5)

CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")
"""What hides letters, or turns the direction of a line round: it has no place in a letter."""


class Mistake(StrEnum):
    EMPTY = "empty"
    TOO_LONG = "too_long"


def desk_of(about: About | None, *, technical: bool = False, business: bool = False) -> Desk:
    """A technical problem goes to who keeps the cabinet, that of a business to a desk of its own."""
    if technical or about is None:
        return "business_support" if business else "support"
    return DESKS[about]


def due_on(kind: Kind, now: datetime) -> date:
    """The last day on which the answer is in time, as days are counted in Kyiv."""
    return working_days.term(day_of(now), TERMS[kind])


def may_reopen(state: State, answered_at: datetime | None, now: datetime) -> bool:
    """After an answer that did not help; later it is a new appeal."""
    return state == "answered" and answered_at is not None and (
        (day_of(now) - day_of(answered_at)).days <= REOPEN_DAYS
    )  # fmt: skip


def clean(text: str) -> str:
    """What the company sees: letters and lines, nothing that hides or turns them round."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = UNSEEN.sub("", CONTROLS.sub("", text).replace("\t", " "))
    lines = [line.rstrip() for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def clean_line(text: str) -> str:
    return " ".join(clean(text).split())


def mistake_of(text: str, most: int) -> Mistake | None:
    """Of a cleaned text that has to be there."""
    if not text:
        return Mistake.EMPTY
    return Mistake.TOO_LONG if len(text) > most else None
