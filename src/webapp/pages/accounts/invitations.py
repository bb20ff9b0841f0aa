"""An invitation as whoever got it sees it. Looking consumes nothing; whoever is not signed in comes back here."""

from typing import Any
from urllib.parse import quote

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from webapp.actions import sharing as actions
from webapp.actions.sharing import AlreadyYours, Full, Gone, Joined
from webapp.database.queries import sharing as queries
from webapp.database.queries.sharing import Invite
from webapp.outside import Outside
from webapp.rules import codes
from webapp.web.cookies import WAITING_SECONDS, cookie
from webapp.web.entering import go
from webapp.web.forms import typed
from webapp.web.rendering import render

PAGE, NONE = "pages/accounts/invitation.html", "pages/accounts/no_invitation.html"


class InvitationPages(Controller):
    path = "/invitations/{link:str}"

    @get()
    async def show(
        self, request: Request[Any, Any, Any], link: FromPath[str], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        found = await _by_link(request, link, outside)
        if found is None or not found.works:
            return _none(request, found)
        return render(request, PAGE, link=link, invitation=found, full=False)

    @post()
    async def accept(
        self, request: Request[Any, Any, Any], link: FromPath[str], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        portal, person = request.scope["auth"], request.scope["user"]
        found = await _by_link(request, link, outside)
        if found is None:
            return _none(request, found)
        if person is None:
            return await _come_in_first(request, link)
        if found.used_by == person.id:  # pressed twice
            return go(request, f"/cabinet?account={found.account_id}")
        outcome = await actions.accept(
            found.id,
            by=person.id,
            portal_id=portal.id,
            policy=portal.policy.accounts,
            now=outside.clock.now(),
        )
        match outcome:
            case Joined(account_id=account) | AlreadyYours(account_id=account):
                return go(request, f"/cabinet?account={account}")
            case Full():
                return render(request, PAGE, link=link, invitation=found, full=True, status_code=422)
            case Gone():
                return _none(request, found)


async def _come_in_first(request: Request[Any, Any, Any], link: str) -> Response[Any]:
    """A cookie brings back whoever signs up meanwhile; who signs in is sent back by the address."""
    there = f"/invitations/{link}"
    if (await typed(request))["way"] == "sign-up":
        back = cookie(request.scope["auth"], "invited", link, seconds=WAITING_SECONDS)
        return go(request, "/sign-up", [back])
    return go(request, f"/sign-in?next={quote(there)}")


async def _by_link(request: Request[Any, Any, Any], link: str, outside: Outside) -> Invite | None:
    id = codes.invitation_in(outside.key, link)
    return await queries.invite(id, request.scope["auth"].id, outside.clock.now()) if id else None


def _none(request: Request[Any, Any, Any], found: Invite | None) -> Response[Any]:
    person = request.scope["user"]
    mine = bool(found and person and found.used_by == person.id)
    return render(
        request, NONE, found=found, mine=mine, status_code=404 if found is None else 200 if mine else 410
    )
