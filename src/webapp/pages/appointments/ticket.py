"""The slip of an appointment as a page shows it: its number, its code, its place in the line."""

from datetime import datetime
from typing import Any

from litestar import Request

from webapp.database.queries.appointments import Appointment
from webapp.database.queries.shown import AccountName
from webapp.documents import squares
from webapp.rules.periods import day_of

EVERY_SECONDS = 15
"""So often an open page asks how the line has moved."""
AT_DESK = "/office/schedule/"


def of_ticket(
    request: Request[Any, Any, Any], one: Appointment | None, accounts: list[AccountName], now: datetime
) -> dict[str, Any]:
    """The code leads the staff to the card; nobody else is let in there, so it may be photographed."""
    link = f"{request.scope['auth'].address}{AT_DESK}{one.id}" if one else ""
    live = one is not None and one.kind == "queue" and one.is_open and one.day == day_of(now)
    return {
        "appointment": one, "accounts": accounts, "now": now, "today": day_of(now), "live": live,
        "every": EVERY_SECONDS,
        "square": squares.as_address(squares.plain(link)) if one and one.is_open else None,
    }  # fmt: skip
