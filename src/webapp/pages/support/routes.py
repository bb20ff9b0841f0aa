"""Technical support, for everybody: from the doors and the pages of errors too (R20, H09)."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException

from webapp.actions import appeals as actions
from webapp.actions import attachments
from webapp.actions.appeals import NotYours, Opened, TooMany
from webapp.actions.attachments import Refused
from webapp.database.queries import appeals as queries
from webapp.database.queries.appeals import Writer
from webapp.outside import Outside
from webapp.pages.support.forms import SupportForm, desk
from webapp.rules import limits
from webapp.rules.appeals import due_on
from webapp.rules.cases import read_number
from webapp.web.addresses import ip_of
from webapp.web.entering import go
from webapp.web.forms import asked
from webapp.web.letters import FILES, MOST_FORM, letter, may_bring
from webapp.web.rendering import render

NEW, SENT, FORM = "pages/support/new.html", "pages/support/sent.html", "partials/support/form.html"


class SupportPages(Controller):
    path = "/support"

    @get()
    async def new(self, request: Request[Any, Any, Any]) -> Response[Any]:
        writer = await _writer(request)
        return _form(request, writer, SupportForm.empty(request, writer), status_code=200)

    @get("/sent")
    async def sent(self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]) -> Response[Any]:
        """Says nothing but what its own address says."""
        number = read_number(asked(request)["number"])
        if number is None:
            raise NotFoundException
        return render(request, SENT, number=number, due_on=due_on("technical", outside.clock.now()))

    @post(request_max_body_size=MOST_FORM, opt=FILES)
    async def open(self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]) -> Response[Any]:
        fields, given = await letter(request)
        portal, person, now = request.scope["auth"], request.scope["user"], outside.clock.now()
        writer = await _writer(request)
        form = SupportForm.of(fields, portal, writer)
        if form.mistakes:
            return _form(request, writer, form, brought=bool(given))
        if not await may_bring(request, given, outside):
            return _form(request, writer, form, trouble="too_many", status_code=429)
        ready = await attachments.prepare(given, actions.first_message(form.id), outside.files)
        if isinstance(ready, Refused):
            return _form(request, writer, form, refused=ready)
        language = request.scope["state"]["language"]
        draft = form.draft(portal, writer, by=person.id if person else None, language=language)
        share = (limits.SUPPORT_PER_ADDRESS, limits.address_alone(ip_of(request)))
        match await actions.open(draft, ready, share=share, now=now):
            case Opened(number) if person is None:
                return go(request, f"/support/sent?number={number}")
            case Opened():
                return go(request, f"/appeals/{form.id}?said=sent")
            case TooMany():
                return _form(request, writer, form, brought=bool(given), trouble="too_many", status_code=429)
            case NotYours():
                raise NotFoundException


async def _writer(request: Request[Any, Any, Any]) -> Writer | None:
    person = request.scope["user"]
    return await queries.writer(person.id) if person else None


def _form(
    request: Request[Any, Any, Any],
    writer: Writer | None,
    form: SupportForm,
    *,
    brought: bool = False,
    refused: Refused | None = None,
    trouble: str | None = None,
    status_code: int = 422,
) -> Response[Any]:
    portal = request.scope["auth"]
    said: dict[str, Any] = {
        "accounts": writer.accounts if writer else [], "form": form, "desk": desk(portal), "brought": brought,
        "business": bool(writer and writer.businesses) or form.is_business, "refused": refused,
        "trouble": trouble,
    }  # fmt: skip
    return render(request, NEW, partial=FORM, status_code=status_code, **said)
