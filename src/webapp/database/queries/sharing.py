"""The accounts of a person as a list to be kept in order, and who else sees them. Whose they are is in every WHERE."""

from datetime import datetime
from uuid import UUID

import msgspec

from webapp.database.engine import DB
from webapp.database.queries.accounts import Meter
from webapp.database.queries.cases import Followed
from webapp.database.queries.shown import NAMES, AccountName
from webapp.rules.masking import masked
from webapp.rules.roles import Right, Role, granted


class Guest(msgspec.Struct, frozen=True):
    """Somebody else of this portal who sees the account."""

    id: UUID
    """Of the link."""
    name: str
    contact: str
    role: Role
    since: datetime

    @property
    def called(self) -> str:
        return self.name or masked(self.contact)


class Invitation(msgspec.Struct, frozen=True):
    id: UUID
    role: Role
    note: str
    expires_at: datetime


class Asker(msgspec.Struct, frozen=True):
    """Who asks to be let in: told to the owner in full, as the asker was told beforehand."""

    id: UUID
    name: str
    contact: str
    note: str
    asked_at: datetime


class Shared(msgspec.Struct, frozen=True):
    accounts: list[AccountName]
    account: AccountName
    guests: list[Guest]
    invitations: list[Invitation]
    askers: list[Asker]


class Listed(msgspec.Struct, frozen=True):
    accounts: list[AccountName]
    askers: dict[UUID, int]
    """Account → how many wait for an answer."""
    cases: list[Followed]
    """Newest first; those that are open, and what was decided lately."""


async def listed(person_id: UUID) -> Listed:
    return await DB.one(LISTED, person_id, into=Listed) or Listed([], {}, [])


ALL_NAMES = f"""
SELECT coalesce(json_agg({NAMES} ORDER BY links.position, links.linked_at), '[]')
FROM links JOIN accounts ON accounts.id = links.account_id WHERE links.person_id = $1
"""
LISTED = f"""
SELECT json_build_object(
    'accounts', ({ALL_NAMES}),
    'askers', (SELECT coalesce(json_object_agg(a.account_id, a.waiting), '{{}}') FROM (
        SELECT joinings.account_id, count(*) AS waiting
        FROM joinings JOIN links ON links.account_id = joinings.account_id
        JOIN people ON people.id = links.person_id AND people.portal_id = joinings.portal_id
        WHERE links.person_id = $1 AND joinings.decided_at IS NULL AND {granted(Right.SHARING)}
        GROUP BY joinings.account_id) a),
    'cases', (SELECT coalesce(json_agg(c), '[]') FROM (
        SELECT number, kind, state, answer, created_at, due_on, decided_at FROM cases
        WHERE person_id = $1 ORDER BY created_at DESC, id LIMIT 10) c)
)
"""


async def shared(person_id: UUID, account_id: UUID, now: datetime) -> Shared | None:
    """One account of the person; who else sees it stands there for its owners alone."""
    return await DB.one(SHARED, person_id, account_id, now, into=Shared)


SHARED = f"""
WITH mine AS (
    SELECT links.account_id, people.portal_id, to_json({NAMES}) AS named, {granted(Right.SHARING)} AS shares
    FROM links JOIN accounts ON accounts.id = links.account_id JOIN people ON people.id = links.person_id
    WHERE links.person_id = $1 AND links.account_id = $2
)
SELECT json_build_object(
    'accounts', ({ALL_NAMES}), 'account', named,
    'guests', (SELECT coalesce(json_agg(g ORDER BY g.since, g.id), '[]') FROM (
        SELECT links.id, people.name, links.role, links.linked_at AS since, (
            SELECT contact FROM logins WHERE person_id = people.id ORDER BY verified_at, logins.id LIMIT 1
        ) AS contact
        FROM links JOIN people ON people.id = links.person_id
        WHERE shares AND links.account_id = mine.account_id AND links.person_id <> $1
          AND people.portal_id = mine.portal_id) g),
    'invitations', (SELECT coalesce(json_agg(i ORDER BY i.expires_at, i.id), '[]') FROM (
        SELECT id, role, note, expires_at FROM invitations
        WHERE shares AND account_id = mine.account_id AND portal_id = mine.portal_id
          AND used_at IS NULL AND revoked_at IS NULL AND expires_at > $3) i),
    'askers', (SELECT coalesce(json_agg(a ORDER BY a.asked_at, a.id), '[]') FROM (
        SELECT joinings.id, people.name, joinings.note, asked_at, (
            SELECT contact FROM logins WHERE person_id = people.id ORDER BY verified_at, logins.id LIMIT 1
        ) AS contact
        FROM joinings JOIN people ON people.id = joinings.person_id
        WHERE shares AND account_id = mine.account_id AND joinings.portal_id = mine.portal_id
          AND decided_at IS NULL) a)
) FROM mine
"""


class Invite(msgspec.Struct, frozen=True):
    """An invitation as whoever holds its link sees it: nothing of the account but the end of its number."""

    id: UUID
    account_id: UUID
    role: Role
    digits: str
    expires_at: datetime
    works: bool
    """Not used, not taken back, in time, and whoever invited still has the account."""
    used_by: UUID | None


async def invite(id: UUID, portal_id: UUID, now: datetime) -> Invite | None:
    return await DB.one(INVITE, id, portal_id, now, into=Invite)


INVITE = f"""
SELECT json_build_object(
    'id', invitations.id, 'account_id', account_id, 'role', invitations.role, 'expires_at', expires_at,
    'used_by', used_by, 'digits', right(accounts.number, 4),
    'works', used_at IS NULL AND revoked_at IS NULL AND expires_at > $3 AND EXISTS (
        SELECT FROM links WHERE person_id = invited_by AND account_id = invitations.account_id
          AND {granted(Right.SHARING)})
)
FROM invitations JOIN accounts ON accounts.id = invitations.account_id
WHERE invitations.id = $1 AND invitations.portal_id = $2
"""


class Leaving(msgspec.Struct, frozen=True):
    """An account that is to be left, and its meters."""

    accounts: list[AccountName]
    account: AccountName
    meters: list[Meter]
    open_case: str | None
    """The number of a request that waits already."""


async def leaving(person_id: UUID, account_id: UUID) -> Leaving | None:
    """None where it is not the person's to leave."""
    return await DB.one(LEAVING, person_id, account_id, into=Leaving)


LEAVING = f"""
SELECT json_build_object(
    'accounts', ({ALL_NAMES}), 'account', {NAMES},
    'meters', (SELECT coalesce(json_agg(m ORDER BY m.serial), '[]') FROM (
        SELECT meters.id, serial, model, digits, max_hourly_litres, verified_until, eic, profile,
               '[]'::json AS volumes, (
            SELECT coalesce(json_agg(x), '[]') FROM (
                SELECT * FROM readings WHERE meter_id = meters.id AND state = 'accepted'
                ORDER BY number DESC LIMIT 1) x
        ) AS readings
        FROM meters JOIN meter_points ON meter_points.id = meters.meter_point_id
        WHERE meters.account_id = accounts.id AND meters.removed_on IS NULL) m),
    'open_case', (SELECT number FROM cases WHERE kind = 'moving' AND state = 'open'
                    AND person_id = $1 AND account_id = accounts.id LIMIT 1)
)
FROM links JOIN accounts ON accounts.id = links.account_id
WHERE links.person_id = $1 AND links.account_id = $2 AND {granted(Right.MOVING)}
"""
