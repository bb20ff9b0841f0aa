"""To whom a message goes, and what it is about."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from webapp.database.engine import DB


class Proof(msgspec.Struct, frozen=True):
    id: UUID
    portal_id: UUID
    purpose: Literal["sign_up", "recovery", "set_password", "add_login", "old_contact", "lost_contact"]
    channel: Literal["sms", "mail"]
    kind: Literal["code", "link", "both"]
    contact: str
    person_id: UUID | None
    language: str
    expires_at: datetime
    used_at: datetime | None

    @property
    def is_decoy(self) -> bool:
        """Asked for by somebody with a contact that nobody has: as much work, and no letter."""
        return self.purpose != "sign_up" and self.person_id is None


async def proof(id: UUID) -> Proof | None:
    return await DB.one("SELECT to_json(proofs) FROM proofs WHERE id = $1", id, into=Proof)


class Recipient(msgspec.Struct, frozen=True):
    login_id: UUID
    portal_id: UUID
    kind: Literal["sms", "mail"]
    contact: str
    language: str


async def recipients(person_id: UUID, login_id: UUID | None) -> list[Recipient]:
    """The person's logins, or the one of them that is meant; none when the person has left."""
    return await DB.one(RECIPIENTS, person_id, login_id, into=list[Recipient]) or []


RECIPIENTS = """
SELECT json_agg(json_build_object(
    'login_id', logins.id, 'portal_id', people.portal_id, 'contact', logins.contact,
    'kind', CASE logins.kind WHEN 'phone' THEN 'sms' ELSE 'mail' END, 'language', people.language
) ORDER BY logins.id)
FROM people JOIN logins ON logins.person_id = people.id
WHERE people.id = $1 AND ($2::uuid IS NULL OR logins.id = $2)
"""


class Named(msgspec.Struct, frozen=True):
    """What a message is about, in words."""

    account: str = ""
    device: str = ""


async def named(id: UUID) -> Named:
    """An account by its number, a sign-in by its device; ids tell which of them is meant."""
    return await DB.one(NAMED, id, into=Named) or Named()


NAMED = """
SELECT json_build_object('account', coalesce((SELECT number FROM accounts WHERE id = $1), ''),
                         'device', coalesce((SELECT device FROM sign_ins WHERE id = $1), ''))
"""


async def id_of(carrier_id: str) -> UUID | None:
    """For news that do not name the message: our own id of what the carrier knows by his."""
    return await DB.one("SELECT to_json(id) FROM messages WHERE carrier_id = $1", carrier_id, into=UUID)


class Sent(msgspec.Struct, frozen=True):
    """A message of the demo's outbox, as the outside sees it."""

    kind: Literal["sms", "mail"]
    to: str
    subject: str
    text: str
    html: str
    at: datetime


async def outbox(portal_id: UUID | None, most: int = 500) -> list[Sent]:
    """Newest first, of one portal or of all."""
    return await DB.one(OUTBOX, portal_id, most, into=list[Sent]) or []


OUTBOX = """
SELECT json_agg(json_build_object(
    'kind', kind, 'to', contact, 'subject', subject, 'text', text, 'html', html, 'at', created_at
) ORDER BY created_at DESC, id DESC)
FROM (
    SELECT * FROM messages
    WHERE ($1::uuid IS NULL OR portal_id = $1) AND state IN ('sent', 'delivered')
    ORDER BY created_at DESC, id DESC LIMIT $2
) m
"""
