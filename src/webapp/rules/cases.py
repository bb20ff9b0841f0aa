"""Cases that somebody of the staff decides: their kinds, their term, and the number they are followed by."""

import re
from datetime import date, datetime, timedelta
from typing import Literal

from webapp.rules.periods import KYIV

Kind = Literal[
    "pin", "address", "dispute", "annulment", "moving", "reading_dispute", "payment", "certificate"
]
DAYS = 7
"""The term where the policy names none, counted from the day after it was left."""
SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: nothing in it is mistaken for something else when it is read out by phone."""
LENGTH = 8
MISREAD = str.maketrans("OILАВЕКМНОРСТХІ", "011ABEKMH0PCTX1")
"""Letters that look like a sign of ours: also the Ukrainian ones."""


def due_on(now: datetime, days: int = DAYS) -> date:
    """The last day of the term, as days are counted in Kyiv."""
    return now.astimezone(KYIV).date() + timedelta(days=days)


def number_of(chance: int) -> str:
    """«7K2M-9QXD» of a random number of at least 40 bits."""
    signs = "".join(SIGNS[chance >> 5 * place & 31] for place in range(LENGTH))
    return f"{signs[:4]}-{signs[4:]}"


def read_number(typed: str) -> str | None:
    """The number as it is kept, from what was typed or read out: small letters, spaces, O for 0."""
    signs = re.sub(r"[\s\-\u2010-\u2015]", "", typed[:40]).upper().translate(MISREAD)
    if len(signs) != LENGTH or any(sign not in SIGNS for sign in signs):
        return None
    return f"{signs[:4]}-{signs[4:]}"
