"""For people who cannot sign in any more: a request to take their registration away, and what became of it."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect

from webapp.actions import annulment as actions
from webapp.actions.annulment import TooMany, Unknown
from webapp.database.queries import cases
from webapp.database.queries.cases import Followed
from webapp.outside import Outside
from webapp.pages.annulment.forms import AnnulmentForm, StatusForm
from webapp.web.addresses import ip_of
from webapp.web.cookies import cookie, new_token, token_hash, told
from webapp.web.entering import go
from webapp.web.forms import typed
from webapp.web.rendering import render

PAGE, PANEL, SENT = "pages/annulment/index.html", "partials/annulment/form.html", "pages/annulment/sent.html"
STATUS, STATUS_PANEL = "pages/annulment/status.html", "partials/annulment/status.html"
REMEMBERED = 30 * 24 * 3600


class AnnulmentPages(Controller):
    path = "/annulment"

    @get()
    async def show(self, request: Request[Any, Any, Any]) -> Response[Any]:
        return _page(request, AnnulmentForm(new_token()), status_code=200)

    @post()
    async def ask(self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]) -> Response[Any]:
        """The same answer whether or not there is such an account."""
        form, portal = AnnulmentForm.of(await typed(request)), request.scope["auth"]
        asked = form.read(portal)
        if asked is None:
            return _page(request, form)
        token = form.token or new_token()
        outcome = await actions.ask(
            asked, portal_id=portal.id, browser=token_hash(token) or b"", days=portal.policy.annulment.days,
            language=request.scope["state"]["language"], ip=ip_of(request), now=outside.clock.now(),
        )  # fmt: skip
        if isinstance(outcome, TooMany):
            return _page(request, form, trouble="too_many", status_code=429)
        return go(request, "/annulment/sent", [cookie(portal, "case", token, seconds=REMEMBERED)])

    @get("/sent")
    async def sent(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """The browser that has left it sees its number again."""
        portal = request.scope["auth"]
        browser = token_hash(told(request.cookies, portal, "case"))
        found = await cases.just_left(portal.id, browser) if browser else None
        if found is None:
            return Redirect("/annulment/status", status_code=303)
        return render(request, SENT, case=found)

    @get("/status")
    async def status(self, request: Request[Any, Any, Any]) -> Response[Any]:
        return _status(request, StatusForm(), status_code=200)

    @post("/status")
    async def follow(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        form = StatusForm.of(await typed(request))
        read = form.read()
        if read is None:
            return _status(request, form)
        outcome = await actions.follow(
            *read, portal_id=request.scope["auth"].id, ip=ip_of(request), now=outside.clock.now()
        )
        match outcome:
            case Followed() as case:
                return _status(request, form, case=case, status_code=200)
            case Unknown():
                return _status(request, form, trouble="unknown")
            case TooMany():
                return _status(request, form, trouble="too_many", status_code=429)


def _page(
    request: Request[Any, Any, Any],
    form: AnnulmentForm,
    *,
    trouble: str | None = None,
    status_code: int = 422,
) -> Response[Any]:
    return render(request, PAGE, partial=PANEL, form=form, trouble=trouble, status_code=status_code)


def _status(
    request: Request[Any, Any, Any],
    form: StatusForm,
    *,
    case: Followed | None = None,
    trouble: str | None = None,
    status_code: int = 422,
) -> Response[Any]:
    said: dict[str, Any] = {"form": form, "case": case, "trouble": trouble}
    return render(request, STATUS, partial=STATUS_PANEL, status_code=status_code, **said)
