"""The desk of appeals: what waits and until when, the thread with its reason to look, the reply."""

from datetime import datetime, timedelta
from typing import Any, get_args
from urllib.parse import urlencode
from uuid import UUID, uuid4

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from webapp.actions import appeal_desk as actions
from webapp.actions import attachments, audit
from webapp.actions.appeal_desk import Absent, Done, Quicker, Reply
from webapp.actions.attachments import Refused
from webapp.database.queries import appeal_desk as queries
from webapp.database.queries import attachments as files
from webapp.database.queries.appeal_desk import Asked, Card
from webapp.outside import Outside
from webapp.pages.office.audit import page_of
from webapp.pages.office.cases import REASONS
from webapp.rules import appeals as rules
from webapp.rules.periods import day_of
from webapp.web.downloads import as_attachment
from webapp.web.entering import go
from webapp.web.forms import Typed, asked, typed
from webapp.web.letters import FILES, MOST_FORM, letter, line_of, text_of
from webapp.web.office import HANDLERS, at_office, by, colleague_of, show
from webapp.web.rendering import wants_partial

DESK = "/office/appeals"
STATES = ("open", "asked", "answered", "closed", "all")
KINDS: tuple[str, ...] = get_args(rules.Kind)
REPLIES: tuple[Reply, ...] = get_args(Reply)
LIST, ROWS, CARD = "pages/office/appeals.html", "partials/office/appeals.html", "pages/office/appeal.html"


class OfficeAppeals(Controller):
    path = DESK
    guards = [at_office]
    exception_handlers = HANDLERS

    @get()
    async def index(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        fields, number, colleague = asked(request), page_of(request), colleague_of(request)
        meant = Asked(
            fields["state"] if fields["state"] in STATES else "open",
            fields["kind"] if fields["kind"] in KINDS else "", bool(fields["overdue"]), bool(fields["mine"]),
            rules.clean_line(fields["words"][:80]),
        )  # fmt: skip
        today = day_of(outside.clock.now())
        found = await queries.listing(
            colleague.company_id, meant, colleague_id=colleague.id, today=today, number=number
        )
        told = {"state": meant.state, "kind": meant.kind, "words": meant.words}
        told |= {"overdue": "1" if meant.overdue else "", "mine": "1" if meant.mine else ""}
        pages = f"{DESK}?" + urlencode({name: text for name, text in told.items() if text} | {"page": ""})
        said: dict[str, Any] = {
            "asked": meant, "found": found, "number": number, "pages": pages, "today": today,
            "states": STATES, "kinds": KINDS, "section": DESK,
        }  # fmt: skip
        return show(request, ROWS if wants_partial(request) else LIST, **said)


class OfficeAppeal(Controller):
    path = f"{DESK}/{{appeal_id:uuid}}"
    guards = [at_office]
    exception_handlers = HANDLERS

    @get()
    async def card(
        self, request: Request[Any, Any, Any], appeal_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        card = await _card(request, appeal_id, outside.clock.now())
        return _reason(request, card) if card.looked_at is None else _shown(request, card, outside)

    @post("/looks")
    async def look(
        self, request: Request[Any, Any, Any], appeal_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        """The reason first, then the letter: one row of the audit for each time it opens."""
        fields = await typed(request)
        reason, words = fields["reason"], fields.text("words", 150)
        if reason not in REASONS or (reason == "other" and not words):
            card = await _card(request, appeal_id, outside.clock.now())
            mistake = "words" if reason == "other" else "reason"
            return _reason(request, card, fields=fields, mistake=mistake, status_code=422)
        said = f"{reason}: {words}" if words else reason
        if not await audit.look(appeal_id, said, by=by(request), now=outside.clock.now()):
            raise NotFoundException
        return Redirect(f"{DESK}/{appeal_id}", status_code=303)

    @post("/taking")
    async def take(
        self, request: Request[Any, Any, Any], appeal_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        now = outside.clock.now()
        card = await _card(request, appeal_id, now)
        if card.looked_at is None:
            return Redirect(f"{DESK}/{appeal_id}", status_code=303)
        return await _after(
            request, await actions.take(appeal_id, by=by(request), now=now), appeal_id, outside
        )

    @post("/messages", request_max_body_size=MOST_FORM, opt=FILES)
    async def reply(
        self, request: Request[Any, Any, Any], appeal_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        """Only by whoever has just looked at the letter."""
        fields, given = await letter(request)
        now = outside.clock.now()
        card = await _card(request, appeal_id, now)
        if card.looked_at is None:
            return Redirect(f"{DESK}/{appeal_id}", status_code=303)
        message_id, seen, kind = fields.uuid("id"), fields.uuid("seen"), _reply(fields["kind"])
        text, mistake = text_of(fields)
        if mistake or kind is None:
            found = {"kind": None if kind else "empty", "text": str(mistake) if mistake else None}
            return _shown(request, card, outside, fields=fields, mistakes=found, status_code=422)
        ready = await attachments.prepare(given, message_id, outside.files)
        if isinstance(ready, Refused):
            return _shown(request, card, outside, fields=fields, refused=ready, status_code=422)
        outcome = await actions.reply(
            appeal_id, message_id, kind, text, ready, seen=seen, by=by(request), now=now
        )
        return await _after(request, outcome, appeal_id, outside, fields)

    @post("/forwarding")
    async def forward(
        self, request: Request[Any, Any, Any], appeal_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        fields, now = await typed(request), outside.clock.now()
        card = await _card(request, appeal_id, now)
        if card.looked_at is None:
            return Redirect(f"{DESK}/{appeal_id}", status_code=303)
        if fields["to"] not in [str(one.id) for one in _others(request)]:
            wrong = {"to": "empty"}
            return _shown(request, card, outside, fields=fields, mistakes=wrong, status_code=422)
        outcome = await actions.forward(
            appeal_id, UUID(fields["to"]), line_of(fields, "words"), seen=fields.uuid("seen"), by=by(request),
            now=now,
        )  # fmt: skip
        if isinstance(outcome, Done):
            return go(request, DESK)
        return await _after(request, outcome, appeal_id, outside, fields)

    @get("/files/{file_id:uuid}")
    async def file(
        self,
        request: Request[Any, Any, Any],
        appeal_id: FromPath[UUID],
        file_id: FromPath[UUID],
        outside: NamedDependency[Outside],
    ) -> Response[Any]:
        card = await _card(request, appeal_id, outside.clock.now())
        if card.looked_at is None:
            return Redirect(f"{DESK}/{appeal_id}", status_code=303)
        found = await files.of_company(file_id, appeal_id, colleague_of(request).company_id)
        return as_attachment(found, await attachments.fetched(found, outside.files))


def _reply(text: str) -> Reply | None:
    return next((one for one in REPLIES if one == text), None)


def _others(request: Request[Any, Any, Any]) -> list[Any]:
    own = colleague_of(request).company_id
    return [one for one in request.scope["auth"].companies if one.id != own]


async def _card(request: Request[Any, Any, Any], appeal_id: UUID, now: datetime) -> Card:
    """Of the own company; another's is not there."""
    colleague = colleague_of(request)
    lasting = max(now - timedelta(minutes=audit.LOOK_LASTS_MINUTES), colleague.since)
    card = await queries.card(appeal_id, colleague.company_id, colleague.id, lasting)
    if card is None:
        raise NotFoundException
    return card


async def _after(
    request: Request[Any, Any, Any], outcome: Done | Quicker | Absent, appeal_id: UUID, outside: Outside,
    fields: Typed | None = None,
) -> Response[Any]:  # fmt: skip
    """Whoever was slower sees what the other did, and keeps what was typed."""
    match outcome:
        case Done():
            return go(request, f"{DESK}/{appeal_id}")
        case Quicker():
            card = await _card(request, appeal_id, outside.clock.now())
            return _shown(request, card, outside, fields=fields, trouble="quicker", status_code=409)
        case Absent():
            raise NotFoundException


def _reason(
    request: Request[Any, Any, Any],
    card: Card,
    *,
    fields: Typed | None = None,
    mistake: str | None = None,
    status_code: int = 200,
) -> Response[Any]:
    """Of the letter its number, kind and term alone: the rest waits for the reason."""
    case = {"id": card.id, "number": card.number, "kind": card.kind, "due_on": card.due_on}
    said: dict[str, Any] = {"case": case, "reasons": REASONS, "fields": fields or Typed(), "mistake": mistake}
    said |= {"address": f"{DESK}/{card.id}", "back": DESK}
    return show(request, "pages/office/reason.html", status_code=status_code, section=DESK, **said)


def _shown(
    request: Request[Any, Any, Any],
    card: Card,
    outside: Outside,
    *,
    fields: Typed | None = None,
    mistakes: dict[str, str | None] | dict[str, str] | None = None,
    refused: Refused | None = None,
    trouble: str | None = None,
    status_code: int = 200,
) -> Response[Any]:
    said: dict[str, Any] = {
        "appeal": card, "fields": fields or Typed(), "mistakes": mistakes or {}, "refused": refused,
        "trouble": trouble, "others": _others(request), "today": day_of(outside.clock.now()),
        "message_id": uuid4(), "section": DESK,
    }  # fmt: skip
    return show(request, CARD, status_code=status_code, **said)
