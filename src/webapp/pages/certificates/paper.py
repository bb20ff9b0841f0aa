"""A certificate as data of its PDF, an act as a table. The words are in the template, Ukrainian in every cabinet."""

from decimal import Decimal
from typing import Any

from webapp.database.queries.certificates import Facts, Ordered
from webapp.database.queries.visits import Portal
from webapp.documents import squares
from webapp.rules import spreadsheets
from webapp.rules.certificates import Certificate
from webapp.rules.money import balance
from webapp.rules.tariffs import last_day_of
from webapp.web.filters import filters

UK = filters("uk")


def as_paper(certificate: Certificate, order: Ordered, link: str, portal: Portal) -> dict[str, Any]:
    facts = order.facts
    assert facts is not None
    return {
        "kind": certificate.kind,
        "number": str(certificate.number),
        "issued_on": UK["date"](certificate.issued_on),
        "valid_until": UK["date"](certificate.valid_until),
        "as_of": f"{UK['date'](facts.as_of)} року",
        "company": {
            "name": facts.company.name, "edrpou": facts.company.edrpou,
            "contacts": [text for text in (facts.company.address, UK["phone"](facts.company.phone)) if text],
        },
        "service": facts.service,
        "contract": facts.number,
        "holder": facts.holder,
        "address": facts.address,
        "standing": _standing(facts.balance),
        "under_way": _sum(facts.under_way) if facts.under_way else None,
        "price": UK["price"](facts.price) if facts.service == "supply" else None,
        "last_payment": facts.last_payment and {
            "sum": _sum(facts.last_payment.amount), "day": UK["date"](facts.last_payment.paid_on),
        },
        "last_charge": facts.last_charge and {
            "sum": _sum(facts.last_charge.amount), "month": UK["month_year"](facts.last_charge.month),
            "volume": None if facts.last_charge.volume is None else UK["number"](facts.last_charge.volume),
        },
        "grants": [
            {
                "kind": one.kind, "sum": _sum(one.monthly), "from": UK["date"](one.starts_on),
                "until": UK["date"](one.ends_on), "number": one.number, "decided_on": UK["date"](one.decided_on),
            }
            for one in facts.grants
        ],
        "act": _act(facts),
        "note": order.note,
        "key": certificate.key,
        "portal": portal.name,
        "colour": portal.policy.look.theme,
        "square": squares.plain(link),
        "check": f"{portal.address}/certificates/check",
    }  # fmt: skip


def _act(facts: Facts) -> dict[str, Any] | None:
    if facts.opening is None or facts.closing is None or not facts.months:
        return None
    return {
        "from": UK["date"](facts.months[0].month),
        "until": UK["date"](last_day_of(facts.months[-1].month)),
        "opening": _standing(facts.opening),
        "rows": [
            {"month": UK["month_year"](one.month), "charged": _sum(one.charged), "paid": _sum(one.paid)}
            for one in facts.months
        ],
        "charged": _sum(facts.charged),
        "paid": _sum(facts.paid),
        "closing": _standing(facts.closing),
    }


def as_csv(facts: Facts) -> str:
    """Month by month, between the balance before and the balance after; positive is owed."""
    rows: list[tuple[object, ...]] = [("opening", None, None, facts.opening)]
    rows += [(f"{one.month:%Y-%m}", one.charged, one.paid, None) for one in facts.months]
    rows.append(("closing", facts.charged, facts.paid, facts.closing))
    return spreadsheets.written(("month", "charged", "paid", "balance"), rows)


def _standing(amount: Decimal) -> dict[str, str]:
    return {"word": balance(amount).standing, "sum": UK["sum_only"](amount)}


def _sum(amount: Decimal) -> str:
    return f"{'−' if amount < 0 else ''}{UK['sum_only'](amount)}"
