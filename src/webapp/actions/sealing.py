"""Secrets that must be read again are stored sealed: AES-GCM with a key derived from the installation's."""

import os
from functools import lru_cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE = 12
"""Bytes: what AES-GCM takes. Random; a key seals far fewer than 2**32 secrets."""


def seal(secret: bytes, owner: UUID, *, key: bytes) -> bytes:
    """Opens for this owner only: a row copied to somebody else is worth nothing."""
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(_key(key)).encrypt(nonce, secret, owner.bytes)


def unseal(sealed: bytes, owner: UUID, *, key: bytes) -> bytes | None:
    """None where it was sealed for somebody else, or with a key of before."""
    try:
        return AESGCM(_key(key)).decrypt(sealed[:NONCE], sealed[NONCE:], owner.bytes)
    except (InvalidTag, ValueError):
        return None


@lru_cache(maxsize=4)
def _key(key: bytes) -> bytes:
    return HKDF(SHA256(), length=32, salt=None, info=b"blakyt sealing 1").derive(key)
