"""Every failure as a page with one h1 and a way on, or as a typed word for machines. Never a trace."""

import asyncio
from typing import Any

import asyncpg
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.status_codes import HTTP_500_INTERNAL_SERVER_ERROR

from webapp.actions.hashing import Busy
from webapp.database.queries.visits import UnfitPortal
from webapp.web.forms import MOST_BYTES
from webapp.web.problems import is_for_programs, problem
from webapp.web.rendering import environment, render

log = structlog.get_logger()
PAGES = {
    400: "unreadable",
    403: "refused",
    404: "not_found",
    405: "method",
    413: "too_large",
    429: "too_many",
    503: "unavailable",
}
CODES = {
    400: "malformed",
    403: "not_same_origin",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media_type",
    429: "too_many",
    503: "unavailable",
}
AWAY = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # said when the end of a connection meets its next statement
    asyncpg.CannotConnectNowError,
)
BUSY = (asyncpg.QueryCanceledError, asyncpg.LockNotAvailableError, asyncpg.TooManyConnectionsError)


def answer(
    request: Request[Any, Any, Any], status: int, headers: dict[str, str] | None = None
) -> Response[Any]:
    """The page or the typed error of this status; a visitor of an unknown host gets the plain one."""
    if is_for_programs(request.scope["path"]):
        return problem(CODES.get(status, "sorry"), headers=headers)
    if request.scope["path"].startswith("/api/"):
        made: Response[Any] = Response({"code": CODES.get(status, "sorry")}, status_code=status)
    elif request.scope.get("auth") is None:
        made = plain(request, status)
    else:
        told = too_large(request) if status == 413 else {}
        made = render(request, f"pages/errors/{PAGES.get(status, 'sorry')}.html", status_code=status, **told)
    for name, value in (headers or {}).items():
        made.set_header(name, value)
    return made


def too_large(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """What was too large, and how large it may be: files where this address takes them, else what was typed."""
    handler = request.scope.get("route_handler")
    files = handler.opt.get("most_files") if handler else None
    sent = request.headers.get("content-type", "").startswith("multipart/form-data")
    return {"megabytes": files // 1024**2 if files and sent else None, "kilobytes": MOST_BYTES // 1024}


def plain(request: Request[Any, Any, Any], status: int) -> Response[Any]:
    """No portal, or no database to know it by: a page that needs neither."""
    name = "unknown_host" if status == 404 else "unavailable_plain"
    body = (
        environment("uk")
        .get_template(f"pages/errors/{name}.html")
        .render(static_url=request.app.state.static_files.url)
    )
    return Response(body, media_type="text/html; charset=utf-8", status_code=status)


def on_http(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    headers = {name: value for name, value in (error.headers or {}).items() if name.lower() != "content-type"}
    status = error.status_code if error.status_code in CODES else 400 if error.status_code < 500 else 500
    return answer(request, status, headers)


def on_surprise(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """503 while the database is away or busy; everything else is our mistake, and is logged as one."""
    # An argument that no column takes is our mistake, although asyncpg makes it an InterfaceError.
    is_away = isinstance(error, AWAY) and not isinstance(error, ValueError)
    if is_away or isinstance(error, (*BUSY, Busy, OSError, asyncio.TimeoutError)):
        log.warning("unavailable", error=type(error).__name__)
        return answer(request, 503, {"Retry-After": "3"})
    if isinstance(error, UnfitPortal):
        log.error("a portal cannot be served", host=error.host, field=error.field)
        return answer(request, 503, {"Retry-After": "60"})
    if isinstance(error, RecursionError):
        return answer(request, 400)
    at = request.scope.get("path_template", "")
    log.error("surprise", error=type(error).__name__, path=at, exc_info=error)
    return answer(request, HTTP_500_INTERNAL_SERVER_ERROR)


HANDLERS: dict[Any, Any] = {HTTPException: on_http, Exception: on_surprise}
