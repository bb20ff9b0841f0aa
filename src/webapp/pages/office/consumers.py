"""The desk of consumers: the search, and the card of an account, which opens after a reason."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from webapp.actions import audit
from webapp.actions import consumers as actions
from webapp.database.queries import consumers as queries
from webapp.database.queries.consumers import AT_ONCE, Asker, Head
from webapp.outside import Outside
from webapp.pages.office.cases import REASONS
from webapp.rules import folding_names
from webapp.rules.masking import masked
from webapp.rules.notifications import kind_of
from webapp.rules.periods import day_of
from webapp.web.forms import Typed, asked, typed
from webapp.web.office import HANDLERS, at_office, by, colleague_of, show, to
from webapp.web.rendering import wants_partial

DESK = "/office/consumers"
LIST, ROWS = "pages/office/consumers.html", "partials/office/consumers.html"
H = TypeVar("H", bound=Head)
Leaf = Callable[[Asker], Awaitable[H | None]]


class OfficeConsumers(Controller):
    path = DESK
    guards = [at_office]
    exception_handlers = HANDLERS

    @get()
    async def index(self, request: Request[Any, Any, Any]) -> Response[Any]:
        words = asked(request).text("words", folding_names.LONGEST)
        sought = folding_names.read(words)
        found = await queries.search(colleague_of(request).company_id, sought) if sought else []
        said: dict[str, Any] = {
            "words": words, "short": bool(words) and sought is None, "found": found[:AT_ONCE],
            "more": len(found) > AT_ONCE, "section": DESK, "desk": "consumers",
        }  # fmt: skip
        return show(request, ROWS if wants_partial(request) else LIST, **said)


class OfficeConsumer(Controller):
    path = f"{DESK}/{{account_id:uuid}}"
    guards = [at_office]
    exception_handlers = HANDLERS

    @get()
    async def card(
        self, request: Request[Any, Any, Any], account_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        return await _leaf(request, account_id, outside.clock.now(), queries.card, "consumer")

    @get("/money")
    async def money(
        self, request: Request[Any, Any, Any], account_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        return await _leaf(request, account_id, outside.clock.now(), queries.money, "consumer_money")

    @get("/talk")
    async def talk(
        self, request: Request[Any, Any, Any], account_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        return await _leaf(
            request, account_id, outside.clock.now(), queries.talk, "consumer_talk", kind_of=kind_of
        )

    @post("/looks")
    async def look(
        self, request: Request[Any, Any, Any], account_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        """The reason first, then the card: one row of the audit for each time it opens."""
        fields, now = await typed(request), outside.clock.now()
        reason, words = fields["reason"], fields.text("words", 150)
        if reason not in REASONS[1:] or (reason == "other" and not words):
            head = await queries.card(asker(request, account_id, now))
            if head is None:
                raise NotFoundException
            mistake = "words" if reason == "other" else "reason"
            return _reason(request, head, fields=fields, mistake=mistake, status_code=422)
        said = f"{reason}: {words}" if words else reason
        if not await actions.look(account_id, said, by=by(request), now=now):
            raise NotFoundException
        return Redirect(f"{DESK}/{account_id}", status_code=303)


def asker(request: Request[Any, Any, Any], account_id: UUID, now: datetime) -> Asker:
    """Whose account it has to be, and since when a look of this colleague counts."""
    colleague = colleague_of(request)
    since = max(now - timedelta(minutes=audit.LOOK_LASTS_MINUTES), colleague.since)
    return colleague.company_id, account_id, colleague.id, since, request.scope["auth"].id


async def opened(request: Request[Any, Any, Any], account_id: UUID, now: datetime) -> queries.Card | None:
    """None: the reason has not been given, or too long ago. Of another company: NotFoundException."""
    card = await queries.card(asker(request, account_id, now))
    if card is None:
        raise NotFoundException
    return card if card.looked_at else None


def shut(request: Request[Any, Any, Any], account_id: UUID) -> Response[Any]:
    """To the question for the reason."""
    return to(request, f"{DESK}/{account_id}")


async def _leaf(
    request: Request[Any, Any, Any], account_id: UUID, now: datetime, ask: Leaf[H], name: str, **more: Any
) -> Response[Any]:
    head = await ask(asker(request, account_id, now))
    if head is None:
        raise NotFoundException
    if head.looked_at is None:
        return shut(request, account_id) if wants_partial(request) else _reason(request, head)
    return leaf(request, name, card=head, today=day_of(now), masked=masked, **more)


def leaf(request: Request[Any, Any, Any], name: str, **said: Any) -> Response[Any]:
    """One of the card's: the whole page, or to htmx what changes on it."""
    where = "partials" if wants_partial(request) else "pages"
    return show(request, f"{where}/office/{name}.html", section=DESK, **said)


def _reason(
    request: Request[Any, Any, Any],
    head: Head,
    *,
    fields: Typed | None = None,
    mistake: str | None = None,
    status_code: int = 200,
) -> Response[Any]:
    """Of the account its number alone: the rest waits for the reason."""
    case = {"id": head.id, "number": head.number, "kind": "consumer"}
    said: dict[str, Any] = {
        "case": case, "reasons": REASONS[1:], "fields": fields or Typed(), "mistake": mistake,
        "address": f"{DESK}/{head.id}", "back": DESK,
    }  # fmt: skip
    return show(request, "pages/office/reason.html", status_code=status_code, section=DESK, **said)
