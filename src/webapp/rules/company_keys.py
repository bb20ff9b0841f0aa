"""What a key of a company lets a billing system do, and how it is written."""

from datetime import timedelta
from typing import Literal, get_args

from webapp.rules import scopes
from webapp.rules.exchange.forms import Going, Kind

KeyScope = Literal[
    "registers:write", "readings:write", "money:write", "readings:read", "payments:read", "appeals:read", "links:read"
]  # fmt: skip
SCOPES: tuple[KeyScope, ...] = get_args(KeyScope)
BRINGS: dict[Kind, KeyScope] = {
    "accounts": "registers:write",
    "holders": "registers:write",
    "addresses": "registers:write",
    "contracts": "registers:write",
    "meters": "registers:write",
    "readings": "readings:write",
    "charges": "money:write",
    "payments": "money:write",
    "tariffs": "money:write",
    "subsidies": "money:write",
}
TAKES: dict[Going, KeyScope] = {
    "readings": "readings:read",
    "payments": "payments:read",
    "appeals": "appeals:read",
    "links": "links:read",
}
LIVES = (90, 365, 730)
"""Days that are offered; none lives for ever."""
MOST_KEYS = 20
"""Of one company, counted while they work."""
MARK = "blc_"
"""So scanners of published code know what has leaked, and a person's token is no key."""
MOST_ITEMS = 1000
"""Of a request, in or out."""
MOST_BYTES = 4 * 1024 * 1024
"""Of its body."""
LONGEST_IDEMPOTENCY = 100


ANSWERS_KEPT = timedelta(days=7)
"""So long a request may come again and gets the answer of the first time."""


def looks_like_one(text: str) -> bool:
    return scopes.looks_like_one(text, MARK)


def is_idempotency(text: str) -> bool:
    """Printable ASCII, as headers carry it."""
    return 0 < len(text) <= LONGEST_IDEMPOTENCY and text.isascii() and text.isprintable()
