"""Bills: what each company asks for, how it came about, and what was paid."""

from datetime import date
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery

from webapp import documents
from webapp.actions import sealing
from webapp.database.queries import bill as bill_queries
from webapp.database.queries import bills as queries
from webapp.database.queries.bill import Bill
from webapp.documents import squares
from webapp.outside import Outside
from webapp.pages.bills import paper
from webapp.rules import due
from webapp.rules.periods import day_of
from webapp.web.forms import asked
from webapp.web.guards import signed_in
from webapp.web.rendering import render

FORMATS = ("pdf", "json", "csv")


class BillsPages(Controller):
    guards = [signed_in]

    @get("/bills")
    async def show(
        self,
        request: Request[Any, Any, Any],
        outside: NamedDependency[Outside],
        account: FromQuery[UUID | None] = None,
    ) -> Response[Any]:
        month = _month(asked(request)["month"])
        found = await queries.bills(request.scope["user"].id, account, month)
        if found.account is None:
            if account:
                raise NotFoundException
            return render(request, "pages/cabinet/empty.html", offline=True)
        return render(
            request,
            "pages/bills/index.html",
            offline=True,
            accounts=found.accounts,
            account=found.account,
            contracts=found.contracts,
            months=found.months,
            month=month if month in found.months else None,
            today=day_of(outside.clock.now()),
        )

    @get("/bills/due")
    async def due(self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]) -> Response[Any]:
        """All accounts at once: what is to be paid this month, creditor by creditor."""
        found = await queries.due(request.scope["user"].id)
        return render(
            request,
            "pages/bills/due.html",
            accounts=found.accounts,
            creditors=due.by_creditor(found.owed),
            today=day_of(outside.clock.now()),
        )

    @get("/bills/{name:str}")
    async def bill(
        self, request: Request[Any, Any, Any], name: FromPath[str], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        """As a page, or with its ending as a PDF, JSON or a table."""
        id, _, ending = name.partition(".")
        found = await bill_queries.bill(request.scope["user"].id, _uuid(id))
        if found is None or ending not in ("", *FORMATS):
            raise NotFoundException
        today = day_of(outside.clock.now())
        if ending == "pdf":
            return await _pdf(request, found, today, outside)
        if ending == "json":
            return Response(paper.as_json(found), headers=_named(found, ending))
        if ending == "csv":
            return Response(paper.as_csv(found), media_type="text/csv", headers=_named(found, ending))
        portal = request.scope["auth"]
        link = paper.code_of(found, portal.policy, today)
        return render(
            request,
            "pages/bills/bill.html",
            account=found.account,
            accounts=found.accounts,
            bill=found,
            left=found.left(today),
            square=squares.as_address(squares.of_bank(link)) if link else None,
            pin=_pin(found, request, outside),
        )


async def _pdf(request: Request[Any, Any, Any], bill: Bill, today: date, outside: Outside) -> Response[Any]:
    portal = request.scope["auth"]
    data = paper.as_paper(bill, portal.policy, portal.name, today, pin=_pin(bill, request, outside))
    made = await documents.render("bill", data, made_at=outside.clock.now())
    return Response(made, media_type="application/pdf", headers=_named(bill, "pdf"))


def _pin(bill: Bill, request: Request[Any, Any, Any], outside: Outside) -> str | None:
    """Where the companies print it (P-06), and to the owner of the account alone."""
    if not request.scope["auth"].policy.bills.pin or not bill.sealed_pin:
        return None
    pin = sealing.unseal(bytes.fromhex(bill.sealed_pin), bill.account.id, key=outside.key)
    return pin.decode() if pin else None


def _named(bill: Bill, ending: str) -> dict[str, str]:
    """Under which name a device keeps it: without letters that some devices cannot write."""
    what = "gas" if bill.service == "supply" else "delivery"
    return {"Content-Disposition": f'inline; filename="{what}-{bill.contract}-{bill.month:%Y-%m}.{ending}"'}


def _month(text: str) -> date | None:
    """«2026-09»; anything else is no month."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return None


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFoundException from None
