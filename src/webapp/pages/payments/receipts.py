"""The receipt of a payment: a page, a PDF, and its check for everybody."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from webapp import documents
from webapp.database.queries import payments as queries
from webapp.outside import Outside
from webapp.outside.receipt_keys import verify
from webapp.pages.payments import paper
from webapp.pages.receipts.routes import square_of
from webapp.rules import payment_receipts as rules
from webapp.rules.signed import Doubt, Doubtful, packed
from webapp.web.forms import asked
from webapp.web.guards import signed_in
from webapp.web.rendering import render

SHOW, CHECK = "pages/payments/receipt.html", "pages/payments/check.html"


class PaymentReceiptPages(Controller):
    path = "/payments/receipts"
    guards = [signed_in]

    @get("/{line_id:uuid}")
    async def show(self, request: Request[Any, Any, Any], line_id: FromPath[UUID]) -> Response[Any]:
        found, receipt, link = await _receipt(request, line_id)
        said: dict[str, Any] = {"receipt": receipt, "link": link, "square": square_of(link), "known": found}
        return render(request, SHOW, **said, line_id=line_id)

    @get("/{line_id:uuid}/pdf")
    async def pdf(
        self, request: Request[Any, Any, Any], line_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        known, receipt, link = await _receipt(request, line_id)
        data = paper.as_paper(receipt, known, link, request.scope["auth"])
        made = await documents.render("payment_receipt", data, made_at=outside.clock.now())
        named = {"Content-Disposition": f'inline; filename="receipt-{receipt.number}.pdf"'}
        return Response(made, media_type="application/pdf", headers=named)


class PaymentCheckPages(Controller):
    @get("/payments/check")
    async def check(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        """All that is needed stands in the link: no sign-in, no look into the database."""
        typed = asked(request).get("r")
        outcome = None if typed is None else rules.check(typed, outside.receipts.public(), verify)
        unreadable = isinstance(outcome, Doubtful) and outcome.why is Doubt.UNREADABLE
        said: dict[str, Any] = {
            "typed": typed,
            "receipt": None if isinstance(outcome, Doubtful) else outcome,
            "doubt": outcome if isinstance(outcome, Doubtful) else None,
        }
        return render(request, CHECK, status_code=422 if unreadable else 200, **said)


async def _receipt(
    request: Request[Any, Any, Any], line_id: UUID
) -> tuple[queries.Receipt, rules.PaymentReceipt, str]:
    found = await queries.receipt(line_id, of=request.scope["user"].id)
    seal = bytes.fromhex(found.sealed) if found else b""
    receipt = rules.opened(seal)
    if found is None or receipt is None:
        raise NotFoundException
    return found, receipt, f"{request.scope['auth'].address}/payments/check?r={packed(seal)}"
