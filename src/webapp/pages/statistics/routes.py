"""Statistics: what was used, charged and paid, how it compares, and what is to be expected."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromQuery
from litestar.response import Redirect

from webapp.actions import alerts as actions
from webapp.database.queries import statistics as queries
from webapp.database.queries.statistics import Service
from webapp.outside import Outside
from webapp.pages.statistics import forms
from webapp.pages.statistics.picture import Picture
from webapp.rules import money
from webapp.rules.periods import day_of
from webapp.web.forms import Typed, asked, typed
from webapp.web.guards import signed_in
from webapp.web.rendering import render

PAGE, PANEL = "pages/statistics/index.html", "partials/statistics/panel.html"


class StatisticsPages(Controller):
    path = "/statistics"
    guards = [signed_in]

    @get()
    async def show(
        self,
        request: Request[Any, Any, Any],
        outside: NamedDependency[Outside],
        account: FromQuery[UUID | None] = None,
        service: FromQuery[Service | None] = None,
        year: FromQuery[int | None] = None,
        meter: FromQuery[UUID | None] = None,
    ) -> Response[Any]:
        form = forms.read(asked(request), year, meter, day_of(outside.clock.now()))
        return await _show(request, outside, account, service, form)

    @post("/limit")
    async def set_limit(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        """The debt above which this person is told; nothing typed: never."""
        fields = await typed(request)
        account = fields.uuid("account")
        amount = actions.read_limit(fields.text("limit", 40))
        if isinstance(amount, money.Mistake):
            form = forms.read(Typed(), None, None, day_of(outside.clock.now()))
            return await _show(
                request, outside, account, None, form, mistake=amount, limit=fields.text("limit", 40)
            )
        if not await actions.set_limit(request.scope["user"].id, account, amount):
            raise NotFoundException
        return Redirect(f"/statistics?account={account}&told=limit#limit-card", status_code=303)


async def _show(
    request: Request[Any, Any, Any],
    outside: Outside,
    account: UUID | None,
    service: Service | None,
    form: forms.Asked,
    *,
    mistake: money.Mistake | None = None,
    limit: str | None = None,
) -> Response[Any]:
    first, last = form.bounds
    found = await queries.statistics(
        request.scope["user"].id, account, service, year=form.year, first=first, last=last,
        meter_id=form.meter, page=form.readings,
    )  # fmt: skip
    if found.account is None or mistake and not found.contracts:
        if account:
            raise NotFoundException
        return render(request, "pages/cabinet/empty.html", offline=True)
    if form.meter and form.meter not in {one.id for one in found.meters}:
        raise NotFoundException
    picture = Picture(
        found, form, day_of(outside.clock.now()), request.scope["auth"].policy.energy.kwh_per_m3
    )
    return render(
        request,
        PAGE,
        partial=PANEL,
        offline=not (form.mistakes or mistake or request.query_params.get("told")),
        status_code=422 if form.mistakes or mistake else 200,
        accounts=found.accounts,
        account=found.account,
        statistics=found,
        picture=picture,
        alerts=picture.alerts,
        mistake=mistake,
        limit=limit if limit is not None else found.limit,
        told=request.query_params.get("told") == "limit",
    )
