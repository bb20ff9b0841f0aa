"""All accounts of a person: names, order, removal; what one may do with each."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from webapp.actions import accounts as actions
from webapp.database.queries import sharing as queries
from webapp.outside import Outside
from webapp.pages.accounts.forms import NAME
from webapp.pages.accounts.people import account_page
from webapp.web.forms import typed
from webapp.web.guards import signed_in
from webapp.web.rendering import render, wants_partial

INDEX, LIST, REMOVAL = (
    "pages/accounts/index.html",
    "partials/accounts/list.html",
    "pages/accounts/removal.html",
)


class AccountsPages(Controller):
    path = "/accounts"
    guards = [signed_in]

    @get()
    async def index(
        self, request: Request[Any, Any, Any], asked: FromQuery[str | None] = None
    ) -> Response[Any]:
        """`asked`: the number of the request that was just left."""
        return await _index(request, asked)

    @get("/{account_id:uuid}")
    async def show(
        self, request: Request[Any, Any, Any], account_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        return await account_page(request, account_id, outside, status_code=200)

    @post("/{account_id:uuid}/name")
    async def rename(self, request: Request[Any, Any, Any], account_id: FromPath[UUID]) -> Response[Any]:
        name = (await typed(request)).text("name", NAME)
        if not await actions.rename(request.scope["user"].id, account_id, name):
            raise NotFoundException
        return Redirect(f"/accounts/{account_id}", status_code=303)

    @post("/{account_id:uuid}/position")
    async def shift(self, request: Request[Any, Any, Any], account_id: FromPath[UUID]) -> Response[Any]:
        way = (await typed(request))["way"]
        moved = await actions.shift(request.scope["user"].id, account_id, "up" if way == "up" else "down")
        if not moved:
            raise NotFoundException
        if wants_partial(request):
            return await _index(request, None)
        return Redirect("/accounts", status_code=303)

    @get("/{account_id:uuid}/removal")
    async def ask(
        self, request: Request[Any, Any, Any], account_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        found = await queries.shared(request.scope["user"].id, account_id, outside.clock.now())
        if found is None:
            raise NotFoundException
        owners = [guest for guest in found.guests if guest.role == "owner"]
        guests = [] if owners else found.guests
        return render(request, REMOVAL, accounts=found.accounts, account=found.account, guests=guests)

    @post("/{account_id:uuid}/removal")
    async def remove(
        self, request: Request[Any, Any, Any], account_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        """Whoever presses twice has removed it once, and is not told of a mistake."""
        await actions.remove(request.scope["user"].id, account_id, now=outside.clock.now())
        return Redirect("/accounts", status_code=303)


async def _index(request: Request[Any, Any, Any], asked: str | None) -> Response[Any]:
    found = await queries.listed(request.scope["user"].id)
    just = next((case for case in found.cases if case.number == asked), None)
    policy = request.scope["auth"].policy.accounts
    own = [one for one in found.accounts if one.role == "owner" or not policy.exclusive]
    context: dict[str, Any] = {"askers": found.askers, "cases": found.cases, "just": just}
    full = len(own) >= policy.maximum
    return render(request, INDEX, partial=LIST, accounts=found.accounts, full=full, **context)
