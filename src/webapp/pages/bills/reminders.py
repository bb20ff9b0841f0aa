"""How one is reminded of a bill that is due."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException

from webapp.actions import bill_reminders as actions
from webapp.database.queries import bill_reminders as queries
from webapp.outside import Outside
from webapp.pages.profile.frame import show
from webapp.rules import reminders
from webapp.web.entering import go
from webapp.web.forms import asked, typed
from webapp.web.guards import signed_in


class BillReminderPages(Controller):
    path = "/bills/reminders"
    guards = [signed_in]

    @get()
    async def show(self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]) -> Response[Any]:
        return await _show(request, outside, saved=asked(request)["told"] == "saved")

    @post()
    async def choose(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        """Only ways that reach the person: a mailbox or a mobile that is proved."""
        person, way = request.scope["user"], (await typed(request))["way"]
        known = await queries.choice(person.id)
        for offered in reminders.offered(known.logins):
            if offered == way:
                await actions.choose(person.id, offered, outside.clock.now())
                return go(request, "/bills/reminders?told=saved")
        return await _show(request, outside, mistaken=True)


async def _show(
    request: Request[Any, Any, Any], outside: Outside, *, mistaken: bool = False, saved: bool = False
) -> Response[Any]:
    days = request.scope["auth"].policy.bills.remind_days
    if days is None:
        raise NotFoundException
    known = await queries.choice(request.scope["user"].id)
    now = reminders.login_for(known.chosen, known.logins)
    return await show(
        request,
        outside,
        "pages/bills/reminders.html",
        status_code=422 if mistaken else 200,
        offered=reminders.offered(known.logins),
        contacts={login.kind: login.contact for login in reversed(known.logins)},
        now={"mail": "mail", "phone": "sms"}[now.kind] if now else known.chosen,
        days=days,
        mistaken=mistaken,
        saved=saved,
    )
