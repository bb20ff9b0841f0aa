"""The policy of a portal as it was, is and will be."""

from datetime import datetime
from uuid import UUID

import msgspec

from webapp.database.engine import DB
from webapp.rules.policy import Policy


class Version(msgspec.Struct, frozen=True):
    id: UUID
    number: int
    note: str
    starts_at: datetime
    created_at: datetime
    author: str
    withdrawn_at: datetime | None
    policy: Policy


class Newest(msgspec.Struct, frozen=True):
    """What the form is filled from."""

    number: int
    policy: Policy
    starts_at: datetime | None
    """None: the portal's own row, without any version."""


async def history(portal_id: UUID) -> list[Version]:
    """Newest first; raises ValueError where a version cannot be read any more."""
    return await DB.one(HISTORY, portal_id, into=list[Version]) or []


HISTORY = """
SELECT json_agg(v) FROM (
    SELECT p.id, number, note, starts_at, p.created_at, coalesce(nullif(staff.name, ''), staff.mail, '') AS author,
           withdrawn_at, policy
    FROM policy_versions p LEFT JOIN staff ON staff.id = p.created_by
    WHERE portal_id = $1 ORDER BY number DESC LIMIT 50
) v
"""


async def newest(portal_id: UUID) -> Newest | None:
    """Also one that has not begun; the number counts those that were called off too."""
    return await DB.one(NEWEST, portal_id, into=Newest)


NEWEST = """
SELECT json_build_object(
    'number', (SELECT coalesce(max(number), 0) FROM policy_versions WHERE portal_id = portals.id),
    'policy', coalesce(v.policy, portals.policy), 'starts_at', v.starts_at
)
FROM portals LEFT JOIN LATERAL (
    SELECT policy, starts_at FROM policy_versions
    WHERE portal_id = portals.id AND withdrawn_at IS NULL ORDER BY number DESC LIMIT 1
) v ON true
WHERE portals.id = $1
"""
