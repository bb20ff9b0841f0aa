"""What SMS may cost a company in a month. One-time codes and security are counted, and never held up by it."""

from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

KOPECK = Decimal("0.01")


@dataclass(frozen=True)
class Budget:
    monthly: Decimal = Decimal("10000.00")
    """UAH a month, until the company decides something else: enough for a town, too little for a disaster."""
    price: Decimal = Decimal("0.85000")
    """UAH for a part, as the carrier counts them: rules.sms."""

    @property
    def parts(self) -> int:
        """How many parts it pays for."""
        if not self.price:
            return 2**31 - 1
        return min(int((self.monthly / self.price).to_integral_value(ROUND_DOWN)), 2**31 - 1)

    def cost(self, parts: int) -> Decimal:
        return (self.price * parts).quantize(KOPECK, ROUND_HALF_UP)
