"""An account that somebody has registered already: asking to be let in (A26)."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery

from webapp.actions import sharing as actions
from webapp.database.queries import people
from webapp.outside import Outside
from webapp.pages.accounts.forms import NOTE, NumberForm
from webapp.web.addresses import ip_of
from webapp.web.entering import go
from webapp.web.forms import typed
from webapp.web.guards import signed_in
from webapp.web.rendering import render

PAGE, PANEL = "pages/joining/index.html", "partials/accounts/number.html"


class JoiningPages(Controller):
    path = "/joining"
    guards = [signed_in]

    @get()
    async def show(
        self,
        request: Request[Any, Any, Any],
        number: FromQuery[str | None] = None,
        company: FromQuery[str | None] = None,
    ) -> Response[Any]:
        return await _page(request, NumberForm(company or "", number or ""), status_code=200)

    @post()
    async def ask(self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]) -> Response[Any]:
        """The same page afterwards for every number, known or not."""
        form, portal = NumberForm.of(await typed(request), NOTE), request.scope["auth"]
        read = form.read(portal)
        if read is None:
            return await _page(request, form)
        refused = await actions.ask(
            *read, form.words, by=request.scope["user"].id, portal_id=portal.id, ip=ip_of(request),
            now=outside.clock.now(),
        )  # fmt: skip
        if refused:
            return await _page(request, form, trouble="too_many", status_code=429)
        return go(request, "/joining/asked")

    @get("/asked")
    async def asked(self, request: Request[Any, Any, Any]) -> Response[Any]:
        return await _page(request, NumberForm(), asked=True, status_code=200)


async def _page(
    request: Request[Any, Any, Any],
    form: NumberForm,
    *,
    asked: bool = False,
    trouble: str | None = None,
    status_code: int = 422,
) -> Response[Any]:
    oneself = await people.oneself(request.scope["user"].id)
    context: dict[str, Any] = {"form": form, "asked": asked, "trouble": trouble, "action": "/joining"}
    context |= {"accounts": oneself.accounts, "logins": oneself.logins}
    return render(request, PAGE, partial=PANEL, status_code=status_code, **context)
