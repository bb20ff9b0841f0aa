"""One-time codes and links: derived from a key and the id of a proof, so that none lies in the database."""

import hmac
import re
import unicodedata
from base64 import urlsafe_b64encode
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

CODE_LIFE = timedelta(minutes=10)
LINK_LIFE = timedelta(hours=24)
TRIES = 5
"""Then the code is dead; counted before it is compared."""
DIGITS = 6
CLEAR = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
"""Without 0, O, I and l: a token may have to be typed from paper. No sign that ends a link in a message."""
WRITTEN_TOGETHER = re.compile("(?<![0-9])[0-9]{6}(?![0-9])")
WRITTEN_APART = re.compile("(?<![0-9])(?=([0-9]{3}[ –-][0-9]{3})(?![0-9]))")


def code_of(key: bytes, proof: UUID) -> str:
    """Six digits; the bias of the remainder of 256 bits is beyond measure."""
    return f"{int.from_bytes(_derived(key, b'code', proof)) % 10**DIGITS:0{DIGITS}}"


def token_of(key: bytes, proof: UUID) -> str:
    """32 bytes for a link, 43 characters of a URL."""
    return urlsafe_b64encode(_derived(key, b"link", proof)).decode().rstrip("=")


def invitation_of(key: bytes, invitation: UUID) -> str:
    """`<id>.<token>`, the address of an invitation: no proof's link is an invitation, nor the other way round."""
    return f"{invitation}.{urlsafe_b64encode(_derived(key, b'invitation', invitation)).decode().rstrip('=')}"


def invitation_in(key: bytes, link: str) -> UUID | None:
    """Whose address it is; None for one that we never made."""
    try:
        id = UUID(link.partition(".")[0])
    except ValueError:
        return None
    return id if same(link, invitation_of(key, id)) else None


def reminder_of(key: bytes, reminder: UUID) -> str:
    """`<id>.<token>`, the address where reminders are ended: of a letter, so it works without a sign-in."""
    return f"{reminder}.{urlsafe_b64encode(_derived(key, b'reminder', reminder)).decode().rstrip('=')}"


def reminder_in(key: bytes, link: str) -> UUID | None:
    try:
        id = UUID(link.partition(".")[0])
    except ValueError:
        return None
    return id if same(link, reminder_of(key, id)) else None


def sending_of(key: bytes, link: UUID, length: int) -> str:
    """The token of a link that takes a reading: short enough for an SMS, and nothing in it looks alike."""
    rest, token = int.from_bytes(_derived(key, b"sending", link)), ""
    for _ in range(length):
        rest, digit = divmod(rest, len(CLEAR))
        token += CLEAR[digit]
    return token


def sending_lookup(key: bytes, token: str) -> bytes:
    """What such a link is found by. Keyed, because a short token could be guessed from a plain hash."""
    return hmac.digest(key, b"sending lookup\0" + token.encode(errors="replace"), "sha256")


def hash_of(token: str) -> bytes:
    """What is stored instead of a token."""
    return sha256(token.encode(errors="replace")).digest()


def same(one: str, other: str) -> bool:
    """In constant time."""
    return hmac.compare_digest(one.encode(errors="replace"), other.encode(errors="replace"))


def tidy(typed: str) -> str:
    """The code in what was typed or pasted: «578 214», «578-214», «104: код 578214»."""
    text = unicodedata.normalize("NFKC", typed[:200]).strip()
    found = WRITTEN_TOGETHER.findall(text) or WRITTEN_APART.findall(text)
    return re.sub(r"[\s–-]", "", found[-1] if found else text)


def _derived(key: bytes, purpose: bytes, proof: UUID) -> bytes:
    return hmac.digest(key, purpose + b"\0" + proof.bytes, "sha256")
