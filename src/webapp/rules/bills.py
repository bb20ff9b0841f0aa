"""Bills: when they are to be paid, and how each of their lines came about."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from webapp.rules.ledger import Kind
from webapp.rules.periods import month_after
from webapp.rules.tariffs import charge, last_day_of, monthly_fee

Service = Literal["supply", "distribution"]
Shown = Literal["meter", "plan", "norm", "year", "difference", "sum"]


@dataclass(frozen=True)
class Line:
    """A charge as it stands on a bill, with all that it was counted from."""

    kind: Kind
    month: date
    amount: Decimal
    charged_on: date
    price: Decimal
    volume: int | None = None
    year_volume: int | None = None
    meter: str = ""
    read_from: date | None = None
    read_to: date | None = None
    reading_from: int | None = None
    reading_to: int | None = None
    source: str = ""
    coefficient: Decimal = Decimal(1)

    @property
    def difference(self) -> int | None:
        """m³ between two readings; the drums may have turned past nought."""
        if self.reading_from is None or self.reading_to is None:
            return None
        through = self.reading_to - self.reading_from
        return through if through >= 0 else through + int(10 ** len(str(self.reading_from)))

    @property
    def shown(self) -> Shown:
        return shown(self)

    @property
    def is_converted(self) -> bool:
        """To standard conditions; the arithmetic tells the coefficient only then."""
        return self.coefficient != 1


def shown(line: Line) -> Shown:
    """Which arithmetic explains the line: none is told that does not give the sum."""
    if line.year_volume is not None and monthly_fee(line.year_volume, line.price) == line.amount:
        return "year"
    if line.volume is None or charge(line.volume, line.price) != line.amount:
        return "sum"
    if line.kind == "actual" and line.difference is not None and volume_of(line) == line.volume:
        return "meter"
    if line.kind == "planned":
        return "plan"
    if line.kind == "norm":
        return "norm"
    return "difference"


def volume_of(line: Line) -> int | None:
    """m³ that are charged: the difference of two readings by the coefficient, whole."""
    if line.difference is None:
        return None
    return int((line.difference * line.coefficient).quantize(Decimal(1), ROUND_HALF_UP))


def due_on(service: Service, month: date, supply_day: int | None, distribution_day: int) -> date:
    """Delivery is paid in its own month (contract 2498, 6.6), gas in the one after; no day means its last one."""
    if service == "distribution":
        return month.replace(day=distribution_day)
    after = month_after(month)
    return last_day_of(after) if supply_day is None else after.replace(day=supply_day)


def received_before(month: date, issued_on: date) -> date:
    """Payments until this day stand on the bill: of its month, and none that came after it was issued."""
    return min(month_after(month), issued_on)


def number_of(service: Service, contract: str, month: date) -> str:
    """«Г-5301042018-2026-09»: the service, the contract, the month."""
    return f"{'Г' if service == 'supply' else 'Р'}-{contract}-{month:%Y-%m}"


@dataclass(frozen=True)
class Left:
    """What of a bill is still to be paid, with all that came after it."""

    amount: Decimal
    state: Literal["paid", "open", "late", "carried", "nothing"]
    """`carried`: a later bill asks for it."""


def left_of(
    closing: Decimal, balance: Decimal, under_way: Decimal, paid_after: Decimal | None, due: date, today: date
) -> Left:
    """The latest bill follows the balance; what an earlier one asked for is on the next, where that was not paid.

    `paid_after`: what the next bill shows as received; None while there is no next one.
    """
    if closing <= 0:
        return Left(Decimal("0.00"), "nothing")
    if paid_after is not None:
        return Left(Decimal("0.00"), "paid" if paid_after >= closing else "carried")
    left = max(min(closing, balance - under_way), Decimal("0.00"))
    if not left:
        return Left(left, "paid")
    return Left(left, "late" if today > due else "open")
