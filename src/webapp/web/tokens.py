"""Who comes with a token. Whoever is signed in by a cookie in the same browser is nobody here."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from math import ceil
from typing import Any, Literal, TypeVar
from uuid import UUID

from litestar import Request, Response
from litestar.connection import ASGIConnection
from litestar.exceptions import HTTPException
from litestar.handlers import BaseRouteHandler

from webapp.actions import tokens
from webapp.actions.company_keys import Holder
from webapp.actions.tokens import Bearer
from webapp.rules.scopes import Scope
from webapp.web.problems import problem

Entered = TypeVar("Entered", Bearer, Holder)
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="blakyt"'}


class Refused(HTTPException):
    """What a guard has to say; becomes a problem."""

    def __init__(self, code: str, headers: dict[str, str] | None = None, detail: str = "") -> None:
        super().__init__(detail=detail, status_code=400)
        self.code, self.said, self.told = code, detail, headers or {}


def on_refused(_: Request[Any, Any, Any], refused: Refused) -> Response[Any]:
    return problem(refused.code, refused.said, refused.told)


async def by_token(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """The first guard of the personal API: `scope["user"]` is the token's person, or nobody comes in."""
    bearer = await entered(connection, tokens.enter, "token")
    connection.scope["user"] = bearer.person


async def entered(
    connection: ASGIConnection[Any, Any, Any, Any],
    enter: Callable[[str, UUID, datetime], Awaitable[Entered | None]],
    noun: Literal["token", "key"],
) -> Entered:
    """Whose token or key it is; `scope["state"]["bearer"]` ever after. Raises Refused."""
    scope, now = connection.scope, connection.app.state.outside.clock.now()
    scope["user"] = None
    kind, _blank, secret = connection.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not secret.strip():
        raise Refused(f"needs_{noun}", CHALLENGE)
    bearer = await enter(secret.strip(), scope["auth"].id, now)
    if bearer is None:
        wrong = CHALLENGE["WWW-Authenticate"] + ', error="invalid_token"'
        raise Refused(f"unknown_{noun}", {"WWW-Authenticate": wrong})
    if bearer.used_until is not None:
        raise Refused("too_many", retry_after(bearer.wait(now)))
    scope["state"]["bearer"] = bearer
    return bearer


def allows(*scopes: Scope) -> Callable[..., Any]:
    """A guard: one of these scopes is enough. Stands after `by_token`."""

    async def guard(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
        need(connection.scope["state"]["bearer"].scopes, *scopes)

    return guard


def need(held: Sequence[str], *scopes: str) -> None:
    """One of these scopes is enough. Raises Refused."""
    if not set(scopes) & set(held):
        raise Refused("insufficient_scope", detail=f"One of these is needed: {', '.join(scopes)}.")


def bearer_of(request: Request[Any, Any, Any]) -> Bearer:
    found: Bearer = request.scope["state"]["bearer"]
    return found


def retry_after(wait: timedelta) -> dict[str, str]:
    return {"Retry-After": str(ceil(wait.total_seconds()))}
