"""The queue of today at the desk: the next one is called by one button."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.response import Redirect

from webapp.actions import queue as actions
from webapp.actions.queue import Absent, Busy, Called, Nobody
from webapp.database.queries import schedule
from webapp.outside import Outside
from webapp.pages.office.hours import resource_typed
from webapp.rules.periods import day_of
from webapp.web.forms import typed
from webapp.web.office import HANDLERS, at_office, by, colleague_of, show

HERE, PAGE, PANEL = "/office/queue", "pages/office/queue.html", "partials/office/queue.html"
EVERY_SECONDS = 10
MOST_DESK = 20


class OfficeQueue(Controller):
    path = HERE
    guards = [at_office]
    exception_handlers = HANDLERS

    @get()
    async def look(self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]) -> Response[Any]:
        query = request.query_params
        chosen, desk = resource_typed(query.get("resource", "")), query.get("desk", "")[:MOST_DESK]
        return await _page(request, chosen, desk, outside.clock.now(), status_code=200)

    @post("/call")
    async def call(self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]) -> Response[Any]:
        _exists(request)
        fields, now = await typed(request), outside.clock.now()
        resource, desk = fields.uuid("resource"), fields.text("desk", MOST_DESK)
        outcome = await actions.call_next(resource, desk, by=by(request), now=now)
        match outcome:
            case Called() | Busy():
                return Redirect(f"{HERE}?{_query(resource, desk)}", status_code=303)
            case Nobody():
                return await _page(request, resource, desk, now, trouble="nobody", status_code=409)
            case Absent():
                raise NotFoundException


def _query(resource: UUID, desk: str) -> str:
    return urlencode({"resource": str(resource), "desk": desk})


def _exists(request: Request[Any, Any, Any]) -> None:
    if "queue" not in request.scope["auth"].policy.appointments.kinds:
        raise NotFoundException


async def _page(
    request: Request[Any, Any, Any],
    chosen: UUID | None,
    desk: str,
    now: datetime,
    *,
    trouble: str | None = None,
    status_code: int,
) -> Response[Any]:
    _exists(request)
    colleague = colleague_of(request)
    found = await schedule.today(colleague.company_id, chosen, colleague.id, day_of(now))
    resource = found.resource(chosen)
    if chosen and resource is None:
        raise NotFoundException
    context: dict[str, Any] = {
        "found": found, "resource": resource, "desk": desk or (found.mine.desk if found.mine else ""),
        "trouble": trouble, "now": now, "every": EVERY_SECONDS, "section": HERE,
    }  # fmt: skip
    return show(request, PAGE, partial=PANEL, status_code=status_code, **context)
