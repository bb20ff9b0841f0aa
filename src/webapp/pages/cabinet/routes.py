"""The cabinet: what one owes, what is to be done, what happened lately; one account at a time."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromQuery

from webapp.database.queries import accounts as queries
from webapp.outside import Outside
from webapp.pages.readings import months
from webapp.rules import alerts, money, periods, usual
from webapp.rules.duty import duty
from webapp.rules.policy import Policy
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
        return render(request, PAGE, offline=True, **shown(found, policy, outside.clock.now()))


def shown(found: queries.Cabinet, policy: Policy, now: datetime) -> dict[str, Any]:
    """What the page says of the chosen account, which is there."""
    account = found.account
    assert account
    due = duty(now, policy.window, months_read(account), taken=bool(policy.readings.taken_by))
    return {
        "accounts": found.accounts,
        "account": account,
        "duty": due,
        "unread": [meter for meter in account.meters if due.month not in months.months_read(meter)],
        "planned": months.planned_for(account, account.meters[0], due.month) if account.meters else None,
        "balances": {one.id: money.balance(one.balance) for one in account.contracts},
        "meters": kept_on_device([account], policy.window),
        "alerts": alerts_of(account, periods.day_of(now)),
    }


def months_read(account: queries.Account) -> set[Any]:
    """Months for which every meter of the account was read by somebody."""
    read = [months.months_read(meter) for meter in account.meters]
    return set.intersection(*read) if read else set()


def alerts_of(account: queries.Account, today: date) -> alerts.Alerts:
    """What stands above the balance: nothing of it is asked of the database for its own sake."""
    gas = account.contract("supply")
    planned = {one.month for one in gas.charges if one.kind == "planned"} if gas else set()
    planned -= {one.month for one in gas.charges if one.kind == "recalculation"} if gas else set()
    meter = next((one for one in account.meters if one.removed_on is None), None)
    unusual = None
    if meter and meter.volumes and (today - max(meter.volumes)[0]).days < alerts.NEWS:
        unusual = alerts.unusual(meter.history, usual.PROFILES[meter.profile], frozenset(planned))
    return alerts.Alerts(
        unusual,
        alerts.due(((one.serial, one.verified_until) for one in account.meters if not one.removed_on), today),
        alerts.above(((one.service, one.balance) for one in account.contracts), account.balance_limit),
    )
