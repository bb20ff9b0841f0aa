"""How one is reminded, chosen in the profile; no more reminders, by the link of the letter; the calendar."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery

from webapp.actions import reminders as actions
from webapp.database.queries import accounts
from webapp.database.queries import reminders as queries
from webapp.outside import Outside
from webapp.pages.profile.frame import show
from webapp.rules import codes, reminders
from webapp.rules.roles import Right
from webapp.web.calendars import calendar
from webapp.web.entering import go
from webapp.web.forms import typed
from webapp.web.guards import signed_in
from webapp.web.rendering import render

CHOICE, ENDING = "pages/reminders/choice.html", "pages/reminders/ending.html"


class ReminderPages(Controller):
    path = "/profile/reminders"
    guards = [signed_in]

    @get()
    async def show(self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]) -> Response[Any]:
        return await _choice(request, outside, status_code=200)

    @post()
    async def choose(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        """Only ways that reach the person: a mailbox or a mobile that is proved."""
        person, way = request.scope["user"], (await typed(request))["way"]
        known = await queries.choice(person.id)
        for offered in reminders.offered(known.logins):
            if offered == way and _sends(request):
                await actions.choose(person.id, offered, outside.clock.now())
                return go(request, "/profile?said=saved")
        return await _choice(request, outside, known, mistaken=True)


class EndingPages(Controller):
    path = "/reminders/{link:str}"

    @get()
    async def show(
        self, request: Request[Any, Any, Any], link: FromPath[str], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        """Programs that look into letters come here too: looking changes nothing."""
        known = await _ending(request, link, outside)
        return _ended(request, link, known, known is not None and known.chosen == "none")

    @post()
    async def end(
        self, request: Request[Any, Any, Any], link: FromPath[str], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        """Answered without a redirect: mail programs follow none (RFC 8058)."""
        known = await _ending(request, link, outside)
        if known:
            await actions.choose(known.person_id, "none", outside.clock.now())
        return _ended(request, link, known, ended=True)


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


def _sends(request: Request[Any, Any, Any]) -> bool:
    policy = request.scope["auth"].policy
    return bool(policy.readings.taken_by and policy.readings.reminder_days)


async def _choice(
    request: Request[Any, Any, Any],
    outside: Outside,
    known: queries.Choice | None = None,
    *,
    mistaken: bool = False,
    status_code: int = 422,
) -> Response[Any]:
    if not _sends(request):
        raise NotFoundException
    known = known or await queries.choice(request.scope["user"].id)
    now = reminders.login_for(known.chosen, known.logins)
    said: dict[str, Any] = {
        "offered": reminders.offered(known.logins),
        "contacts": {login.kind: login.contact for login in reversed(known.logins)},
        "now": {"mail": "mail", "phone": "sms"}[now.kind] if now else known.chosen,
        "unreached": now is None and known.chosen != "none",
        "mistaken": mistaken,
    }
    return await show(request, outside, CHOICE, status_code=status_code, **said)


async def _ending(request: Request[Any, Any, Any], link: str, outside: Outside) -> queries.Ending | None:
    id = codes.reminder_in(outside.key, link)
    return await queries.of_reminder(id, request.scope["auth"].id) if id else None


def _ended(
    request: Request[Any, Any, Any], link: str, known: queries.Ending | None, ended: bool
) -> Response[Any]:
    return render(request, ENDING, link=link, known=known, ended=ended, status_code=200 if known else 404)
