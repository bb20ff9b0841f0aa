"""Ordering a call back (B16): a phone, a part of a day, what about."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from webapp.actions import callbacks as actions
from webapp.actions.booking import Absent, Booked, Done, Over, TooMany, TooOften
from webapp.actions.callbacks import PartOver
from webapp.database.queries import appointments
from webapp.outside import Outside
from webapp.pages.appointments.forms import CallbackForm, times
from webapp.rules import slots
from webapp.rules.periods import day_of
from webapp.web.entering import go
from webapp.web.forms import typed
from webapp.web.guards import signed_in
from webapp.web.rendering import render

NEW, PANEL = "pages/appointments/callback.html", "partials/appointments/callback.html"


class CallbacksPages(Controller):
    path = "/appointments/callbacks"
    guards = [signed_in]

    @get("/new")
    async def new(self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]) -> Response[Any]:
        _exists(request)
        return await _page(request, CallbackForm(), outside.clock.now(), fresh=True, status_code=200)

    @post()
    async def order(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        _exists(request)
        form, now, portal = CallbackForm.of(await typed(request)), outside.clock.now(), request.scope["auth"]
        wanted = form.read(portal)
        if wanted is None:
            return await _page(request, form, now)
        outcome = await actions.order(wanted, by=request.scope["user"].id, portal_id=portal.id, now=now)
        match outcome:
            case Booked():
                return go(request, "/appointments?said=ordered")
            case PartOver():
                form.mistakes["when"] = "over"
                return await _page(request, form, now)
            case TooMany():
                return await _page(request, form, now, trouble="too_many")
            case TooOften():
                return await _page(request, form, now, trouble="too_often")
            case Absent():
                raise NotFoundException

    @post("/{callback_id:uuid}/cancellation")
    async def cancel(
        self, request: Request[Any, Any, Any], callback_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        _exists(request)
        outcome = await actions.cancel(callback_id, by=request.scope["user"].id, now=outside.clock.now())
        match outcome:
            case Done():
                return go(request, "/appointments?said=taken_back")
            case Over():
                return go(request, "/appointments?said=over")
            case Absent():
                raise NotFoundException


def _exists(request: Request[Any, Any, Any]) -> None:
    if "callback" not in request.scope["auth"].policy.appointments.kinds:
        raise NotFoundException


async def _page(
    request: Request[Any, Any, Any],
    form: CallbackForm,
    now: datetime,
    *,
    trouble: str | None = None,
    fresh: bool = False,
    status_code: int = 422,
) -> Response[Any]:
    """A new form knows the phone that the person gave to be called at."""
    person, portal = request.scope["user"].id, request.scope["auth"]
    today = day_of(now)
    offer = await appointments.offer(person, portal.id, (), today, today)
    if fresh:
        form.phone = offer.phone
        form.account = str(offer.accounts[0].id) if offer.accounts else ""
        if offer.open.get("callback", 0) >= slots.MOST_OPEN:
            trouble = "too_many"
    context: dict[str, Any] = {"form": form, "trouble": trouble, "times": times(now), "today": today}
    context |= {"accounts": offer.accounts}
    return render(request, NEW, partial=PANEL, status_code=status_code, **context)
