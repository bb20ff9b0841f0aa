"""What one was told, in the cabinet; and no more of a kind, by the link of a letter."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from webapp.actions import notifications as actions
from webapp.database.queries import notifications as queries
from webapp.database.queries.notifications import Ending
from webapp.outside import Outside
from webapp.pages.profile.frame import show
from webapp.rules import codes, notifications
from webapp.web.entering import go
from webapp.web.forms import asked, typed
from webapp.web.guards import signed_in
from webapp.web.rendering import render
from webapp.web.wording import listed

INDEX, LIST = "pages/notifications/index.html", "partials/notifications/list.html"
ENDING = "pages/notifications/ending.html"
MOST_PAGES = 10_000


class NotificationPages(Controller):
    path = "/notifications"
    guards = [signed_in]

    @get()
    async def index(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        return await _list(request, outside)

    @post()
    async def read(self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]) -> Response[Any]:
        """All at once, or the one that is named."""
        person, now, named = request.scope["user"], outside.clock.now(), await typed(request)
        if not named["id"]:
            await actions.read_all(person.id, now)
        elif not await actions.read(person.id, named.uuid("id"), now):
            raise NotFoundException
        return go(request, "/notifications")

    @post("/{id:uuid}/opening")
    async def open(
        self, request: Request[Any, Any, Any], id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        """Read, and on to what it is about."""
        person = request.scope["user"]
        known = await queries.opened(person.id, id)
        if known is None:
            raise NotFoundException
        await actions.read(person.id, id, outside.clock.now())
        return go(request, notifications.page_of(known.notice, known.about) or "/notifications")


class EndingPages(Controller):
    """The address of letters; `/reminders/…` is that of letters from before all kinds could be ended."""

    @get(["/unsubscribe/{link:str}", "/reminders/{link:str}"])
    async def show(
        self, request: Request[Any, Any, Any], link: FromPath[str], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        """Programs that look into letters come here too: looking changes nothing."""
        known = await _ending(request, link, outside)
        return _ended(request, link, known, ended=known is not None and known.chosen == [])

    @post(["/unsubscribe/{link:str}", "/reminders/{link:str}"])
    async def end(
        self, request: Request[Any, Any, Any], link: FromPath[str], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        """Answered without a redirect: mail programs follow none (RFC 8058)."""
        known = await _ending(request, link, outside)
        if known:
            await actions.end(known.person_id, known.kind, outside.clock.now())
        return _ended(request, link, known, ended=True)


async def _list(request: Request[Any, Any, Any], outside: Outside) -> Response[Any]:
    page = asked(request)["page"]
    number = int(page) if page.isascii() and page.isdecimal() and 0 < len(page) < 6 else 1
    found = await queries.listing(request.scope["user"].id, min(max(number, 1), MOST_PAGES))
    portal, language = request.scope["auth"], request.scope["state"]["language"]
    told = [
        (one, listed(one.notice, language, **(one.context | {"portal": portal})))
        for one in found.notifications
    ]
    return await show(request, outside, INDEX, partial=LIST, found=found, told=told, number=number)


async def _ending(request: Request[Any, Any, Any], link: str, outside: Outside) -> Ending | None:
    id = codes.reminder_in(outside.key, link)
    known = await queries.ending(id, request.scope["auth"].id) if id else None
    return None if known and notifications.TABLE[known.kind].always else known


def _ended(request: Request[Any, Any, Any], link: str, known: Ending | None, *, ended: bool) -> Response[Any]:
    return render(request, ENDING, link=link, known=known, ended=ended, status_code=200 if known else 404)
