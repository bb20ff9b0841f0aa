"""Who may come in at all, and where the others are sent. What exactly they may see is part of each query."""

from typing import Any
from urllib.parse import quote

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.exceptions import NotAuthorizedException
from litestar.handlers import BaseRouteHandler
from litestar.response import Redirect, Response

from webapp.database.queries import visits
from webapp.web.cookies import ticket_of, token_hash, told


async def signed_in(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Asynchronous, although it waits for nothing: Litestar takes the others to a thread of their own."""
    if connection.scope["user"] is None:
        raise NotAuthorizedException


async def may_hand_in(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """A person, or a device whose sign-in has ended and that has a ticket; stands on the API of readings alone."""
    scope = connection.scope
    if scope["user"] is None:
        ticket, now = (
            token_hash(ticket_of(connection.cookies, scope["auth"])),
            connection.app.state.outside.clock.now(),
        )
        scope["user"] = ticket and await visits.by_ticket(scope["auth"].id, ticket, now)
        scope["state"]["by_ticket"] = True
    if scope["user"] is None:
        token = token_hash(told(connection.cookies, scope["auth"], "sid"))
        scope["state"]["signed_out"] = await visits.was_ended(token)
        raise NotAuthorizedException


def ask_to_sign_in(request: Request[Any, Any, Any], _: NotAuthorizedException) -> Response[Any]:
    """A machine gets a code, htmx an order to leave the page, everybody else the way there and back."""
    if request.url.path.startswith("/api/"):
        ended = request.scope["state"].get("signed_out")
        return Response({"code": "signed_out" if ended else "needs_login"}, status_code=401)
    if request.headers.get("HX-Request"):
        return Response(None, headers={"HX-Redirect": "/sign-in"}, status_code=200)
    back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    there = "/sign-in" if request.method != "GET" or back == "/cabinet" else f"/sign-in?next={quote(back)}"
    return Redirect(there, status_code=303)


def own_path(path: str) -> str:
    """Where to go on: a path of this site, whatever the address says (no open redirect)."""
    safe = path.startswith("/") and not path.startswith(("//", "/\\")) and "\\" not in path
    return path if safe and path.isprintable() else "/cabinet"
