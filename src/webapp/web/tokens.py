"""Who comes with a token. Whoever is signed in by a cookie in the same browser is nobody here."""

from collections.abc import Callable
from datetime import timedelta
from math import ceil
from typing import Any

from litestar import Request, Response
from litestar.connection import ASGIConnection
from litestar.exceptions import HTTPException
from litestar.handlers import BaseRouteHandler

from webapp.actions import tokens
from webapp.actions.tokens import Bearer
from webapp.rules.scopes import Scope
from webapp.web.problems import problem

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
    scope, now = connection.scope, connection.app.state.outside.clock.now()
    scope["user"] = None
    kind, _blank, token = connection.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token.strip():
        raise Refused("needs_token", CHALLENGE)
    bearer = await tokens.enter(token.strip(), scope["auth"].id, now)
    if bearer is None:
        raise Refused(
            "unknown_token", {"WWW-Authenticate": CHALLENGE["WWW-Authenticate"] + ', error="invalid_token"'}
        )
    if bearer.used_until is not None:
        raise Refused("too_many", retry_after(bearer.wait(now)))
    scope["user"], scope["state"]["bearer"] = bearer.person, bearer


def allows(*scopes: Scope) -> Callable[..., Any]:
    """A guard: one of these scopes is enough. Stands after `by_token`."""

    async def guard(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
        if not set(scopes) & set(connection.scope["state"]["bearer"].scopes):
            raise Refused("insufficient_scope", detail=f"One of these is needed: {', '.join(scopes)}.")

    return guard


def bearer_of(request: Request[Any, Any, Any]) -> Bearer:
    found: Bearer = request.scope["state"]["bearer"]
    return found


def retry_after(wait: timedelta) -> dict[str, str]:
    return {"Retry-After": str(ceil(wait.total_seconds()))}
