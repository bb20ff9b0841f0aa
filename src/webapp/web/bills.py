"""A bill as data, for people who take it away and for their programs."""

from decimal import Decimal
from typing import Any

from webapp.database.queries.bill import Bill
from webapp.rules import ledger, tariffs
from webapp.rules.bills import Line


def as_json(bill: Bill) -> dict[str, Any]:
    """Sums are strings of grn with two digits, days are ISO 8601."""
    return {
        "form": "blakyt-bill-1",
        "number": bill.number,
        "service": bill.service,
        "month": f"{bill.month:%Y-%m}",
        "issued_on": bill.issued_on,
        "due_on": bill.due_on,
        "currency": "UAH",
        "creditor": {"name": bill.company.name, "edrpou": bill.company.edrpou, "iban": bill.company.iban},
        "account": {
            "number": bill.contract,
            "holder": bill.holder,
            "address": address_of(bill),
            "eic": bill.eics,
        },
        "opening": plain(bill.opening),
        "lines": [_line(line) for line in bill.lines],
        "payments": [
            {
                "kind": paid.kind,
                "paid_on": paid.paid_on,
                "channel": paid.channel,
                "amount": plain(paid.amount),
            }
            for paid in bill.payments
        ],
        "charged": plain(bill.charged),
        "vat": plain(tariffs.vat_in(bill.charged)),
        "paid": plain(bill.paid),
        "closing": plain(bill.closing),
        "payable": plain(bill.turnover.payable),
    }


def _line(line: Line) -> dict[str, Any]:
    told: dict[str, Any] = {
        "kind": line.kind,
        "month": f"{line.month:%Y-%m}",
        "charged_on": line.charged_on,
        "volume": line.volume,
        "price": str(line.price),
        "amount": plain(line.amount),
    }
    if line.difference is not None:
        told["readings"] = {
            "meter": line.meter, "from": line.reading_from, "from_on": line.read_from, "to": line.reading_to,
            "to_on": line.read_to, "source": line.source, "coefficient": str(line.coefficient),
        }  # fmt: skip
    if line.year_volume is not None:
        told["gas_year"] = {"volume": line.year_volume}
    return told


def address_of(bill: Bill) -> str:
    return ", ".join(part for part in (bill.account.settlement, bill.account.address) if part)


def plain(amount: Decimal) -> str:
    return f"{amount + ledger.ZERO:.2f}"
