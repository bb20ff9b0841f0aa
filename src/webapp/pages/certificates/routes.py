"""Certificates and acts: ordered, shown, printed, and checked by everybody."""

from datetime import date
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery

from webapp import documents
from webapp.actions import certificates as actions
from webapp.actions.certificates import Absent, Done, Owes, TooMany
from webapp.database.queries import certificates as queries
from webapp.database.queries.certificates import Listing, Ordered
from webapp.outside import Outside
from webapp.outside.receipt_keys import verify
from webapp.pages.certificates import paper
from webapp.pages.certificates.forms import CertificateForm, months
from webapp.pages.receipts.routes import square_of
from webapp.rules import certificates as rules
from webapp.rules.certificates import Certificate
from webapp.rules.periods import day_of
from webapp.rules.signed import Doubt, Doubtful, packed
from webapp.web.entering import go
from webapp.web.forms import asked, typed
from webapp.web.guards import signed_in
from webapp.web.rendering import render

PAGES = "pages/certificates/"
FORM = "partials/certificates/form.html"


class CertificatePages(Controller):
    path = "/certificates"
    guards = [signed_in]

    @get()
    async def listing(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside],
        account: FromQuery[UUID | None] = None,
    ) -> Response[Any]:  # fmt: skip
        found = await _listing(request, account)
        if found.account is None:
            return render(request, "pages/cabinet/empty.html")
        said: dict[str, Any] = {"accounts": found.accounts, "account": found.account, "found": found}
        return render(request, PAGES + "index.html", **said, today=day_of(outside.clock.now()))

    @get("/new")
    async def new(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside],
        account: FromQuery[UUID | None] = None,
    ) -> Response[Any]:  # fmt: skip
        found = await _listing(request, account)
        if found.account is None:
            return render(request, "pages/cabinet/empty.html")
        form = CertificateForm.empty(asked(request)["kind"])
        return _form(request, found, form, day_of(outside.clock.now()), status_code=200)

    @post()
    async def order(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        fields, now = await typed(request), outside.clock.now()
        found, form, portal = (
            await _listing(request, fields.uuid("account")),
            CertificateForm.of(fields),
            request.scope["auth"],
        )
        if not found.contracts:
            raise NotFoundException
        order = form.read([one.id for one in found.contracts], day_of(now))
        if order is None:
            return _form(request, found, form, day_of(now))
        outcome = await actions.order(
            order, by=request.scope["user"].id, portal_id=portal.id, freshness=portal.policy.freshness,
            language=request.scope["state"]["language"], keys=outside.receipts, now=now,
        )  # fmt: skip
        match outcome:
            case Done():
                return go(request, f"/certificates/{outcome.id}")
            case Owes():
                return _form(request, found, form, day_of(now), owes=outcome)
            case TooMany():
                return _form(request, found, form, day_of(now), trouble="too_many", status_code=429)
            case Absent():
                raise NotFoundException

    @get("/{certificate_id:uuid}")
    async def show(
        self,
        request: Request[Any, Any, Any],
        certificate_id: FromPath[UUID],
        outside: NamedDependency[Outside],
    ) -> Response[Any]:
        order = await _ordered(request, certificate_id)
        if order.state != "issued":
            return render(
                request, PAGES + "waiting.html", order=order, account=order.account, accounts=order.accounts
            )
        certificate, link = _signed(request, order)
        said: dict[str, Any] = {
            "certificate": certificate,
            "order": order,
            "link": link,
            "square": square_of(link),
        }
        return render(request, PAGES + "show.html", **said, today=day_of(outside.clock.now()))

    @get("/{certificate_id:uuid}/pdf")
    async def pdf(self, request: Request[Any, Any, Any], certificate_id: FromPath[UUID]) -> Response[Any]:
        order = await _ordered(request, certificate_id)
        certificate, link = _signed(request, order)
        data = paper.as_paper(certificate, order, link, request.scope["auth"])
        made = await documents.render("certificate", data, made_at=order.issued_at)
        return Response(made, media_type="application/pdf", headers=_named(certificate, "pdf"))

    @get("/{certificate_id:uuid}/csv")
    async def csv(self, request: Request[Any, Any, Any], certificate_id: FromPath[UUID]) -> Response[Any]:
        order = await _ordered(request, certificate_id)
        certificate, _ = _signed(request, order)
        if order.kind != "act" or order.facts is None:
            raise NotFoundException
        return Response(paper.as_csv(order.facts), media_type="text/csv", headers=_named(certificate, "csv"))


class CertificateCheckPages(Controller):
    @get("/certificates/check")
    async def check(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        """All that is needed stands in the link: no sign-in, no look into the database."""
        told = asked(request).get("r")
        outcome = None if told is None else rules.check(told, outside.receipts.public(), verify)
        unreadable = isinstance(outcome, Doubtful) and outcome.why is Doubt.UNREADABLE
        said: dict[str, Any] = {
            "typed": told,
            "certificate": None if isinstance(outcome, Doubtful) else outcome,
            "doubt": outcome if isinstance(outcome, Doubtful) else None,
            "today": day_of(outside.clock.now()),
        }
        return render(request, PAGES + "check.html", status_code=422 if unreadable else 200, **said)


async def _listing(request: Request[Any, Any, Any], account: UUID | None) -> Listing:
    found = await queries.listing(request.scope["user"].id, account)
    if found.account is None and account:
        raise NotFoundException
    return found


async def _ordered(request: Request[Any, Any, Any], certificate_id: UUID) -> Ordered:
    found = await queries.ordered(request.scope["user"].id, certificate_id)
    if found is None:
        raise NotFoundException
    return found


def _signed(request: Request[Any, Any, Any], order: Ordered) -> tuple[Certificate, str]:
    """What was signed, and the link of its check; absent until it is issued."""
    seal = bytes.fromhex(order.sealed)
    certificate = rules.opened(seal)
    if certificate is None:
        raise NotFoundException
    return certificate, f"{request.scope['auth'].address}/certificates/check?r={packed(seal)}"


def _named(certificate: Certificate, ending: str) -> dict[str, str]:
    return {"Content-Disposition": f'inline; filename="certificate-{certificate.number}.{ending}"'}


def _form(
    request: Request[Any, Any, Any], found: Listing, form: CertificateForm, today: date, *,
    owes: Owes | None = None, trouble: str | None = None, status_code: int = 422,
) -> Response[Any]:  # fmt: skip
    said: dict[str, Any] = {
        "accounts": found.accounts, "account": found.account, "contracts": found.contracts, "form": form,
        "owes": owes, "trouble": trouble, "months": months(today, found.since),
    }  # fmt: skip
    return render(request, PAGES + "new.html", partial=FORM, status_code=status_code, **said)
