"""Signing in, in one step or two, and out."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect

from webapp.actions import sign_in as actions
from webapp.actions import tickets
from webapp.actions.sign_in import SecondNeeded, SignedIn, TooMany, Wrong
from webapp.outside import Outside
from webapp.pages.entry.forms import Missing, SignInForm
from webapp.web.cookies import ticket_cookie, told
from webapp.web.entering import ask_second, device_of, enter, gone
from webapp.web.forms import typed
from webapp.web.guards import own_path
from webapp.web.rendering import render

PAGE, PANEL = "pages/entry/sign_in.html", "partials/entry/sign_in.html"
AGAIN_AFTER = "90"
"""Seconds until one more try is given back: rules.limits.SIGN_IN_PER_LOGIN."""


class SignInPages(Controller):
    @get("/sign-in")
    async def show(self, request: Request[Any, Any, Any]) -> Response[Any]:
        there = own_path(request.query_params.get("next", ""))
        if request.scope["user"]:
            return Redirect(there, status_code=303)
        return _page(request, SignInForm(), there, step=_first_step(request), status_code=200)

    @post("/sign-in")
    async def sign_in(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        portal, fields, now = request.scope["auth"], await typed(request), outside.clock.now()
        form, there = SignInForm.of(fields), own_path(fields["next"])
        contact = form.read(portal)
        if contact is None:
            return _page(request, form, there, step=_first_step(request))
        second = "password" if _first_step(request) == "login" else "both"
        if "password" not in fields:
            return _page(request, form, there, step=second, status_code=200)
        if not fields["password"]:
            form.mistakes["password"] = Missing.PASSWORD
            return _page(request, form, there, step=second)
        outcome = await actions.sign_in(
            contact,
            fields["password"],
            portal_id=portal.id,
            on=device_of(request),
            shared=form.shared,
            now=now,
        )
        match outcome:
            case SignedIn() as signed_in:
                return await enter(request, signed_in, now, there)
            case SecondNeeded() as who:
                return await ask_second(request, who, now, there, shared=form.shared)
            case Wrong():
                return _page(request, form, there, step=second, trouble="wrong")
            case TooMany():
                busy = _page(request, form, there, step=second, trouble="too_many", status_code=429)
                busy.set_header("Retry-After", AGAIN_AFTER)
                return busy

    @get("/sign-out")
    async def ask(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """The same button as a page: for bookmarks, and for a device whose menu does not open."""
        if request.scope["user"] is None:
            return Redirect("/sign-in", status_code=303)
        return render(request, "pages/entry/sign_out.html")

    @post("/sign-out")
    async def sign_out(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        if request.scope["user"]:
            await actions.sign_out(request.scope["user"].sign_in_id, outside.clock.now())
        portal = request.scope["auth"]
        await tickets.drop(told(request.cookies, portal, "known"))
        left = [gone(request, "sid"), ticket_cookie(portal, None)]
        return Redirect("/sign-in", cookies=left, status_code=303)


def _first_step(request: Request[Any, Any, Any]) -> str:
    return "login" if request.scope["auth"].policy.logins.steps == 2 else "both"


def _page(
    request: Request[Any, Any, Any],
    form: SignInForm,
    there: str,
    *,
    step: str,
    trouble: str | None = None,
    status_code: int = 422,
) -> Response[Any]:
    """step: both fields, the login alone, or the password alone (B10)."""
    said: dict[str, Any] = {"form": form, "there": there, "step": step, "trouble": trouble}
    return render(request, PAGE, partial=PANEL, status_code=status_code, **said)
