"""The second half of signing up: the code or the link that proves the contact (A28-A32, K05, K06)."""

from datetime import datetime, timedelta
from math import ceil
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from webapp.actions import proofs
from webapp.actions import sign_up as actions
from webapp.actions.proofs import Contact, Proof
from webapp.actions.sign_in import SignedIn
from webapp.actions.sign_up import Expired, MaySet, Registered, SignUp, TooSoon, Waiting, WrongCode
from webapp.outside import Outside
from webapp.pages.entry.forms import way_to_prove
from webapp.rules import codes
from webapp.web.addresses import ip_of
from webapp.web.cookies import told
from webapp.web.entering import device_of, enter, go, gone, waiting_browser
from webapp.web.forms import typed
from webapp.web.rendering import render

PAGE, PANEL = "pages/entry/confirm.html", "partials/entry/confirm.html"
LINK = "pages/entry/link.html"


class ProvingPages(Controller):
    path = "/sign-up"

    @get("/confirm")
    async def show(self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]) -> Response[Any]:
        begun = await _begun(request, outside.clock.now())
        if begun is None:
            return Redirect(_elsewhere(request), status_code=303)
        said = "again" if "again" in request.query_params else None
        return await _page(request, outside, begun, said=said, status_code=200)

    @post("/confirm")
    async def confirm(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        portal, browser, now = request.scope["auth"], waiting_browser(request), outside.clock.now()
        begun, code = await _begun(request, now), (await typed(request))["code"]
        if begun is None or browser is None:
            return go(request, _elsewhere(request))
        if not code.strip():
            return await _page(request, outside, begun, mistake="empty")
        outcome = await actions.by_code(
            code, portal_id=portal.id, browser=browser, on=device_of(request), key=outside.key, now=now
        )
        match outcome:
            case SignedIn() as signed_in:
                return await enter(request, signed_in, now)
            case WrongCode(left=left):
                return await _page(request, outside, begun, mistake="wrong" if left else "dead")
            case Expired():
                return await _page(request, outside, begun, mistake="expired")

    @post("/resend")
    async def resend(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        """«Повторити» (A29): to the same address; another one is the way back to the form (A30)."""
        portal, browser, now = request.scope["auth"], waiting_browser(request), outside.clock.now()
        begun = await _begun(request, now)
        if begun is None or browser is None:
            return go(request, _elsewhere(request))
        to = Contact("mail" if "@" in begun.contact else "phone", begun.contact)
        outcome = await actions.resend(
            begun, to, way_to_prove(portal, to), portal_id=portal.id, browser=browser, ip=ip_of(request), now=now,
            after=timedelta(seconds=portal.policy.resending.after_seconds),
        )  # fmt: skip
        match outcome:
            case Waiting():
                return go(request, "/sign-up/confirm?again=1")
            case TooSoon():
                return await _page(request, outside, begun, said="too_soon", status_code=429)

    @get("/link/{link:str}")
    async def look(
        self, request: Request[Any, Any, Any], link: FromPath[str], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        """Looking uses nothing up: scanners of mail look too."""
        proof = await _by_link(request, link, outside)
        gone_why = proofs.why_gone(proof, outside.clock.now())
        if gone_why:
            return _no_link(request, gone_why)
        return render(request, LINK, link=link, contact=proof.contact if proof else "")

    @post("/link/{link:str}")
    async def follow(
        self, request: Request[Any, Any, Any], link: FromPath[str], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        portal, now = request.scope["auth"], outside.clock.now()
        proof = await _by_link(request, link, outside)
        gone_why = proofs.why_gone(proof, now)
        if gone_why or proof is None:
            return _no_link(request, gone_why or "foreign")
        outcome = await actions.by_link(
            proof, portal_id=portal.id, exclusive=portal.policy.accounts.exclusive,
            browser=waiting_browser(request), on=device_of(request), key=outside.key, now=now,
        )  # fmt: skip
        done = [gone(request, "waiting"), gone(request, "agreed")]
        match outcome:
            case SignedIn() as signed_in:
                return await enter(request, signed_in, now)
            case Registered():
                return go(request, "/sign-up/done", done)
            case MaySet(link=to_set):
                return go(request, f"/password/{to_set}", done)
            case Expired():
                return _no_link(request, "used")

    @get("/done")
    async def done(self, request: Request[Any, Any, Any]) -> Response[Any]:
        return render(request, "pages/entry/done.html")


async def _begun(request: Request[Any, Any, Any], now: datetime) -> SignUp | None:
    browser = waiting_browser(request)
    return await actions.waiting(request.scope["auth"].id, browser, now) if browser else None


async def _by_link(request: Request[Any, Any, Any], link: str, outside: Outside) -> Proof | None:
    return await proofs.by_link(request.scope["auth"].id, link, ("sign_up",), key=outside.key)


def _elsewhere(request: Request[Any, Any, Any]) -> str:
    """Nothing waits here: it is done, and one may sign in; or it was never begun in this browser."""
    if request.scope["user"]:
        return "/cabinet"
    return "/sign-in" if told(request.cookies, request.scope["auth"], "waiting") else "/sign-up"


def _no_link(request: Request[Any, Any, Any], why: str) -> Response[Any]:
    status = 404 if why == "foreign" else 410
    return render(request, "pages/entry/no_link.html", why=why, purpose="sign_up", status_code=status)


async def _page(
    request: Request[Any, Any, Any],
    outside: Outside,
    begun: SignUp,
    *,
    said: str | None = None,
    mistake: str | None = None,
    status_code: int = 422,
) -> Response[Any]:
    proof = await proofs.live(request.scope["auth"].id, "sign_up", waiting_browser(request))
    context: dict[str, Any] = {
        "kind": proof.kind if proof else "link" if begun.password_hash is None else "code",
        "contact": begun.contact,
        "said": said,
        "mistake": mistake,
        "wait": seconds_until_again(request, proof, outside.clock.now()),
        "shown": shown_in_demo(request, proof, outside),
        "action": "/sign-up/confirm",
        "again": "/sign-up/resend",
        "back": "/sign-up/form",
    }
    return render(request, PAGE, partial=PANEL, status_code=status_code, **context)


def seconds_until_again(request: Request[Any, Any, Any], proof: Proof | None, now: datetime) -> int:
    """How long the button for another letter still sleeps (P-05)."""
    if proof is None:
        return 0
    awake = proof.created_at + timedelta(seconds=request.scope["auth"].policy.resending.after_seconds)
    return max(0, ceil((awake - now).total_seconds()))


def shown_in_demo(request: Request[Any, Any, Any], proof: Proof | None, outside: Outside) -> str | None:
    """The demo shows the code or the link on the page; nowhere else does one come near it."""
    if not request.app.state.settings.demo or proof is None:
        return None
    if proof.purpose == "sign_up" and proof.person_id or proof.purpose != "sign_up" and not proof.person_id:
        return None
    if proof.kind != "link":
        return codes.code_of(outside.key, proof.id)
    folder = "/sign-up/link/" if proof.purpose == "sign_up" else "/password/"
    return folder + proofs.link_of(outside.key, proof.id)
