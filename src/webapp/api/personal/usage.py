"""Consumption by months: what the page of statistics shows, for a program."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import Controller, Request, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from webapp.api.personal.frame import COMMON, chosen, needs, problems
from webapp.database.queries import exports as queries
from webapp.database.queries.exports import ExportedAccount
from webapp.database.queries.personal import Sum
from webapp.database.queries.statistics import Month
from webapp.outside import Outside
from webapp.rules.periods import day_of
from webapp.rules.statistics import Period, parse_period
from webapp.web.bills import plain
from webapp.web.problems import PERSONAL
from webapp.web.tokens import Refused, allows

YEARS = 2
"""What is told where no beginning is asked for."""


class MonthUsed(msgspec.Struct):
    month: str
    volume: int | None
    """m³; None where nothing is counted by volume."""
    planned: bool
    """Booked because nobody sent a reading."""
    charged: Sum | None
    """UAH; sums are None without `bills:read`, or where the person may see no money."""
    paid: Sum | None
    balance: Sum | None


class ContractUsed(msgspec.Struct):
    service: Literal["supply", "distribution"]
    months: list[MonthUsed]
    """Oldest first."""


class AccountUsed(msgspec.Struct):
    account: str
    """Its number."""
    name: str
    contracts: list[ContractUsed]


class Usage(msgspec.Struct):
    volume: Literal["m3"]
    currency: Literal["UAH"]
    accounts: list[AccountUsed]


class UsageApi(Controller):
    path = f"{PERSONAL}/usage"
    tags = ["usage"]
    guards = [*COMMON["guards"], allows("usage:read")]
    exception_handlers = COMMON["exception_handlers"]

    @get(
        operation_id="usage",
        summary="Consumption by months",
        description="Without `from` the last two years.",
        security=needs("usage:read"),
        responses=problems(404),
    )
    async def months(
        self,
        request: Request[Any, Any, Any],
        outside: NamedDependency[Outside],
        account: Annotated[UUID | None, QueryParameter(name="account")] = None,
        first: Annotated[str, QueryParameter(name="from", max_length=10, description="2025-10")] = "",
        last: Annotated[str, QueryParameter(name="to", max_length=10, description="2026-09")] = "",
    ) -> Usage:
        bearer, ids = chosen(request, account)
        today = day_of(outside.clock.now())
        period = parse_period(first, last, today)
        if not isinstance(period, Period):
            raise Refused("malformed", detail="from and to are months, for example 2025-10, in this order.")
        begins = period.first or (None if last else date(today.year - YEARS, today.month, 1))
        found = queries.exported(bearer.person.id, ids, begins, period.last)
        money = "bills:read" in bearer.scopes
        return Usage("m3", "UAH", [_told(account, money) async for account in found])


def _told(account: ExportedAccount, money: bool) -> AccountUsed:
    contracts = [
        ContractUsed(contract.service, [_month(month, money) for month in contract.months])
        for contract in account.contracts
    ]
    return AccountUsed(account.number, account.name, contracts)


def _month(one: Month, money: bool) -> MonthUsed:
    told = (one.charged, one.paid, one.closing) if money else (None, None, None)
    sums = (None if amount is None else plain(amount) for amount in told)
    return MonthUsed(f"{one.month:%Y-%m}", one.volume, one.planned, *sums)
