"""Pushes to browsers: sealed for the one browser (RFC 8291), signed with the key of this installation (RFC 8292)."""

import asyncio
import json
import os
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from pathlib import Path
from urllib.parse import urlsplit

import http_ece
import httpx
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid02

from webapp.outside.push import Push, PushError, PushTrouble
from webapp.rules import push as rules

TIMEOUT, LONGEST = httpx.Timeout(10, connect=5), 15.0
"""Seconds, for each silence and for all of it."""
KEPT = 24 * 3600
"""Seconds that the service waits for a browser that is off; later it is no news."""
SIGNED_FOR = 12 * 3600
"""Seconds; the services take a day at most."""
LONGEST_TEXT = 1000
"""Of the wording: a push has room for 4096 bytes in all."""


class WebPush:
    keeps_text = False

    def __init__(self, key: ec.EllipticCurvePrivateKey, also: tuple[str, ...] = ()) -> None:
        """`also`: places of this installation's own that are written to besides the makers of browsers."""
        self._vapid, self._also = Vapid02(key), also
        point = key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        self.public_key = urlsafe_b64encode(point).decode().rstrip("=")
        self._http = httpx.AsyncClient(timeout=TIMEOUT, trust_env=False, follow_redirects=False)

    def allows(self, endpoint: str) -> bool:
        return rules.is_allowed(endpoint, self._also)

    async def send(self, push: Push) -> str:
        """The address is looked at again: whoever writes into the table sends us nowhere."""
        if not self.allows(push.endpoint):
            raise PushError(PushTrouble.REFUSED, permanent=True)
        try:
            body, headers = self._sealed(push), self._signed(push)
        except (ValueError, http_ece.ECEException) as error:
            raise PushError(PushTrouble.REFUSED, permanent=True) from error
        try:
            async with asyncio.timeout(LONGEST):
                answer = await self._http.post(push.endpoint, content=body, headers=headers)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise PushError(PushTrouble.SERVICE_DOWN, permanent=False) from error
        except (httpx.HTTPError, TimeoutError) as error:
            raise PushError(PushTrouble.NO_ANSWER, permanent=False) from error
        if not answer.is_success:
            raise _in_our_words(answer.status_code)
        said: str = answer.headers.get("Location", "")
        return said.rpartition("/")[2][:80]

    def _sealed(self, push: Push) -> bytes:
        said = {"title": push.title, "text": push.text[:LONGEST_TEXT], "url": push.url, "tag": push.tag}
        one_use = ec.generate_private_key(ec.SECP256R1())
        sealed: bytes = http_ece.encrypt(
            json.dumps(said, ensure_ascii=False).encode(), salt=os.urandom(16), private_key=one_use,
            dh=_bytes(push.p256dh), auth_secret=_bytes(push.auth), version="aes128gcm",
        )  # fmt: skip
        return sealed

    def _signed(self, push: Push) -> dict[str, str]:
        parts = urlsplit(push.endpoint)
        claims = {
            "aud": f"{parts.scheme}://{parts.netloc}",
            "sub": push.contact,
            "exp": int(time.time()) + SIGNED_FOR,
        }
        said: dict[str, str] = self._vapid.sign(claims)
        return said | {
            "TTL": str(KEPT), "Urgency": "normal", "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
        }  # fmt: skip


def key_in(file: Path) -> ec.EllipticCurvePrivateKey:
    """Made at the first start, mode 0600. With another key all browsers would have to subscribe anew."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = file.with_name(f"{file.name}.{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_bytes(
            ec.generate_private_key(ec.SECP256R1()).private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        try:
            os.link(fresh, file)  # whoever comes second reads the first one's
        except FileExistsError:
            pass
        fresh.unlink()
    key = serialization.load_pem_private_key(file.read_bytes(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ValueError(f"{file} is no key for web pushes")
    return key


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _in_our_words(status: int) -> PushError:
    if status in (404, 410):
        return PushError(PushTrouble.GONE, permanent=True)
    if status == 429:
        return PushError(PushTrouble.TOO_MANY, permanent=False)
    if status >= 500:
        return PushError(PushTrouble.SERVICE_DOWN, permanent=False)
    return PushError(PushTrouble.REFUSED, permanent=True)
