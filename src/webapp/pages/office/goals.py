"""What the company wanted of the cabinet, in figures: fewer calls, quicker answers (H11)."""

from typing import Any

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency

from webapp.database.queries import goals as queries
from webapp.outside import Outside
from webapp.rules.periods import day_of
from webapp.web.office import HANDLERS, at_office, colleague_of, show


class OfficeGoals(Controller):
    path = "/office/goals"
    guards = [at_office]
    exception_handlers = HANDLERS

    @get()
    async def goals(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        month = day_of(outside.clock.now()).replace(day=1)
        found = await queries.goals(colleague_of(request).company_id, month)
        return show(request, "pages/office/goals.html", months=found, section="/office/goals")
