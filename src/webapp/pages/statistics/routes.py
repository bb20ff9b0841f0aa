"""Statistics: month by month what was used, charged and paid on a contract."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromQuery

from webapp.database.queries import statistics as queries
from webapp.database.queries.statistics import Service
from webapp.web.guards import signed_in
from webapp.web.rendering import render

LATEST_YEAR = 9999


class StatisticsPages(Controller):
    path = "/statistics"
    guards = [signed_in]

    @get()
    async def show(
        self,
        request: Request[Any, Any, Any],
        account: FromQuery[UUID | None] = None,
        service: FromQuery[Service | None] = None,
        year: FromQuery[int | None] = None,
    ) -> Response[Any]:
        known_year = year if year is not None and 0 < year <= LATEST_YEAR else None
        found = await queries.statistics(request.scope["user"].id, account, service, known_year)
        if found.account is None:
            if account:
                raise NotFoundException
            return render(request, "pages/cabinet/empty.html", offline=True)
        return render(
            request,
            "pages/statistics/index.html",
            offline=True,
            accounts=found.accounts,
            account=found.account,
            statistics=found,
        )
