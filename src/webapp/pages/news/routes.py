"""What the companies tell everybody: news, and when gas is cut off; one's own branch first."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from webapp.database.queries import news as queries
from webapp.outside import Outside
from webapp.rules.periods import day_of
from webapp.web.forms import asked
from webapp.web.rendering import render


class NewsPages(Controller):
    path = "/news"

    @get()
    async def listing(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        portal, person, fields = request.scope["auth"], request.scope["user"], asked(request)
        branches = [branch.name for branch in portal.policy.contacts.branches]
        branch = next((name for name in branches if name == fields["branch"]), "")
        number = (
            int(fields["page"])
            if fields["page"].isascii() and fields["page"].isdigit() and len(fields["page"]) < 5
            else 1
        )
        today = day_of(outside.clock.now())
        found = await queries.published(portal.id, person and person.id, branch, today, max(number, 1))
        said: dict[str, Any] = {
            "found": found,
            "branches": branches,
            "branch": branch,
            "number": max(number, 1),
        }
        return render(request, "pages/news/index.html", **said, today=today)

    @get("/{news_id:uuid}")
    async def show(
        self, request: Request[Any, Any, Any], news_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        found = await queries.one(request.scope["auth"].id, news_id)
        if found is None:
            raise NotFoundException
        return render(request, "pages/news/show.html", news=found, today=day_of(outside.clock.now()))
