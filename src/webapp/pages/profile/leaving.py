"""The person's own data: a copy to keep, the consent taken back, the registration deleted."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Stream

from webapp.actions import leaving as actions
from webapp.actions import own_copy, profile
from webapp.actions.own_copy import TooMany
from webapp.actions.profile import Fits
from webapp.outside import Outside
from webapp.pages.profile.copy_heads import heads
from webapp.pages.profile.forms import Wrong
from webapp.pages.profile.frame import ask_first, show
from webapp.web.entering import go, gone
from webapp.web.forms import typed
from webapp.web.guards import signed_in
from webapp.web.rendering import render
from webapp.web.workbooks import pieces

DATA, CONSENT = "pages/profile/data.html", "pages/profile/withdraw.html"
DELETION, GONE = "pages/profile/deletion.html", "pages/profile/gone.html"


class OwnDataPages(Controller):
    path = "/profile"
    guards = [signed_in]

    @get("/data")
    async def data(self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]) -> Response[Any]:
        return await show(request, outside, DATA, too_many=False)

    @post("/data")
    async def copy(self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]) -> Response[Any]:
        now = outside.clock.now()
        first = ask_first(request, now)
        if first:
            return first
        columns = heads(request.scope["state"]["language"])
        made = await own_copy.make(request.scope["user"].id, columns, outside.files, now)
        if isinstance(made, TooMany):
            return await show(request, outside, DATA, too_many=True, status_code=429)
        named = f'attachment; filename="{now:%Y-%m-%d}-data.zip"'
        return Stream(
            pieces(made),
            media_type="application/zip",
            headers={"Content-Disposition": named},
            status_code=200,
        )

    @get("/consent")
    async def consent(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        return await show(request, outside, CONSENT, mistake=None)

    @post("/consent")
    async def withdraw(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        mistake = await _mistaken(request, outside)
        if mistake:
            return await show(request, outside, CONSENT, mistake=mistake, status_code=_status(mistake))
        await actions.withdraw_consent(request.scope["user"].id, outside.clock.now())
        return go(request, "/gone?said=consent", [gone(request, "sid")])

    @get("/deletion")
    async def before_deletion(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        return await show(request, outside, DELETION, mistake=None)

    @post("/deletion")
    async def delete(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        """The password again, however fresh the last time was: it cannot be undone."""
        mistake = await _mistaken(request, outside)
        if mistake:
            return await show(request, outside, DELETION, mistake=mistake, status_code=_status(mistake))
        await actions.leave(request.scope["user"].id, outside.clock.now())
        return go(request, "/gone", [gone(request, "sid"), gone(request, "known")])


class GonePages(Controller):
    @get("/gone")
    async def show(self, request: Request[Any, Any, Any]) -> Response[Any]:
        return render(request, GONE, consent=request.query_params.get("said") == "consent")


async def _mistaken(request: Request[Any, Any, Any], outside: Outside) -> Wrong | None:
    password = (await typed(request))["password"]
    if not password:
        return Wrong.PASSWORD
    match await profile.fits(request.scope["user"].id, password, outside.clock.now()):
        case Fits():
            return None
        case profile.TooMany():
            return Wrong.TOO_MANY
        case profile.Wrong():
            return Wrong.NOT_THIS


def _status(mistake: Wrong) -> int:
    return 429 if mistake is Wrong.TOO_MANY else 422
