"""Objecting to a reading of the inspector, or of the meter itself, that counts instead of one's own."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from webapp.actions import reading_disputes as actions
from webapp.actions.disputes import TooMany
from webapp.actions.reading_disputes import TooLate
from webapp.database.queries import history
from webapp.outside import Outside
from webapp.web.entering import go
from webapp.web.forms import typed
from webapp.web.guards import signed_in
from webapp.web.rendering import render

PAGE, PANEL = "pages/readings/dispute.html", "partials/readings/dispute.html"
MOST_EXPLAINED = 600


class ReadingDisputesPages(Controller):
    path = "/readings/{reading_id:uuid}/dispute"
    guards = [signed_in]

    @get()
    async def new(self, request: Request[Any, Any, Any], reading_id: FromPath[UUID]) -> Response[Any]:
        return await _page(request, reading_id, status_code=200)

    @post()
    async def open(
        self, request: Request[Any, Any, Any], reading_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        words = (await typed(request)).text("explanation", MOST_EXPLAINED)
        if not words:
            return await _page(request, reading_id, mistake="empty")
        number = await actions.open(
            reading_id, words, by=request.scope["user"].id, portal_id=request.scope["auth"].id,
            language=request.scope["state"]["language"], now=outside.clock.now(),
        )  # fmt: skip
        match number:
            case None:
                raise NotFoundException
            case TooLate():
                return await _page(request, reading_id, words=words, trouble="too_late")
            case TooMany():
                return await _page(request, reading_id, words=words, trouble="too_many", status_code=429)
            case str():
                return go(request, f"/readings?disputed={number}")


async def _page(
    request: Request[Any, Any, Any], reading_id: UUID, *, words: str = "", mistake: str | None = None,
    trouble: str | None = None, status_code: int = 422,
) -> Response[Any]:  # fmt: skip
    found = await history.beside(reading_id, of=request.scope["user"].id)
    if found is None:
        raise NotFoundException
    said: dict[str, Any] = {
        "reading": found,
        "reading_id": reading_id,
        "words": words,
        "mistake": mistake,
        "trouble": trouble,
    }
    return render(request, PAGE, partial=PANEL, status_code=status_code, **said)
