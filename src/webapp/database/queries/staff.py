"""Who of the staff asks, and who else works for the company."""

from datetime import datetime
from uuid import UUID

import msgspec

from webapp.database.engine import DB


class Filter(msgspec.Struct, frozen=True):
    """A list as this colleague likes to see it."""

    id: UUID
    desk: str
    name: str
    query: str


class Colleague(msgspec.Struct, frozen=True):
    """At the door of the office, by the sign-in's cookie."""

    id: UUID
    company_id: UUID | None
    company: str | None
    mail: str
    name: str
    role: str
    language: str
    sign_in_id: UUID
    second_factor: bool
    has_factor: bool
    since: datetime
    """When this sign-in began."""
    seen_at: datetime
    filters: list[Filter] = []

    @property
    def initials(self) -> str:
        return "".join(word[0] for word in self.name.split()[:2]).upper() or self.mail[0].upper()


async def signed_in(portal_id: UUID, token: bytes, now: datetime) -> Colleague | None:
    """Only where the company is still served by the portal, and the colleague is not blocked."""
    return await DB.one(SIGNED_IN, portal_id, token, now, into=Colleague)


SIGNED_IN = """
SELECT json_build_object(
    'id', staff.id, 'company_id', staff.company_id, 'company', companies.short, 'mail', staff.mail,
    'name', staff.name, 'role', staff.role, 'language', staff.language, 'sign_in_id', i.id,
    'second_factor', i.second_factor, 'since', i.created_at, 'seen_at', i.seen_at,
    'has_factor', EXISTS (SELECT 1 FROM authenticators WHERE owner_id = staff.id AND confirmed_at IS NOT NULL),
    'filters', (SELECT coalesce(json_agg(f ORDER BY f.name), '[]') FROM (
        SELECT id, desk, name, query FROM saved_filters
        WHERE saved_filters.company_id = staff.company_id AND colleague_id = staff.id) f)
)
FROM staff_sign_ins i JOIN staff ON staff.id = i.colleague_id
LEFT JOIN companies ON companies.id = staff.company_id
WHERE i.token_sha256 = $2 AND i.portal_id = $1 AND i.revoked_at IS NULL
  AND i.expires_at > $3 AND i.idle_expires_at > $3 AND staff.blocked_at IS NULL
  AND (staff.company_id IS NULL OR EXISTS (
      SELECT 1 FROM portal_companies WHERE portal_id = $1 AND portal_companies.company_id = staff.company_id
  ))
"""


class Invitation(msgspec.Struct, frozen=True):
    id: UUID
    mail: str
    name: str
    company: str | None
    expires_at: datetime
    used_at: datetime | None

    def why_gone(self, now: datetime) -> str | None:
        if self.used_at:
            return "used"
        return "expired" if self.expires_at <= now else None


async def invitation(id: UUID, portal_id: UUID) -> Invitation | None:
    return await DB.one(INVITATION, id, portal_id, into=Invitation)


INVITATION = """
SELECT json_build_object(
    'id', i.id, 'mail', staff.mail, 'name', staff.name, 'company', companies.short,
    'expires_at', i.expires_at, 'used_at', i.used_at
)
FROM staff_invitations i JOIN staff ON staff.id = i.colleague_id
LEFT JOIN companies ON companies.id = staff.company_id
WHERE i.id = $1 AND i.portal_id = $2
"""


class Listed(msgspec.Struct, frozen=True):
    id: UUID
    company: str
    mail: str
    name: str
    role: str
    joined: bool
    blocked_at: datetime | None
    seen_at: datetime | None
    """The last time in the office."""
    invited_until: datetime | None


async def colleagues(company_id: UUID | None, portal_id: UUID, now: datetime) -> list[Listed]:
    """Of one's own company; whoever keeps the platform sees the administrators of the portal's companies."""
    return await DB.one(COLLEAGUES, company_id, portal_id, now, into=list[Listed]) or []


COLLEAGUES = """
SELECT json_agg(json_build_object(
    'id', staff.id, 'company', companies.short, 'mail', staff.mail, 'name', staff.name, 'role', staff.role,
    'joined', staff.password_hash IS NOT NULL, 'blocked_at', staff.blocked_at,
    'seen_at', (SELECT max(seen_at) FROM staff_sign_ins WHERE colleague_id = staff.id AND second_factor),
    'invited_until', (
        SELECT max(expires_at) FROM staff_invitations
        WHERE colleague_id = staff.id AND used_at IS NULL AND expires_at > $3
    )
) ORDER BY staff.blocked_at IS NOT NULL, companies.short, staff.name, staff.mail)
FROM staff JOIN companies ON companies.id = staff.company_id
WHERE staff.company_id = $1 OR ($1 IS NULL AND staff.role = 'company_admin' AND staff.company_id IN (
    SELECT portal_companies.company_id FROM portal_companies WHERE portal_id = $2
))
"""
