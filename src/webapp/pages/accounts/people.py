"""Who else sees an account: inviting by a link, letting in, taking back. For its owners alone."""

from typing import Any, Literal
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from webapp.actions import sharing as actions
from webapp.actions.sharing import Absent, AlreadyYours, Full, Gone, Invited, Joined, TooMany
from webapp.database.queries import sharing as queries
from webapp.outside import Outside
from webapp.pages.accounts.forms import InviteForm
from webapp.rules import codes
from webapp.rules.roles import INVITED, Role
from webapp.web.addresses import ip_of
from webapp.web.entering import go
from webapp.web.forms import typed
from webapp.web.guards import signed_in
from webapp.web.rendering import render

PAGE, PEOPLE, INVITED_PAGE = (
    "pages/accounts/account.html",
    "partials/accounts/people.html",
    "pages/accounts/invited.html",
)


class AccountPeoplePages(Controller):
    path = "/accounts/{account_id:uuid}"
    guards = [signed_in]

    @post("/invitations")
    async def invite(
        self, request: Request[Any, Any, Any], account_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        form = InviteForm.of(await typed(request))
        read = form.read()
        if read is None:
            return await account_page(request, account_id, outside, form=form)
        role, mail = read
        outcome = await actions.invite(
            form.id, account_id, role, form.note, mail=mail, by=request.scope["user"].id,
            portal_id=request.scope["auth"].id, language=request.scope["state"]["language"],
            ip=ip_of(request), now=outside.clock.now(),
        )  # fmt: skip
        match outcome:
            case Invited(id=id):
                sent = "?sent=1" if mail else ""
                return go(request, f"/accounts/{account_id}/invitations/{id}{sent}")
            case Absent():
                raise NotFoundException
            case Full():
                return await account_page(request, account_id, outside, form=form, trouble="full")
            case TooMany():
                return await account_page(
                    request, account_id, outside, form=form, trouble="too_many", status_code=429
                )

    @get("/invitations/{invitation_id:uuid}")
    async def invitation(
        self,
        request: Request[Any, Any, Any],
        account_id: FromPath[UUID],
        invitation_id: FromPath[UUID],
        outside: NamedDependency[Outside],
    ) -> Response[Any]:
        """The link itself, as long as it works."""
        found = await queries.shared(request.scope["user"].id, account_id, outside.clock.now())
        open_ones = {one.id: one for one in found.invitations} if found else {}
        if found is None or invitation_id not in open_ones:
            raise NotFoundException
        link = (
            f"{request.scope['auth'].address}/invitations/{codes.invitation_of(outside.key, invitation_id)}"
        )
        context: dict[str, Any] = {"invitation": open_ones[invitation_id], "link": link}
        context |= {"accounts": found.accounts, "account": found.account}
        return render(request, INVITED_PAGE, sent="sent" in request.query_params, **context)

    @post("/invitations/{invitation_id:uuid}/removal")
    async def withdraw(
        self,
        request: Request[Any, Any, Any],
        account_id: FromPath[UUID],
        invitation_id: FromPath[UUID],
        outside: NamedDependency[Outside],
    ) -> Response[Any]:
        by, now = request.scope["user"].id, outside.clock.now()
        if not await actions.withdraw(invitation_id, account_id, by=by, now=now):
            raise NotFoundException
        return Redirect(f"/accounts/{account_id}", status_code=303)

    @post("/people/{link_id:uuid}/removal")
    async def exclude(
        self,
        request: Request[Any, Any, Any],
        account_id: FromPath[UUID],
        link_id: FromPath[UUID],
        outside: NamedDependency[Outside],
    ) -> Response[Any]:
        by, now = request.scope["user"].id, outside.clock.now()
        if not await actions.exclude(link_id, account_id, by=by, now=now):
            raise NotFoundException
        return Redirect(f"/accounts/{account_id}", status_code=303)

    @post("/requests/{request_id:uuid}")
    async def answer(
        self,
        request: Request[Any, Any, Any],
        account_id: FromPath[UUID],
        request_id: FromPath[UUID],
        outside: NamedDependency[Outside],
    ) -> Response[Any]:
        role, portal = (await typed(request))["role"], request.scope["auth"]
        given: Role | Literal["none"] = next((one for one in INVITED if one == role), "none")
        if given == "none" and role != "none":
            return await account_page(request, account_id, outside, trouble="role")
        outcome = await actions.answer(
            request_id, account_id, given, by=request.scope["user"].id, portal_id=portal.id,
            policy=portal.policy.accounts, now=outside.clock.now(),
        )  # fmt: skip
        match outcome:
            case Joined() | AlreadyYours() | Gone() | None:
                return Redirect(f"/accounts/{account_id}", status_code=303)
            case Absent():
                raise NotFoundException
            case Full():
                return await account_page(request, account_id, outside, trouble="guest_full")


async def account_page(
    request: Request[Any, Any, Any],
    account_id: UUID,
    outside: Outside,
    *,
    form: InviteForm | None = None,
    trouble: str | None = None,
    status_code: int = 422,
) -> Response[Any]:
    """One account of the person; 404 for anybody else's."""
    found = await queries.shared(request.scope["user"].id, account_id, outside.clock.now())
    if found is None:
        raise NotFoundException
    context: dict[str, Any] = {"shared": found, "account": found.account, "accounts": found.accounts}
    context |= {"form": form or InviteForm(), "trouble": trouble}
    return render(request, PAGE, partial=PEOPLE, status_code=status_code, **context)
