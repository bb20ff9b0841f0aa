"""A monobank acquiring of our own, from its documentation: invoices, their states, webhooks signed by ECDSA."""

import json
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from tests.fakes.web import Call, FakeWeb

TOKEN = "uTestToken"
CASES = json.loads((Path(__file__).parents[1] / "cases" / "monobank.json").read_text())
KEY = load_pem_private_key(CASES["demo_keypair"]["private_pem_TEST_ONLY"].encode(), None)
BEGAN = datetime(2026, 11, 20, 10, tzinfo=UTC)


@dataclass
class FakeMonobank(FakeWeb):
    invoices: dict[str, dict[str, Any]] = field(default_factory=dict)
    key: EllipticCurvePrivateKey = KEY  # type: ignore[assignment]
    charged: int = 0
    refunds: list[str] = field(default_factory=list)
    """extRef of each: the same one is done once."""

    def invoice(self, order: str) -> dict[str, Any]:
        return next(one for one in self.invoices.values() if one["reference"] == order)

    def visit(self, link: str) -> str:
        return str(self.invoices[link.rpartition("/")[2]]["reference"])

    def pay(self, order: str, status: str = "success", **said: Any) -> None:
        invoice = self.invoice(order)
        if status == "success" and invoice["status"] != "success":
            self.charged += 1
        self._change(invoice, status, **said)

    def callback(self, order: str, **said: Any) -> tuple[bytes, dict[str, str]]:
        body = json.dumps(self.invoice(order) | said, ensure_ascii=False).encode()
        return body, {"x-sign": self.sign(body), "content-type": "application/json"}

    def sign(self, body: bytes) -> str:
        return b64encode(self.key.sign(body, ECDSA(SHA256()))).decode()

    def rotate(self) -> None:
        self.key = generate_private_key(SECP256R1())

    def answer(self, call: Call) -> tuple[int, Any]:
        if call.headers.get("x-token") != TOKEN:
            return 403, {"errCode": "FORBIDDEN", "errText": "forbidden"}
        said = json.loads(call.body) if call.body else {}
        match call.method, call.path.removeprefix("/api/merchant/"):
            case "GET", "pubkey":
                pem = self.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
                return 200, {"key": b64encode(pem).decode()}
            case "POST", "invoice/create":
                return self._create(said)
            case "GET", "invoice/status":
                found = self.invoices.get(call.query.get("invoiceId", ""))
                return (
                    (200, found) if found else (404, {"errCode": "NOT_FOUND", "errText": "invoice not found"})
                )
            case "POST", "invoice/remove":
                invoice = self.invoices[said["invoiceId"]]
                if invoice["status"] != "created":
                    return 400, {"errCode": "BAD_REQUEST", "errText": "invoice is paid"}
                self._change(invoice, "expired")
                return 200, {}
            case "POST", "invoice/cancel":
                invoice = self.invoices[said["invoiceId"]]
                if said["extRef"] not in self.refunds:
                    if invoice["status"] != "success":
                        return 400, {"errCode": "BAD_REQUEST", "errText": "invalid status"}
                    self.refunds.append(said["extRef"])
                    self._change(invoice, "reversed")
                return 200, {"status": "success", "createdDate": _at(BEGAN), "modifiedDate": _at(BEGAN)}
        return 404, {}

    def _create(self, said: dict[str, Any]) -> tuple[int, Any]:
        if not isinstance(said["amount"], int) or said["ccy"] != 980 or said["validity"] < 60:
            return 400, {"errCode": "BAD_REQUEST", "errText": "invalid amount"}
        id = f"p2_{len(self.invoices):09d}"
        info = said["merchantPaymInfo"]
        self.invoices[id] = {
            "invoiceId": id, "status": "created", "amount": said["amount"], "ccy": 980,
            "finalAmount": said["amount"], "createdDate": _at(BEGAN), "modifiedDate": _at(BEGAN),
            "reference": info["reference"], "destination": info["destination"],
        }  # fmt: skip
        return 200, {"invoiceId": id, "pageUrl": f"https://pay.mbnk.example/{id}"}

    def _change(self, invoice: dict[str, Any], status: str, **said: Any) -> None:
        moved = datetime.fromisoformat(invoice["modifiedDate"]) + timedelta(seconds=1)
        invoice.update({"status": status, "modifiedDate": _at(moved)} | said)


def _at(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
