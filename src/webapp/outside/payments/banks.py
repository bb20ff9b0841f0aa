"""Which bank a company has: made of what was sealed for it, and kept as long as that stays the same."""

from dataclasses import dataclass, field

import httpx

from webapp.outside.payments import Bank, Merchant
from webapp.outside.payments.liqpay import LiqPay
from webapp.outside.payments.monobank import Monobank
from webapp.outside.payments.pretend import Pretend, PretendBank

MOST = 64
"""Companies whose connections are kept open."""


@dataclass
class Banks:
    pretend: PretendBank | None = None
    """In the demo alone; elsewhere a company that is set up with it has no bank."""
    timeout: httpx.Timeout | None = None
    _known: dict[str, Bank] = field(default_factory=dict, repr=False)

    def of(self, merchant: Merchant) -> Bank | None:
        if merchant.provider == "pretend":
            return Pretend(self.pretend, merchant) if self.pretend else None
        key = repr((merchant, sorted(merchant.keys.items())))
        if key not in self._known:
            if len(self._known) >= MOST:
                self._known.clear()
            self._known[key] = self._made(merchant)
        return self._known[key]

    def _made(self, merchant: Merchant) -> Bank:
        return (LiqPay if merchant.provider == "liqpay" else Monobank)(merchant, self.timeout)

    async def close(self) -> None:
        for bank in self._known.values():
            await bank.close()
        self._known.clear()
