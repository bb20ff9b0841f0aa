"""Housing subsidies and benefits: which one counts in a month, and what is left to pay.

Since 2023 the Pension Fund pays both in cash to the person (Law on the state budget; domain notes, section 3): then
a bill shows no deduction, and what is left to pay is told beside it. Older ones were deducted on the bill.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from webapp.rules.ledger import ZERO
from webapp.rules.tariffs import last_day_of

Kind = Literal["subsidy", "benefit"]
Way = Literal["cash", "bill"]


@dataclass(frozen=True)
class Grant:
    kind: Kind
    starts_on: date
    ends_on: date
    monthly: Decimal
    """грн a month."""
    way: Way

    def counts_in(self, month: date) -> bool:
        return self.starts_on <= last_day_of(month) and month <= self.ends_on


def granted(grants: Iterable[Grant], month: date, way: Way | None = None) -> Decimal:
    """The sum for a month, of all that count then."""
    counted = (one for one in grants if one.counts_in(month) and way in (None, one.way))
    return sum((one.monthly for one in counted), ZERO)


def left_to_pay(charged: Decimal, granted_in_cash: Decimal) -> Decimal:
    """Of one's own money, when the whole subsidy goes to the gas. A deduction on the bill is in `charged`."""
    return max(charged - granted_in_cash, ZERO)
