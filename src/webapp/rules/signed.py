"""What signed papers have in common: a text that is signed, a link that carries it, and what a check finds.

The text is lines of UTF-8, each ended by a line feed: the first is the form, the last the key that signed. The
signature is Ed25519 (RFC 8032) over these bytes. A link carries signature and text as base64url.
"""

import re
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Protocol, TypeVar

SIGNATURE = 64
"""Bytes of an Ed25519 signature."""
LONGEST = 1000
"""Characters of a link's own part; ours have about 300."""
SHOWN = 4
"""Digits of the account number, and never more than half of them."""
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
IN_A_LINK = re.compile(r"[?&#]r=([^&#\s]*)")

Verify = Callable[[bytes, bytes, bytes], bool]
"""(public key, signature, text)."""


class Paper(Protocol):
    @property
    def key(self) -> str:
        """The one that it names as the signer's."""


P = TypeVar("P", bound=Paper)
Read = Callable[[str], P | None]
"""The text backwards; None for whatever its form would not have written."""


class Doubt(StrEnum):
    """Why a paper is not taken for genuine."""

    UNREADABLE = "unreadable"
    """No such paper, or a part of one."""
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


def text_of(*lines: str) -> str:
    return "".join(f"{line}\n" for line in lines)


def line(words: str) -> str:
    """Spaces and control characters of names would break the lines: they become one space."""
    return " ".join(CONTROL.sub(" ", words).split()) or "–"


def moment(at: datetime) -> str:
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def sealed(signature: bytes, text: str) -> bytes:
    """What is stored, and never changes."""
    return signature + text.encode()


def opened(seal: bytes, read: Read[P]) -> P | None:
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


def check(typed: str, keys: Mapping[str, bytes], verify: Verify, read: Read[P]) -> P | Doubtful:
    """Genuine, or why not. `keys`: the public ones that are known here, by their names."""
    seal = unpacked(typed)
    paper = opened(seal, read) if seal else None
    if seal is None or paper is None:
        return Doubtful(Doubt.UNREADABLE)
    if paper.key not in keys:
        return Doubtful(Doubt.UNKNOWN_KEY, paper.key)
    if not verify(keys[paper.key], seal[:SIGNATURE], seal[SIGNATURE:]):
        return Doubtful(Doubt.ALTERED)
    return paper
