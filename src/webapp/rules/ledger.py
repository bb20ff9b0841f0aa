"""What a contract's ledger adds up to. Sums in грн to the kopeck; positive is what the consumer owes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from webapp.rules.periods import month_before

Kind = Literal["actual", "planned", "recalculation", "norm", "correction", "subsidy", "benefit"]
METERED: frozenset[Kind] = frozenset({"actual", "planned", "norm"})
"""What a month costs; the other kinds put it right or lessen it."""
RELIEF: frozenset[Kind] = frozenset({"subsidy", "benefit"})
ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Turnover:
    """A period of a contract: closing = opening + charged - paid, by construction."""

    opening: Decimal
    charged: Decimal
    """With what was recalculated and deducted."""
    paid: Decimal
    """Less what was given back."""

    @property
    def closing(self) -> Decimal:
        return self.opening + self.charged - self.paid

    @property
    def payable(self) -> Decimal:
        """What the bill asks for: nothing where there is an overpayment."""
        return max(self.closing, ZERO)


def turnover(opening: Decimal, charges: Iterable[Decimal], paid: Iterable[Decimal]) -> Turnover:
    """`paid` has refunds as negative sums."""
    return Turnover(opening, sum(charges, ZERO), sum(paid, ZERO))


def billed_in(month: date, charged_on: date) -> date:
    """The month on whose bill a charge stands: its own, or, put right later, the one before it was charged.

    A bill that was issued never changes; a recalculation of August made in October stands on September's.
    """
    return max(month, month_before(charged_on.replace(day=1)))
