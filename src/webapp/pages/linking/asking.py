"""What is missing on the way to an account is asked for: a company, an address, a PIN; none is a dead end."""

from typing import Any, Literal

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from webapp.actions import asking, linking
from webapp.database.queries import asked as queries
from webapp.database.queries import people
from webapp.outside import Outside
from webapp.pages.linking.forms import AddressForm, CompanyForm, PinForm
from webapp.rules.cases import read_number
from webapp.web import forms
from webapp.web.addresses import ip_of
from webapp.web.entering import go
from webapp.web.forms import typed
from webapp.web.guards import signed_in
from webapp.web.rendering import render

COMPANY = "pages/linking/company.html"
ADDRESS, ADDRESS_PANEL = "pages/linking/address.html", "partials/linking/missing.html"
PIN, PIN_PANEL = "pages/linking/pin.html", "partials/linking/pin.html"


class AskingPages(Controller):
    path = "/linking"
    guards = [signed_in]

    @get("/company")
    async def company(self, request: Request[Any, Any, Any]) -> Response[Any]:
        return await page(request, COMPANY, form=CompanyForm(), asked=False, too_many=False)

    @post("/company")
    async def ask_for_company(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        form = CompanyForm.of(await typed(request))
        if not form.read():
            return await page(request, COMPANY, form=form, asked=False, too_many=False, status_code=422)
        kept = await linking.ask_for_company(
            form.company_name, form.settlement, form.contact, portal_id=request.scope["auth"].id,
            person_id=request.scope["user"].id, ip=ip_of(request), now=outside.clock.now(),
        )  # fmt: skip
        if not kept:
            return await page(request, COMPANY, form=form, asked=False, too_many=True, status_code=429)
        return Redirect("/linking/company/asked", status_code=303)

    @get("/company/asked")
    async def asked_for_company(self, request: Request[Any, Any, Any]) -> Response[Any]:
        return await page(request, COMPANY, form=CompanyForm(), asked=True, too_many=False)

    @get("/address")
    async def address(self, request: Request[Any, Any, Any]) -> Response[Any]:
        form = AddressForm.of(forms.asked(request))
        return await page(request, ADDRESS, partial=ADDRESS_PANEL, form=form, too_many=False)

    @post("/address")
    async def ask_for_address(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        form, said = AddressForm.of(await typed(request)), {"partial": ADDRESS_PANEL}
        if not form.read():
            return await page(request, ADDRESS, form=form, too_many=False, status_code=422, **said)
        number = await _ask(request, outside, "address", form.typed, str(request.scope["auth"].controller.id))
        if number is None:
            return await page(request, ADDRESS, form=form, too_many=True, status_code=429, **said)
        return go(request, f"/linking/asked/{number}")

    @get("/pin")
    async def pin(self, request: Request[Any, Any, Any]) -> Response[Any]:
        form = PinForm.of(forms.asked(request))
        return await page(request, PIN, partial=PIN_PANEL, form=form, too_many=False)

    @post("/pin")
    async def ask_for_pin(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        form = PinForm.of(await typed(request))
        said = form.read(request.scope["auth"])
        if said is None:
            return await page(request, PIN, partial=PIN_PANEL, form=form, too_many=False, status_code=422)
        number = await _ask(request, outside, "pin", said, form.company)
        if number is None:
            return await page(request, PIN, partial=PIN_PANEL, form=form, too_many=True, status_code=429)
        return go(request, f"/linking/asked/{number}")

    @get("/asked/{number:str}")
    async def asked(self, request: Request[Any, Any, Any], number: FromPath[str]) -> Response[Any]:
        """What became of it: one's own alone."""
        case = await queries.asked(request.scope["user"].id, read_number(number) or "")
        if case is None:
            raise NotFoundException
        return await page(request, "pages/linking/asked.html", case=case)


async def _ask(
    request: Request[Any, Any, Any], outside: Outside, kind: Literal["pin", "address"], said: dict[str, str],
    company: str,
) -> str | None:  # fmt: skip
    portal = request.scope["auth"]
    return await asking.ask(
        kind, said, company_id=next(one.id for one in portal.companies if str(one.id) == company),
        portal_id=portal.id, person_id=request.scope["user"].id,
        language=request.scope["state"]["language"], now=outside.clock.now(),
    )  # fmt: skip


async def page(request: Request[Any, Any, Any], name: str, **context: Any) -> Response[Any]:
    """With the accounts that are there already: the menu has them too."""
    oneself = await people.oneself(request.scope["user"].id)
    return render(request, name, accounts=oneself.accounts, **context)
