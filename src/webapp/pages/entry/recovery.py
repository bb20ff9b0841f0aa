"""A forgotten password, up to the page where a new one is set (K07, B10, A35)."""

from datetime import timedelta
from typing import Any, Literal

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect

from webapp.actions import proofs
from webapp.actions import recovery as actions
from webapp.actions.proofs import Contact, Proof
from webapp.actions.sign_up import Expired, MaySet, TooSoon, Waiting, WrongCode
from webapp.database.queries.visits import Portal
from webapp.outside import Outside
from webapp.pages.entry.forms import SignInForm
from webapp.pages.entry.proving import seconds_until_again, shown_in_demo
from webapp.web.addresses import ip_of
from webapp.web.cookies import WAITING_SECONDS, cookie, new_token, token_hash
from webapp.web.entering import go, waiting_browser
from webapp.web.forms import typed
from webapp.web.rendering import render

PAGE, PANEL = "pages/entry/recovery.html", "partials/entry/recovery.html"
CONFIRM, CONFIRM_PANEL = "pages/entry/confirm_recovery.html", "partials/entry/confirm.html"


class RecoveryPages(Controller):
    path = "/recovery"

    @get()
    async def show(self, request: Request[Any, Any, Any]) -> Response[Any]:
        return _form(request, SignInForm(), status_code=200)

    @post()
    async def begin(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        """The same words, rows and time for a login that nobody has (T1)."""
        portal, form = request.scope["auth"], SignInForm.of(await typed(request))
        contact = form.read(portal)
        if contact is None:
            return _form(request, form)
        token = new_token()
        match await _send(request, outside, contact, token_hash(token) or b""):
            case Waiting():
                waiting = cookie(portal, "waiting", token, seconds=WAITING_SECONDS)
                return go(request, "/recovery/confirm", [waiting])
            case TooSoon():
                return _form(request, form, trouble="too_soon", status_code=429)

    @get("/confirm")
    async def confirm(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        proof = await _proof(request)
        if proof is None:
            return Redirect("/recovery", status_code=303)
        said = "again" if "again" in request.query_params else None
        return _confirm(request, outside, proof, said=said, status_code=200)

    @post("/confirm")
    async def by_code(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        portal, browser = request.scope["auth"], waiting_browser(request)
        proof, code = await _proof(request), (await typed(request))["code"]
        if proof is None or browser is None:
            return go(request, "/recovery")
        if not code.strip():
            return _confirm(request, outside, proof, mistake="empty")
        outcome = await actions.by_code(
            code, portal_id=portal.id, browser=browser, language=request.scope["state"]["language"],
            key=outside.key, now=outside.clock.now(),
        )  # fmt: skip
        match outcome:
            case MaySet(link=link):
                return go(request, f"/password/{link}")
            case WrongCode(left=left):
                return _confirm(request, outside, proof, mistake="wrong" if left else "dead")
            case Expired():
                return _confirm(request, outside, proof, mistake="expired")

    @post("/resend")
    async def resend(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        portal, browser, proof = request.scope["auth"], waiting_browser(request), await _proof(request)
        if proof is None or browser is None:
            return go(request, "/recovery")
        after = timedelta(seconds=portal.policy.resending.after_seconds)
        if outside.clock.now() - proof.created_at < after:
            return _confirm(request, outside, proof, said="too_soon", status_code=429)
        to = Contact("mail" if proof.channel == "mail" else "phone", proof.contact)
        match await _send(request, outside, to, browser):
            case Waiting():
                return go(request, "/recovery/confirm?again=1")
            case TooSoon():
                return _confirm(request, outside, proof, said="too_soon", status_code=429)


def kind_of(portal: Portal, to: Contact) -> Literal["code", "link"]:
    """A code fits into any SMS; letters carry whichever the portal has chosen (P-04)."""
    return "code" if to.kind == "phone" or portal.policy.logins.recovery == "code" else "link"


async def _send(
    request: Request[Any, Any, Any], outside: Outside, to: Contact, browser: bytes
) -> Waiting | TooSoon:
    portal = request.scope["auth"]
    return await actions.begin(
        to, kind_of(portal, to), portal_id=portal.id, browser=browser,
        language=request.scope["state"]["language"], ip=ip_of(request), now=outside.clock.now(),
    )  # fmt: skip


async def _proof(request: Request[Any, Any, Any]) -> Proof | None:
    """What this browser waits for; a visitor without its cookie waits for nothing."""
    browser = waiting_browser(request)
    return await proofs.live(request.scope["auth"].id, "recovery", browser) if browser else None


def _form(
    request: Request[Any, Any, Any], form: SignInForm, *, trouble: str | None = None, status_code: int = 422
) -> Response[Any]:
    return render(request, PAGE, partial=PANEL, form=form, trouble=trouble, status_code=status_code)


def _confirm(
    request: Request[Any, Any, Any],
    outside: Outside,
    proof: Proof,
    *,
    said: str | None = None,
    mistake: str | None = None,
    status_code: int = 422,
) -> Response[Any]:
    context: dict[str, Any] = {
        "kind": proof.kind,
        "contact": proof.contact,
        "said": said,
        "mistake": mistake,
        "wait": seconds_until_again(request, proof, outside.clock.now()),
        "shown": shown_in_demo(request, proof, outside),
        "action": "/recovery/confirm",
        "again": "/recovery/resend",
        "back": "/recovery",
    }
    return render(request, CONFIRM, partial=CONFIRM_PANEL, status_code=status_code, **context)
