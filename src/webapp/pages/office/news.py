"""The desk of news: what the company tells, published and taken back by its supervisors."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from webapp.actions import news as actions
from webapp.database.queries import news as queries
from webapp.outside import Outside
from webapp.pages.office.audit import page_of
from webapp.rules import news as rules
from webapp.rules.news import Draft
from webapp.rules.periods import day_of
from webapp.web.forms import Typed, typed
from webapp.web.office import HANDLERS, at_office, by, colleague_of, show

DESK = "/office/news"


@dataclass
class NewsForm:
    id: UUID
    fields: Typed = field(default_factory=Typed)
    mistakes: dict[str, str] = field(default_factory=dict)


class OfficeNews(Controller):
    path = DESK
    guards = [at_office]
    exception_handlers = HANDLERS

    @get()
    async def listing(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        number, today = page_of(request), day_of(outside.clock.now())
        found = await queries.desk(colleague_of(request).company_id, number)
        return show(request, "pages/office/news.html", found=found, number=number, today=today, section=DESK)

    @get("/new")
    async def new(self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]) -> Response[Any]:
        today = day_of(outside.clock.now())
        return _form(
            request, NewsForm(uuid4(), Typed(kind="news", starts_on=today.isoformat())), status_code=200
        )

    @post()
    async def publish(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        fields, now = await typed(request), outside.clock.now()
        form = NewsForm(fields.uuid("id"), fields)
        draft = rules.draft(
            fields["kind"], fields["title"], fields["text"], fields["branch"], fields["starts_on"], fields["ends_on"],
            branches=_branches(request), today=day_of(now),
        )  # fmt: skip
        if not isinstance(draft, Draft):
            form.mistakes = draft
            return _form(request, form)
        if not await actions.publish(form.id, draft, by=by(request), now=now):
            raise NotFoundException
        return Redirect(DESK, status_code=303)

    @post("/{news_id:uuid}/withdrawal")
    async def withdraw(
        self, request: Request[Any, Any, Any], news_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        if not await actions.withdraw(news_id, by=by(request), now=outside.clock.now()):
            raise NotFoundException
        return Redirect(DESK, status_code=303)


def _branches(request: Request[Any, Any, Any]) -> tuple[str, ...]:
    return tuple(branch.name for branch in request.scope["auth"].policy.contacts.branches)


def _form(request: Request[Any, Any, Any], form: NewsForm, status_code: int = 422) -> Response[Any]:
    said: dict[str, Any] = {"form": form, "branches": _branches(request), "section": DESK}
    return show(request, "pages/office/news_new.html", status_code=status_code, **said)
