"""The business cabinet's entry: which businesses, a new one, one of them and who works in it (B11, B17, B21)."""

from typing import Any
from uuid import UUID, uuid4

from litestar import Controller, Request, Response, get, post
from litestar.connection import ASGIConnection
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from webapp.actions import businesses as actions
from webapp.actions.businesses import Added, NotFound, Taken, TooManyTries
from webapp.database.queries import businesses
from webapp.outside import Outside
from webapp.pages.business.forms import BusinessForm
from webapp.rules import codes
from webapp.rules.business_roles import Right, may
from webapp.web.addresses import ip_of
from webapp.web.entering import go
from webapp.web.forms import typed
from webapp.web.guards import signed_in
from webapp.web.rendering import render

NEW, NEW_PANEL = "pages/business/new.html", "partials/business/form.html"


async def served(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Where the portal has no business cabinet, there is no such page (P-02)."""
    if not connection.scope["auth"].policy.accounts.business:
        raise NotFoundException


class BusinessPages(Controller):
    path = "/business"
    guards = [signed_in, served]

    @get()
    async def show_all(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """Whoever has none is asked for the first; whoever has one is in it at once."""
        mine = await businesses.businesses_of(request.scope["user"].id)
        if len(mine) == 1:
            return Redirect(f"/business/{mine[0].id}", status_code=303)
        if not mine:
            return Redirect("/business/new", status_code=303)
        return render(request, "pages/business/index.html", businesses=mine)

    @get("/new")
    async def new(self, request: Request[Any, Any, Any]) -> Response[Any]:
        return await _form(request, BusinessForm(), status_code=200)

    @post("/new")
    async def add(self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]) -> Response[Any]:
        form = BusinessForm.of(await typed(request))
        claim = form.read(request.scope["auth"])
        if claim is None:
            return await _form(request, form)
        outcome = await actions.add(
            claim.company_id, claim.edrpou, claim.contract, by=request.scope["user"].id, ip=ip_of(request),
            now=outside.clock.now(),
        )  # fmt: skip
        match outcome:
            case Added(business_id=business):
                return go(request, f"/business/{business}")
            case NotFound():
                return await _form(request, form, trouble="not_found")
            case Taken():
                return await _form(request, form, trouble="taken")
            case TooManyTries():
                return await _form(request, form, trouble="too_many", status_code=429)

    @get("/{business_id:uuid}")
    async def show(
        self, request: Request[Any, Any, Any], business_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        return await page_of(request, business_id, outside)


async def page_of(
    request: Request[Any, Any, Any],
    id: UUID,
    outside: Outside,
    *,
    invited: UUID | None = None,
    trouble: str = "",
    status_code: int = 200,
) -> Response[Any]:
    """`invited`: whose link is shown, right after it was made."""
    found = await businesses.business(request.scope["user"].id, id, outside.clock.now())
    if found is None:
        raise NotFoundException
    link = ""
    if any(one.id == invited for one in found.invited) and invited:
        own = request.scope["auth"].address
        link = f"{own}/business/invitations/{codes.invitation_of(outside.key, invited)}"
    said: dict[str, Any] = {"business": found, "trouble": trouble, "link": link, "invitation_id": uuid4()}
    said["may"] = lambda right: may(Right(right), found.role)
    return render(request, "pages/business/show.html", status_code=status_code, **said)


async def _form(
    request: Request[Any, Any, Any], form: BusinessForm, *, trouble: str = "", status_code: int = 422
) -> Response[Any]:
    suppliers = [company for company in request.scope["auth"].companies if company.role == "supplier"]
    mine = await businesses.businesses_of(request.scope["user"].id)
    said: dict[str, Any] = {"form": form, "suppliers": suppliers, "businesses": mine, "trouble": trouble}
    return render(request, NEW, partial=NEW_PANEL, status_code=status_code, **said)
