"""Signing up, as far as the form: what it takes, the consent, who one is (A09-A26, K03, R03)."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect
from msgspec.structs import replace

from webapp.actions import linking
from webapp.actions import sign_up as actions
from webapp.actions.identifying import NotIdentified, TooManyTries
from webapp.actions.sign_up import SignUp, Taken, TooSoon, Waiting
from webapp.outside import Outside
from webapp.pages.entry.forms import IdentifiedForm, SignUpForm, way_to_prove
from webapp.pages.linking.forms import CompanyForm
from webapp.web.addresses import ip_of
from webapp.web.cookies import WAITING_SECONDS, cookie, new_token, token_hash, told
from webapp.web.entering import go, waiting_browser
from webapp.web.forms import Typed, typed
from webapp.web.rendering import render
from webapp.web.texts import Text, agreed, text

INTRODUCTION, CONSENT = "pages/entry/introduction.html", "pages/entry/consent.html"
PAGE, PANEL = "pages/entry/sign_up.html", "partials/entry/sign_up.html"
COMPANY = "pages/entry/company.html"


class SignUpPages(Controller):
    path = "/sign-up"

    @get()
    async def start(self, request: Request[Any, Any, Any]) -> Response[Any]:
        if request.scope["user"]:
            return Redirect("/cabinet", status_code=303)
        if request.scope["auth"].policy.logins.introduced:
            return render(request, INTRODUCTION, next=_after_introduction(request))
        return Redirect(_after_introduction(request), status_code=303)

    @get("/refused")
    async def refused(self, request: Request[Any, Any, Any]) -> Response[Any]:
        return render(request, "pages/entry/refused.html")

    @get("/consent")
    async def consent(self, request: Request[Any, Any, Any]) -> Response[Any]:
        if not _asks_consent(request):
            return Redirect("/sign-up/form", status_code=303)
        return render(request, CONSENT, missing=False)

    @post("/consent")
    async def agree(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """The box is empty until the person ticks it; without the tick it ends here."""
        if not (await typed(request))["agree"]:
            return render(request, CONSENT, missing=True, status_code=422)
        version = cookie(request.scope["auth"], "agreed", _consent(request).version)
        return go(request, "/sign-up/form", [version])

    @get("/form")
    async def form(self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]) -> Response[Any]:
        """Empty, or as it was sent, for whoever comes back to correct the address (A30)."""
        portal = request.scope["auth"]
        if request.scope["user"]:
            return Redirect("/cabinet", status_code=303)
        if _asks_consent(request) and told(request.cookies, portal, "agreed") != _consent(request).version:
            return Redirect("/sign-up/consent", status_code=303)
        browser = waiting_browser(request)
        begun = await actions.waiting(portal.id, browser, outside.clock.now()) if browser else None
        return _form(request, _blank(request, begun), status_code=200)

    @post()
    async def begin(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        portal, fields, now = request.scope["auth"], await typed(request), outside.clock.now()
        if _asks_consent(request) and fields["consent"] != _consent(request).version:
            return go(request, "/sign-up/consent")
        form, asked = _read(request, fields)
        if asked is None:
            return _form(request, form)
        if _asks_consent(request):
            asked = replace(asked, consent=agreed(request, "consent", now))
        token = new_token()
        outcome = await actions.begin(
            asked, portal_id=portal.id, exclusive=portal.policy.accounts.exclusive,
            browser=token_hash(token) or b"", language=request.scope["state"]["language"],
            ip=ip_of(request), now=now,
        )  # fmt: skip
        match outcome:
            case Waiting():
                waiting = cookie(portal, "waiting", token, seconds=WAITING_SECONDS)
                return go(request, "/sign-up/confirm", [waiting])
            case TooSoon():
                return _form(request, form, trouble="too_soon", status_code=429)
            case TooManyTries():
                return _form(request, form, trouble="too_many", status_code=429)
            case NotIdentified():
                return _form(request, form, trouble="not_identified")
            case Taken():
                return _form(request, form, trouble="taken")

    @get("/company")
    async def company(self, request: Request[Any, Any, Any]) -> Response[Any]:
        return render(request, COMPANY, form=CompanyForm(), asked=False, too_many=False)

    @post("/company")
    async def ask_for_company(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        form, now = CompanyForm.of(await typed(request)), outside.clock.now()
        if not form.read():
            return render(request, COMPANY, form=form, asked=False, too_many=False, status_code=422)
        kept = await linking.ask_for_company(
            form.company_name, form.settlement, form.contact,
            portal_id=request.scope["auth"].id, person_id=None, ip=ip_of(request), now=now,
        )  # fmt: skip
        if not kept:
            return render(request, COMPANY, form=form, asked=False, too_many=True, status_code=429)
        return Redirect("/sign-up/company/asked", status_code=303)

    @get("/company/asked")
    async def asked_for_company(self, request: Request[Any, Any, Any]) -> Response[Any]:
        return render(request, COMPANY, form=CompanyForm(), asked=True, too_many=False)


def _asks_consent(request: Request[Any, Any, Any]) -> bool:
    return bool(request.scope["auth"].policy.consent.moment == "before")


def _consent(request: Request[Any, Any, Any]) -> Text:
    return text("legal", "consent", request.scope["state"]["language"])


def _after_introduction(request: Request[Any, Any, Any]) -> str:
    return "/sign-up/consent" if _asks_consent(request) else "/sign-up/form"


def _is_identified(request: Request[Any, Any, Any]) -> bool:
    return bool(request.scope["auth"].policy.logins.sign_up == "identified")


def _blank(request: Request[Any, Any, Any], begun: SignUp | None) -> IdentifiedForm | SignUpForm:
    before = Typed(begun.typed if begun else {})
    return IdentifiedForm.of(before) if _is_identified(request) else SignUpForm.of(before)


def _read(
    request: Request[Any, Any, Any], fields: Typed
) -> tuple[IdentifiedForm | SignUpForm, actions.Request | None]:
    portal = request.scope["auth"]
    if _is_identified(request):
        identified = IdentifiedForm.of(fields)
        read = identified.read(portal)
        if read is None:
            return identified, None
        mail, claim, phone = read
        return identified, actions.Request(mail, None, identified.typed, None, claim, "link", phone)
    plain, password = SignUpForm.of(fields), fields["password"]
    contact = plain.read(portal, password, fields["again"])
    if contact is None:
        return plain, None
    return plain, actions.Request(contact, password, plain.typed, None, None, way_to_prove(portal, contact))


def _form(
    request: Request[Any, Any, Any],
    form: IdentifiedForm | SignUpForm,
    *,
    trouble: str | None = None,
    status_code: int = 422,
) -> Response[Any]:
    """The form as it was left, with what there is to say on top of it and beside its fields (A24, A25)."""
    consent = _consent(request).version if _asks_consent(request) else ""
    said: dict[str, Any] = {"form": form, "trouble": trouble, "consent": consent}
    said["identified"] = _is_identified(request)
    return render(request, PAGE, partial=PANEL, status_code=status_code, **said)
