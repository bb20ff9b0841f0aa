"""The PIN printed on a bill: six digits that belong to one account; only a keyed hash of them is kept."""

import hmac
import re
from uuid import UUID

DIGITS = 6


def written(chance: int) -> str:
    return f"{chance % 10**DIGITS:0{DIGITS}}"


def tidy(typed: str) -> str:
    """As it is printed: «123 456», «123-456»."""
    return re.sub(r"[\s\-\u2010-\u2015]", "", typed[:40])


def is_shaped(pin: str) -> bool:
    return re.fullmatch(f"[0-9]{{{DIGITS}}}", pin) is not None


def hash_of(key: bytes, account: UUID, pin: str) -> bytes:
    """Bound to its account: two accounts with one PIN have nothing in common in the table."""
    return hmac.digest(key, b"pin\0" + account.bytes + pin.encode(errors="replace"), "sha256")


def same(one: bytes, other: bytes) -> bool:
    return hmac.compare_digest(one, other)
