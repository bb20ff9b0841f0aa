"""Calls to a person's own program when something has happened: which, where to, signed how, tried how long.

Signed as Standard Webhooks 1.0 says: HMAC-SHA256 over `id.timestamp.body`, in base64, after «v1,».
"""

import hmac
from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Literal, get_args
from urllib.parse import urlsplit
from uuid import UUID

from webapp.rules.roles import Right

Event = Literal["reading.accepted", "bill.issued", "payment.posted", "window.opening"]
EVENTS: tuple[Event, ...] = get_args(Event)
RIGHTS: dict[Event, Right] = {
    "reading.accepted": Right.READINGS,
    "bill.issued": Right.MONEY,
    "payment.posted": Right.MONEY,
}
"""What one must be allowed at the account to be told; the opening of the window is no secret."""
PAUSES = tuple(timedelta(minutes=one) for one in (1, 5, 30, 2 * 60, 6 * 60, 12 * 60, 24 * 60))
"""After the first failure, the second…; after the last of them the webhook is switched off."""
MOST_WEBHOOKS = 5
LONGEST_ADDRESS = 400
BOTH_SECRETS = timedelta(hours=24)
"""So long after a change the former secret signs too."""
SHOWN = 30
"""Deliveries on the page."""
GONE = 410
"""The receiver says that it wants no more."""
NAT64 = ip_network("64:ff9b::/96")
SIX_TO_FOUR = ip_network("2002::/16")


class Wrong(StrEnum):
    """Why nobody is called at an address."""

    EMPTY = "empty"
    UNREADABLE = "unreadable"
    NOT_HTTPS = "not_https"
    WITH_PASSWORD = "with_password"
    TOO_LONG = "too_long"
    UNKNOWN_HOST = "unknown_host"
    PRIVATE = "private"


def wrong_with(address: str, *, loopback: bool = False) -> Wrong | None:
    """As far as the letters alone tell. `loopback`: a developer's own machine may be called, also in clear."""
    if not address:
        return Wrong.EMPTY
    if len(address) > LONGEST_ADDRESS:
        return Wrong.TOO_LONG
    if not address.isascii() or not address.isprintable() or " " in address or "\\" in address:
        return Wrong.UNREADABLE
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        return Wrong.UNREADABLE
    if parts.scheme != "https" and not (loopback and parts.scheme == "http"):
        return Wrong.NOT_HTTPS
    if parts.username is not None or parts.password is not None:
        return Wrong.WITH_PASSWORD
    if not host or port == 0 or "%" in host or parts.fragment:
        return Wrong.UNREADABLE
    return None


def may_be_called(address: str, *, loopback: bool = False) -> bool:
    """Whether an IP address is one of the open Internet; what is wrapped into another is unwrapped first."""
    ip: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address):
        if ip.ipv4_mapped:
            ip = ip.ipv4_mapped
        elif ip in NAT64:
            ip = IPv4Address(int(ip) & 0xFFFFFFFF)
        elif ip in SIX_TO_FOUR or ip.teredo:
            return False
    if ip.is_loopback:
        return loopback
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def pause(tries: int) -> timedelta | None:
    """The wait after so many failures (from 1); None: no more tries."""
    return PAUSES[tries - 1] if tries <= len(PAUSES) else None


def secret_of(key: bytes, webhook: UUID, generation: int) -> bytes:
    """24 bytes, derived and never stored; each change of the secret is another generation."""
    return hmac.digest(key, b"webhook\0" + webhook.bytes + generation.to_bytes(4), "sha256")[:24]


def shown_secret(secret: bytes) -> str:
    """As the libraries for receivers take it."""
    return "whsec_" + b64encode(secret).decode()


def generations(generation: int, rotated_at: datetime | None, now: datetime) -> list[int]:
    """Whose secrets sign, the newest first."""
    both = generation > 1 and rotated_at is not None and now - rotated_at < BOTH_SECRETS
    return [generation, generation - 1] if both else [generation]


def signature(secrets: Sequence[bytes], id: str, moment: datetime, body: bytes) -> str:
    """One for each secret, with a blank between them."""
    signed = f"{id}.{int(moment.timestamp())}.".encode() + body
    return " ".join(
        "v1," + b64encode(hmac.digest(secret, signed, sha256)).decode() for secret in secrets
    )  # fmt: skip
