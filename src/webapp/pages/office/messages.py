"""What became of what was sent for the company, and what SMS may cost it in a month."""

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.response import Redirect

from webapp.actions import budgets as actions
from webapp.database.queries import budgets as queries
from webapp.outside import Outside
from webapp.rules import notifications
from webapp.rules.budgets import Budget
from webapp.rules.masking import masked
from webapp.rules.periods import day_of
from webapp.web.forms import Typed, asked, typed
from webapp.web.office import HANDLERS, at_office, by, colleague_of, show

PAGE = "pages/office/messages.html"
STATES = ("", "failed", "sending", "sent", "delivered")
SUM = re.compile(r"[0-9]{1,9}(?:[.,][0-9]{1,2})?")
PRICE = re.compile(r"[0-9]{1,3}(?:[.,][0-9]{1,5})?")


class OfficeMessages(Controller):
    path = "/office/messages"
    guards = [at_office]
    exception_handlers = HANDLERS

    @get()
    async def look(self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]) -> Response[Any]:
        return await _page(request, outside)

    @post("/budget")
    async def decide(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        fields = await typed(request)
        monthly, price = fields["monthly"].replace(" ", ""), fields["price"].strip()
        mistakes = {}
        if not SUM.fullmatch(monthly):
            mistakes["monthly"] = "sum"
        if not PRICE.fullmatch(price):
            mistakes["price"] = "price"
        if mistakes:
            return await _page(request, outside, fields=fields, mistakes=mistakes, status_code=422)
        found = [Decimal(one.replace(",", ".")) for one in (monthly, price)]
        await actions.decide(found[0], found[1], by=by(request), now=outside.clock.now())
        return Redirect("/office/messages?done=saved", status_code=303)


async def _page(
    request: Request[Any, Any, Any],
    outside: Outside,
    *,
    fields: Typed | None = None,
    mistakes: dict[str, str] | None = None,
    status_code: int = 200,
) -> Response[Any]:
    company = colleague_of(request).company_id
    if company is None:
        raise NotFoundException
    state = asked(request)["state"]
    first = day_of(outside.clock.now()).replace(day=1)
    found = await queries.sent(company, first, _next(first), state if state in STATES else "")
    budget = found.budget or Budget()
    typed_before = Typed({"monthly": f"{budget.monthly:.2f}", "price": f"{budget.price:.5f}"})
    said: dict[str, Any] = {
        "found": found,
        "masked": masked,
        "codes": notifications.CODES,
        "kind_of": notifications.kind_of,
        "budget": budget,
        "spent": budget.cost(found.parts),
        "month": first,
        "state": state if state in STATES else "",
        "fields": fields or typed_before,
        "mistakes": mistakes or {},
        "done": asked(request)["done"] == "saved",
        "section": "/office/messages",
    }
    return show(request, PAGE, status_code=status_code, **said)


def _next(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)
