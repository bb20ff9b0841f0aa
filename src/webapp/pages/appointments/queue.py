"""The electronic queue: the person's next ticket, and how many are before it."""

from typing import Any

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException

from webapp.database.queries import appointments
from webapp.outside import Outside
from webapp.pages.appointments.ticket import of_ticket
from webapp.rules.periods import day_of
from webapp.web.guards import signed_in
from webapp.web.rendering import render


class QueuePages(Controller):
    path = "/queue"
    guards = [signed_in]

    @get()
    async def show(self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]) -> Response[Any]:
        if "queue" not in request.scope["auth"].policy.appointments.kinds:
            raise NotFoundException
        now = outside.clock.now()
        line = await appointments.in_line(request.scope["user"].id, day_of(now))
        context = of_ticket(request, line.appointment, line.accounts, now)
        return render(request, "pages/appointments/queue.html", offline=True, **context)
