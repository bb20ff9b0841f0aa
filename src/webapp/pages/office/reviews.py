"""Doubtful values of the inspectors: which wait, one with its photo, and the supervisor's word."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from webapp.actions import reviews as actions
from webapp.actions.reviews import Absent, AlreadyReviewed, Reviewed, Word
from webapp.database.queries import photos, reviews
from webapp.outside import Outside
from webapp.pages.office.audit import page_of
from webapp.web.forms import Typed, typed
from webapp.web.office import HANDLERS, at_office, by, colleague_of, show

HERE = "/office/rounds/doubts"
WORDS: tuple[Word, ...] = ("accepted", "again", "refused")
LONGEST = 200


class OfficeDoubts(Controller):
    path = HERE
    guards = [at_office]
    exception_handlers = HANDLERS

    @get()
    async def doubts(self, request: Request[Any, Any, Any]) -> Response[Any]:
        number, text = page_of(request), request.query_params.get("round", "")
        round_id = _uuid(text)
        if text and round_id is None:
            raise NotFoundException
        is_open = request.query_params.get("state") != "decided"
        company = colleague_of(request).company_id
        found = await reviews.doubtful(company, round_id, is_open=is_open, number=number)
        said: dict[str, Any] = {"found": found, "number": number, "is_open": is_open, "round_id": round_id}
        return show(
            request, "pages/office/doubts.html", section=HERE, done=request.query_params.get("done"), **said
        )


class OfficeVisit(Controller):
    path = "/office/rounds/visits/{visit_id:uuid}"
    guards = [at_office]
    exception_handlers = HANDLERS

    @get()
    async def look(self, request: Request[Any, Any, Any], visit_id: FromPath[UUID]) -> Response[Any]:
        return await _card(request, visit_id)

    @get("/photos/{photo_id:uuid}")
    async def photo(
        self,
        request: Request[Any, Any, Any],
        visit_id: FromPath[UUID],
        photo_id: FromPath[UUID],
        outside: NamedDependency[Outside],
    ) -> Response[bytes]:
        company = colleague_of(request).company_id
        kept = await photos.of_visit(visit_id, company=company) if company else []
        wanted = next((photo for photo in kept if photo.id == photo_id), None)
        body = await outside.files.get(wanted.name) if wanted else None
        if body is None:
            raise NotFoundException
        return Response(body, media_type="image/jpeg")

    @post("/review")
    async def review(
        self, request: Request[Any, Any, Any], visit_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        fields = await typed(request)
        reason = fields.text("reason", LONGEST)
        word = next((one for one in WORDS if one == fields["word"]), None)
        mistakes = {} if word else {"word": "empty"}
        if word in ("again", "refused") and not reason:
            mistakes["reason"] = "empty"
        if word is None or mistakes:
            return await _card(request, visit_id, fields=fields, mistakes=mistakes, status_code=422)
        outcome = await actions.review(visit_id, word, reason, by=by(request), now=outside.clock.now())
        match outcome:
            case Reviewed() | AlreadyReviewed(same=True):
                return Redirect(f"{HERE}?done={word}", status_code=303)
            case AlreadyReviewed():
                return await _card(request, visit_id, trouble="decided", status_code=409)
            case Absent():
                raise NotFoundException


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


async def _card(
    request: Request[Any, Any, Any],
    visit_id: UUID,
    *,
    fields: Typed | None = None,
    mistakes: dict[str, str] | None = None,
    trouble: str | None = None,
    status_code: int = 200,
) -> Response[Any]:
    """Of the own company; another's is not there."""
    card = await reviews.card(visit_id, colleague_of(request).company_id)
    if card is None:
        raise NotFoundException
    said: dict[str, Any] = {"visit": card, "fields": fields or Typed(), "mistakes": mistakes or {}}
    return show(
        request, "pages/office/visit.html", section=HERE, status_code=status_code, trouble=trouble, **said
    )
