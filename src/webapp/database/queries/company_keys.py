"""A company's keys, for the desk that lists them. Of the key itself nothing is left but its hash."""

from datetime import datetime
from uuid import UUID

import msgspec

from webapp.database.engine import DB
from webapp.rules.company_keys import KeyScope


class Key(msgspec.Struct, frozen=True):
    id: UUID
    name: str
    prefix: str
    portal: str
    scopes: list[KeyScope]
    author: str
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None


async def listed(company_id: UUID, now: datetime) -> list[Key]:
    """Those that work, on whichever portal, newest first."""
    return await DB.one(LISTED, company_id, now, into=list[Key]) or []


LISTED = """
SELECT json_agg(x ORDER BY x.created_at DESC, x.id) FROM (
    SELECT k.id, k.name, prefix, portals.name AS portal, scopes, coalesce(staff.name, '') AS author, k.created_at,
           k.expires_at, k.last_used_at
    FROM company_keys k JOIN portals ON portals.id = k.portal_id LEFT JOIN staff ON staff.id = k.made_by
    WHERE k.company_id = $1 AND revoked_at IS NULL AND k.expires_at > $2
) x
"""
