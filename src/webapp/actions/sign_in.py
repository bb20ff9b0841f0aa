"""Signing in and out. The state is a row of our own: the token is the browser's, its hash is ours."""

import secrets
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import msgspec

from webapp.actions import hashing, limiting, messages, tickets
from webapp.actions.proofs import Contact
from webapp.database.engine import DB
from webapp.rules import codes, limits

IDLE = timedelta(days=62)
"""People come once a month: two windows."""
ABSOLUTE = timedelta(days=365)
SHARED = timedelta(hours=12)
"""On somebody else's device: until the browser closes, and this long at most."""


class Device(msgspec.Struct, frozen=True):
    """From where somebody comes in."""

    name: str = ""
    ip: str = ""
    known: str | None = None
    """What its browser was told at an earlier sign-in; the same for everybody who signs in there."""


class SignedIn(msgspec.Struct, frozen=True):
    token: str
    shared: bool
    known: str | None = None
    """For the browser to keep: by this it is known the next time. None on somebody else's device."""
    ticket: str | None = None
    """To hand in readings after this sign-in has ended."""


class SecondNeeded(msgspec.Struct, frozen=True):
    """The password is right, and this person has a second factor: actions.second_step asks for it."""

    person_id: UUID


class Wrong(msgspec.Struct, frozen=True):
    """Unknown login or wrong password: which of the two is not said, nor measurable."""


class TooMany(msgspec.Struct, frozen=True):
    """Too often from here, or for this login."""


Outcome = SignedIn | SecondNeeded | Wrong | TooMany


async def sign_in(
    to: Contact, password: str, *, portal_id: UUID, on: Device, shared: bool, now: datetime
) -> Outcome:
    shares = [
        (limits.SIGN_IN_PER_ADDRESS, limits.address_prefix(on.ip)),
        (limits.SIGN_IN_PER_LOGIN, f"{portal_id}:{to.value}"),
    ]
    async with hashing.LINE:
        if not await limiting.take_all(shares, now):
            return TooMany()
        known = await DB.one(KNOWN, portal_id, to.value, into=Known)
        if not await hashing.fits(known.password_hash if known else None, password) or known is None:
            return Wrong()
        await limiting.give_back(shares)
        if await has_second(known.person_id):
            return SecondNeeded(known.person_id)
        return await enter(known.person_id, portal_id, on=on, shared=shared, now=now)


async def has_second(person_id: UUID) -> bool:
    """Whether a password, or a new one set by a link, is not enough for this person."""
    return bool(await DB.one(HAS_SECOND, person_id, into=bool))


HAS_SECOND = """
SELECT to_json(EXISTS (SELECT FROM authenticators WHERE owner_id = $1 AND confirmed_at IS NOT NULL)
               OR EXISTS (SELECT FROM passkeys WHERE owner_id = $1))
"""


class Known(msgspec.Struct, frozen=True):
    person_id: UUID
    password_hash: str | None


KNOWN = """
SELECT json_build_object('person_id', people.id, 'password_hash', people.password_hash)
FROM logins JOIN people ON people.id = logins.person_id
WHERE logins.portal_id = $1 AND logins.contact = $2
"""


async def enter(
    person_id: UUID, portal_id: UUID, *, on: Device, shared: bool = False, now: datetime
) -> SignedIn:
    """A sign-in with a token nobody has seen before; also after sign-up and recovery.

    The token of somebody who has left meanwhile opens nothing.
    """
    id, token = uuid4(), secrets.token_urlsafe(32)
    idle, absolute = (SHARED, SHARED) if shared else (IDLE, ABSOLUTE)
    known, ticket = on.known or secrets.token_urlsafe(32), None
    async with DB.transaction():
        entered = await DB.do(
            ENTER, id, portal_id, person_id, codes.hash_of(token), shared, now, now + idle, now + absolute,
            on.name, on.ip,
        )  # fmt: skip
        if entered and await DB.one(IS_NEW, person_id, id, codes.hash_of(known), into=bool):
            await messages.tell("new-sign-in", person_id, now=now, about=id)
        if entered and not shared:
            await DB.do(REMEMBER, uuid4(), person_id, codes.hash_of(known), now)
            ticket = await tickets.issue(id, person_id, known, now)
    return SignedIn(token, shared, None if shared else known, ticket)


ENTER = """
INSERT INTO sign_ins (id, portal_id, person_id, token_sha256, shared, created_at, seen_at,
                      idle_expires_at, expires_at, device, ip, confirmed_at)
SELECT $1, $2, people.id, $4, $5, $6, $6, $7, $8, $9, $10, $6
FROM (SELECT id FROM people WHERE id = $3 AND gone_at IS NULL FOR UPDATE) AS people
"""
IS_NEW = """
SELECT to_json(NOT EXISTS (SELECT FROM known_devices WHERE person_id = $1 AND token_sha256 = $3)
               AND EXISTS (SELECT FROM sign_ins WHERE person_id = $1 AND id <> $2))
"""
"""The very first sign-in of a person is from a new device too, and nobody wonders."""
REMEMBER = """
INSERT INTO known_devices (id, person_id, token_sha256, created_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (person_id, token_sha256) DO UPDATE SET created_at = excluded.created_at
"""
"""Its cookie is given anew each time, and so is its time."""


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


async def sign_out_everywhere(person_id: UUID, now: datetime, *, but: UUID | None = None) -> None:
    """After a new password: whoever knew the old one is out. `but`: the sign-in where it was changed."""
    await DB.do(EVERYWHERE, person_id, now, but)


EVERYWHERE = """
UPDATE sign_ins SET revoked_at = $2
WHERE person_id = $1 AND revoked_at IS NULL AND id IS DISTINCT FROM $3::uuid
"""
