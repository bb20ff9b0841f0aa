"""Who works in a business cabinet besides its owner: invited by a link, let go at any time (B17)."""

from datetime import datetime, timedelta
from typing import get_args
from uuid import UUID, uuid4

import msgspec

from webapp.actions.businesses import JOIN
from webapp.database.engine import DB
from webapp.rules.business_roles import Role
from webapp.rules.roles import INVITATION_DAYS

LIFE = timedelta(days=INVITATION_DAYS)
MOST = 50
"""Colleagues and open invitations of one business together."""


class Invited(msgspec.Struct, frozen=True):
    id: UUID


class Absent(msgspec.Struct, frozen=True):
    """No such business, or not its owner."""


class Full(msgspec.Struct, frozen=True):
    """As many as there may be."""


class LastOwner(msgspec.Struct, frozen=True):
    """A cabinet without an owner could invite nobody any more."""


async def invite(
    id: UUID, business_id: UUID, role: Role, note: str, *, by: UUID, portal_id: UUID, now: datetime
) -> Invited | Absent | Full:
    """`id` was minted with the form: whoever presses twice has invited once."""
    async with DB.transaction():
        await _hold(business_id)
        team = await DB.one(TEAM, business_id, by, id, now, into=Team)
        if team is None or role not in get_args(Role) or (team.known and not team.mine):
            return Absent()
        if team.mine:
            return Invited(id)
        if team.count >= MOST:
            return Full()
        await DB.do(INVITE, id, portal_id, business_id, role, note, by, now, now + LIFE)
    return Invited(id)


async def _hold(business_id: UUID) -> None:
    await DB.do("SELECT 1 FROM businesses WHERE id = $1 FOR UPDATE", business_id)


class Team(msgspec.Struct, frozen=True):
    count: int
    known: bool
    mine: bool
    """This very invitation is there already."""


TEAM = """
SELECT json_build_object(
    'count', (SELECT count(*) FROM business_members WHERE business_id = $1)
           + (SELECT count(*) FROM invitations WHERE business_id = $1 AND used_at IS NULL AND revoked_at IS NULL
                AND expires_at > $4),
    'known', EXISTS (SELECT FROM invitations WHERE id = $3),
    'mine', EXISTS (SELECT FROM invitations WHERE id = $3 AND business_id = $1 AND invited_by = $2)
)
FROM business_members WHERE business_id = $1 AND person_id = $2 AND role = 'owner'
"""
INVITE = """
INSERT INTO invitations (id, portal_id, business_id, role, note, invited_by, created_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""


async def withdraw(id: UUID, business_id: UUID, *, by: UUID, now: datetime) -> bool:
    """The link works no more. False where there is no such invitation to a business of one's own."""
    return await DB.do(WITHDRAW, id, business_id, by, now) == 1


WITHDRAW = """
UPDATE invitations SET revoked_at = $4
WHERE id = $1 AND business_id = $2 AND used_at IS NULL AND revoked_at IS NULL AND EXISTS (
    SELECT FROM business_members WHERE business_id = $2 AND person_id = $3 AND role = 'owner')
"""


class Joined(msgspec.Struct, frozen=True):
    business_id: UUID


async def accept(id: UUID, *, by: UUID, portal_id: UUID, now: datetime) -> Joined | None:
    """Once: of two people with the same link the first is let in. Whoever works there already uses nothing up."""
    business_id = await DB.one(BUSINESS_OF, id, portal_id, into=UUID)
    if business_id is None:
        return None
    async with DB.transaction():
        await _hold(business_id)
        if await DB.one(WORKS_THERE, business_id, by, into=bool):
            return Joined(business_id)
        role = await DB.one(ACCEPT, id, by, now, into=str)
        if role is None:
            return None
        await DB.do(JOIN, uuid4(), business_id, by, role, now)
    return Joined(business_id)


BUSINESS_OF = """
SELECT to_json(business_id) FROM invitations WHERE id = $1 AND portal_id = $2 AND business_id IS NOT NULL
"""
WORKS_THERE = """
SELECT to_json(EXISTS (SELECT FROM business_members WHERE business_id = $1 AND person_id = $2))
"""
ACCEPT = """
UPDATE invitations SET used_at = $3, used_by = $2
WHERE id = $1 AND used_at IS NULL AND revoked_at IS NULL AND expires_at > $3 AND EXISTS (
    SELECT FROM business_members WHERE business_id = invitations.business_id
      AND person_id = invitations.invited_by AND role = 'owner')
RETURNING to_json(role)
"""


async def let_go(member_id: UUID, business_id: UUID, *, by: UUID) -> bool | LastOwner:
    """The owner lets a colleague go, or somebody leaves by oneself. False: there is nobody to let go."""
    async with DB.transaction():
        await _hold(business_id)
        member = await DB.one(MEMBER, business_id, member_id, by, into=Member)
        if member is None:
            return False
        if member.role == "owner" and member.owners == 1:
            return LastOwner()
        await DB.do("DELETE FROM business_members WHERE id = $1", member_id)
    return True


class Member(msgspec.Struct, frozen=True):
    role: Role
    owners: int


MEMBER = """
SELECT json_build_object('role', role, 'owners', (
    SELECT count(*) FROM business_members WHERE business_id = $1 AND role = 'owner'
))
FROM business_members
WHERE business_id = $1 AND id = $2 AND (person_id = $3 OR EXISTS (
    SELECT 1 FROM business_members WHERE business_id = $1 AND person_id = $3 AND role = 'owner'
))
"""
