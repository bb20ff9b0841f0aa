"""The record of what the staff looked at and did."""

from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Controller, Request, Response, get

from webapp.actions.proofs import Contact
from webapp.database.queries import audit
from webapp.rules.cases import read_number
from webapp.web.contacts import read_login
from webapp.web.office import HANDLERS, at_office, colleague_of, show

FURTHEST = 10_000
"""Pages; nobody turns so many."""


class OfficeAudit(Controller):
    path = "/office/audit"
    guards = [at_office]
    exception_handlers = HANDLERS

    @get()
    async def look(self, request: Request[Any, Any, Any]) -> Response[Any]:
        asked = {
            name: request.query_params.get(name, "").strip()[:254] for name in ("person", "colleague", "day")
        }
        number = page_of(request)
        page = await audit.page(
            colleague_of(request).company_id, number=number, person=_meant(asked["person"]),
            colleague=_uuid(asked["colleague"]), day=_day(asked["day"]),
        )  # fmt: skip
        pages = "/office/audit?" + urlencode(
            {name: text for name, text in asked.items() if text} | {"page": ""}
        )
        said: dict[str, Any] = {"asked": asked, "found": page, "number": number, "pages": pages}
        return show(request, "pages/office/audit.html", **said)


def page_of(request: Request[Any, Any, Any]) -> int:
    text = request.query_params.get("page", "")
    return min(max(int(text), 1), FURTHEST) if text.isascii() and text.isdigit() and len(text) < 9 else 1


def _meant(text: str) -> list[str]:
    """A login, the number of an account, or that of a case: however it may be kept."""
    if not text or "\0" in text:
        return []
    contact = read_login(text, ("mail", "phone"))
    read = [contact.value if isinstance(contact, Contact) else None, read_number(text)]
    return [text, *(one for one in read if one)]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
