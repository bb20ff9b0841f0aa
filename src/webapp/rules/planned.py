"""What is booked for a month where nobody sends a reading: volume, and what it costs.

By the Code of gas distribution systems (section IX, part 4; domain.md 1) a month without a reading by the 6th is
booked by the planned monthly volume: the last twelve months of the account, spread by the shares of its consumption
group (Annex 1). An account without a year behind it is taken for a usual one of its group. The price is that of
supply; what is paid for distribution is the same each month and does not depend on it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from webapp.rules import money, usual


@dataclass(frozen=True)
class Planned:
    m3: int
    amount: Decimal | None
    """None where the person sees no money."""


def planned(
    history: Sequence[usual.Volume], profile: usual.Profile, month: date, price: Decimal | None
) -> Planned:
    m3 = usual.planned(history, profile, month)
    return Planned(m3, money.to_kopecks(m3 * price) if price is not None else None)
