"""The door of the field's API: an inspector who is signed in, or a phone of theirs with its ticket."""

from typing import Any
from uuid import UUID

from litestar import Request, Response
from litestar.connection import ASGIConnection
from litestar.exceptions import HTTPException, NotAuthorizedException, PermissionDeniedException
from litestar.handlers import BaseRouteHandler

from webapp.database.queries import field
from webapp.database.queries.field import Deliverer
from webapp.web.cookies import token_hash
from webapp.web.office import known

SCHEME = "Ticket "


class Ended(HTTPException):
    """By the supervisor: what the phone carries is to be erased."""

    status_code = 410


async def at_field(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Signed in whole, as an inspector."""
    colleague = await known(connection)
    if not colleague.second_factor:
        raise NotAuthorizedException
    if colleague.role != "inspector" or colleague.company_id is None:
        raise PermissionDeniedException
    told = device_of(connection)
    connection.scope["state"]["deliverer"] = Deliverer(colleague.id, colleague.company_id, told)


async def may_deliver(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """The ticket, where one is shown, else the sign-in: an ended phone is told so although somebody is signed in."""
    said = connection.headers.get("Authorization", "")
    if not said.startswith(SCHEME):
        await at_field(connection, handler)
        return
    ticket, now = token_hash(said.removeprefix(SCHEME)), connection.app.state.outside.clock.now()
    found = ticket and await field.by_ticket(connection.scope["auth"].id, ticket, device_of(connection), now)
    if not found:
        raise NotAuthorizedException
    connection.scope["state"]["deliverer"] = found


def device_of(connection: ASGIConnection[Any, Any, Any, Any]) -> UUID | None:
    try:
        return UUID(connection.headers.get("X-Device", ""))
    except ValueError:
        return None


def deliverer(request: Request[Any, Any, Any]) -> Deliverer:
    return request.scope["state"]["deliverer"]  # type: ignore[no-any-return]


def _sign_in(_: Request[Any, Any, Any], error: NotAuthorizedException) -> Response[Any]:
    return Response({"error": "sign_in"}, status_code=401)


def _role(_: Request[Any, Any, Any], error: PermissionDeniedException) -> Response[Any]:
    return Response({"error": "role"}, status_code=403)


def _ended(_: Request[Any, Any, Any], error: Ended) -> Response[Any]:
    return Response({"error": "ended"}, status_code=410)


HANDLERS: dict[Any, Any] = {
    NotAuthorizedException: _sign_in,
    PermissionDeniedException: _role,
    Ended: _ended,
}
"""For machines alone: a word, and no page."""
