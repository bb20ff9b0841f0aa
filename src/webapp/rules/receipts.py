"""The receipt of a reading: one text that is signed, a link that carries it, and what a check finds.

The text is twelve lines of UTF-8, each ended by a line feed, in this order and no other:

    blakyt-receipt-1            the form
    190417                      number of the reading
    АТ «Назва»                  the company that took it
    8830                        last digits of the account number
    0219044                     serial number of the meter
    04152                       m³ on the drums
    2026-11-03                  day of the reading, in Kyiv
    2026-10                     month that it counts for
    2026-11-03T17:31:08Z        written down, by the device's clock as corrected
    2026-11-03T17:40:55Z        received
    consumer                    source
    7f3c91a0                    key that signed it

The signature is Ed25519 (RFC 8032) over these bytes. A link carries signature and text as base64url.
"""

import re
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

FORM = "blakyt-receipt-1"
SIGNATURE = 64
"""Bytes of an Ed25519 signature."""
LONGEST = 1000
"""Characters of a link's own part; ours have about 300."""
SHOWN = 4
"""Digits of the account number, and never more than half of them."""
SOURCES = ("consumer", "inspector", "remote", "staff")
"""Who gives readings. What is planned was given by nobody, and gets no receipt."""
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
LINES = re.compile(
    FORM + r"\n(?P<number>[1-9][0-9]{0,18})\n(?P<company>[^\n]+)\n(?P<account>[^\n]+)\n(?P<meter>[^\n]+)\n"
    r"(?P<value>[0-9]{1,18})\n(?P<read_on>[0-9-]{10})\n(?P<month>[0-9-]{7})\n(?P<taken_at>[0-9TZ:-]{20})\n"
    r"(?P<received_at>[0-9TZ:-]{20})\n(?P<source>[a-z]+)\n(?P<key>[0-9a-f]{8})\n"
)
IN_A_LINK = re.compile(r"[?&#]r=([^&#\s]*)")

Verify = Callable[[bytes, bytes, bytes], bool]
"""(public key, signature, text)."""


@dataclass(frozen=True)
class Receipt:
    number: int
    company: str
    account: str
    """Its last digits: see `masked`."""
    meter: str
    value: str
    """As the drums show it, with their zeros."""
    read_on: date
    month: date
    taken_at: datetime
    received_at: datetime
    source: str
    key: str


class Doubt(StrEnum):
    """Why a receipt is not taken for genuine."""

    UNREADABLE = "unreadable"
    """No receipt, or a part of one."""
    UNKNOWN_KEY = "unknown_key"
    """Signed, if at all, by somebody else."""
    ALTERED = "altered"


@dataclass(frozen=True)
class Doubtful:
    why: Doubt
    key: str = ""
    """The one it names, where the key is unknown."""


def masked(account: str) -> str:
    return account[-min(SHOWN, len(account) // 2) :] if len(account) > 1 else ""


def written(receipt: Receipt) -> str:
    """The text that is signed. Spaces and control characters of names would break its lines: they become one space."""
    lines = (
        FORM, str(receipt.number), _line(receipt.company), _line(receipt.account), _line(receipt.meter),
        receipt.value, receipt.read_on.isoformat(), receipt.month.isoformat()[:7], _moment(receipt.taken_at),
        _moment(receipt.received_at), receipt.source, receipt.key,
    )  # fmt: skip
    return "".join(f"{line}\n" for line in lines)


def read(text: str) -> Receipt | None:
    """The same backwards; None for whatever `written` would not have written."""
    found = LINES.fullmatch(text)
    if not found:
        return None
    told = found.groupdict()
    try:
        receipt = Receipt(
            int(told["number"]), told["company"], told["account"], told["meter"], told["value"],
            date.fromisoformat(told["read_on"]), date.fromisoformat(told["month"] + "-01"),
            datetime.fromisoformat(told["taken_at"]), datetime.fromisoformat(told["received_at"]),
            told["source"], told["key"],
        )  # fmt: skip
        return receipt if receipt.source in SOURCES and written(receipt) == text else None
    except (ValueError, OverflowError):
        return None


def sealed(signature: bytes, text: str) -> bytes:
    """What is stored with the reading, and never changes."""
    return signature + text.encode()


def opened(seal: bytes) -> Receipt | None:
    try:
        return read(seal[SIGNATURE:].decode())
    except UnicodeDecodeError:
        return None


def packed(seal: bytes) -> str:
    """For a link."""
    return urlsafe_b64encode(seal).decode().rstrip("=")


def unpacked(typed: str) -> bytes | None:
    """Out of a link, or of its part; spaces and line breaks of letters do not matter, every other character does."""
    text = "".join(typed.split())
    inside = IN_A_LINK.search(text)
    bare = (inside[1] if inside else text).rstrip("=")
    if not 0 < len(bare) <= LONGEST or not bare.isascii():
        return None
    try:
        seal = b64decode(bare + "=" * (-len(bare) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return None
    return seal if packed(seal) == bare else None


def check(typed: str, keys: Mapping[str, bytes], verify: Verify) -> Receipt | Doubtful:
    """Genuine, or why not. `keys`: the public ones that are known here, by their names."""
    seal = unpacked(typed)
    receipt = opened(seal) if seal else None
    if seal is None or receipt is None:
        return Doubtful(Doubt.UNREADABLE)
    if receipt.key not in keys:
        return Doubtful(Doubt.UNKNOWN_KEY, receipt.key)
    if not verify(keys[receipt.key], seal[:SIGNATURE], seal[SIGNATURE:]):
        return Doubtful(Doubt.ALTERED)
    return receipt


def _line(words: str) -> str:
    return " ".join(CONTROL.sub(" ", words).split()) or "–"


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"
