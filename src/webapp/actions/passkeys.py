"""Passkeys (WebAuthn Level 3): made and asked by the browser, good on the portal whose host is their rpId.

The library is fetched at the first use, beside the event loop: it is large, and most processes never need it.
"""

import asyncio
from base64 import urlsafe_b64decode
from datetime import datetime
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import msgspec

from webapp.database.engine import DB
from webapp.database.queries.visits import Portal
from webapp.rules.second_step import LIFE, MOST_PASSKEYS

LONGEST = 20_000
"""Characters of an answer: the keys and signatures of all known kinds are far shorter."""


class Answer(msgspec.Struct, frozen=True):
    """Of what `navigator.credentials` says, the part that must be known before the rest is checked."""

    raw_id: str = msgspec.field(name="rawId")


class Stored(msgspec.Struct, frozen=True):
    id: UUID
    owner_id: UUID
    public_key: str
    sign_count: int


async def creation_options(portal: Portal, owner_id: UUID, login: str, challenge: bytes) -> bytes:
    """What the browser needs to make one. It is found without a login, where the device can keep it."""
    library = await _library()
    structs = library.helpers.structs
    options = library.generate_registration_options(
        rp_id=rp_id(portal),
        rp_name=portal.name,
        user_id=owner_id.bytes,
        user_name=login,
        challenge=challenge,
        timeout=int(LIFE.total_seconds() * 1000),
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.PREFERRED,
            user_verification=structs.UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=await _descriptors(library, portal.id, owner_id),
    )
    return str(library.options_to_json(options)).encode()


async def request_options(portal: Portal, owner_id: UUID | None, challenge: bytes) -> bytes:
    """Without an owner the device itself offers what it has for this portal, and asks finger, face or PIN."""
    library = await _library()
    asked = library.helpers.structs.UserVerificationRequirement
    options = library.generate_authentication_options(
        rp_id=rp_id(portal),
        challenge=challenge,
        timeout=int(LIFE.total_seconds() * 1000),
        user_verification=asked.PREFERRED if owner_id else asked.REQUIRED,
        allow_credentials=await _descriptors(library, portal.id, owner_id) if owner_id else None,
    )
    return str(library.options_to_json(options)).encode()


async def add(
    portal: Portal, owner_id: UUID, credential: str, challenge: bytes, *, name: str, now: datetime
) -> bool:
    """False where the answer is not one to our question, or there are enough. Inside a transaction of the caller,
    who has locked the owner: the passkeys are counted."""
    made = await _checked("verify_registration_response", portal, credential, challenge)
    if made is None:
        return False
    return await DB.do(
        ADD, uuid4(), portal.id, owner_id, made.credential_id, made.credential_public_key, made.sign_count, name,
        now, MOST_PASSKEYS,
    ) == 1  # fmt: skip


ADD = """
INSERT INTO passkeys (id, portal_id, owner_id, credential_id, public_key, sign_count, name, created_at)
SELECT $1, $2, $3, $4, $5, $6, $7, $8
WHERE (SELECT count(*) FROM passkeys WHERE owner_id = $3) < $9
ON CONFLICT (credential_id) DO NOTHING
"""


async def owner(
    portal: Portal, credential: str, challenge: bytes, *, of: UUID | None = None, now: datetime
) -> UUID | None:
    """Who has answered: somebody of this portal, or `of` alone. None where nobody has.

    Without `of` the passkey stands for login and password, so the device must have verified its user.
    """
    id = _credential_id(credential)
    if id is None:
        return None
    async with DB.transaction():
        stored = await DB.one(STORED, id, portal.id, of, into=Stored)
        if stored is None:
            return None
        seen = await _checked(
            "verify_authentication_response",
            portal,
            credential,
            challenge,
            credential_public_key=bytes.fromhex(stored.public_key),
            credential_current_sign_count=stored.sign_count,
            require_user_verification=of is None,
        )
        if seen is None:
            return None
        await DB.do(SEEN, stored.id, seen.new_sign_count, now)
        who = stored.owner_id
    return who


STORED = """
SELECT json_build_object('id', id, 'owner_id', owner_id, 'public_key', encode(public_key, 'hex'),
                         'sign_count', sign_count)
FROM passkeys WHERE credential_id = $1 AND portal_id = $2 AND ($3::uuid IS NULL OR owner_id = $3)
FOR UPDATE
"""
"""Locked: two with one answer would both see the old count."""
SEEN = "UPDATE passkeys SET sign_count = $2, used_at = $3 WHERE id = $1"


async def remove(owner_id: UUID, id: UUID) -> bool:
    """Whether there was such a one of this owner."""
    return await DB.do("DELETE FROM passkeys WHERE id = $1 AND owner_id = $2", id, owner_id) == 1


def rp_id(portal: Portal) -> str:
    return urlsplit(portal.address).hostname or portal.host


async def _checked(check: str, portal: Portal, credential: str, challenge: bytes, **more: Any) -> Any:
    """The library's word on it; whatever it stumbles over is an answer that does not fit."""
    if len(credential) > LONGEST:
        return None
    verify = getattr(await _library(), check)
    try:
        return verify(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=rp_id(portal),
            expected_origin=portal.address,
            **more,
        )
    except Exception:  # hostile CBOR, ASN.1 and JSON raise of all kinds
        return None


def _credential_id(credential: str) -> bytes | None:
    """Which passkey is said to answer, before anything is believed."""
    try:
        text = msgspec.json.decode(credential[:LONGEST], type=Answer).raw_id
        return urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return None


async def _descriptors(library: Any, portal_id: UUID, owner_id: UUID) -> list[Any]:
    sql = """
    SELECT coalesce(json_agg(encode(credential_id, 'hex') ORDER BY created_at), '[]')
    FROM passkeys WHERE portal_id = $1 AND owner_id = $2
    """
    ids = await DB.one(sql, portal_id, owner_id, into=list[str]) or []
    return [library.helpers.structs.PublicKeyCredentialDescriptor(id=bytes.fromhex(id)) for id in ids]


async def _library() -> Any:
    return await asyncio.to_thread(import_module, "webauthn")
