"""A login is replaced by another: codes to both, or three days without the old one (A37)."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from webapp.actions import contact_changes as actions
from webapp.actions import proofs
from webapp.actions.contact_changes import Under, Waits
from webapp.actions.contacts import Absent, Done, Mine, Taken
from webapp.actions.sign_up import TooSoon, Waiting
from webapp.outside import Outside
from webapp.pages.entry.proving import seconds_until_again, shown_in_demo
from webapp.pages.profile.forms import ContactForm, ProofsForm, Wrong
from webapp.pages.profile.frame import ask_first, asker, profile_of, show
from webapp.web.entering import go
from webapp.web.forms import typed
from webapp.web.guards import signed_in

CHANGE, PROVE = "pages/profile/change_login.html", "pages/profile/prove_change.html"
HERE = "/profile/logins/change"


class ChangePages(Controller):
    path = "/profile/logins"
    guards = [signed_in]

    @get("/{login:uuid}/change")
    async def form(
        self, request: Request[Any, Any, Any], login: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        first = ask_first(request, outside.clock.now())
        return first or await _change(request, outside, login, ContactForm(), status_code=200)

    @post("/{login:uuid}/change")
    async def ask(
        self, request: Request[Any, Any, Any], login: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        now = outside.clock.now()
        first = ask_first(request, now)
        if first:
            return first
        form = ContactForm.of(await typed(request))
        to = form.read(request.scope["auth"])
        if to is None:
            return await _change(request, outside, login, form)
        match await actions.ask(login, to, by=asker(request), now=now):
            case Waiting():
                return go(request, HERE)
            case TooSoon():
                return await _change(request, outside, login, form, too_soon=True, status_code=429)
            case Mine():
                form.mistakes["login"] = Wrong.MINE
                return await _change(request, outside, login, form)
            case Absent():
                raise NotFoundException

    @get("/change")
    async def show(self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]) -> Response[Any]:
        said = "again" if "again" in request.query_params else None
        return await _prove(request, outside, ProofsForm(), said=said, status_code=200)

    @post("/change")
    async def prove(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        form, fields, now = ProofsForm(), await typed(request), outside.clock.now()
        given = form.read(fields)
        if given is None:
            return await _prove(request, outside, form, lost="lost" in fields)
        match await actions.prove(given, by=asker(request), key=outside.key, now=now):
            case Done():
                return go(request, "/profile?said=replaced")
            case Waits() | Absent():
                return go(request, HERE)
            case Taken():
                return go(request, "/profile")
            case Under(mistakes=mistakes):
                form.mistakes |= mistakes
                return await _prove(request, outside, form, lost="lost" in fields)

    @post("/change/resend")
    async def resend(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        match await actions.resend(by=asker(request), now=outside.clock.now()):
            case Waiting():
                return go(request, f"{HERE}?again=1")
            case Absent():
                return go(request, "/profile")
            case TooSoon():
                return await _prove(request, outside, ProofsForm(), said="too_soon", status_code=429)

    @post("/change/cancellation")
    async def cancel(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        """No password: whoever objects is never kept waiting."""
        await actions.cancel(request.scope["user"].id, outside.clock.now())
        return go(request, "/profile?said=cancelled")


async def _change(
    request: Request[Any, Any, Any],
    outside: Outside,
    id: UUID,
    form: ContactForm,
    *,
    too_soon: bool = False,
    status_code: int = 422,
) -> Response[Any]:
    profile = await profile_of(request, outside)
    login = next((one for one in profile.logins if one.id == id), None)
    if login is None:
        raise NotFoundException
    said: dict[str, Any] = {"login": login, "form": form, "too_soon": too_soon, "status_code": status_code}
    return await show(request, outside, CHANGE, profile, **said)


async def _prove(
    request: Request[Any, Any, Any],
    outside: Outside,
    form: ProofsForm,
    *,
    said: str | None = None,
    lost: bool | None = None,
    status_code: int = 422,
) -> Response[Any]:
    profile, portal_id = await profile_of(request, outside), request.scope["auth"].id
    if profile.change is None:
        return Redirect("/profile", status_code=303)
    browser, now = asker(request).browser, outside.clock.now()
    sent = {
        "new": await proofs.live(portal_id, "add_login", browser),
        "old": await proofs.live(portal_id, "old_contact", browser),
    }
    context: dict[str, Any] = {"change": profile.change, "form": form, "said": said}
    context["lost"] = "lost" in request.query_params if lost is None else lost
    context["wait"] = max(seconds_until_again(request, proof, now) for proof in sent.values())
    context["shown"] = {which: shown_in_demo(request, proof, outside) for which, proof in sent.items()}
    return await show(request, outside, PROVE, profile, status_code=status_code, **context)
