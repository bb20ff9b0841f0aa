"""What was granted to an account, and what is left to pay of one's own (A42)."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromQuery

from webapp.database.queries import subsidies as queries
from webapp.web.guards import signed_in
from webapp.web.rendering import render


class SubsidyPages(Controller):
    path = "/subsidy"
    guards = [signed_in]

    @get()
    async def show(
        self, request: Request[Any, Any, Any], account: FromQuery[UUID | None] = None
    ) -> Response[Any]:
        found = await queries.subsidies(request.scope["user"].id, account)
        if found.account is None:
            if account:
                raise NotFoundException
            return render(request, "pages/cabinet/empty.html")
        return render(
            request,
            "pages/subsidy/index.html",
            accounts=found.accounts,
            account=found.account,
            contracts=found.contracts,
        )
