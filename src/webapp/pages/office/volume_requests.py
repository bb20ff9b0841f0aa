"""The supplier's desk of requests for volumes: what businesses mean to take, accepted or asked back."""

from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from webapp.actions import volume_requests as actions
from webapp.actions.volume_requests import Absent, Answer, Decided, Quicker
from webapp.database.queries import volume_requests as queries
from webapp.database.queries.volume_requests import AT_ONCE, Asked, Card
from webapp.outside import Outside
from webapp.pages.office.audit import page_of
from webapp.rules import appeals, spreadsheets
from webapp.rules import volume_requests as rules
from webapp.web.entering import go
from webapp.web.forms import Typed, asked, typed
from webapp.web.office import HANDLERS, at_office, by, colleague_of, show
from webapp.web.rendering import wants_partial

DESK = "/office/volume-requests"
STATES = ("sent", "accepted", "returned")
LIST, ROWS = "pages/office/volume_requests.html", "partials/office/volume_requests.html"
MOST_WORDS = 500
MOST_EXPORTED = 20_000


class OfficeVolumes(Controller):
    path = DESK
    guards = [at_office]
    exception_handlers = HANDLERS

    @get()
    async def index(self, request: Request[Any, Any, Any]) -> Response[Any]:
        meant = _meant(request)
        found = await queries.desk(colleague_of(request).company_id, meant)
        told = {
            "month": f"{meant.month:%Y-%m}" if meant.month else "",
            "state": meant.state,
            "words": meant.words,
        }
        query = urlencode({name: text for name, text in told.items() if text})
        said: dict[str, Any] = {
            "asked": meant, "found": found, "section": DESK, "states": STATES, "written": rules.written,
            "last_page": max(1, -(-found.count // AT_ONCE)), "query": query,
            "pages": f"{DESK}?" + (f"{query}&" if query else "") + "page=",
        }  # fmt: skip
        return show(request, ROWS if wants_partial(request) else LIST, **said)

    @get("/export.csv")
    async def export(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """What fits the filter, a line a request: for the order of the whole company."""
        meant = _meant(request)
        one_page = Asked(meant.month, meant.state, meant.words)
        found = await queries.desk(colleague_of(request).company_id, one_page, MOST_EXPORTED)
        head = ("month", "edrpou", "business", "contract", "m3", "state", "version", "sent_at")
        rows = (
            (
                f"{one.month:%Y-%m}", one.edrpou, one.business, one.contract, one.total, one.state, one.version,
                f"{one.sent_at:%Y-%m-%dT%H:%M:%SZ}",
            )
            for one in found.requests
        )  # fmt: skip
        headers = {"Content-Disposition": 'attachment; filename="volume-requests.csv"'}
        return Response(
            spreadsheets.written(head, rows), media_type="text/csv; charset=utf-8", headers=headers
        )

    @get("/{request_id:uuid}")
    async def card(self, request: Request[Any, Any, Any], request_id: FromPath[UUID]) -> Response[Any]:
        return _shown(request, await _card(request, request_id))

    @post("/{request_id:uuid}/decision")
    async def decide(
        self, request: Request[Any, Any, Any], request_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        fields = await typed(request)
        card = await _card(request, request_id)
        words, seen = (
            appeals.clean_line(fields["words"][: 2 * MOST_WORDS])[:MOST_WORDS],
            fields.text("seen", 5),
        )
        answer: Answer | None = next(
            (one for one in ("accepted", "returned") if one == fields["answer"]), None
        )
        if answer is None or not (seen.isascii() and seen.isdigit()):
            raise NotFoundException
        if answer == "returned" and not words:
            return _shown(request, card, fields=fields, mistake="empty", status_code=422)
        outcome = await actions.decide(
            request_id, answer, words, seen=int(seen), by=by(request), now=outside.clock.now()
        )
        match outcome:
            case Decided():
                return go(request, DESK)
            case Quicker():
                card = await _card(request, request_id)
                return _shown(request, card, fields=fields, trouble="quicker", status_code=409)
            case Absent():
                raise NotFoundException


def _meant(request: Request[Any, Any, Any]) -> Asked:
    fields = asked(request)
    try:
        month = date.fromisoformat(f"{fields['month']}-01") if fields["month"] else None
    except ValueError:
        month = None
    state = fields["state"] if fields["state"] in STATES else ""
    return Asked(month, state, appeals.clean_line(fields["words"][:80]), page_of(request))


async def _card(request: Request[Any, Any, Any], id: UUID) -> Card:
    """Of the own company; another's is not there."""
    card = await queries.card(colleague_of(request).company_id, id)
    if card is None:
        raise NotFoundException
    return card


def _shown(
    request: Request[Any, Any, Any],
    card: Card,
    *,
    fields: Typed | None = None,
    mistake: str = "",
    trouble: str = "",
    status_code: int = 200,
) -> Response[Any]:
    said: dict[str, Any] = {
        "card": card, "fields": fields or Typed(), "mistake": mistake, "trouble": trouble, "section": DESK,
        "written": rules.written, "most": MOST_WORDS,
    }  # fmt: skip
    return show(request, "pages/office/volume_request.html", status_code=status_code, **said)
