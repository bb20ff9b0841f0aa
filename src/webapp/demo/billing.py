"""The bills of a demo account: what was charged and paid, month by month, as it was sent to people."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from webapp.demo.cast import id_of
from webapp.demo.story import DIGITS, Charge, Ledger, Reading
from webapp.rules import bills, ledger
from webapp.rules.policy import Policy


@dataclass(frozen=True)
class Bill:
    id: UUID
    month: date
    number: str
    issued_on: date
    due_on: date
    sums: ledger.Turnover


@dataclass(frozen=True)
class Billed:
    """Which bill each charge and payment stands on, by its place in the ledger."""

    bills: list[Bill] = field(default_factory=list)
    charges: dict[int, UUID] = field(default_factory=dict)
    payments: dict[int, UUID] = field(default_factory=dict)


def billed(contract: UUID, number: str, service: bills.Service, told: Ledger, policy: Policy) -> Billed:
    """A bill a month, from the first charge to the last; each begins with what the one before left."""
    found, opening = Billed(), Decimal("0.00")
    of_month: dict[date, list[tuple[int, Charge]]] = defaultdict(list)
    for n, charge in enumerate(told.charges):
        of_month[ledger.billed_in(charge.month, charge.charged_on)].append((n, charge))
    waiting = [(n, paid) for n, paid in enumerate(told.payments) if paid.credited]
    for month, charges in sorted(of_month.items()):
        id = id_of("bill", contract, month)
        issued = max(charge.charged_on for _, charge in charges)
        before = bills.received_before(month, issued)
        received = [(n, paid) for n, paid in waiting if paid.paid_on < before]
        waiting = [one for one in waiting if one not in received]
        sums = ledger.turnover(
            opening, (charge.amount for _, charge in charges), (paid.amount for _, paid in received)
        )
        terms = policy.bills
        due = bills.due_on(service, month, terms.supply_due_day, terms.distribution_due_day)
        found.bills.append(Bill(id, month, bills.number_of(service, number, month), issued, due, sums))
        found.charges.update((n, id) for n, _ in charges)
        found.payments.update((n, id) for n, _ in received)
        opening = sums.closing
    return found


@dataclass(frozen=True)
class Read:
    """The two readings that a charge lies between."""

    start: Reading
    end: Reading


def readings_of(charges: list[Charge], readings: list[Reading]) -> dict[int, Read]:
    """By the place of the charge; without those that no two readings of one meter explain."""
    between = [
        Read(start, end)
        for old in (True, False)
        for start, end in _pairs([reading for reading in readings if reading.old is old])
        if "planned" not in (start.source, end.source)
    ]
    found = {}
    for n, charge in enumerate(charges):
        for one in between:
            m3 = (one.end.value - one.start.value) % 10**DIGITS
            if charge.kind == "actual" and (one.end.month, m3) == (charge.month, charge.volume):
                found[n] = one
                between.remove(one)
                break
    return found


def _pairs(readings: list[Reading]) -> list[tuple[Reading, Reading]]:
    return list(zip(readings, readings[1:], strict=False))
