"""Signing in and out. The state is a row of our own: the token is the browser's, its hash is ours."""

import secrets
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import msgspec

from webapp.actions import hashing, limiting
from webapp.actions.proofs import Contact
from webapp.database.engine import DB
from webapp.rules import codes, limits

IDLE = timedelta(days=62)
"""People come once a month: two windows."""
ABSOLUTE = timedelta(days=365)
SHARED = timedelta(hours=12)
"""On somebody else's device: until the browser closes, and this long at most."""


class SignedIn(msgspec.Struct, frozen=True):
    token: str
    shared: bool


class Wrong(msgspec.Struct, frozen=True):
    """Unknown login or wrong password: which of the two is not said, nor measurable."""


class TooMany(msgspec.Struct, frozen=True):
    """Too often from here, or for this login."""


Outcome = SignedIn | Wrong | TooMany


async def sign_in(
    to: Contact, password: str, *, portal_id: UUID, ip: str, shared: bool, now: datetime
) -> Outcome:
    shares = [
        (limits.SIGN_IN_PER_ADDRESS, limits.address_prefix(ip)),
        (limits.SIGN_IN_PER_LOGIN, f"{portal_id}:{to.value}"),
    ]
    if not await limiting.take_all(shares, now):
        return TooMany()
    known = await DB.one(KNOWN, portal_id, to.value, into=Known)
    if not await hashing.fits(known.password_hash if known else None, password) or known is None:
        return Wrong()
    await limiting.give_back(shares)
    return await enter(known.person_id, portal_id, shared=shared, now=now)


class Known(msgspec.Struct, frozen=True):
    person_id: UUID
    password_hash: str | None


KNOWN = """
SELECT json_build_object('person_id', people.id, 'password_hash', people.password_hash)
FROM logins JOIN people ON people.id = logins.person_id
WHERE logins.portal_id = $1 AND logins.contact = $2
"""


async def enter(person_id: UUID, portal_id: UUID, *, shared: bool = False, now: datetime) -> SignedIn:
    """A sign-in with a token nobody has seen before; also after sign-up and recovery."""
    token = secrets.token_urlsafe(32)
    idle, absolute = (SHARED, SHARED) if shared else (IDLE, ABSOLUTE)
    await DB.do(
        ENTER, uuid4(), portal_id, person_id, codes.hash_of(token), shared, now, now + idle, now + absolute
    )
    return SignedIn(token, shared)


ENTER = """
INSERT INTO sign_ins (id, portal_id, person_id, token_sha256, shared, created_at, seen_at,
                      idle_expires_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $6, $7, $8)
"""


async def seen(sign_in_id: UUID, *, shared: bool, now: datetime) -> None:
    """The idle time starts anew; never for one that was ended meanwhile."""
    await DB.do(
        "UPDATE sign_ins SET seen_at = $2, idle_expires_at = $3 WHERE id = $1 AND revoked_at IS NULL",
        sign_in_id,
        now,
        now + (SHARED if shared else IDLE),
    )


async def sign_out(sign_in_id: UUID, now: datetime) -> None:
    await DB.do("UPDATE sign_ins SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL", sign_in_id, now)


async def sign_out_everywhere(person_id: UUID, now: datetime) -> None:
    """After a new password: whoever knew the old one is out."""
    await DB.do(
        "UPDATE sign_ins SET revoked_at = $2 WHERE person_id = $1 AND revoked_at IS NULL", person_id, now
    )
