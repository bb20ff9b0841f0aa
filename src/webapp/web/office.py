"""The door of the office: who of the staff asks, and whether the table of permissions lets them in."""

from datetime import timedelta
from typing import Any

from litestar import Request, Response
from litestar.connection import ASGIConnection
from litestar.exceptions import NotAuthorizedException, NotFoundException, PermissionDeniedException
from litestar.exceptions.http_exceptions import RequestEntityTooLarge
from litestar.handlers import BaseRouteHandler
from litestar.response import Redirect

from webapp.actions import staff_sign_in
from webapp.actions.audit import By
from webapp.database.queries import staff
from webapp.database.queries.staff import Colleague
from webapp.rules.permissions import may, may_manage
from webapp.web import errors
from webapp.web.addresses import ip_of
from webapp.web.cookies import token_hash, told
from webapp.web.rendering import render, wants_partial

SEEN_EVERY = timedelta(minutes=1)
DOOR, SECOND, SET_UP = "/office/sign-in", "/office/sign-in/second", "/office/second-factor"


class HalfIn(NotAuthorizedException):
    """The password was right, the second factor is still to come."""


async def at_office(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Whole sign-ins only, and each to what the role may."""
    colleague = await known(connection)
    if not colleague.second_factor:
        raise HalfIn
    now = connection.app.state.outside.clock.now()
    if now - colleague.seen_at > SEEN_EVERY:
        await staff_sign_in.seen(colleague.sign_in_id, now)
    if not may(colleague.role, connection.scope["path_template"]):
        raise PermissionDeniedException


async def half_in(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """For the pages between the password and the second factor."""
    await known(connection)


async def known(connection: ASGIConnection[Any, Any, Any, Any]) -> Colleague:
    """Whoever of the staff has begun to sign in here; NotAuthorizedException else."""
    scope, now = connection.scope, connection.app.state.outside.clock.now()
    token = token_hash(told(connection.cookies, scope["auth"], "staff"))
    colleague = await staff.signed_in(scope["auth"].id, token, now) if token else None
    if colleague is None:
        raise NotAuthorizedException
    scope["state"]["colleague"] = colleague
    offered = scope["auth"].policy.languages
    chosen = [connection.cookies.get("language", ""), colleague.language, offered[0]]
    scope["state"]["language"] = next(one for one in chosen if one in offered)
    return colleague


def colleague_of(request: Request[Any, Any, Any]) -> Colleague:
    return request.scope["state"]["colleague"]  # type: ignore[no-any-return]


def by(request: Request[Any, Any, Any]) -> By:
    """Whose deed it will be."""
    colleague, portal = colleague_of(request), request.scope["auth"]
    return By(colleague.id, colleague.company_id, colleague.role, portal.id, ip_of(request))


def show(request: Request[Any, Any, Any], page: str, **context: Any) -> Response[Any]:
    """A page of the office: with the colleague, and with what the menu may offer."""
    colleague: Colleague | None = request.scope["state"].get("colleague")
    told: dict[str, Any] = {
        "colleague": colleague,
        "section": "",
        "may": lambda route: colleague is not None and colleague.second_factor and may(colleague.role, route),
        "may_manage": lambda role: colleague is not None and may_manage(colleague.role, role),
    }
    return render(request, page, **(told | context))


def _to_the_door(request: Request[Any, Any, Any], error: NotAuthorizedException) -> Response[Any]:
    if not isinstance(error, HalfIn):
        return to(request, DOOR)
    return to(request, SECOND if colleague_of(request).has_factor else SET_UP)


def to(request: Request[Any, Any, Any], address: str) -> Response[Any]:
    """A page to be seen whole, also where htmx has asked for a part of another."""
    if wants_partial(request):
        return Response(None, headers={"HX-Redirect": address}, status_code=200)
    return Redirect(address, status_code=303)


def _not_yours(request: Request[Any, Any, Any], _: PermissionDeniedException) -> Response[Any]:
    return show(request, "pages/office/not_yours.html", status_code=403)


def _not_there(request: Request[Any, Any, Any], _: NotFoundException) -> Response[Any]:
    return show(request, "pages/office/not_there.html", status_code=404)


def _too_large(request: Request[Any, Any, Any], _: RequestEntityTooLarge) -> Response[Any]:
    return show(request, "pages/office/too_large.html", status_code=413, **errors.too_large(request))


HANDLERS: dict[Any, Any] = {
    RequestEntityTooLarge: _too_large,
    NotAuthorizedException: _to_the_door,
    PermissionDeniedException: _not_yours,
    NotFoundException: _not_there,
}
"""For every controller of the office: nobody of the staff is sent to the consumers' door."""
