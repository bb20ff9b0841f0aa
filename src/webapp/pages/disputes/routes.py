"""An account that somebody else has registered, and should not have: the company looks into it (A26)."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery

from webapp.actions import disputes as actions
from webapp.actions.disputes import TooMany
from webapp.database.queries import people
from webapp.outside import Outside
from webapp.pages.accounts.forms import MOST_EXPLAINED, NumberForm
from webapp.web.entering import go
from webapp.web.forms import typed
from webapp.web.guards import signed_in
from webapp.web.rendering import render

PAGE, PANEL = "pages/disputes/new.html", "partials/accounts/number.html"


class DisputesPages(Controller):
    path = "/disputes"
    guards = [signed_in]

    @get("/new")
    async def new(
        self,
        request: Request[Any, Any, Any],
        number: FromQuery[str | None] = None,
        company: FromQuery[str | None] = None,
    ) -> Response[Any]:
        return await _page(request, NumberForm(company or "", number or ""), status_code=200)

    @post()
    async def open(self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]) -> Response[Any]:
        form, portal = NumberForm.of(await typed(request), MOST_EXPLAINED), request.scope["auth"]
        read = form.read(portal)
        if read is None:
            return await _page(request, form)
        number = await actions.open(
            *read, form.words, by=request.scope["user"].id, portal_id=portal.id,
            language=request.scope["state"]["language"], now=outside.clock.now(),
        )  # fmt: skip
        if isinstance(number, TooMany):
            return await _page(request, form, trouble="too_many", status_code=429)
        return go(request, f"/accounts?asked={number}")


async def _page(
    request: Request[Any, Any, Any], form: NumberForm, *, trouble: str | None = None, status_code: int = 422
) -> Response[Any]:
    oneself = await people.oneself(request.scope["user"].id)
    context: dict[str, Any] = {"form": form, "trouble": trouble, "action": "/disputes"}
    context |= {"accounts": oneself.accounts, "logins": oneself.logins}
    return render(request, PAGE, partial=PANEL, status_code=status_code, **context)
