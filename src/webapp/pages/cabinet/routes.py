"""The cabinet: what one owes, what is to be done, what happened lately; one account at a time."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromQuery

from webapp.database.queries import accounts as queries
from webapp.outside import Outside
from webapp.rules import money
from webapp.rules.duty import duty
from webapp.web.guards import signed_in
from webapp.web.meters import kept_on_device
from webapp.web.rendering import render

PAGE = "pages/cabinet/index.html"


class CabinetPages(Controller):
    path = "/cabinet"
    guards = [signed_in]

    @get()
    async def show(
        self,
        request: Request[Any, Any, Any],
        outside: NamedDependency[Outside],
        account: FromQuery[UUID | None] = None,
    ) -> Response[Any]:
        policy = request.scope["auth"].policy
        found = await queries.cabinet(request.scope["user"].id, account)
        if found.account is None:
            if account:
                raise NotFoundException
            return render(request, "pages/cabinet/empty.html", offline=True)
        now = outside.clock.now()
        return render(
            request,
            PAGE,
            offline=True,
            accounts=found.accounts,
            account=found.account,
            duty=duty(now, policy.window, months_read(found.account), taken=bool(policy.readings.taken_by)),
            balances={one.id: money.balance(one.balance) for one in found.account.contracts},
            meters=kept_on_device([found.account], policy.window),
        )


def months_read(account: queries.Account) -> set[Any]:
    """Months for which every meter of the account was read by somebody."""
    read = [
        {one.month for one in meter.readings if one.state == "accepted" and one.source != "planned"}
        for meter in account.meters
    ]
    return set.intersection(*read) if read else set()
