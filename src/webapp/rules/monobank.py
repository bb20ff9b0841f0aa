"""What monobank's acquiring says of an invoice: monobank.ua/api-docs/acquiring. Sums are whole kopecks.

Webhooks come in any order and none comes for `expired`: whoever got one asks for the state once more.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from webapp.rules.paying import CURRENCY, Seen, Told

HRYVNIA = 980
"""ISO 4217"""
STATUSES: dict[str, Told] = {
    "created": "waiting",
    "processing": "waiting",
    "hold": "waiting",
    "success": "paid",
    "failure": "declined",
    "reversed": "returned",
    "expired": "expired",
}


def seen(said: Mapping[str, Any]) -> Seen | None:
    """None where it says nothing of any invoice."""
    status, reference = said.get("status"), said.get("reference")
    if not isinstance(status, str) or not isinstance(reference, str) or not reference:
        return None
    currency = CURRENCY if said.get("ccy") == HRYVNIA else str(said.get("ccy"))[:8]
    told = STATUSES.get(status, "waiting")
    reason = said.get("failureReason") or said.get("errCode")
    invoice = said.get("invoiceId")
    return Seen(
        told, reference, hryvnias(said.get("amount")), currency, _moment(said.get("modifiedDate")),
        invoice[:80] if isinstance(invoice, str) else "", reason[:80] if isinstance(reason, str) else "",
    )  # fmt: skip


def hryvnias(kopecks: object) -> Decimal | None:
    if isinstance(kopecks, bool) or not isinstance(kopecks, int):
        return None
    return Decimal(kopecks).scaleb(-2)


def kopecks(amount: Decimal) -> int:
    return int(amount.scaleb(2))


def _moment(said: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(said) if isinstance(said, str) else None
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None
