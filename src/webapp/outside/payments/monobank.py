"""monobank acquiring: an invoice with a page of its own."""

import time
from base64 import b64decode
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import httpx
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from webapp.outside.payments import BankError, BankTrouble, Hint, Merchant, Opened, Order
from webapp.outside.payments.talking import ask, client
from webapp.rules import monobank as rules
from webapp.rules.liqpay import read
from webapp.rules.paying import Seen

API = "https://api.monobank.ua"
SIGN = "x-sign"
SHORTEST = 60
"""Seconds that an invoice lives at least."""
KEY_PAUSE = 60.0
"""Seconds between two questions for the key: forged callbacks are no way to keep the bank busy."""


class Monobank:
    def __init__(self, merchant: Merchant, timeout: httpx.Timeout | None = None) -> None:
        self.merchant = merchant
        self._http = client(
            timeout, base_url=merchant.api or API, headers={"X-Token": merchant.keys["token"]}
        )
        self._key: EllipticCurvePublicKey | None = None
        self._asked = -KEY_PAUSE

    async def open(self, order: Order) -> Opened:
        said = await self._post(
            "invoice/create",
            {
                "amount": rules.kopecks(order.amount),
                "ccy": rules.HRYVNIA,
                "merchantPaymInfo": {"reference": order.id, "destination": order.description},
                "redirectUrl": order.back,
                "webHookUrl": order.callback,
                "validity": max(int((order.expires_at - order.now).total_seconds()), SHORTEST),
                "paymentType": "debit",
            },
        )
        page, invoice = said.get("pageUrl"), said.get("invoiceId")
        if not isinstance(page, str) or not isinstance(invoice, str) or not page.startswith("http"):
            raise BankError(BankTrouble.NO_ANSWER)
        return Opened(page, invoice)

    async def look(self, order: str, reference: str) -> Seen:
        """An invoice whose id never reached us was shown to nobody: nobody can pay it."""
        if not reference:
            return Seen("absent", order)
        said = await ask(self._http, "GET", "/api/merchant/invoice/status", params={"invoiceId": reference})
        seen = rules.seen(said)
        if seen is None:
            raise BankError(BankTrouble.NO_ANSWER)
        return seen

    async def withdraw(self, order: str, reference: str) -> bool:
        """The bank refuses it where somebody has paid."""
        if reference:
            try:
                await self._post("invoice/remove", {"invoiceId": reference}, may_be_empty=True)
            except BankError as error:
                if error.reason is BankTrouble.REFUSED:
                    return False
                raise
        return True

    async def refund(self, order: str, reference: str, amount: Decimal, id: str) -> None:
        said = await self._post(
            "invoice/cancel", {"invoiceId": reference, "extRef": id, "amount": rules.kopecks(amount)}
        )
        if said.get("status") not in ("processing", "success"):
            raise BankError(BankTrouble.REFUSED, str(said.get("errText") or said.get("status") or ""))

    async def hint(self, body: bytes, headers: Mapping[str, str]) -> Hint | None:
        """The bytes as they came are what is signed. A new key is fetched once where the known one does not fit."""
        try:
            given = b64decode(headers.get(SIGN, ""), validate=True)
        except ValueError:
            return None
        seen = rules.seen(read(body))
        if not given or seen is None:
            return None  # what says nothing is not worth a question to the bank
        if self._key and _fits(self._key, given, body):
            return Hint(seen)
        if self._key and time.monotonic() - self._asked < KEY_PAUSE:
            return None
        self._key = await self._fetch_key()
        return Hint(seen) if _fits(self._key, given, body) else None

    async def close(self) -> None:
        await self._http.aclose()

    async def _fetch_key(self) -> EllipticCurvePublicKey:
        self._asked = time.monotonic()
        said = await ask(self._http, "GET", "/api/merchant/pubkey")
        try:
            key = load_pem_public_key(b64decode(str(said.get("key")), validate=True))
        except ValueError as error:
            raise BankError(BankTrouble.NO_ANSWER) from error
        if not isinstance(key, EllipticCurvePublicKey) or not isinstance(key.curve, SECP256R1):
            raise BankError(BankTrouble.NO_ANSWER)
        return key

    async def _post(self, path: str, said: dict[str, Any], may_be_empty: bool = False) -> dict[str, Any]:
        try:
            return await ask(self._http, "POST", f"/api/merchant/{path}", json=said)
        except BankError as error:
            if may_be_empty and error.reason is BankTrouble.NO_ANSWER and error.__cause__ is None:
                return {}  # 200 and no words: it is done
            raise


def _fits(key: EllipticCurvePublicKey, given: bytes, body: bytes) -> bool:
    try:
        key.verify(given, body, ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True
