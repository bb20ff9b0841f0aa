"""In and out: the cookies that come with it, and where people go next."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import quote

from litestar import Request, Response
from litestar.datastructures import Cookie
from litestar.response import Redirect

from webapp.actions import second_step, sign_in
from webapp.actions.sign_in import Device, SecondNeeded, SignedIn
from webapp.rules import devices
from webapp.web.addresses import ip_of
from webapp.web.cookies import (
    KNOWN_SECONDS,
    SECOND_SECONDS,
    SIGN_IN_SECONDS,
    cookie,
    new_token,
    ticket_cookie,
    token_hash,
    told,
)
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
    if signed_in.known:
        cookies.append(cookie(portal, "known", signed_in.known, seconds=KNOWN_SECONDS))
    if signed_in.ticket:
        cookies.append(ticket_cookie(portal, signed_in.ticket))
    cookies += [
        gone(request, name) for name in ("waiting", "agreed", "second") if told(request.cookies, portal, name)
    ]
    invited = told(request.cookies, portal, "invited")
    if invited and path == "/cabinet":  # whoever signed up to accept an invitation
        cookies.append(gone(request, "invited"))
        path = f"/invitations/{quote(invited, safe='.-_')}"
    return go(request, path, cookies)


async def ask_second(
    request: Request[Any, Any, Any],
    who: SecondNeeded,
    now: datetime,
    path: str = "/cabinet",
    *,
    shared: bool = False,
) -> Response[Any]:
    """The password was right; this browser, and no other, has ten minutes for the second step."""
    portal, token = request.scope["auth"], new_token()
    await second_step.begin(
        "second", portal_id=portal.id, browser=token_hash(token) or b"", owner_id=who.person_id,
        shared=shared, next=path, now=now,
    )  # fmt: skip
    second = cookie(portal, "second", token, seconds=SECOND_SECONDS)
    return go(request, "/sign-in/second", [second])


def second_browser(request: Request[Any, Any, Any]) -> bytes | None:
    """The hash of what this browser was told when its second step began."""
    return token_hash(told(request.cookies, request.scope["auth"], "second"))


def device_of(request: Request[Any, Any, Any]) -> Device:
    """What the list of devices will say of this one; its own word, so nothing is decided by the name."""
    known = told(request.cookies, request.scope["auth"], "known")
    name = devices.name_of(request.headers.get("User-Agent", "")[:400])
    return Device(name, ip_of(request), known[:64] if known else None)


def gone(request: Request[Any, Any, Any], name: str) -> Cookie:
    return cookie(request.scope["auth"], name, None)


def waiting_browser(request: Request[Any, Any, Any]) -> bytes | None:
    """The hash of what this browser was told when it asked for a code or a link."""
    return token_hash(told(request.cookies, request.scope["auth"], "waiting"))
