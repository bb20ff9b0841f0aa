"""Where a web push may go: browsers name the address themselves, so it is believed only where their makers live."""

import re
from base64 import urlsafe_b64decode
from collections.abc import Collection
from urllib.parse import urlsplit

MAKERS = re.compile(
    r"(?:fcm\.googleapis\.com|(?:[a-z0-9-]+\.)*push\.services\.mozilla\.com"
    r"|(?:[a-z0-9-]+\.)*notify\.windows\.com|(?:[a-z0-9-]+\.)*push\.apple\.com)"
)
"""Chrome, Edge on Android and Samsung; Firefox; Edge on Windows; Safari."""
LONGEST = 1000
POINT, SECRET = 65, 16
"""Bytes of the browser's public key (P-256, uncompressed) and of its secret."""


def is_allowed(endpoint: str, also: Collection[str] = ()) -> bool:
    """Only https to a maker of browsers; `also` names places (`host:port`) of an installation's own, by any scheme."""
    if len(endpoint) > LONGEST or not endpoint.isascii() or not endpoint.isprintable() or " " in endpoint:
        return False
    try:
        parts = urlsplit(endpoint)
        port = parts.port
    except ValueError:
        return False
    if parts.username is not None or parts.password is not None or parts.fragment or "\\" in endpoint:
        return False
    if parts.netloc in also and parts.scheme in ("http", "https"):
        return True
    return parts.scheme == "https" and port in (None, 443) and bool(MAKERS.fullmatch(parts.hostname or ""))


def is_key(text: str, length: int) -> bool:
    """Whether it is so many bytes in base64url, with padding or without."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,120}={0,2}", text):
        return False
    bare = text.rstrip("=")
    try:
        return len(urlsafe_b64decode(bare + "=" * (-len(bare) % 4))) == length
    except ValueError:
        return False
