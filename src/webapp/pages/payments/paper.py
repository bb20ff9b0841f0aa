"""The receipt of a payment as data of its PDF. The words are in the template, Ukrainian whatever the cabinet speaks."""

from typing import Any

from webapp.database.queries.payments import Receipt
from webapp.database.queries.visits import Portal
from webapp.documents import squares
from webapp.rules.payment_receipts import PaymentReceipt
from webapp.web.filters import filters, sum_only

UK = filters("uk")
WAYS = {"liqpay": "LiqPay", "monobank": "monobank"}


def as_paper(receipt: PaymentReceipt, known: Receipt, link: str, portal: Portal) -> dict[str, Any]:
    return {
        "number": str(receipt.number),
        "payment": str(known.checkout),
        "amount": sum_only(receipt.amount),
        "paid_at": f"{UK['date'](receipt.paid_at)}, {UK['clock'](receipt.paid_at)}",
        "service": receipt.service,
        "holder": known.holder,
        "address": known.address,
        "contract": known.number,
        "company": {"name": receipt.company, "edrpou": known.edrpou},
        "way": WAYS.get(receipt.way, ""),
        "key": receipt.key,
        "returned": known.is_returned,
        "portal": portal.name,
        "colour": portal.policy.look.theme,
        "square": squares.plain(link),
    }
