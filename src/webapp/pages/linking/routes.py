"""Adding an account («особовий рахунок») by its number and the last payment."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect

from webapp.actions import linking as actions
from webapp.actions.identifying import NotIdentified, TooManyTries
from webapp.actions.linking import Full, Linked, Taken
from webapp.database.queries import people
from webapp.outside import Outside
from webapp.pages.linking.forms import CompanyForm, LinkForm
from webapp.web.addresses import ip_of
from webapp.web.forms import typed
from webapp.web.guards import signed_in
from webapp.web.rendering import render

PAGE, PANEL = "pages/linking/index.html", "partials/linking/form.html"
COMPANY = "pages/linking/company.html"


class LinkingPages(Controller):
    path = "/linking"
    guards = [signed_in]

    @get()
    async def show(self, request: Request[Any, Any, Any]) -> Response[Any]:
        return await _form(request, LinkForm(), status_code=200)

    @post()
    async def link(self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]) -> Response[Any]:
        portal, person = request.scope["auth"], request.scope["user"]
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
                return Redirect(f"/cabinet?account={account}", status_code=303)
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
        return await _render(request, COMPANY, form=CompanyForm(), asked=False)

    @post("/company")
    async def ask_for_company(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        form = CompanyForm.of(await typed(request))
        if not form.read():
            return await _render(request, COMPANY, form=form, asked=False, status_code=422)
        await actions.ask_for_company(
            form.company_name, form.settlement, form.contact,
            portal_id=request.scope["auth"].id, person_id=request.scope["user"].id, now=outside.clock.now(),
        )  # fmt: skip
        return Redirect("/linking/company/asked", status_code=303)

    @get("/company/asked")
    async def asked(self, request: Request[Any, Any, Any]) -> Response[Any]:
        return await _render(request, COMPANY, form=CompanyForm(), asked=True)


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
