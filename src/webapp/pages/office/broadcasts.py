"""What the staff writes to many: the list, a new one, its numbers before it is sent, and what became of it."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from webapp.actions import broadcasts as actions
from webapp.actions.broadcasts import Absent, Confirmed, Nobody, Outcome, TooDear, TooLate
from webapp.database.queries import broadcasts as queries
from webapp.outside import Outside
from webapp.rules import broadcasts as rules
from webapp.rules.notifications import BROADCAST
from webapp.web.forms import Typed, asked, typed
from webapp.web.office import HANDLERS, at_office, by, colleague_of, show

BETWEEN = "|"
"""Of branch and settlement, in one field."""
SECTION = "/office/broadcasts"
LIST, NEW = "pages/office/broadcasts.html", "pages/office/broadcast_new.html"
ONE = "pages/office/broadcast.html"
SAID = ("sent", "cancelled")


class OfficeBroadcasts(Controller):
    path = "/office/broadcasts"
    guards = [at_office]
    exception_handlers = HANDLERS

    @get()
    async def index(self, request: Request[Any, Any, Any]) -> Response[Any]:
        return show(request, LIST, found=await queries.listing(_company(request)), section=SECTION)

    @get("/new")
    async def new(self, request: Request[Any, Any, Any]) -> Response[Any]:
        return await _form(request, Typed({"kind": "outage"}), {}, status_code=200)

    @post("/new")
    async def draft(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        """Nothing leaves yet: the page it leads to says whom it would reach and what it would cost."""
        fields = await typed(request)
        title, text = " ".join(fields["title"].split()), fields["text"].strip().replace("\r\n", "\n")
        mistakes = rules.mistakes(title, text)
        known = rules.places(await queries.places(_company(request)))
        branch, _, settlement = fields["place"].partition(BETWEEN)
        if (branch or settlement) and (branch, settlement) not in known:
            mistakes["place"] = "unknown"
        kind = next((kind for kind in BROADCAST if kind == fields["kind"]), None)
        if mistakes or kind is None:
            return await _form(request, fields, mistakes | ({} if kind else {"kind": "empty"}))
        id = await actions.draft(
            kind, title, text, branch=branch, settlement=settlement, by_sms=bool(fields["by_sms"]),
            by=by(request), now=outside.clock.now(),
        )  # fmt: skip
        return Redirect(f"/office/broadcasts/{id}", status_code=303)


class OfficeBroadcast(Controller):
    path = "/office/broadcasts/{broadcast_id:uuid}"
    guards = [at_office]
    exception_handlers = HANDLERS

    @get()
    async def look(
        self, request: Request[Any, Any, Any], broadcast_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        return await _one(request, broadcast_id, outside, status_code=200)

    @post("/sending")
    async def confirm(
        self, request: Request[Any, Any, Any], broadcast_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        """The second step: the box says that the numbers were read."""
        if not (await typed(request))["sure"]:
            return await _one(request, broadcast_id, outside, trouble="sure")
        outcome: Outcome = await actions.confirm(
            broadcast_id, name=request.scope["auth"].sms_name, by=by(request), now=outside.clock.now()
        )
        match outcome:
            case Confirmed():
                return Redirect(f"/office/broadcasts/{broadcast_id}?said=sent", status_code=303)
            case Absent():
                raise NotFoundException
            case TooLate():
                return Redirect(f"/office/broadcasts/{broadcast_id}", status_code=303)
            case TooDear():
                return await _one(request, broadcast_id, outside, trouble="dear")
            case Nobody():
                return await _one(request, broadcast_id, outside, trouble="nobody")

    @post("/cancellation")
    async def cancel(
        self, request: Request[Any, Any, Any], broadcast_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        if not await queries.one(broadcast_id, _company(request)):
            raise NotFoundException
        done = await actions.cancel(broadcast_id, by=by(request), now=outside.clock.now())
        return Redirect(
            f"/office/broadcasts/{broadcast_id}" + ("?said=cancelled" if done else ""), status_code=303
        )


def _company(request: Request[Any, Any, Any]) -> UUID:
    company = colleague_of(request).company_id
    if company is None:
        raise NotFoundException
    return company


async def _form(
    request: Request[Any, Any, Any], fields: Typed, mistakes: dict[str, str], status_code: int = 422
) -> Response[Any]:
    places = rules.places(await queries.places(_company(request)))
    said: dict[str, Any] = {"fields": fields, "mistakes": mistakes, "kinds": BROADCAST, "section": SECTION}
    said["places"] = [
        (f"{branch}{BETWEEN}{settlement}", f"{branch}, {settlement}" if settlement else branch)
        for branch, settlement in places
    ]
    said["longest"] = rules.LONGEST_TITLE
    return show(request, NEW, status_code=status_code, **said)


async def _one(
    request: Request[Any, Any, Any],
    id: UUID,
    outside: Outside,
    *,
    trouble: str | None = None,
    status_code: int = 422,
) -> Response[Any]:
    seen = await queries.one(id, _company(request))
    if seen is None:
        raise NotFoundException
    said: dict[str, Any] = {"seen": seen, "one": seen.broadcast, "trouble": trouble, "section": SECTION}
    if seen.broadcast.state == "draft":
        name = request.scope["auth"].sms_name
        said["reached"], said["price"], said["left"] = await actions.cost(
            seen.broadcast, name, outside.clock.now()
        )
        said["sms"] = rules.sms_text(name, seen.broadcast.title)
        said["parts"] = rules.parts(name, seen.broadcast.title)
    done = asked(request)["said"]
    said["done"] = done if done in SAID else None
    return show(request, ONE, status_code=status_code, **said)
