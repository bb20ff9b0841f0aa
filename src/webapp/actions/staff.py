"""Colleagues: invited by a link, with a role, blocked at once. Whoever does it is of the same company."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import msgspec

from webapp.actions import audit, authenticators, hashing, messages, recovery_codes, staff_sign_in
from webapp.actions.audit import By
from webapp.actions.staff_sign_in import Ended, Entered
from webapp.database.engine import DB
from webapp.rules.permissions import may_manage

LINK_LIFE = timedelta(hours=72)
PASSWORD_MINIMUM = 12


class Invited(msgspec.Struct, frozen=True):
    colleague_id: UUID
    invitation_id: UUID


class Known(msgspec.Struct, frozen=True):
    """Somebody of the staff has this mail already, here or elsewhere."""


class NotYours(msgspec.Struct, frozen=True):
    """Another company's, a role one may not give, or oneself."""


class LastAdmin(msgspec.Struct, frozen=True):
    """Somebody has to be able to invite the next one."""


class Done(msgspec.Struct, frozen=True):
    pass


async def invite(
    mail: str, *, name: str, role: str, company_id: UUID | None, by: By, language: str = "uk", now: datetime
) -> Invited | Known | NotYours:
    """Also once more, for whoever has not come yet; the link of before leads nowhere then."""
    if by.id is not None and not _may_invite(by, role, company_id):
        return NotYours()
    async with DB.transaction():
        fresh = uuid4()
        await DB.do(INVITE, fresh, company_id, mail, name[:100], role, language, now)
        same = await DB.one(SAME, mail, company_id, into=Stored)
        if same is None:
            return Known()
        if same.id != fresh:
            await DB.do("UPDATE staff SET name = $2, role = $3 WHERE id = $1", same.id, name[:100], role)
        invitation = await _link(same, by, now)
        told = {"mail": mail, "role": role}
        await audit.write("invited", by, now=now, company_id=company_id, changed=told)
    return Invited(same.id, invitation)


def _may_invite(by: By, role: str, company_id: UUID | None) -> bool:
    own = by.role == "platform_admin" or company_id == by.company_id
    return own and company_id is not None and may_manage(by.role, role)


class Stored(msgspec.Struct, frozen=True):
    id: UUID
    company_id: UUID | None
    role: str
    blocked_at: datetime | None
    password_hash: str | None
    mail: str
    language: str


INVITE = """
INSERT INTO staff (id, company_id, mail, name, role, language, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (mail) DO NOTHING
"""
SAME = """
SELECT to_json(staff) FROM staff
WHERE mail = $1 AND company_id IS NOT DISTINCT FROM $2 AND password_hash IS NULL AND blocked_at IS NULL
FOR UPDATE
"""


async def _link(to: Stored, by: By, now: datetime) -> UUID:
    """The only one that works; its letter goes with the transaction."""
    invitation, expires_at = uuid4(), now + LINK_LIFE
    await DB.do(RETIRE, to.id, now)
    await DB.do(ISSUE, invitation, by.portal_id, to.id, by.id, now, expires_at)
    await messages.write(
        "staff-invitation", to.mail, portal_id=by.portal_id, language=to.language, now=now,
        invitation=invitation, expires_at=expires_at,
    )  # fmt: skip
    return invitation


RETIRE = "UPDATE staff_invitations SET used_at = $2 WHERE colleague_id = $1 AND used_at IS NULL"
ISSUE = """
INSERT INTO staff_invitations (id, portal_id, colleague_id, invited_by, created_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6)
"""


async def join(
    invitation: UUID, password: str, *, portal_id: UUID, ip: str, device: str, now: datetime
) -> Entered | Ended:
    """The password is set, the second factor is next: the one of before, if any, is gone with the old password."""
    password_hash = await hashing.hash_of(password)
    async with DB.transaction():
        of = await DB.one(OF_INVITATION, invitation, portal_id, into=UUID)
        if of is None or not await staff_sign_in.hold(of, portal_id):
            return Ended()
        if await DB.do(USE, invitation, now) != 1:
            return Ended()
        await DB.do("UPDATE staff SET password_hash = $2 WHERE id = $1", of, password_hash)
        await authenticators.remove(of)
        await recovery_codes.remove(of)
        await staff_sign_in.sign_out_everywhere(of, now)
        stored = await _stored(of)
        by = By(of, stored.company_id if stored else None, stored.role if stored else "", portal_id, ip)
        await audit.write("joined", by, now=now)
        return await staff_sign_in.enter(of, portal_id=portal_id, ip=ip, device=device, full=False, now=now)


OF_INVITATION = "SELECT to_json(colleague_id) FROM staff_invitations WHERE id = $1 AND portal_id = $2"
USE = "UPDATE staff_invitations SET used_at = $2 WHERE id = $1 AND used_at IS NULL AND expires_at > $2"


async def renew(colleague_id: UUID, *, by: By, now: datetime) -> Done | NotYours:
    """A new link for whoever lost the first one, the password or the second factor."""
    async with DB.transaction():
        other = await _other(colleague_id, by)
        if other is None or other.blocked_at:
            return NotYours()
        await _link(other, by, now)
        deed: audit.Deed = "access_renewed" if other.password_hash else "invited"
        await audit.write(deed, by, now=now, company_id=other.company_id, changed={"mail": other.mail})
    return Done()


async def block(colleague_id: UUID, *, by: By, now: datetime) -> Done | NotYours | LastAdmin:
    """Every sign-in ends, and every link."""
    async with DB.transaction():
        other = await _other(colleague_id, by)
        if other is None:
            return NotYours()
        if other.role == "company_admin" and not await _others_left(other):
            return LastAdmin()
        if await DB.do(BLOCK, other.id, now) == 1:
            await DB.do(RETIRE, other.id, now)
            await staff_sign_in.sign_out_everywhere(other.id, now)
            await audit.write(
                "blocked", by, now=now, company_id=other.company_id, changed={"mail": other.mail}
            )
    return Done()


BLOCK = "UPDATE staff SET blocked_at = $2 WHERE id = $1 AND blocked_at IS NULL"


async def unblock(colleague_id: UUID, *, by: By, now: datetime) -> Done | NotYours:
    async with DB.transaction():
        other = await _other(colleague_id, by)
        if other is None:
            return NotYours()
        if await DB.do(UNBLOCK, other.id) == 1:
            changed = {"mail": other.mail}
            await audit.write("unblocked", by, now=now, company_id=other.company_id, changed=changed)
    return Done()


UNBLOCK = "UPDATE staff SET blocked_at = NULL WHERE id = $1 AND blocked_at IS NOT NULL"


async def change_role(colleague_id: UUID, role: str, *, by: By, now: datetime) -> Done | NotYours | LastAdmin:
    """What is open already closes with the next request: the role is asked each time."""
    if not may_manage(by.role, role):
        return NotYours()
    async with DB.transaction():
        other = await _other(colleague_id, by)
        if other is None:
            return NotYours()
        if other.role == role:
            return Done()
        if other.role == "company_admin" and not await _others_left(other):
            return LastAdmin()
        await DB.do("UPDATE staff SET role = $2 WHERE id = $1", other.id, role)
        changed = {"mail": other.mail, "from": other.role, "to": role}
        await audit.write("role_changed", by, now=now, company_id=other.company_id, changed=changed)
    return Done()


async def _other(colleague_id: UUID, by: By) -> Stored | None:
    """Somebody else, whom one may manage. The company's row is held: of its last two administrators, blocking
    each other at once, one stays."""
    if colleague_id == by.id:
        return None
    await DB.do(HOLD_COMPANY, colleague_id)
    found = await _stored(colleague_id)
    if found is None or by.id is None:
        return found
    if found.company_id is None or not may_manage(by.role, found.role):
        return None
    served = by.company_id is None and await DB.one(SERVED, by.portal_id, found.company_id, into=bool)
    return found if served or found.company_id == by.company_id else None


HOLD_COMPANY = """
SELECT 1 FROM companies WHERE id = (SELECT company_id FROM staff WHERE id = $1) FOR UPDATE
"""


async def _stored(colleague_id: UUID) -> Stored | None:
    return await DB.one(
        "SELECT to_json(staff) FROM staff WHERE id = $1 FOR UPDATE", colleague_id, into=Stored
    )


async def _others_left(admin: Stored) -> bool:
    return bool(await DB.one(OTHERS_LEFT, admin.company_id, admin.id, into=bool))


SERVED = """
SELECT to_json(EXISTS (SELECT 1 FROM portal_companies WHERE portal_id = $1 AND company_id = $2))
"""
OTHERS_LEFT = """
SELECT to_json(EXISTS (
    SELECT 1 FROM staff
    WHERE company_id = $1 AND id <> $2 AND role = 'company_admin' AND blocked_at IS NULL
      AND password_hash IS NOT NULL
))
"""
