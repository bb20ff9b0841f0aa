"""What LiqPay writes and how it signs: liqpay.ua/documentation.

`data` is base64 of JSON, `signature` covers exactly the characters of `data`. Which algorithm signs is decided by
the version that the company has agreed on, never by the message: an older one would be a way around.
"""

import hmac
import json
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha1, sha3_256
from typing import Any

from webapp.rules.paying import Seen, Told

SHA3_SINCE = 7
ABSENT = ("payment_not_found", "order_not_found")
STATUSES: dict[str, Told] = {
    "success": "paid",
    "failure": "declined",
    "error": "declined",
    "reversed": "returned",
}
"""Every other status (three dozen of them: `3ds_verify`, `processing`, `wait_accept` …) means: not yet."""


def signature(data: str, private_key: str, version: int) -> str:
    text = f"{private_key}{data}{private_key}".encode()
    digest = sha3_256(text) if version >= SHA3_SINCE else sha1(text, usedforsecurity=False)
    return b64encode(digest.digest()).decode()


def is_genuine(data: str, given: str, private_key: str, version: int) -> bool:
    return hmac.compare_digest(signature(data, private_key, version).encode(), given.encode())


def packed(said: Mapping[str, Any]) -> str:
    return b64encode(json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()).decode()


def unpacked(data: str) -> dict[str, Any]:
    """Empty for whatever is no base64 of a JSON object."""
    try:
        return read(b64decode(data, validate=True))
    except (NotBase64, ValueError):
        return {}


def read(body: bytes) -> dict[str, Any]:
    """A JSON object with its sums exact; empty for anything else."""
    try:
        said = json.loads(body, parse_float=Decimal)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def seen(said: Mapping[str, Any], *, test: bool) -> Seen | None:
    """Of an answer or a callback; None where it says nothing of any order. Play money counts in a test shop alone."""
    status, order = said.get("status"), said.get("order_id")
    reason = _words(said.get("err_code") or said.get("err_description"))
    if reason in ABSENT:
        return Seen("absent", _words(order))
    if not isinstance(status, str) or not isinstance(order, str) or not order:
        return None
    told: Told = "paid" if status == "sandbox" and test else STATUSES.get(status, "waiting")
    reference = _words(said.get("payment_id") or said.get("liqpay_order_id"))
    when = _moment(said.get("end_date") or said.get("create_date"))
    return Seen(
        told, order, amount_of(said.get("amount")), _words(said.get("currency")), when, reference, reason
    )


def amount_of(said: object) -> Decimal | None:
    """Numbers, and numbers in quotes; neither infinite nor a yes."""
    if isinstance(said, bool) or not isinstance(said, (int, Decimal, str)):
        return None
    try:
        amount = Decimal(said)
    except ArithmeticError:
        return None
    return amount if amount.is_finite() else None


def _words(said: object) -> str:
    return "" if said is None or isinstance(said, (dict, list)) else str(said)[:80]


def _moment(milliseconds: object) -> datetime | None:
    if isinstance(milliseconds, bool) or not isinstance(milliseconds, int):
        return None
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None
