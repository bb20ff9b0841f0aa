"""Bills: what each company charged lately, and what it was paid."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromQuery
from litestar.response import Redirect

from webapp.database.queries import bills as queries
from webapp.web.guards import signed_in
from webapp.web.rendering import render


class BillsPages(Controller):
    guards = [signed_in]

    @get("/bills")
    async def show(
        self, request: Request[Any, Any, Any], account: FromQuery[UUID | None] = None
    ) -> Response[Any]:
        found = await queries.bills(request.scope["user"].id, account)
        if found.account is None:
            if account:
                raise NotFoundException
            return render(request, "pages/cabinet/empty.html", offline=True)
        return render(
            request,
            "pages/bills/index.html",
            offline=True,
            accounts=found.accounts,
            account=found.account,
            contracts=found.contracts,
        )

    @get("/payments")
    async def payments(self, account: FromQuery[UUID | None] = None) -> Redirect:
        """What was paid stands beside what it was paid for."""
        chosen = f"?account={account}" if account else ""
        return Redirect(f"/bills{chosen}#payments", status_code=303)
