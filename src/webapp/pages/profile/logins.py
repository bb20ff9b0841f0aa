"""Logins in the profile: one more by a code or a link, one less (B08)."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from webapp.actions import contacts as actions
from webapp.actions import proofs
from webapp.actions.contacts import Absent, Done, Full, Mine, Taken
from webapp.actions.proofs import Contact, Proof
from webapp.actions.sign_up import Expired, TooSoon, Waiting, WrongCode
from webapp.outside import Outside
from webapp.pages.entry.forms import way_to_prove
from webapp.pages.entry.proving import seconds_until_again, shown_in_demo
from webapp.pages.profile.forms import ContactForm, Wrong
from webapp.pages.profile.frame import ask_first, asker, profile_of, show
from webapp.rules import logins as rules
from webapp.rules.logins import Keeps
from webapp.web.entering import go
from webapp.web.forms import typed
from webapp.web.guards import signed_in
from webapp.web.rendering import render

NEW, CONFIRM = "pages/profile/new_login.html", "pages/profile/confirm_login.html"
LINK, REMOVAL = "pages/profile/login_link.html", "pages/profile/remove_login.html"


class LoginsPages(Controller):
    path = "/profile/logins"
    guards = [signed_in]

    @get("/new")
    async def new(self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]) -> Response[Any]:
        _several(request)
        first = ask_first(request, outside.clock.now())
        return first or await _new(request, outside, ContactForm(), status_code=200)

    @post("/new")
    async def ask(self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]) -> Response[Any]:
        _several(request)
        portal, now = request.scope["auth"], outside.clock.now()
        first = ask_first(request, now)
        if first:
            return first
        form = ContactForm.of(await typed(request))
        to = form.read(portal)
        if to is None:
            return await _new(request, outside, form)
        match await actions.ask(to, way_to_prove(portal, to), by=asker(request), now=now):
            case Waiting():
                return go(request, "/profile/logins/confirm")
            case TooSoon():
                return await _new(request, outside, form, too_soon=True, status_code=429)
            case Mine():
                form.mistakes["login"] = Wrong.MINE
            case Full():
                form.mistakes["login"] = Wrong.FULL
        return await _new(request, outside, form)

    @get("/confirm")
    async def confirm(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        proof = await _proof(request)
        if proof is None:
            return Redirect("/profile", status_code=303)
        said = "again" if "again" in request.query_params else None
        return await _confirm(request, outside, proof, said=said, status_code=200)

    @post("/confirm")
    async def by_code(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        _several(request)
        proof, code, now = await _proof(request), (await typed(request))["code"], outside.clock.now()
        if proof is None:
            return go(request, "/profile")
        if not code.strip():
            return await _confirm(request, outside, proof, mistake="empty")
        match await actions.by_code(code, by=asker(request), key=outside.key, now=now):
            case Done():
                return go(request, "/profile?said=added")
            case WrongCode(left=left):
                return await _confirm(request, outside, proof, mistake="wrong" if left else "dead")
            case Expired():
                return await _confirm(request, outside, proof, mistake="expired")
            case Taken() | Full():
                return await _confirm(request, outside, proof, said="taken")

    @post("/resend")
    async def resend(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        _several(request)
        proof, portal, now = await _proof(request), request.scope["auth"], outside.clock.now()
        if proof is None:
            return go(request, "/profile")
        after = timedelta(seconds=portal.policy.resending.after_seconds)
        to = Contact("mail" if proof.channel == "mail" else "phone", proof.contact)
        if now - proof.created_at >= after:
            match await actions.ask(to, way_to_prove(portal, to), by=asker(request), now=now):
                case Waiting():
                    return go(request, "/profile/logins/confirm?again=1")
                case Mine() | Full():
                    return go(request, "/profile")
        return await _confirm(request, outside, proof, said="too_soon", status_code=429)

    @get("/link/{link:str}")
    async def look(
        self, request: Request[Any, Any, Any], link: FromPath[str], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        """Of the letter: good for the person who asked for it alone, so a slip in the address opens nothing."""
        proof = await _by_link(request, link, outside)
        why = proofs.why_gone(proof, outside.clock.now())
        if why or proof is None:
            return _no_link(request, why or "foreign")
        return await show(request, outside, LINK, link=link, contact=proof.contact)

    @post("/link/{link:str}")
    async def follow(
        self, request: Request[Any, Any, Any], link: FromPath[str], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        _several(request)
        proof, now = await _by_link(request, link, outside), outside.clock.now()
        why = proofs.why_gone(proof, now)
        if why or proof is None:
            return _no_link(request, why or "foreign")
        portal_id, person_id = request.scope["auth"].id, request.scope["user"].id
        match await actions.add(proof, person_id, portal_id=portal_id, now=now):
            case Done():
                return go(request, "/profile?said=added")
            case _:
                return _no_link(request, "used")

    @get("/{login:uuid}/removal")
    async def before_removal(
        self, request: Request[Any, Any, Any], login: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        first = ask_first(request, outside.clock.now())
        return first or await _removal(request, outside, login)

    @post("/{login:uuid}/removal")
    async def remove(
        self, request: Request[Any, Any, Any], login: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        now = outside.clock.now()
        first = ask_first(request, now)
        if first:
            return first
        by = asker(request)
        outcome = await actions.remove(
            login, person_id=by.person_id, portal_id=by.portal_id, language=by.language, now=now
        )
        match outcome:
            case Done():
                return go(request, "/profile?said=removed")
            case Absent():
                raise NotFoundException
            case Keeps():
                return await _removal(request, outside, login, status_code=422)


def _several(request: Request[Any, Any, Any]) -> None:
    """Where a person has one login it is replaced, none is added (P-01)."""
    if not request.scope["auth"].policy.logins.several:
        raise NotFoundException


async def _proof(request: Request[Any, Any, Any]) -> Proof | None:
    """What this sign-in waits for."""
    return await proofs.live(request.scope["auth"].id, "add_login", asker(request).browser)


async def _by_link(request: Request[Any, Any, Any], link: str, outside: Outside) -> Proof | None:
    proof = await proofs.by_link(request.scope["auth"].id, link, ("add_login",), key=outside.key)
    return proof if proof and proof.kind != "code" and proof.person_id == request.scope["user"].id else None


def _no_link(request: Request[Any, Any, Any], why: str) -> Response[Any]:
    status = 404 if why == "foreign" else 410
    return render(request, "pages/entry/no_link.html", why=why, purpose="login", status_code=status)


async def _new(
    request: Request[Any, Any, Any],
    outside: Outside,
    form: ContactForm,
    *,
    too_soon: bool = False,
    status_code: int = 422,
) -> Response[Any]:
    return await show(request, outside, NEW, form=form, too_soon=too_soon, status_code=status_code)


async def _confirm(
    request: Request[Any, Any, Any],
    outside: Outside,
    proof: Proof,
    *,
    said: str | None = None,
    mistake: str | None = None,
    status_code: int = 422,
) -> Response[Any]:
    context: dict[str, Any] = {"proof": proof, "said": said, "mistake": mistake}
    context["wait"] = seconds_until_again(request, proof, outside.clock.now())
    context["shown"] = shown_in_demo(request, proof, outside)
    return await show(request, outside, CONFIRM, status_code=status_code, **context)


async def _removal(
    request: Request[Any, Any, Any], outside: Outside, id: UUID, *, status_code: int = 200
) -> Response[Any]:
    profile = await profile_of(request, outside)
    login = next((one for one in profile.logins if one.id == id), None)
    if login is None:
        raise NotFoundException
    verified = {one.id: one.verified_at for one in profile.logins}
    keeps = rules.may_remove(verified, id, outside.clock.now())
    return await show(request, outside, REMOVAL, profile, login=login, keeps=keeps, status_code=status_code)
