"""A LiqPay of our own, from its documentation: checkout by a signed link, `status` and `refund`, callbacks as forms."""

import hashlib
import json
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from tests.fakes.web import Call, FakeWeb

PUBLIC, PRIVATE = "sandbox_i00000000", "sandbox_demo_private_key"


@dataclass
class FakeLiqPay(FakeWeb):
    version: int = 3
    payments: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By order_id. What nobody has opened is not known."""
    charged: int = 0
    refunds: int = 0

    def sign(self, data: str) -> str:
        text = (PRIVATE + data + PRIVATE).encode()
        kind = hashlib.sha3_256 if self.version >= 7 else hashlib.sha1
        return b64encode(kind(text).digest()).decode()

    def visit(self, link: str) -> str:
        """The person's browser opens the checkout; returns the order."""
        asked = dict(parse_qsl(urlsplit(link).query))
        assert asked["signature"] == self.sign(asked["data"]), "invalid_signature"
        order = json.loads(b64decode(asked["data"]))
        assert (order["public_key"], order["action"], order["currency"]) == (PUBLIC, "pay", "UAH")
        assert int(order["version"]) == self.version
        said = {"status": "wait_card", "order_id": order["order_id"], "amount": float(order["amount"])}
        self.payments.setdefault(order["order_id"], order | said)
        return str(order["order_id"])

    def pay(self, order: str, status: str = "success", **said: Any) -> None:
        payment = self.payments[order]
        if status == "success" and payment["status"] != "success":
            self.charged += 1
        told = {"payment_id": 2100000001, "create_date": 1795000000000, "public_key": PUBLIC}
        payment.update(told | {"status": status} | said)

    def callback(self, order: str, **said: Any) -> tuple[bytes, dict[str, str]]:
        """The body of the POST to server_url, and its headers."""
        data = b64encode(json.dumps(self.payments[order] | said).encode()).decode()
        form = urlencode({"data": data, "signature": self.sign(data)}).encode()
        return form, {"content-type": "application/x-www-form-urlencoded"}

    def answer(self, call: Call) -> tuple[int, Any]:
        if (call.method, call.path) != ("POST", "/api/request"):
            return 404, {}
        if call.form["signature"] != self.sign(call.form["data"]):
            return 200, {
                "result": "error",
                "err_code": "invalid_signature",
                "err_description": "Invalid signature",
            }
        asked = json.loads(b64decode(call.form["data"]))
        if asked["public_key"] != PUBLIC:
            return 200, {"result": "error", "err_code": "err_access", "err_description": "Access denied"}
        payment = self.payments.get(asked["order_id"])
        if payment is None:
            return 200, {
                "result": "error", "status": "error", "err_code": "payment_not_found",
                "err_description": "Payment not found",
            }  # fmt: skip
        if asked["action"] == "refund":
            if payment["status"] != "success":
                return 200, {"result": "error", "status": "error", "err_code": "payment_err_status"}
            self.refunds += 1
            payment["status"] = "reversed"
            return 200, {
                "result": "ok",
                "action": "refund",
                "status": "reversed",
                "order_id": asked["order_id"],
            }
        return 200, {"result": "ok", "action": "pay"} | payment
