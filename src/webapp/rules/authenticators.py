"""One-time codes that an application counts (RFC 6238: SHA-1, 30 seconds, six digits), as all of them do."""

import hmac
import struct
from base64 import b32decode, b32encode
from datetime import datetime
from urllib.parse import quote, urlencode

from webapp.rules.codes import DIGITS, same, tidy

STEP_SECONDS = 30
DRIFT = 1
"""Steps that a phone's clock may be off, each way."""
SECRET_BYTES = 20
"""As long as the hash, which RFC 4226 recommends."""


def step_of(now: datetime) -> int:
    return int(now.timestamp()) // STEP_SECONDS


def code_at(secret: bytes, step: int) -> str:
    digest = hmac.digest(secret, struct.pack(">Q", step), "sha1")
    start = digest[-1] & 0x0F
    number: int = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def matching_step(secret: bytes, typed: str, now: datetime, *, after: int) -> int | None:
    """The step this code belongs to, if it is one of now and later than the last one taken."""
    code, here = tidy(typed), step_of(now)
    fitting = [step for step in range(here - DRIFT, here + DRIFT + 1) if same(code, code_at(secret, step))]
    return next((step for step in fitting if step > after), None)


def written(secret: bytes) -> str:
    """The key as people type it: base32 without padding."""
    return b32encode(secret).decode().rstrip("=")


def read(text: str) -> bytes:
    """What `written` wrote."""
    return b32decode(text + "=" * (-len(text) % 8))


def uri(secret: str, *, login: str, issuer: str) -> str:
    """What the square picture says to the application; the label is the account's name in its list."""
    said = {"secret": secret, "issuer": issuer, "algorithm": "SHA1", "digits": DIGITS, "period": STEP_SECONDS}
    return f"otpauth://totp/{quote(f'{issuer}:{login}', safe='')}?{urlencode(said, quote_via=quote)}"
