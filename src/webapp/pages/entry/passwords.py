"""Setting a password by a one-use link: after signing up (A31), and after forgetting the old one."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from webapp.actions import proofs
from webapp.actions import recovery as actions
from webapp.actions.proofs import Proof
from webapp.actions.sign_in import SecondNeeded, SignedIn
from webapp.actions.sign_up import Expired
from webapp.outside import Outside
from webapp.pages.entry.forms import Missing, Mistake
from webapp.rules import passwords
from webapp.web.entering import ask_second, device_of, enter
from webapp.web.forms import typed
from webapp.web.rendering import render

PAGE, PANEL = "pages/entry/password.html", "partials/entry/password.html"


class PasswordPages(Controller):
    path = "/password/{link:str}"

    @get()
    async def show(
        self, request: Request[Any, Any, Any], link: FromPath[str], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        proof = await _by_link(request, link, outside)
        why = proofs.why_gone(proof, outside.clock.now())
        if why or proof is None:
            return _no_link(request, why or "foreign")
        return _form(request, link, proof, None, status_code=200)

    @post()
    async def set(
        self, request: Request[Any, Any, Any], link: FromPath[str], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        portal, now = request.scope["auth"], outside.clock.now()
        proof, password = await _by_link(request, link, outside), (await typed(request))["password"]
        why = proofs.why_gone(proof, now)
        if why or proof is None:
            return _no_link(request, why or "foreign")
        if not password:
            return _form(request, link, proof, Missing.PASSWORD)
        wrong = passwords.judge(password, portal.policy.passwords.minimum, proof.contact)
        if wrong:
            return _form(request, link, proof, wrong)
        match await actions.set_password(
            proof, password, portal_id=portal.id, on=device_of(request), now=now
        ):
            case SignedIn() as signed_in:
                return await enter(request, signed_in, now)
            case SecondNeeded() as who:
                return await ask_second(request, who, now)
            case Expired():
                return _no_link(request, "used")


async def _by_link(request: Request[Any, Any, Any], link: str, outside: Outside) -> Proof | None:
    return await proofs.by_link(request.scope["auth"].id, link, ("set_password", "recovery"), key=outside.key)


def _no_link(request: Request[Any, Any, Any], why: str) -> Response[Any]:
    status = 404 if why == "foreign" else 410
    return render(request, "pages/entry/no_link.html", why=why, purpose="password", status_code=status)


def _form(
    request: Request[Any, Any, Any],
    link: str,
    proof: Proof,
    mistake: Mistake | None,
    *,
    status_code: int = 422,
) -> Response[Any]:
    said: dict[str, Any] = {"link": link, "contact": proof.contact, "mistake": mistake}
    return render(request, PAGE, partial=PANEL, status_code=status_code, **said)
