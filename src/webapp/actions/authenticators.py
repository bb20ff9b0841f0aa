"""Authenticator applications: begun, confirmed by a first code, asked at each sign-in. Of people and of staff."""

import secrets
from datetime import datetime
from typing import Literal
from uuid import UUID, uuid4

import msgspec

from webapp.actions import limiting
from webapp.actions.sealing import seal, unseal
from webapp.database.engine import DB
from webapp.rules import authenticators as rules
from webapp.rules import limits

Tried = Literal["fits", "wrong", "too_many"]
"""`too_many`: nothing was compared."""


class Stored(msgspec.Struct, frozen=True):
    sealed: str
    confirmed: bool
    last_step: int


async def begin(owner_id: UUID, *, key: bytes, now: datetime) -> str:
    """A new key, in base32; it opens nothing until `confirm`. A confirmed one stays as it is."""
    secret = secrets.token_bytes(rules.SECRET_BYTES)
    await DB.do(BEGIN, uuid4(), owner_id, seal(secret, owner_id, key=key), now)
    return rules.written(secret)


BEGIN = """
INSERT INTO authenticators AS a (id, owner_id, secret, created_at, last_step) VALUES ($1, $2, $3, $4, 0)
ON CONFLICT (owner_id) DO UPDATE SET secret = excluded.secret, created_at = excluded.created_at, last_step = 0
WHERE a.confirmed_at IS NULL
"""


async def pending(owner_id: UUID, *, key: bytes) -> str | None:
    """The key that waits for its first code, for the page that shows it."""
    stored = await _stored(owner_id)
    secret = _secret(stored, owner_id, key) if stored and not stored.confirmed else None
    return rules.written(secret) if secret else None


async def confirm(owner_id: UUID, code: str, *, key: bytes, now: datetime) -> bool:
    """The first code shows that the application has the key; from here on it is asked for."""
    return await _take(owner_id, code, confirmed=False, key=key, now=now) == "fits"


async def fits(owner_id: UUID, code: str, *, key: bytes, now: datetime) -> bool:
    """Whether it is a code of now. None works twice, nor an older one after it; five wrong ones, then a pause."""
    return await try_code(owner_id, code, key=key, now=now) == "fits"


async def try_code(owner_id: UUID, code: str, *, key: bytes, now: datetime) -> Tried:
    """As `fits`, for whoever says why not."""
    return await _take(owner_id, code, confirmed=True, key=key, now=now)


async def has(owner_id: UUID) -> bool:
    return bool(await DB.one(HAS, owner_id, into=bool))


async def remove(owner_id: UUID) -> bool:
    """Whether there was one."""
    return await DB.do("DELETE FROM authenticators WHERE owner_id = $1", owner_id) == 1


async def _take(owner_id: UUID, code: str, *, confirmed: bool, key: bytes, now: datetime) -> Tried:
    """Counted before it is compared; two at once wait for the row, and the second finds the step taken."""
    share = (limits.SECOND_PER_OWNER, str(owner_id))
    if not await limiting.take(*share, now):
        return "too_many"
    stored = await _stored(owner_id)
    secret = _secret(stored, owner_id, key) if stored and stored.confirmed is confirmed else None
    if stored is None or secret is None:
        return "wrong"
    step = rules.matching_step(secret, code, now, after=stored.last_step)
    if step is None:
        return "wrong"
    if await DB.do(TAKE, owner_id, step, now, confirmed, bytes.fromhex(stored.sealed)) != 1:
        return "wrong"
    await limiting.give_back([share])
    return "fits"


TAKE = """
UPDATE authenticators SET last_step = $2, confirmed_at = coalesce(confirmed_at, $3::timestamptz)
WHERE owner_id = $1 AND last_step < $2 AND (confirmed_at IS NOT NULL) = $4 AND secret = $5
"""
HAS = "SELECT to_json(EXISTS (SELECT 1 FROM authenticators WHERE owner_id = $1 AND confirmed_at IS NOT NULL))"
STORED = """
SELECT json_build_object('sealed', encode(secret, 'hex'), 'confirmed', confirmed_at IS NOT NULL,
                         'last_step', last_step)
FROM authenticators WHERE owner_id = $1
"""


async def _stored(owner_id: UUID) -> Stored | None:
    return await DB.one(STORED, owner_id, into=Stored)


def _secret(stored: Stored, owner_id: UUID, key: bytes) -> bytes | None:
    return unseal(bytes.fromhex(stored.sealed), owner_id, key=key)
