"""The second step of signing in, and signing in with a passkey alone."""

from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect

from webapp.actions import limiting, passkeys, second_step
from webapp.actions.second_step import Over, Step, TooMany, Wrong
from webapp.actions.sign_in import SignedIn
from webapp.database.queries import factors
from webapp.outside import Outside
from webapp.pages.second_factor.asking import PANEL, by_of, json
from webapp.rules import limits
from webapp.rules.second_step import TRIES
from webapp.web.addresses import ip_of
from webapp.web.cookies import SECOND_SECONDS, cookie, new_token, token_hash
from webapp.web.entering import device_of, enter, second_browser
from webapp.web.forms import typed
from webapp.web.guards import own_path
from webapp.web.rendering import render

PAGE, OVER = "pages/second_factor/sign_in.html", "pages/second_factor/over.html"


class SecondSignInPages(Controller):
    path = "/sign-in"

    @get("/second")
    async def show(self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]) -> Response[Any]:
        if request.scope["user"]:
            return Redirect("/cabinet", status_code=303)
        step = await _second(request)
        if step is None or not step.is_live(outside.clock.now()):
            return _over(request, step, outside.clock.now())
        return await _page(request, step, by_of(request.query_params.get("by", "")), status_code=200)

    @post("/second")
    async def answer(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        fields, step, now = await typed(request), await _second(request), outside.clock.now()
        if step is None or not step.is_live(now):
            return _over(request, step, now)
        by, on, portal = by_of(fields["by"]), device_of(request), request.scope["auth"]
        if fields["credential"]:
            by = "passkey"
            outcome = await second_step.enter_by_passkey(
                step, fields["credential"], portal=portal, on=on, now=now
            )
        elif fields["code"].strip():
            outcome = await second_step.enter_by_code(
                step, fields["code"], portal_id=portal.id, on=on, key=outside.key, now=now
            )
        else:
            return await _page(request, step, by, mistake="empty")
        match outcome:
            case SignedIn() as signed_in:
                return await enter(request, signed_in, now, own_path(step.next))
            case Wrong(left=left):
                return await _page(request, step, by, mistake="wrong", left=left)
            case TooMany():
                return _over(request, step, now, why="too_many", status_code=429)
            case Over():
                return _over(request, await _second(request), now)

    @post("/second/options")
    async def second_options(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        step = await _second(request)
        if step is None or step.owner_id is None or not step.is_live(outside.clock.now()):
            return json(b'{"code": "over"}', 410)
        return json(await passkeys.request_options(request.scope["auth"], step.owner_id, step.question))

    @post("/passkey/options")
    async def options(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        portal, now, token = request.scope["auth"], outside.clock.now(), new_token()
        if not await limiting.take(limits.PASSKEY_PER_ADDRESS, limits.address_prefix(ip_of(request)), now):
            return json(b'{"code": "too_many"}', 429)
        browser = token_hash(token) or b""
        question = await second_step.begin("passkey", portal_id=portal.id, browser=browser, now=now)
        waits = cookie(portal, "second", token, seconds=SECOND_SECONDS)
        return json(await passkeys.request_options(portal, None, question), cookies=[waits])

    @post("/passkey")
    async def by_passkey(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        """The passkey says who comes; the device has asked for finger, face or PIN."""
        portal, fields, now = request.scope["auth"], await typed(request), outside.clock.now()
        step = await second_step.waiting(portal.id, "passkey", second_browser(request))
        outcome = await second_step.enter_by_passkey(
            step,
            fields["credential"],
            portal=portal,
            on=device_of(request),
            shared=bool(fields["shared"]),
            now=now,
        )
        match outcome:
            case SignedIn() as signed_in:
                return await enter(request, signed_in, now, own_path(fields["next"]))
            case TooMany():
                return _over(request, step, now, why="too_many", status_code=429)
            case Wrong():
                return _over(
                    request, step, now, why="unknown", there=own_path(fields["next"]), status_code=422
                )
            case Over():
                return _over(request, step, now)


async def _second(request: Request[Any, Any, Any]) -> Step | None:
    return await second_step.waiting(request.scope["auth"].id, "second", second_browser(request))


async def _page(
    request: Request[Any, Any, Any],
    step: Step,
    by: str,
    *,
    mistake: str | None = None,
    left: int = TRIES,
    status_code: int = 422,
) -> Response[Any]:
    assert step.owner_id
    said: dict[str, Any] = {"by": by, "mistake": mistake, "left": left, "action": "/sign-in/second"}
    said |= {"have": await factors.of(step.owner_id), "deed": "sign_in", "back": "/sign-in"}
    return render(request, PAGE, partial=PANEL, status_code=status_code, **said)


def _over(
    request: Request[Any, Any, Any],
    step: Step | None,
    now: datetime,
    *,
    why: str = "",
    there: str = "",
    status_code: int = 410,
) -> Response[Any]:
    """The sign-in begins anew, with a sentence that says why."""
    if not why:
        why = "foreign" if step is None else "used" if step.used_at else "expired"
    there = there or own_path(step.next if step else "")
    return render(
        request, OVER, partial="partials/security/over.html", why=why, there=there, status_code=status_code
    )
