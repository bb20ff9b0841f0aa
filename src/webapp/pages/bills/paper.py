"""A bill as other things than a page: the data of the PDF, a table, a code for the bank.

The PDF is Ukrainian whatever the language of the cabinet is (Law 2704-VIII, art. 30); its words are in the template.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from webapp.database.queries.bill import Bill
from webapp.documents import squares
from webapp.rules import bills as rules
from webapp.rules import nbu_qr, spreadsheets, tariffs
from webapp.rules.bills import Line
from webapp.rules.money import balance
from webapp.rules.policy import Policy
from webapp.rules.subsidies import granted, left_to_pay
from webapp.web.bills import address_of, as_json
from webapp.web.filters import filters
from webapp.web.translations import gettext

__all__ = ["as_csv", "as_json", "as_paper", "code_of", "purpose_of"]
UK = filters("uk")
PURPOSES = {
    "supply": "Payment for gas, account %(number)s, period %(period)s",
    "distribution": "Payment for delivery of gas, account %(number)s, period %(period)s",
}


def code_of(bill: Bill, policy: Policy, today: date) -> str | None:
    """The link of the bank's QR code for what is left to pay; None where nothing is, or the company has no account."""
    left = bill.left(today).amount
    if policy.bills.qr == "none" or not left or not bill.company.iban:
        return None
    transfer = nbu_qr.Transfer(
        recipient=nbu_qr.tidy(bill.company.name, 140), iban=bill.company.iban, code=bill.company.edrpou,
        purpose=purpose_of(bill), amount=left, reference=bill.contract[:35],
        editable=(nbu_qr.AMOUNT,) if "own" in policy.payments.amounts else (),
    )  # fmt: skip
    try:
        return nbu_qr.link(transfer, policy.bills.qr)
    except nbu_qr.NotPossible:
        return None


def purpose_of(bill: Bill) -> str:
    """Of a transfer by hand, and in the code: what the company finds the account by."""
    words = gettext("uk", PURPOSES[bill.service])
    return nbu_qr.tidy(words % {"number": bill.contract, "period": f"{bill.month:%m.%Y}"}, 160)


def as_csv(bill: Bill) -> str:
    """Line by line; the last four rows are opening, charged, paid and closing."""
    head = ("kind", "month", "day", "volume_m3", "price", "amount")
    rows: list[tuple[object, ...]] = [("opening", f"{bill.month:%Y-%m}", None, None, None, bill.opening)]
    rows += [
        (line.kind, f"{line.month:%Y-%m}", line.charged_on, line.volume, line.price, line.amount)
        for line in bill.lines
    ]
    rows += [(paid.kind, None, paid.paid_on, None, None, -paid.signed) for paid in bill.payments]
    rows += [(name, None, None, None, None, getattr(bill, name)) for name in ("charged", "paid", "closing")]
    return spreadsheets.written(head, rows)


def as_paper(
    bill: Bill, policy: Policy, portal: str, today: date, *, pin: str | None = None
) -> dict[str, Any]:
    """What documents/templates/bill.typ shows: every figure is written here, as on the page."""
    link, standing = code_of(bill, policy, today), balance(bill.closing)
    left = bill.left(today)
    tariff = bill.tariff()
    return {
        "colour": policy.look.theme,
        "portal": portal,
        "as_of": UK["moment"](bill.as_of),
        "number": bill.number,
        "month": UK["month_year"](bill.month),
        "service": bill.service,
        "issued_on": UK["date"](bill.issued_on),
        "company": {
            "name": bill.company.name,
            "edrpou": bill.company.edrpou,
            "iban": _in_fours(bill.company.iban),
            "contacts": [
                text
                for text in (
                    bill.company.address, UK["phone"](bill.company.phone), bill.company.mail, bill.company.site,
                ) if text
            ],
        },
        "account": {
            "number": bill.contract, "holder": bill.holder, "address": address_of(bill), "eics": bill.eics,
        },
        "standing": {
            "word": standing.standing,
            "sum": UK["sum_only"](standing.amount),
            "due": UK["date"](bill.due_on) if bill.closing > 0 else None,
        },
        "left": _left(bill, left),
        "qr": squares.of_bank(link) if link else None,
        "opening": _standing(bill.opening, bill.month),
        "lines": [_shown(line) for line in bill.lines],
        "payments": [
            {"kind": paid.kind, "day": UK["date"](paid.paid_on), "sum": _signed(-paid.signed)}
            for paid in bill.payments
        ],
        "closing": _standing(bill.closing, rules.received_before(bill.month, bill.issued_on)),
        "charged": _signed(bill.charged),
        "vat": _signed(tariffs.vat_in(bill.charged)),
        "paid": _signed(bill.paid),
        "tariff": tariff and {"price": UK["price"](tariff.price), "from": UK["date"](tariff.starts_on)},
        "subsidy": _subsidy(bill),
        "purpose": purpose_of(bill),
        "pin": pin and {"written": f"{pin[:3]} {pin[3:]}", "qr": squares.plain(pin)},
    }  # fmt: skip


def _left(bill: Bill, left: rules.Left) -> str | None:
    """What is left where something came after the bill was issued."""
    if bill.closing <= 0 or left.state == "carried" or left.amount == bill.closing:
        return None
    return str(UK["sum_only"](left.amount))


def _standing(amount: Decimal, day: date) -> dict[str, str]:
    return {"word": balance(amount).standing, "day": UK["date"](day), "sum": _signed(amount)}


def _shown(line: Line) -> dict[str, Any]:
    price = UK["price"](line.price)
    year = tariffs.gas_year(line.month.year)
    return {
        "shown": rules.shown(line),
        "kind": line.kind,
        "month": UK["month_year"](line.month),
        "day": UK["date"](line.charged_on),
        "sum": _signed(line.amount),
        "price": price,
        "volume": None if line.volume is None else _whole(line.volume),
        "year": f"{year[0].year}/{year[1].year}",
        "year_volume": None if line.year_volume is None else _whole(line.year_volume),
        "meter": line.meter,
        "from": None if line.reading_from is None else _whole(line.reading_from),
        "to": None if line.reading_to is None else _whole(line.reading_to),
        "from_day": line.read_from and UK["day"](line.read_from),
        "to_day": line.read_to and UK["day"](line.read_to),
        "difference": None if line.difference is None else _whole(line.difference),
        "coefficient": UK["number"](line.coefficient.normalize()) if line.is_converted else None,
        "source": line.source,
    }


def _subsidy(bill: Bill) -> dict[str, str] | None:
    """The latest that counts in the month of the bill."""
    counted = [one for one in bill.grants if one.counts_in(bill.month)]
    if not counted:
        return None
    one = counted[-1]
    return {
        "monthly": UK["sum_only"](one.monthly),
        "from": UK["date"](one.starts_on),
        "until": UK["date"](one.ends_on),
        "way": one.way,
        "left": UK["sum_only"](left_to_pay(bill.charged, granted(bill.grants, bill.month, "cash"))),
    }


def _signed(amount: Decimal) -> str:
    return f"{'−' if amount < 0 else ''}{UK['sum_only'](amount)}"


def _whole(value: int) -> str:
    return f"{'−' if value < 0 else ''}{UK['number'](abs(value))}"


def _in_fours(iban: str) -> str | None:
    return " ".join(iban[n : n + 4] for n in range(0, len(iban), 4)) or None
