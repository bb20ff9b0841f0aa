"""Recovery codes: ten, for the day the phone is lost. Random, shown once, stored as HMAC, good once."""

import hmac
import re
import secrets
import unicodedata
from uuid import UUID

COUNT = 10
LENGTH = 12
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""32 letters and digits without 0, 1, I, O: 60 bits a code."""
LOOKALIKES = str.maketrans("АВСЕНКМРТХУ", "ABCEHKMPTXY")
"""Typed on a Ukrainian keyboard, they look the same."""


def new() -> str:
    """Four and four and four: «7KQM-2XTB-9HRD»."""
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return "-".join(code[at : at + 4] for at in range(0, LENGTH, 4))


def tidy(typed: str) -> str:
    """The code in what was typed: in any case, with or without strokes and blanks."""
    text = unicodedata.normalize("NFKC", typed[:60]).upper().translate(LOOKALIKES)
    return re.sub(r"[^0-9A-Z]", "", text)


def hmac_of(key: bytes, owner: UUID, code: str) -> bytes:
    return hmac.digest(key, b"recovery\0" + owner.bytes + tidy(code).encode(), "sha256")
