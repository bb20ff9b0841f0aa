"""LiqPay: checkout by a link, states and refunds by its API."""

from collections.abc import Mapping
from datetime import UTC
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlencode

import httpx

from webapp.outside.payments import BankError, BankTrouble, Hint, Merchant, Opened, Order
from webapp.outside.payments.talking import ask, client
from webapp.rules import liqpay as rules
from webapp.rules.paying import CURRENCY, Seen

API = "https://www.liqpay.ua"
LANGUAGES = {"uk": "uk", "en": "en"}


class LiqPay:
    def __init__(self, merchant: Merchant, timeout: httpx.Timeout | None = None) -> None:
        self.merchant = merchant
        self._api = merchant.api or API
        self._http = client(timeout)

    async def open(self, order: Order) -> Opened:
        """Nothing is said to LiqPay yet: the signed order stands in the link."""
        said = self._signed(
            action="pay",
            amount=f"{order.amount:.2f}",
            currency=CURRENCY,
            description=order.description,
            order_id=order.id,
            server_url=order.callback,
            result_url=order.back,
            language=LANGUAGES.get(order.language, "uk"),
            expired_date=order.expires_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S"),
        )
        return Opened(f"{self._api}/api/3/checkout?{urlencode(said)}")

    async def look(self, order: str, reference: str) -> Seen:
        said = await self._ask(action="status", order_id=order)
        seen = rules.seen(said, test=self.merchant.test)
        if seen is None:
            raise _refusal(said)
        return seen

    async def withdraw(self, order: str, reference: str) -> bool:
        """LiqPay has no word for it: the link ends by itself."""
        return False

    async def refund(self, order: str, reference: str, amount: Decimal, id: str) -> None:
        """Once: what went back already is `reversed`, and is not asked for again by whoever looks first."""
        said = await self._ask(action="refund", order_id=order, amount=f"{amount:.2f}")
        if said.get("status") not in ("reversed", "success", "processing"):
            raise _refusal(said)

    async def hint(self, body: bytes, headers: Mapping[str, str]) -> Hint | None:
        """The characters of `data` as they came are what is signed."""
        try:
            form = dict(parse_qsl(body.decode("ascii"), errors="strict", max_num_fields=20))
        except ValueError:
            return None
        data, given = form.get("data", ""), form.get("signature", "")
        if not rules.is_genuine(data, given, self.merchant.keys["private_key"], self.merchant.version):
            return None
        said = rules.unpacked(data)
        seen = rules.seen(said, test=self.merchant.test)
        ours = said.get("public_key") == self.merchant.keys["public_key"]
        return Hint(seen) if seen and ours else None

    async def close(self) -> None:
        await self._http.aclose()

    async def _ask(self, **said: Any) -> dict[str, Any]:
        return await ask(self._http, "POST", f"{self._api}/api/request", data=self._signed(**said))

    def _signed(self, **said: Any) -> dict[str, str]:
        keys, version = self.merchant.keys, self.merchant.version
        data = rules.packed({"version": version, "public_key": keys["public_key"]} | said)
        return {"data": data, "signature": rules.signature(data, keys["private_key"], version)}


def _refusal(said: Mapping[str, Any]) -> BankError:
    """A wrong key and a wrong signature are the company's to mend."""
    code = str(said.get("err_code") or "")
    known = code.startswith(("err_access", "err_auth", "invalid_signature", "public_key", "err_key"))
    reason = BankTrouble.NOT_SET_UP if known else BankTrouble.REFUSED if code else BankTrouble.NO_ANSWER
    return BankError(reason, code)
