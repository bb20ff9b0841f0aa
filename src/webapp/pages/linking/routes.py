"""Adding an account («особовий рахунок») by its number and a proof; after a consent where it comes late."""

from typing import Any
from urllib.parse import quote

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect

from webapp.actions import addresses, consents
from webapp.actions import linking as actions
from webapp.actions.addresses import Found, TooManyLists
from webapp.actions.identifying import NotIdentified, TooManyTries
from webapp.actions.linking import Full, Linked, Taken
from webapp.database.queries import people
from webapp.database.queries.people import Self
from webapp.outside import Outside
from webapp.pages.linking.forms import FIELDS, LinkForm
from webapp.rules import answers
from webapp.web import forms
from webapp.web.addresses import ip_of
from webapp.web.entering import SAFE, go
from webapp.web.forms import typed
from webapp.web.guards import own_path, signed_in
from webapp.web.rendering import render, way_back
from webapp.web.texts import agreed, text

PAGE, PANEL = "pages/linking/index.html", "partials/linking/form.html"
CONSENT, CONSENT_PANEL = "pages/linking/consent.html", "partials/linking/consent.html"


class LinkingPages(Controller):
    path = "/linking"
    guards = [signed_in]

    @get()
    async def show(self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]) -> Response[Any]:
        """What a link fills in (a QR code on the bill has number and PIN), the person still sends."""
        oneself = await people.oneself(request.scope["user"].id)
        if not has_signed(request, oneself):
            return await _consent(request, oneself, next=way_back(request), status_code=200)
        form = LinkForm.of(forms.asked(request), request.scope["auth"])
        return await _form(request, outside, oneself, form, status_code=200)

    @get("/consent")
    async def consent(self) -> Redirect:
        return Redirect("/linking", status_code=303)

    @post("/consent")
    async def sign(self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]) -> Response[Any]:
        """The box is empty until the person ticks it; what is signed is what the page showed (R07)."""
        portal, person, fields = request.scope["auth"], request.scope["user"], await typed(request)
        oneself = await people.oneself(person.id)
        next = own_path(fields["next"]) if fields["next"].startswith("/linking") else "/linking"
        if not fields["agree"]:
            return await _consent(request, oneself, next=next, mistake="missing")
        if fields["consent"] != _version(request):
            return await _consent(request, oneself, next=next, mistake="changed")
        if not has_signed(request, oneself):
            await consents.sign(
                agreed(request, "consent", outside.clock.now()), by=person.id, portal_id=portal.id,
                language=request.scope["state"]["language"],
            )  # fmt: skip
        return go(request, next)

    @post()
    async def link(self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]) -> Response[Any]:
        portal, person = request.scope["auth"], request.scope["user"]
        oneself = await people.oneself(person.id)
        if not has_signed(request, oneself):
            return go(request, "/linking")
        form = LinkForm.of(await typed(request), portal)
        claim = form.read(portal)
        if claim is None:
            return await _form(request, outside, oneself, form)
        outcome = await actions.link(
            claim, by=person.id, portal_id=portal.id, policy=portal.policy.accounts, ip=ip_of(request),
            now=outside.clock.now(), key=outside.key,
        )  # fmt: skip
        match outcome:
            case Linked():
                return go(request, _after(outcome, form))
            case NotIdentified():
                return await _form(request, outside, oneself, form, trouble="not_identified")
            case TooManyTries(locked=True) if not form.second:
                return await _locked(request, outside, oneself, form)
            case TooManyTries():
                return await _form(request, outside, oneself, form, trouble="too_many", status_code=429)
            case Full(maximum=maximum):
                return await _form(request, outside, oneself, form, trouble="full", maximum=maximum)
            case Taken():
                return await _form(request, outside, oneself, form, trouble="taken")


def _after(linked: Linked, form: LinkForm) -> str:
    """To the account; before it, what was understood of the number, and what is still to be proved (R10, R14)."""
    if linked.level == "basic":
        return f"/linking/{linked.account_id}/extend?added={quote(form.understood or form.number, safe=SAFE)}"
    if form.understood:
        return f"/linking/{linked.account_id}/added?number={quote(form.understood, safe=SAFE)}"
    return f"/cabinet?account={linked.account_id}"


async def _locked(
    request: Request[Any, Any, Any], outside: Outside, oneself: Self, form: LinkForm
) -> Response[Any]:
    """The tries of the account are used up, perhaps by a stranger: two proofs at once open it."""
    proofs = request.scope["auth"].policy.proofs
    if form.proof == "number":
        form.proof = answers.control(proofs)[0]
    form.second = answers.second(proofs, form.proof)[0]
    return await _form(request, outside, oneself, form, trouble="locked", status_code=429)


def _version(request: Request[Any, Any, Any]) -> str:
    return text("legal", "consent", request.scope["state"]["language"]).version


def has_signed(request: Request[Any, Any, Any], oneself: Self) -> bool:
    """Whether the way to the form is free: asked where the consent comes after the sign-up (P-08) or was taken back."""
    if request.scope["auth"].policy.consent.moment == "before":
        return not oneself.has_withdrawn("consent")
    return oneself.has_signed("consent", _version(request))


async def _consent(
    request: Request[Any, Any, Any],
    oneself: Self,
    *,
    next: str,
    mistake: str | None = None,
    status_code: int = 422,
) -> Response[Any]:
    said: dict[str, Any] = {"version": _version(request), "mistake": mistake, "next": next}
    return render(
        request, CONSENT, accounts=oneself.accounts, partial=CONSENT_PANEL, status_code=status_code, **said
    )


async def _form(
    request: Request[Any, Any, Any],
    outside: Outside,
    oneself: Self,
    form: LinkForm,
    *,
    trouble: str | None = None,
    maximum: int = 0,
    status_code: int = 422,
) -> Response[Any]:
    """The form as it was left, with what there is to say about it on top and beside the fields (A24, A25)."""
    found: Found | TooManyLists | None = None
    if "address" in form.kinds:
        found = await _lists(request, outside, form)
        if isinstance(found, TooManyLists):
            trouble, status_code = "too_many_lists", 429
        else:
            form.place = found.place
    return render(
        request, PAGE, accounts=oneself.accounts, partial=PANEL, status_code=status_code, form=form,
        trouble=trouble, maximum=maximum,
        lists=found.lists if isinstance(found, Found) else {}, field_of=FIELDS,
        narrowed=found.narrowed(form.sought) if isinstance(found, Found) else [],
        offered=answers.offered(request.scope["auth"].policy.proofs),
        seconds=answers.second(request.scope["auth"].policy.proofs, form.proof),
    )  # fmt: skip


async def _lists(request: Request[Any, Any, Any], outside: Outside, form: LinkForm) -> Found | TooManyLists:
    """Addresses hang on the operator's network; on a portal without one, on its first company's."""
    portal = request.scope["auth"]
    company = portal.company("operator") or portal.controller
    return await addresses.find(
        form.place, company_id=company.id, by=request.scope["user"].id, now=outside.clock.now()
    )
