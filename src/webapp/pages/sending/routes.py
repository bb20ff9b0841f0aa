"""Sending a reading without signing in: by the link of a reminder, or by the sticker at the meter.

Looking consumes nothing: programs of mail and of messages open links before people do.
"""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from webapp.actions import receipts
from webapp.actions import sending as actions
from webapp.actions.readings import Accepted, Doubted, KeyReused, NotYours, Refused
from webapp.actions.sending import TooMany, Used
from webapp.database.queries import sending as queries
from webapp.database.queries.sending import Link
from webapp.outside import Outside
from webapp.pages.readings.forms import ReadingForm
from webapp.rules import codes, periods
from webapp.rules.readings import Mistake
from webapp.rules.sending import Closed, Kind
from webapp.rules.signed import packed
from webapp.web.addresses import ip_of
from webapp.web.calendars import calendar
from webapp.web.entering import go
from webapp.web.forms import Typed, typed
from webapp.web.rendering import render, wants_partial

SHOW, CLOSED, PANEL = (
    "pages/sending/show.html",
    "pages/sending/closed.html",
    "partials/sending/panel.html",
)

FIELDS = ("submission_id", "value", "fix", "confirmed", "reason")


class SendingPages(Controller):
    path = "/r"

    @get("/{token:str}")
    async def by_link(
        self, request: Request[Any, Any, Any], token: FromPath[str], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        return await _show(request, "once", token, outside)

    @post("/{token:str}")
    async def send_by_link(
        self, request: Request[Any, Any, Any], token: FromPath[str], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        return await _send(request, "once", token, outside)

    @get("/{token:str}/calendar.ics")
    async def days(
        self, request: Request[Any, Any, Any], token: FromPath[str], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        link = await _link(request, "once", token, outside)
        if link is None or _closed(request, link, outside):
            return _no_form(request, link, outside)
        return calendar(request, link.account_id, outside.clock.now())

    @get("/s/{token:str}")
    async def by_sticker(
        self, request: Request[Any, Any, Any], token: FromPath[str], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        return await _show(request, "sticker", token, outside)

    @post("/s/{token:str}")
    async def send_by_sticker(
        self, request: Request[Any, Any, Any], token: FromPath[str], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        return await _send(request, "sticker", token, outside)


async def _show(request: Request[Any, Any, Any], kind: Kind, token: str, outside: Outside) -> Response[Any]:
    link = await _link(request, kind, token, outside, just=_uuid(request.query_params.get("sent", "")))
    if link is None or _closed(request, link, outside):
        return _no_form(request, link, outside)
    return await _page(request, link, token, outside, status_code=200)


async def _send(request: Request[Any, Any, Any], kind: Kind, token: str, outside: Outside) -> Response[Any]:
    link, now = await _link(request, kind, token, outside), outside.clock.now()
    if link is None or _closed(request, link, outside):
        return _no_form(request, link, outside)
    form = _form(await typed(request), link)
    outcome = await actions.send(
        link, lambda digits: form.read(digits, now), policy=request.scope["auth"].policy, now=now,
        ask=not form.is_confirmed, keys=outside.receipts, ip=ip_of(request),
    )  # fmt: skip
    match outcome:
        case Accepted():
            return await _accepted(request, kind, token, outside, form)
        case Used():
            return await _accepted(request, kind, token, outside, form, used=True)
        case TooMany():
            return await _page(request, link, token, outside, form, too_many=True, status_code=429)
        case Mistake() as mistake:
            return await _page(request, link, token, outside, form, mistake=mistake)
        case Doubted(verdict):
            return await _page(request, link, token, outside, form, verdict=verdict)
        case Refused() as refused:
            return await _page(request, link, token, outside, form.again(), refused=refused)
        case KeyReused() | NotYours():
            return await _page(request, link, token, outside, form.again(), refused="key_reused")


async def _accepted(
    request: Request[Any, Any, Any],
    kind: Kind,
    token: str,
    outside: Outside,
    form: ReadingForm,
    used: bool = False,
) -> Response[Any]:
    """What was accepted, by this form or by the one before it."""
    link = await _link(request, kind, token, outside, just=form.submission_id)
    if link is None:
        return _no_form(request, link, outside)
    if used and link.reading_id != form.submission_id:
        return await _page(request, link, token, outside, form, not_taken=True)
    if wants_partial(request):
        return await _page(request, link, token, outside, form, status_code=200)
    return go(request, f"/r/{token}" if kind == "once" else f"/r/s/{token}?sent={form.submission_id}")


async def _link(
    request: Request[Any, Any, Any], kind: Kind, token: str, outside: Outside, just: UUID | None = None
) -> Link | None:
    """Of this portal. Who has no language of their own here is spoken to in that of the letter."""
    portal, now = request.scope["auth"], outside.clock.now()
    month = periods.month_at(now, portal.policy.window)
    link = await queries.link(codes.sending_lookup(outside.key, token), kind, portal.id, month, just)
    unknown = request.scope["user"] is None and "language" not in request.cookies
    if link and unknown and link.language in portal.policy.languages:
        request.scope["state"]["language"] = link.language
    return link


def _closed(request: Request[Any, Any, Any], link: Link, outside: Outside) -> Closed | None:
    return link.closed(bool(request.scope["auth"].policy.readings.taken_by), outside.clock.now())


def _no_form(request: Request[Any, Any, Any], link: Link | None, outside: Outside) -> Response[Any]:
    why = _closed(request, link, outside) if link else Closed.FOREIGN
    status = 404 if why is Closed.FOREIGN else 410
    return render(request, CLOSED, why=why, link=link, status_code=status)


async def _page(
    request: Request[Any, Any, Any],
    link: Link,
    token: str,
    outside: Outside,
    form: ReadingForm | None = None,
    *,
    status_code: int = 422,
    **said: Any,
) -> Response[Any]:
    """The form, or what was accepted; the same piece alone for htmx."""
    portal, now = request.scope["auth"], outside.clock.now()
    window = portal.policy.window
    counted = periods.counts_for(now, now, window)
    seal = None
    if link.used_for:
        seal = await receipts.receipt_of(
            link.used_for.id, of=link.person_id, policy=portal.policy, keys=outside.receipts
        )
    context: dict[str, Any] = {
        "mistake": None, "verdict": None, "refused": None, "too_many": False, "not_taken": False,
    } | said  # fmt: skip
    context |= {
        "link": link,
        "address": f"/r/{token}" if link.kind == "once" else f"/r/s/{token}",
        "form": form or ReadingForm.empty(link.meter_id),
        "counted": counted,
        "opens": periods.first_day(counted.month, window),
        "last_day": periods.last_day(counted.month, window),
        "receipt": f"/check?r={packed(seal)}" if seal else None,
        "later": window.after(link.accepted.month if link.accepted else counted.month),
        "others": [(f"/r/{actions.token(outside.key, one.id, 'once')}", one) for one in link.others],
    }
    return render(request, SHOW, partial=PANEL, status_code=status_code, **context)


def _form(fields: Typed, link: Link) -> ReadingForm:
    """Of what was typed, as much as this page asks: the meter is the link's, and nothing is corrected by it."""
    asked = {name: fields[name] for name in FIELDS}
    return ReadingForm.of(Typed(asked | {"meter_id": str(link.meter_id)}))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
