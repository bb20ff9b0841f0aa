"""Payments at the office: what the bank has not settled, and money that goes back by the word of two."""

from typing import Any, get_args
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from webapp.actions import paying, refunds
from webapp.actions.refunds import LONGEST, Absent, Already, Done, NotPaid, Same
from webapp.database.queries import paydesk
from webapp.database.queries.paydesk import Card, Which
from webapp.outside import Outside
from webapp.pages.office.audit import page_of
from webapp.web.forms import Typed, typed
from webapp.web.office import HANDLERS, at_office, by, colleague_of, show

DESK = "/office/payments"
WHICH: tuple[Which, ...] = get_args(Which)


class OfficePayments(Controller):
    path = DESK
    guards = [at_office]
    exception_handlers = HANDLERS

    @get()
    async def listing(self, request: Request[Any, Any, Any]) -> Response[Any]:
        asked, page = request.query_params, page_of(request)
        which: Which = next((one for one in WHICH if one == asked.get("which")), "refunds")
        text = str(asked.get("number", "")).strip().removeprefix("№").strip()
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None
        company = colleague_of(request).company_id
        found = await paydesk.listing(
            company, "all" if text else which, number=number if text else None, page=page
        )
        if text and number is None:
            found = paydesk.Listing([], 0, found.waiting)
        said: dict[str, Any] = {"found": found, "which": which, "number": page, "sought": text[:20]}
        return show(request, "pages/office/payments.html", **said, section=DESK)


class OfficePayment(Controller):
    path = DESK + "/{checkout_id:uuid}"
    guards = [at_office]
    exception_handlers = HANDLERS

    @get()
    async def card(self, request: Request[Any, Any, Any], checkout_id: FromPath[UUID]) -> Response[Any]:
        return _shown(request, await _card(request, checkout_id))

    @post("/look")
    async def look(
        self, request: Request[Any, Any, Any], checkout_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        """The bank is asked, and believed."""
        await _card(request, checkout_id)
        await paying.look(checkout_id, outside=outside, now=outside.clock.now())
        return Redirect(f"{DESK}/{checkout_id}", status_code=303)

    @post("/refund")
    async def ask(
        self, request: Request[Any, Any, Any], checkout_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        card, fields = await _card(request, checkout_id), await typed(request)
        reason = fields.text("reason", LONGEST + 1)
        if not reason or len(reason) > LONGEST:
            mistake = "too_long" if reason else "empty"
            return _shown(request, card, fields=fields, mistake=mistake, status_code=422)
        match await refunds.ask(checkout_id, reason, by=by(request), now=outside.clock.now()):
            case Done() | Already():
                return Redirect(f"{DESK}/{checkout_id}", status_code=303)
            case NotPaid():
                return _shown(request, card, trouble="not_paid", status_code=409)
            case Absent():
                raise NotFoundException

    @post("/refund/decision")
    async def decide(
        self, request: Request[Any, Any, Any], checkout_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        card, decision = await _card(request, checkout_id), (await typed(request))["decision"]
        if decision not in ("approve", "refuse"):
            return _shown(request, card, trouble="decision", status_code=422)
        outcome = await refunds.decide(
            checkout_id, approve=decision == "approve", by=by(request), now=outside.clock.now()
        )
        match outcome:
            case Done() | Absent():  # whoever was second sees what the first has decided
                return Redirect(f"{DESK}/{checkout_id}", status_code=303)
            case Same():
                return _shown(request, card, trouble="same", status_code=409)


async def _card(request: Request[Any, Any, Any], checkout_id: UUID) -> Card:
    """Of the own company; another's is not there."""
    card = await paydesk.card(checkout_id, colleague_of(request).company_id)
    if card is None:
        raise NotFoundException
    return card


def _shown(
    request: Request[Any, Any, Any],
    card: Card,
    *,
    fields: Typed | None = None,
    mistake: str | None = None,
    trouble: str | None = None,
    status_code: int = 200,
) -> Response[Any]:
    said: dict[str, Any] = {
        "payment": card,
        "fields": fields or Typed(),
        "mistake": mistake,
        "trouble": trouble,
    }
    return show(request, "pages/office/payment.html", status_code=status_code, section=DESK, **said)
