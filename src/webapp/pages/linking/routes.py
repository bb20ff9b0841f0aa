"""Adding an account («особовий рахунок») by its number and the last payment; after a consent where it comes late."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect

from webapp.actions import consents
from webapp.actions import linking as actions
from webapp.actions.identifying import NotIdentified, TooManyTries
from webapp.actions.linking import Full, Linked, Taken
from webapp.database.queries import people
from webapp.outside import Outside
from webapp.pages.linking.forms import CompanyForm, LinkForm
from webapp.web.addresses import ip_of
from webapp.web.entering import go
from webapp.web.forms import typed
from webapp.web.guards import signed_in
from webapp.web.rendering import render
from webapp.web.texts import agreed, text

PAGE, PANEL = "pages/linking/index.html", "partials/linking/form.html"
CONSENT, CONSENT_PANEL = "pages/linking/consent.html", "partials/linking/consent.html"
COMPANY = "pages/linking/company.html"


class LinkingPages(Controller):
    path = "/linking"
    guards = [signed_in]

    @get()
    async def show(self, request: Request[Any, Any, Any]) -> Response[Any]:
        if not await _has_signed(request):
            return await _consent(request, status_code=200)
        return await _form(request, LinkForm(), status_code=200)

    @get("/consent")
    async def consent(self) -> Redirect:
        return Redirect("/linking", status_code=303)

    @post("/consent")
    async def sign(self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]) -> Response[Any]:
        """The box is empty until the person ticks it; what is signed is what the page showed (R07)."""
        portal, person, fields = request.scope["auth"], request.scope["user"], await typed(request)
        if not fields["agree"]:
            return await _consent(request, mistake="missing")
        if fields["consent"] != _version(request):
            return await _consent(request, mistake="changed")
        if not await _has_signed(request):
            await consents.sign(
                agreed(request, "consent", outside.clock.now()), by=person.id, portal_id=portal.id,
                language=request.scope["state"]["language"],
            )  # fmt: skip
        return go(request, "/linking")

    @post()
    async def link(self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]) -> Response[Any]:
        portal, person = request.scope["auth"], request.scope["user"]
        if not await _has_signed(request):
            return go(request, "/linking")
        form = LinkForm.of(await typed(request))
        claim = form.read(portal)
        if claim is None:
            return await _form(request, form)
        outcome = await actions.link(
            claim, by=person.id, portal_id=portal.id, policy=portal.policy.accounts, ip=ip_of(request),
            now=outside.clock.now(),
        )  # fmt: skip
        match outcome:
            case Linked(account_id=account):
                return go(request, f"/cabinet?account={account}")
            case NotIdentified():
                return await _form(request, form, trouble="not_identified")
            case TooManyTries():
                return await _form(request, form, trouble="too_many", status_code=429)
            case Full(maximum=maximum):
                return await _form(request, form, trouble="full", maximum=maximum)
            case Taken():
                return await _form(request, form, trouble="taken")

    @get("/company")
    async def company(self, request: Request[Any, Any, Any]) -> Response[Any]:
        return await _render(request, COMPANY, form=CompanyForm(), asked=False, too_many=False)

    @post("/company")
    async def ask_for_company(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        form = CompanyForm.of(await typed(request))
        if not form.read():
            return await _render(request, COMPANY, form=form, asked=False, too_many=False, status_code=422)
        kept = await actions.ask_for_company(
            form.company_name, form.settlement, form.contact, portal_id=request.scope["auth"].id,
            person_id=request.scope["user"].id, ip=ip_of(request), now=outside.clock.now(),
        )  # fmt: skip
        if not kept:
            return await _render(request, COMPANY, form=form, asked=False, too_many=True, status_code=429)
        return Redirect("/linking/company/asked", status_code=303)

    @get("/company/asked")
    async def asked(self, request: Request[Any, Any, Any]) -> Response[Any]:
        return await _render(request, COMPANY, form=CompanyForm(), asked=True, too_many=False)


def _version(request: Request[Any, Any, Any]) -> str:
    return text("legal", "consent", request.scope["state"]["language"]).version


async def _has_signed(request: Request[Any, Any, Any]) -> bool:
    """Whether the way to the form is free: asked only where the consent comes after the sign-up (P-08)."""
    if request.scope["auth"].policy.consent.moment == "before":
        return True
    return await people.has_signed(request.scope["user"].id, "consent", _version(request))


async def _consent(
    request: Request[Any, Any, Any], *, mistake: str | None = None, status_code: int = 422
) -> Response[Any]:
    said: dict[str, Any] = {"version": _version(request), "mistake": mistake}
    return await _render(request, CONSENT, partial=CONSENT_PANEL, status_code=status_code, **said)


async def _form(
    request: Request[Any, Any, Any],
    form: LinkForm,
    *,
    trouble: str | None = None,
    maximum: int = 0,
    status_code: int = 422,
) -> Response[Any]:
    """The form as it was left, with what there is to say about it on top and beside the fields (A24, A25)."""
    return await _render(
        request, PAGE, partial=PANEL, status_code=status_code, form=form, trouble=trouble, maximum=maximum
    )


async def _render(request: Request[Any, Any, Any], page: str, **context: Any) -> Response[Any]:
    """With the accounts that are there already: the menu has them too."""
    oneself = await people.oneself(request.scope["user"].id)
    return render(request, page, accounts=oneself.accounts, **context)
