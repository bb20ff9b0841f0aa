"""The days of readings for a calendar that reminds by itself."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromQuery

from webapp.database.queries import accounts
from webapp.outside import Outside
from webapp.rules.roles import Right
from webapp.web.calendars import calendar
from webapp.web.guards import signed_in


class CalendarPages(Controller):
    path = "/readings/calendar.ics"
    guards = [signed_in]

    @get()
    async def file(
        self,
        request: Request[Any, Any, Any],
        outside: NamedDependency[Outside],
        account: FromQuery[UUID | None] = None,
    ) -> Response[Any]:
        """Of the first account whose readings the person sends, or of the one that is named."""
        found = await accounts.cabinet(request.scope["user"].id, account)
        mine = [one for one in found.accounts if one.may(Right.READINGS) and account in (None, one.id)]
        if not mine or not request.scope["auth"].policy.readings.taken_by:
            raise NotFoundException
        return calendar(request, mine[0].id, outside.clock.now())
