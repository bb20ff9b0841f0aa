"""The token's accounts, with their meters, and the days on which readings are taken."""

from datetime import date
from typing import Any

import msgspec
from litestar import Controller, Request, get
from litestar.di import NamedDependency

from webapp.api.personal.frame import COMMON, needs, problems
from webapp.database.queries import personal as queries
from webapp.database.queries.personal import Account
from webapp.outside import Outside
from webapp.rules import periods
from webapp.web.problems import PERSONAL
from webapp.web.tokens import bearer_of


class Window(msgspec.Struct):
    """The days of taking readings that are now, or come next."""

    month: str
    """What a reading sent now counts for."""
    opens_on: date
    closes_on: date
    is_open: bool


class Accounts(msgspec.Struct):
    accounts: list[Account]
    window: Window | None
    """None where this portal takes no readings."""


class AccountsApi(Controller):
    path = f"{PERSONAL}/accounts"
    tags = ["accounts"]
    guards, exception_handlers = COMMON["guards"], COMMON["exception_handlers"]

    @get(
        operation_id="accounts",
        summary="Accounts and meters of the token",
        security=needs(),
        responses=problems(),
    )
    async def show(self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]) -> Accounts:
        bearer = bearer_of(request)
        found = await queries.accounts(bearer.person.id, bearer.account_ids, "bills:read" in bearer.scopes)
        policy, now = request.scope["auth"].policy, outside.clock.now()
        if not policy.readings.taken_by:
            return Accounts(found, None)
        month = periods.month_at(now, policy.window)
        return Accounts(
            found,
            Window(
                f"{month:%Y-%m}",
                periods.first_day(month, policy.window),
                periods.last_day(month, policy.window),
                periods.is_open(now, policy.window),
            ),
        )
