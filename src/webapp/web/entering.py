"""In and out: the cookies that come with it, and where people go next."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import quote

from litestar import Request, Response
from litestar.datastructures import Cookie
from litestar.response import Redirect

from webapp.actions import sign_in
from webapp.actions.sign_in import SignedIn
from webapp.web.cookies import SIGN_IN_SECONDS, cookie, token_hash, told
from webapp.web.rendering import wants_partial

SAFE = "/#%[]=:;$&()+,!?*@'~"


def go(request: Request[Any, Any, Any], path: str, cookies: Iterable[Cookie] = ()) -> Response[Any]:
    """After a deed that succeeded: another page, also for htmx, which would swap a redirect into the form."""
    if wants_partial(request):
        headers = {"HX-Redirect": quote(path, safe=SAFE)}
        return Response(None, headers=headers, cookies=list(cookies), status_code=200)
    return Redirect(path, cookies=list(cookies), status_code=303)


async def enter(
    request: Request[Any, Any, Any], signed_in: SignedIn, now: datetime, path: str = "/cabinet"
) -> Response[Any]:
    """Signed in from here on. Whoever was signed in with this browser before is out first."""
    portal, before = request.scope["auth"], request.scope["user"]
    if before:
        await sign_in.sign_out(before.sign_in_id, now)
    seconds = None if signed_in.shared else SIGN_IN_SECONDS
    cookies = [cookie(portal, "sid", signed_in.token, seconds=seconds)]
    cookies += [gone(request, name) for name in ("waiting", "agreed") if told(request.cookies, portal, name)]
    return go(request, path, cookies)


def gone(request: Request[Any, Any, Any], name: str) -> Cookie:
    return cookie(request.scope["auth"], name, None)


def waiting_browser(request: Request[Any, Any, Any]) -> bytes | None:
    """The hash of what this browser was told when it asked for a code or a link."""
    return token_hash(told(request.cookies, request.scope["auth"], "waiting"))
