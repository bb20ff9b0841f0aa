"""Statistics to take away: one account or all of them, a period or everything."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.exceptions import ClientException, NotFoundException, TooManyRequestsException
from litestar.params import FromQuery
from litestar.response import Stream

from webapp.actions import exports as actions
from webapp.database.queries import exports as queries
from webapp.outside import Outside
from webapp.pages.statistics.tables import WAYS
from webapp.rules.periods import day_of
from webapp.rules.statistics import Period, parse_period
from webapp.web.forms import asked
from webapp.web.guards import signed_in


class StatisticsExport(Controller):
    path = "/statistics"
    guards = [signed_in]

    @get(["/export.csv", "/export.json", "/export.xlsx"])
    async def export(
        self,
        request: Request[Any, Any, Any],
        outside: NamedDependency[Outside],
        account: FromQuery[UUID | None] = None,
    ) -> Response[Any]:
        """Streamed: what lies in memory is a few accounts, however many there are."""
        now, person, form = outside.clock.now(), request.scope["user"], asked(request)
        period = parse_period(form.text("from", 20), form.text("to", 20), day_of(now))
        if not isinstance(period, Period):
            raise ClientException("an unreadable period")
        ids = await queries.account_ids(person.id, account)
        if account and not ids:
            raise NotFoundException
        if not await actions.allow(person.id, now):
            raise TooManyRequestsException(headers={"Retry-After": "120"})
        kind = request.scope["path"].rpartition(".")[2]
        written, media_type = WAYS[kind]
        accounts = queries.exported(person.id, ids, period.first, period.last)
        return Stream(
            written(accounts, request.scope["state"]["language"]),
            media_type=media_type,
            headers={"Content-Disposition": f'attachment; filename="statistics-{day_of(now)}.{kind}"'},
        )
