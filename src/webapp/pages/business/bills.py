"""Bills and acts of a business, by contract and month; and what each company is owed."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from webapp import documents
from webapp.database.queries import business_bills as queries
from webapp.database.queries.bill import Bill
from webapp.database.queries.business_bills import AT_ONCE, Party
from webapp.outside import Outside
from webapp.pages.bills import paper
from webapp.pages.business.routes import served
from webapp.pages.office.audit import page_of
from webapp.rules import spreadsheets, tariffs
from webapp.rules.business_roles import Right, may
from webapp.rules.periods import day_of
from webapp.rules.volume_requests import written
from webapp.web.bills import address_of
from webapp.web.filters import filters
from webapp.web.forms import asked
from webapp.web.guards import signed_in
from webapp.web.rendering import render

LIST, ROWS = "pages/business/bills.html", "partials/business/bills.html"
UK = filters("uk")


class BusinessBillsPages(Controller):
    path = "/business/{business_id:uuid}"
    guards = [signed_in, served]

    @get("/bills")
    async def show(
        self, request: Request[Any, Any, Any], business_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        month, number = _month(asked(request)["month"]), page_of(request)
        found = await queries.bills(request.scope["user"].id, business_id, month, number)
        if found is None:
            raise NotFoundException
        chosen = f"month={month:%Y-%m}&" if month else ""
        said: dict[str, Any] = {
            "business": found, "month": month, "number": number, "today": day_of(outside.clock.now()),
            "may": lambda right: may(Right(right), found.role), "last_page": max(1, -(-found.found // AT_ONCE)),
            "pages": f"/business/{business_id}/bills?{chosen}page=",
        }  # fmt: skip
        return render(request, LIST, partial=ROWS, **said)

    @get("/bills/{name:str}")
    async def bill(
        self,
        request: Request[Any, Any, Any],
        business_id: FromPath[UUID],
        name: FromPath[str],
        outside: NamedDependency[Outside],
    ) -> Response[Any]:
        """The same papers as in the personal cabinet."""
        found, ending = await _bill(request, business_id, name)
        today, portal = day_of(outside.clock.now()), request.scope["auth"]
        match ending:
            case "pdf":
                data = paper.as_paper(found, portal.policy, portal.name, today)
                made: Any = await documents.render("bill", data, made_at=outside.clock.now())
                media = "application/pdf"
            case "csv":
                made, media = paper.as_csv(found), "text/csv"
            case "json":
                made, media = paper.as_json(found), "application/json"
            case _:
                raise NotFoundException
        return Response(made, media_type=media, headers=_named("bill", found, ending))

    @get("/acts/{name:str}")
    async def act(
        self,
        request: Request[Any, Any, Any],
        business_id: FromPath[UUID],
        name: FromPath[str],
        outside: NamedDependency[Outside],
    ) -> Response[Any]:
        """The act of gas handed over in the month of the bill, or of its delivery."""
        found, ending = await _bill(request, business_id, name)
        party = await queries.party(request.scope["user"].id, business_id)
        if party is None or ending not in ("pdf", "csv"):
            raise NotFoundException
        if ending == "csv":
            body, headers = act_as_csv(found), _named("act", found, "csv")
            return Response(body, media_type="text/csv", headers=headers)
        portal = request.scope["auth"]
        data = act_as_paper(found, party, portal.name, portal.policy.look.theme)
        made = await documents.render("gas_act", data, made_at=outside.clock.now())
        return Response(made, media_type="application/pdf", headers=_named("act", found, "pdf"))


def act_as_paper(bill: Bill, party: Party, portal: str, colour: str) -> dict[str, Any]:
    """What documents/templates/gas_act.typ shows. Volumes are told in thousand m³, as contracts tell them."""
    lines = [line for line in bill.lines if line.kind not in ("subsidy", "benefit")]
    total = sum((line.amount for line in lines), Decimal(0))
    vat = tariffs.vat_in(total)
    return {
        "colour": colour, "portal": portal, "number": bill.number, "service": bill.service,
        "month": UK["month_year"](bill.month), "issued_on": UK["date"](bill.issued_on),
        "company": {
            "name": bill.company.name, "edrpou": bill.company.edrpou, "address": bill.company.address,
            "iban": bill.company.iban,
        },
        "consumer": {"name": party.name, "edrpou": party.edrpou, "address": party.address},
        "contract": bill.contract, "place": address_of(bill), "eics": bill.eics,
        "lines": [
            {
                "kind": line.kind, "meter": line.meter,
                "from": None if line.reading_from is None else str(line.reading_from),
                "to": None if line.reading_to is None else str(line.reading_to),
                "volume": None if line.volume is None else thousand(line.volume),
                "price": UK["price"](line.price), "sum": _signed(line.amount),
            }
            for line in lines
        ],
        "volume": None if bill.volume is None else thousand(bill.volume),
        "net": _signed(total - vat), "vat": _signed(vat), "total": _signed(total),
    }  # fmt: skip


def act_as_csv(bill: Bill) -> str:
    head = (
        "contract",
        "month",
        "kind",
        "meter",
        "reading_from",
        "reading_to",
        "volume_m3",
        "price",
        "amount",
    )
    return spreadsheets.written(
        head,
        (
            (
                bill.contract, f"{line.month:%Y-%m}", line.kind, line.meter, line.reading_from, line.reading_to,
                line.volume, line.price, line.amount,
            )
            for line in bill.lines
        ),
    )  # fmt: skip


def thousand(m3: int) -> str:
    return f"{'−' if m3 < 0 else ''}{written(Decimal(abs(m3)), 'thousand')}"


def _signed(amount: Decimal) -> str:
    return f"{'−' if amount < 0 else ''}{UK['sum_only'](amount)}"


async def _bill(request: Request[Any, Any, Any], business_id: UUID, name: str) -> tuple[Bill, str]:
    id, _, ending = name.partition(".")
    try:
        found = await queries.bill(request.scope["user"].id, business_id, UUID(id))
    except ValueError:
        raise NotFoundException from None
    if found is None:
        raise NotFoundException
    return found, ending


def _month(text: str) -> date | None:
    """«2026-09»; anything else is no month."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return None


def _named(what: str, bill: Bill, ending: str) -> dict[str, str]:
    name = "".join(
        char if char.isascii() and char.isalnum() or char in "-_" else "-" for char in bill.contract
    )
    return {"Content-Disposition": f'inline; filename="{what}-{name}-{bill.month:%Y-%m}.{ending}"'}
