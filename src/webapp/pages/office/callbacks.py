"""Calls that are waited for: the list of a clerk, the card with the phone, and what became of the call."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from webapp.actions import audit, callbacks, queue
from webapp.actions.booking import Done
from webapp.actions.callbacks import Changed
from webapp.database.queries import schedule
from webapp.outside import Outside
from webapp.rules.periods import day_of
from webapp.rules.queue import MOST_TRIES
from webapp.web.forms import typed
from webapp.web.office import HANDLERS, at_office, by, colleague_of, show

HERE = "/office/callbacks"


class OfficeCallbacks(Controller):
    path = HERE
    guards = [at_office]
    exception_handlers = HANDLERS

    @get()
    async def calls(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        _exists(request)
        is_open = request.query_params.get("state") != "done"
        found = await schedule.calls(colleague_of(request).company_id, is_open=is_open)
        said: dict[str, Any] = {"calls": found, "is_open": is_open, "today": day_of(outside.clock.now())}
        return show(request, "pages/office/callbacks.html", section=HERE, **said)

    @get("/{callback_id:uuid}")
    async def card(
        self, request: Request[Any, Any, Any], callback_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        return await _card(request, callback_id, outside.clock.now(), status_code=200)

    @post("/{callback_id:uuid}/looks")
    async def look(
        self, request: Request[Any, Any, Any], callback_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        """The phone and whose it is: written down, then shown."""
        if not await queue.look(callback_id, by=by(request), now=outside.clock.now()):
            raise NotFoundException
        return Redirect(f"{HERE}/{callback_id}", status_code=303)

    @post("/{callback_id:uuid}/answer")
    async def answer(
        self, request: Request[Any, Any, Any], callback_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        fields, now = await typed(request), outside.clock.now()
        said = next((one for one in callbacks.ANSWERS if one == fields["answer"]), None)
        tries = fields.text("tries", 3)
        if said is None or not (tries.isascii() and tries.isdigit()):
            raise NotFoundException
        outcome = await callbacks.answer(callback_id, said, int(tries), by=by(request), now=now)
        match outcome:
            case Done():
                return Redirect(HERE, status_code=303)
            case Changed():
                return await _card(request, callback_id, now, trouble="changed", status_code=409)
            case _:
                raise NotFoundException


def _exists(request: Request[Any, Any, Any]) -> None:
    if "callback" not in request.scope["auth"].policy.appointments.kinds:
        raise NotFoundException


async def _card(
    request: Request[Any, Any, Any], id: UUID, now: datetime, *, trouble: str | None = None, status_code: int
) -> Response[Any]:
    _exists(request)
    colleague = colleague_of(request)
    since = max(now - timedelta(minutes=audit.LOOK_LASTS_MINUTES), colleague.since)
    found = await schedule.call(colleague.company_id, id, colleague.id, since)
    if found is None:
        raise NotFoundException
    said: dict[str, Any] = {"call": found, "trouble": trouble, "today": day_of(now), "most": MOST_TRIES}
    return show(request, "pages/office/callback.html", section=HERE, status_code=status_code, **said)
