"""The consumer's letters to the companies: what was written, a new one, the thread of one."""

from typing import Any
from uuid import UUID, uuid4

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from webapp.actions import appeals as actions
from webapp.actions import attachments
from webapp.actions.appeals import NotYours, Opened, Said, TooLate, TooMany
from webapp.actions.attachments import Refused
from webapp.database.queries import appeals as queries
from webapp.database.queries import attachments as files
from webapp.database.queries.appeals import Writer
from webapp.outside import Outside
from webapp.pages.appeals.forms import AppealForm, Way, kinds_of, way_of, ways
from webapp.rules import appeals as rules
from webapp.rules import limits
from webapp.rules.appeals import About
from webapp.web.downloads import as_attachment
from webapp.web.entering import go
from webapp.web.forms import asked, typed
from webapp.web.guards import signed_in
from webapp.web.letters import FILES, MOST_FORM, letter, may_bring, text_of
from webapp.web.rendering import render

INDEX, NEW, SHOW = "pages/appeals/index.html", "pages/appeals/new.html", "pages/appeals/show.html"
TOPICS, FORM, THREAD = (
    "pages/appeals/topics.html",
    "partials/appeals/form.html",
    "partials/appeals/panel.html",
)


class AppealsPages(Controller):
    path = "/appeals"
    guards = [signed_in]

    @get()
    async def index(self, request: Request[Any, Any, Any]) -> Response[Any]:
        mine = await queries.mine(request.scope["user"].id)
        return render(request, INDEX, accounts=mine.accounts, appeals=mine.appeals)

    @get("/new")
    async def new(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """First what it is about, and who answers that; then the letter."""
        writer, portal = await queries.writer(request.scope["user"].id), request.scope["auth"]
        about = _about(asked(request)["about"])
        if about is None:
            offered = ways(portal, writer.businesses)
            technical = "technical" in portal.policy.appeals.kinds
            return render(request, TOPICS, accounts=writer.accounts, ways=offered, technical=technical)
        return _form(request, writer, AppealForm.empty(about, portal, writer), status_code=200)

    @post(request_max_body_size=MOST_FORM, opt=FILES)
    async def open(self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]) -> Response[Any]:
        fields, given = await letter(request)
        person, portal, now = request.scope["user"], request.scope["auth"], outside.clock.now()
        about, writer = _about(fields["about"]), await queries.writer(person.id)
        if about is None:
            raise NotFoundException
        form = AppealForm.of(fields, about, portal, writer)
        way = _way(request, form, writer)
        if form.mistakes or form.reading is not None:
            return _form(request, writer, form, brought=bool(given))
        if not await may_bring(request, given, outside):
            return _form(request, writer, form, trouble="too_many", status_code=429)
        ready = await attachments.prepare(given, actions.first_message(form.id), outside.files)
        if isinstance(ready, Refused):
            return _form(request, writer, form, refused=ready)
        draft = form.draft(way, portal, writer, by=person.id, language=request.scope["state"]["language"])
        share = (limits.APPEALS_PER_PERSON, str(person.id))
        match await actions.open(draft, ready, share=share, now=now):
            case Opened():
                return go(request, f"/appeals/{form.id}?said=sent")
            case TooMany():
                return _form(request, writer, form, brought=bool(given), trouble="too_many", status_code=429)
            case NotYours():
                raise NotFoundException

    @get("/{appeal_id:uuid}")
    async def show(
        self, request: Request[Any, Any, Any], appeal_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        said = asked(request)["said"]
        return await _thread(request, appeal_id, outside, said=said if said in ("sent", "rated") else None)

    @post("/{appeal_id:uuid}/messages", request_max_body_size=MOST_FORM, opt=FILES)
    async def say(
        self, request: Request[Any, Any, Any], appeal_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        fields, given = await letter(request)
        message_id, (text, mistake) = fields.uuid("id"), text_of(fields)
        kept: dict[str, Any] = {"text": text, "message_id": message_id, "status_code": 422}
        if mistake:
            return await _thread(
                request, appeal_id, outside, mistake=str(mistake), brought=bool(given), **kept
            )
        if not await may_bring(request, given, outside):
            return await _thread(
                request, appeal_id, outside, **kept | {"trouble": "too_many", "status_code": 429}
            )
        ready = await attachments.prepare(given, message_id, outside.files)
        if isinstance(ready, Refused):
            return await _thread(request, appeal_id, outside, refused=ready, **kept)
        outcome = await actions.say(
            appeal_id, message_id, text, ready, by=request.scope["user"].id, now=outside.clock.now()
        )
        match outcome:
            case Said():
                return go(request, f"/appeals/{appeal_id}#said")
            case TooLate():
                return await _thread(request, appeal_id, outside, trouble="too_late", **kept)
            case TooMany():
                return await _thread(
                    request, appeal_id, outside, **kept | {"trouble": "too_many", "status_code": 429}
                )
            case None:
                raise NotFoundException

    @post("/{appeal_id:uuid}/rating")
    async def rate(self, request: Request[Any, Any, Any], appeal_id: FromPath[UUID]) -> Response[Any]:
        stars = (await typed(request))["stars"]
        if stars not in map(str, rules.STARS):
            return Redirect(f"/appeals/{appeal_id}", status_code=303)
        if not await actions.rate(appeal_id, int(stars), by=request.scope["user"].id):
            raise NotFoundException
        return go(request, f"/appeals/{appeal_id}?said=rated")

    @get("/files/{file_id:uuid}")
    async def file(
        self, request: Request[Any, Any, Any], file_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[bytes]:
        found = await files.of_person(file_id, request.scope["user"].id)
        return as_attachment(found, await attachments.fetched(found, outside.files))


def _about(text: str) -> About | None:
    return next((one for one in rules.ABOUT if one == text), None)


def _way(request: Request[Any, Any, Any], form: AppealForm, writer: Writer) -> Way:
    """Raises NotFoundException for what nobody answers here."""
    way = way_of(
        form.about, request.scope["auth"], place=form.place(writer), business=form.business_of(writer)
    )
    if way is None:
        raise NotFoundException
    return way


def _form(
    request: Request[Any, Any, Any],
    writer: Writer,
    form: AppealForm,
    *,
    brought: bool = False,
    refused: Refused | None = None,
    trouble: str | None = None,
    status_code: int = 422,
) -> Response[Any]:
    """`brought`: files came with a form that goes back; browsers do not keep them."""
    said: dict[str, Any] = {
        "accounts": writer.accounts, "businesses": writer.businesses, "form": form,
        "way": _way(request, form, writer), "kinds": kinds_of(request.scope["auth"]), "brought": brought,
        "refused": refused, "trouble": trouble,
    }  # fmt: skip
    return render(request, NEW, partial=FORM, status_code=status_code, **said)


async def _thread(
    request: Request[Any, Any, Any],
    appeal_id: UUID,
    outside: Outside,
    *,
    status_code: int = 200,
    **told: Any,
) -> Response[Any]:
    read = await queries.thread(appeal_id, request.scope["user"].id)
    appeal = read.appeal
    if appeal is None:
        raise NotFoundException
    goes_on = appeal.state in ("open", "asked")
    said: dict[str, Any] = {
        "accounts": read.accounts, "appeal": appeal, "goes_on": goes_on,
        "may_write": goes_on or rules.may_reopen(appeal.state, appeal.answered_at, outside.clock.now()),
        "said": None, "text": "", "message_id": uuid4(), "mistake": None, "brought": False, "refused": None,
        "trouble": None,
    }  # fmt: skip
    return render(request, SHOW, partial=THREAD, status_code=status_code, **(said | told))
