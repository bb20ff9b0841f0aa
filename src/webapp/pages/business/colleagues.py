"""Colleagues of a business: invited by a link, let go by a button."""

from typing import Any, cast
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from webapp.actions import colleagues as actions
from webapp.actions.colleagues import Absent, Full, Invited, Joined, LastOwner
from webapp.database.queries import businesses
from webapp.outside import Outside
from webapp.pages.business.routes import page_of, served
from webapp.rules import codes
from webapp.rules.business_roles import Role
from webapp.web.entering import go
from webapp.web.forms import typed
from webapp.web.guards import signed_in
from webapp.web.rendering import render

INVITATION, GONE = "pages/business/invitation.html", "pages/business/no_invitation.html"


class ColleaguePages(Controller):
    path = "/business"
    guards = [signed_in, served]

    @post("/{business_id:uuid}/invitations")
    async def invite(
        self, request: Request[Any, Any, Any], business_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        fields = await typed(request)
        outcome = await actions.invite(
            fields.uuid("id"), business_id, cast(Role, fields["role"]), fields.text("note", 60),
            by=request.scope["user"].id, portal_id=request.scope["auth"].id, now=outside.clock.now(),
        )  # fmt: skip
        match outcome:
            case Invited(id=id):
                return Redirect(f"/business/{business_id}/invited/{id}", status_code=303)
            case Full():
                return await page_of(request, business_id, outside, trouble="full", status_code=422)
            case Absent():
                raise NotFoundException

    @get("/{business_id:uuid}/invited/{id:uuid}")
    async def show_link(
        self,
        request: Request[Any, Any, Any],
        business_id: FromPath[UUID],
        id: FromPath[UUID],
        outside: NamedDependency[Outside],
    ) -> Response[Any]:
        """The link to pass on; the page shows it again as long as nobody has used it."""
        return await page_of(request, business_id, outside, invited=id)

    @post("/{business_id:uuid}/invitations/{id:uuid}/withdraw")
    async def withdraw(
        self,
        request: Request[Any, Any, Any],
        business_id: FromPath[UUID],
        id: FromPath[UUID],
        outside: NamedDependency[Outside],
    ) -> Response[Any]:
        if not await actions.withdraw(id, business_id, by=request.scope["user"].id, now=outside.clock.now()):
            raise NotFoundException
        return go(request, f"/business/{business_id}")

    @post("/{business_id:uuid}/members/{member_id:uuid}/remove")
    async def let_go(
        self,
        request: Request[Any, Any, Any],
        business_id: FromPath[UUID],
        member_id: FromPath[UUID],
        outside: NamedDependency[Outside],
    ) -> Response[Any]:
        match await actions.let_go(member_id, business_id, by=request.scope["user"].id):
            case LastOwner():
                return await page_of(request, business_id, outside, trouble="last_owner", status_code=422)
            case False:
                raise NotFoundException
        return go(request, "/business")

    @get("/invitations/{link:str}")
    async def show(
        self, request: Request[Any, Any, Any], link: FromPath[str], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        """Looking uses nothing up."""
        id = codes.invitation_in(outside.key, link)
        now = outside.clock.now()
        found = await businesses.invitation(id, request.scope["auth"].id, now) if id else None
        if found is None:
            return render(request, GONE, status_code=404)
        return render(request, INVITATION, invitation=found, link=link)

    @post("/invitations/{link:str}")
    async def accept(
        self, request: Request[Any, Any, Any], link: FromPath[str], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        id, portal = codes.invitation_in(outside.key, link), request.scope["auth"]
        now, person = outside.clock.now(), request.scope["user"]
        outcome = await actions.accept(id, by=person.id, portal_id=portal.id, now=now) if id else None
        match outcome:
            case Joined(business_id=business):
                return go(request, f"/business/{business}")
            case None:
                return render(request, GONE, status_code=410)
