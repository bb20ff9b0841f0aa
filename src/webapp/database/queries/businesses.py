"""What a person sees of the businesses in whose cabinets they work. Whose they are is in every WHERE."""

from datetime import datetime
from uuid import UUID

import msgspec

from webapp.database.engine import DB
from webapp.rules.business_roles import Role


class BusinessName(msgspec.Struct, frozen=True):
    """A line of the list."""

    id: UUID
    name: str
    edrpou: str
    role: Role


class Member(msgspec.Struct, frozen=True):
    id: UUID
    person_id: UUID
    name: str
    role: Role
    since: datetime


class Invited(msgspec.Struct, frozen=True):
    id: UUID
    role: Role
    note: str
    expires_at: datetime


class Business(BusinessName, frozen=True):
    address: str
    company: str
    company_phone: str
    contact_name: str
    contact_phone: str
    contact_mail: str
    contracts: list[str]
    members: list[Member]
    """For its owners; nobody else sees who they are."""
    invited: list[Invited]
    """Not come yet; for its owners."""


async def businesses_of(person_id: UUID) -> list[BusinessName]:
    return await DB.one(OF_PERSON, person_id, into=list[BusinessName]) or []


OF_PERSON = """
SELECT json_agg(json_build_object('id', b.id, 'name', b.name, 'edrpou', b.edrpou, 'role', m.role) ORDER BY b.name)
FROM business_members AS m JOIN businesses AS b ON b.id = m.business_id
WHERE m.person_id = $1
"""


async def business(person_id: UUID, business_id: UUID, now: datetime) -> Business | None:
    return await DB.one(BUSINESS, person_id, business_id, now, into=Business)


BUSINESS = """
SELECT json_build_object(
    'id', b.id, 'name', b.name, 'edrpou', b.edrpou, 'role', m.role, 'address', b.address,
    'company', companies.name, 'company_phone', companies.phone,
    'contact_name', b.contact_name, 'contact_phone', b.contact_phone, 'contact_mail', b.contact_mail,
    'contracts', (
        SELECT coalesce(json_agg(number ORDER BY number), '[]') FROM business_contracts WHERE business_id = b.id
    ),
    'members', (
        SELECT coalesce(json_agg(json_build_object(
            'id', x.id, 'person_id', x.person_id, 'name', people.name, 'role', x.role, 'since', x.since
        ) ORDER BY x.since, x.id), '[]')
        FROM business_members AS x JOIN people ON people.id = x.person_id
        WHERE x.business_id = b.id AND m.role = 'owner'
    ),
    'invited', (
        SELECT coalesce(json_agg(json_build_object(
            'id', i.id, 'role', i.role, 'note', i.note, 'expires_at', i.expires_at
        ) ORDER BY i.created_at), '[]')
        FROM invitations AS i
        WHERE i.business_id = b.id AND m.role = 'owner'
          AND i.used_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > $3
    )
)
FROM business_members AS m JOIN businesses AS b ON b.id = m.business_id
JOIN companies ON companies.id = b.company_id
WHERE m.person_id = $1 AND b.id = $2
"""


class Invitation(msgspec.Struct, frozen=True):
    business: str
    edrpou: str
    role: Role


async def invitation(id: UUID, portal_id: UUID, now: datetime) -> Invitation | None:
    """While it works; for whoever has its link."""
    return await DB.one(INVITATION, id, portal_id, now, into=Invitation)


INVITATION = """
SELECT json_build_object('business', businesses.name, 'edrpou', businesses.edrpou, 'role', invitations.role)
FROM invitations JOIN businesses ON businesses.id = invitations.business_id
WHERE invitations.id = $1 AND invitations.portal_id = $2 AND used_at IS NULL AND revoked_at IS NULL
  AND expires_at > $3
"""
