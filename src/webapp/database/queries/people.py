"""What a person sees of oneself."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from webapp.database.engine import DB
from webapp.database.queries.shown import NAMES, AccountName


class Login(msgspec.Struct, frozen=True):
    id: UUID
    kind: Literal["mail", "phone"]
    contact: str
    verified_at: datetime


class Consent(msgspec.Struct, frozen=True):
    document: str
    version: str
    given_at: datetime
    withdrawn_at: datetime | None


class Self(msgspec.Struct, frozen=True):
    logins: list[Login]
    accounts: list[AccountName]
    consents: list[Consent]
    """The latest first."""

    def has_signed(self, document: str, version: str) -> bool:
        """Whether this wording of the document is signed, and still holds."""
        wording = (document, version)
        return any(
            one.withdrawn_at is None and (one.document, one.version) == wording for one in self.consents
        )

    def has_withdrawn(self, document: str) -> bool:
        """Whether the person has agreed once, and agrees no more."""
        given = [one for one in self.consents if one.document == document]
        return bool(given) and all(one.withdrawn_at for one in given)


class Change(msgspec.Struct, frozen=True):
    """A login that is being replaced."""

    id: UUID
    old_contact: str
    new_contact: str
    new_kind: Literal["mail", "phone"]
    asked_at: datetime
    old_proved_at: datetime | None
    new_proved_at: datetime | None
    effective_at: datetime | None
    """Set where the old contact is lost: the change waits for this moment."""


class Device(msgspec.Struct, frozen=True):
    """A sign-in, as its owner sees it."""

    id: UUID
    device: str
    ip: str
    shared: bool
    created_at: datetime
    seen_at: datetime
    ended: bool = False
    """By itself, after a time without a visit: what that device has written down may still be handed in."""


class Profile(Self, frozen=True):
    phone: str
    change: Change | None
    devices: list[Device]
    """Those that are good now or have a ticket, the latest first."""
    has_factor: bool
    """An application that shows codes."""
    has_passkey: bool
    has_payments: bool
    """Whether the last payment of an own account can prove who one is."""


async def oneself(person_id: UUID) -> Self:
    return await DB.one(ONESELF, person_id, into=Self) or Self([], [], [])


LOGINS = """
SELECT coalesce(json_agg(logins ORDER BY verified_at, id), '[]') FROM logins WHERE person_id = $1
"""
ACCOUNTS = f"""
SELECT coalesce(json_agg({NAMES} ORDER BY links.position, links.linked_at), '[]')
FROM links JOIN accounts ON accounts.id = links.account_id WHERE links.person_id = $1
"""
CONSENTS = (
    "SELECT coalesce(json_agg(c ORDER BY c.given_at DESC), '[]') FROM consents c WHERE c.person_id = $1"
)
ONESELF = (
    f"SELECT json_build_object('logins', ({LOGINS}), 'accounts', ({ACCOUNTS}), 'consents', ({CONSENTS}))"
)


async def profile(person_id: UUID, now: datetime) -> Profile:
    """All that the pages of the profile show, in one question."""
    found = await DB.one(PROFILE, person_id, now, into=Profile)
    return found or Profile([], [], [], "", None, [], False, False, False)


PROFILE = f"""
SELECT json_build_object(
    'logins', ({LOGINS}), 'accounts', ({ACCOUNTS}), 'phone', people.phone,
    'change', (
        SELECT to_json(c) FROM contact_changes c
        WHERE c.person_id = $1 AND done_at IS NULL AND cancelled_at IS NULL
          AND (effective_at IS NOT NULL OR asked_at > $2::timestamptz - interval '1 day')
    ),
    'devices', (
        SELECT coalesce(json_agg(s ORDER BY s.seen_at DESC), '[]') FROM (
            SELECT *, least(expires_at, idle_expires_at) <= $2 AS ended FROM sign_ins
            WHERE person_id = $1 AND revoked_at IS NULL
              AND (least(expires_at, idle_expires_at) > $2
                   OR EXISTS (SELECT FROM tickets WHERE tickets.id = sign_ins.id AND tickets.expires_at > $2))
            ORDER BY seen_at DESC LIMIT 50) s
    ),
    'consents', ({CONSENTS}),
    'has_factor', EXISTS (SELECT FROM authenticators WHERE owner_id = $1 AND confirmed_at IS NOT NULL),
    'has_passkey', EXISTS (SELECT FROM passkeys WHERE owner_id = $1),
    'has_payments', EXISTS (
        SELECT FROM links JOIN contracts ON contracts.account_id = links.account_id
        JOIN payments ON payments.contract_id = contracts.id
        WHERE links.person_id = $1 AND links.level = 'extended' AND links.role = 'owner'
    )
)
FROM people WHERE people.id = $1
"""
