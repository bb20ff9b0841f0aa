"""Colleagues of a company: who they are, and what their administrator does about them."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from webapp.actions import staff as actions
from webapp.actions.proofs import Contact
from webapp.actions.staff import Done, Invited, Known, LastAdmin, NotYours
from webapp.database.queries import staff
from webapp.outside import Outside
from webapp.rules.permissions import INVITES
from webapp.web.contacts import read_mail
from webapp.web.forms import Typed, typed
from webapp.web.office import HANDLERS, at_office, by, colleague_of, show

Outcome = Done | NotYours | LastAdmin
SAID = ("invited", "renewed", "blocked", "unblocked", "role")


class OfficeStaff(Controller):
    path = "/office/staff"
    guards = [at_office]
    exception_handlers = HANDLERS

    @get()
    async def look(self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]) -> Response[Any]:
        done = request.query_params.get("done", "")
        return await _page(request, outside, done=done if done in SAID else None)

    @post()
    async def invite(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        fields, colleague = await typed(request), colleague_of(request)
        mistakes = _mistakes(fields, request)
        if mistakes:
            return await _page(request, outside, fields=fields, mistakes=mistakes, status_code=422)
        outcome = await actions.invite(
            fields.text("mail").lower(), name=fields.text("name", 100), role=fields["role"],
            company_id=colleague.company_id or fields.uuid("company"), by=by(request), now=outside.clock.now(),
        )  # fmt: skip
        match outcome:
            case Invited():
                return Redirect("/office/staff?done=invited", status_code=303)
            case Known():
                known = {"mail": "known"}
                return await _page(request, outside, fields=fields, mistakes=known, status_code=422)
            case NotYours():
                raise NotFoundException

    @post("/{colleague_id:uuid}/block")
    async def block(
        self, request: Request[Any, Any, Any], colleague_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        if (await typed(request))["on"]:
            outcome: Outcome = await actions.block(colleague_id, by=by(request), now=outside.clock.now())
            return await _answer(request, outside, outcome, "blocked")
        outcome = await actions.unblock(colleague_id, by=by(request), now=outside.clock.now())
        return await _answer(request, outside, outcome, "unblocked")

    @post("/{colleague_id:uuid}/invitation")
    async def renew(
        self, request: Request[Any, Any, Any], colleague_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        outcome = await actions.renew(colleague_id, by=by(request), now=outside.clock.now())
        return await _answer(request, outside, outcome, "renewed")

    @post("/{colleague_id:uuid}/role")
    async def role(
        self, request: Request[Any, Any, Any], colleague_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        role = (await typed(request))["role"]
        outcome = await actions.change_role(colleague_id, role, by=by(request), now=outside.clock.now())
        return await _answer(request, outside, outcome, "role")


def _mistakes(fields: Typed, request: Request[Any, Any, Any]) -> dict[str, str]:
    colleague, found = colleague_of(request), {}
    read = read_mail(fields["mail"])
    if not isinstance(read, Contact):
        found["mail"] = str(read)
    if not fields.text("name"):
        found["name"] = "empty"
    if fields["role"] not in INVITES[colleague.role]:  # type: ignore[index]
        found["role"] = "empty"
    companies = {str(company.id) for company in request.scope["auth"].companies}
    if colleague.company_id is None and fields["company"] not in companies:
        found["company"] = "empty"
    return found


async def _answer(
    request: Request[Any, Any, Any], outside: Outside, outcome: Outcome, done: str
) -> Response[Any]:
    match outcome:
        case Done():
            return Redirect(f"/office/staff?done={done}", status_code=303)
        case LastAdmin():
            return await _page(request, outside, trouble="last_admin", status_code=422)
        case NotYours():
            raise NotFoundException


async def _page(
    request: Request[Any, Any, Any],
    outside: Outside,
    *,
    fields: Typed | None = None,
    mistakes: dict[str, str] | None = None,
    done: str | None = None,
    trouble: str | None = None,
    status_code: int = 200,
) -> Response[Any]:
    colleague = colleague_of(request)
    said: dict[str, Any] = {
        "colleagues": await staff.colleagues(
            colleague.company_id, request.scope["auth"].id, outside.clock.now()
        ),
        "roles": INVITES[colleague.role],  # type: ignore[index]
        "fields": fields or Typed(),
        "mistakes": mistakes or {},
        "done": done,
        "trouble": trouble,
    }
    return show(request, "pages/office/staff.html", status_code=status_code, **said)
