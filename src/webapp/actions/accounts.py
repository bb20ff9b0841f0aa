"""The accounts of a person: what they are called, in which order, no longer here; and what ends with a holder."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

import msgspec

from webapp.actions import messages
from webapp.database.engine import DB
from webapp.rules.roles import Role


async def rename(person_id: UUID, account_id: UUID, name: str) -> bool:
    """False where it is not among the person's accounts."""
    return await DB.do(RENAME, person_id, account_id, name) == 1


RENAME = "UPDATE links SET name = $3 WHERE person_id = $1 AND account_id = $2"


async def shift(person_id: UUID, account_id: UUID, way: Literal["up", "down"]) -> bool:
    """Change places with the neighbour; at the end of the list nothing changes."""
    async with DB.transaction():
        await DB.do("SELECT 1 FROM people WHERE id = $1 FOR UPDATE", person_id)
        moved = await DB.do(SHIFT, person_id, account_id, -1 if way == "up" else 1)
    return moved > 0


SHIFT = """
WITH placed AS (
    SELECT id, account_id, row_number() OVER (ORDER BY position, linked_at, id) AS place
    FROM links WHERE person_id = $1
), chosen AS (
    SELECT place FROM placed WHERE account_id = $2
)
UPDATE links SET position = CASE placed.place
    WHEN chosen.place THEN chosen.place + $3::int
    WHEN chosen.place + $3::int THEN chosen.place
    ELSE placed.place END
FROM placed, chosen WHERE links.id = placed.id
"""


async def remove(person_id: UUID, account_id: UUID, *, now: datetime) -> bool:
    """Out of the person's cabinet at once; False where it was not in it.

    Whom an owner has let in stays while there is another owner on the portal, and no longer.
    """
    async with DB.transaction():
        await hold(account_id)
        role = await DB.one(REMOVE, person_id, account_id, into=str)
        if role == "owner":
            await DB.do(TAKE_BACK, account_id, person_id, now)
            for guest in await DB.one(WITHOUT_OWNER, account_id, person_id, into=list[UUID]) or []:
                await messages.tell("access-ended", guest, now=now, about=account_id)
    return role is not None


REMOVE = "DELETE FROM links WHERE person_id = $1 AND account_id = $2 RETURNING to_json(role)"
TAKE_BACK = """
UPDATE invitations SET revoked_at = $3
WHERE account_id = $1 AND invited_by = $2 AND used_at IS NULL AND revoked_at IS NULL
"""
WITHOUT_OWNER = """
WITH here AS (
    SELECT links.id, links.person_id, links.role FROM links JOIN people ON people.id = links.person_id
    WHERE links.account_id = $1 AND people.portal_id = (SELECT portal_id FROM people WHERE id = $2)
), gone AS (
    DELETE FROM links WHERE id IN (SELECT id FROM here) AND NOT EXISTS (SELECT FROM here WHERE role = 'owner')
    RETURNING person_id
)
SELECT json_agg(person_id) FROM gone
"""


async def hold(account_id: UUID) -> None:
    """Until the transaction ends: who has an account, and who is let in, is decided one by one."""
    await DB.do("SELECT 1 FROM accounts WHERE id = $1 FOR UPDATE", account_id)


async def close(account_id: UUID, on: date, *, now: datetime) -> bool:
    """The holder has moved out: nobody sees the account from here on, and whoever comes next begins anew.

    False where it is closed already. Everybody who saw it is told; the last reading, the money and the papers
    stay with the company. While it is closed no proof fits: see `reopen`.
    """
    async with DB.transaction():
        await hold(account_id)
        if await DB.do(CLOSE, account_id, on) == 0:
            return False
        for statement in (REVOKE_ALL, ANSWER_ALL):
            await DB.do(statement, account_id, now)
        await DB.do("DELETE FROM pins WHERE account_id = $1", account_id)
        for person in await DB.one(UNLINK_ALL, account_id, into=list[UUID]) or []:
            await messages.tell("account-closed", person, now=now, about=account_id)
    return True


CLOSE = "UPDATE accounts SET closed_on = $2, held_since = $2::date + 1 WHERE id = $1 AND closed_on IS NULL"
REVOKE_ALL = """
UPDATE invitations SET revoked_at = $2 WHERE account_id = $1 AND used_at IS NULL AND revoked_at IS NULL
"""
ANSWER_ALL = "UPDATE joinings SET decided_at = $2 WHERE account_id = $1 AND decided_at IS NULL"
UNLINK_ALL = """
WITH gone AS (DELETE FROM links WHERE account_id = $1 RETURNING person_id) SELECT json_agg(person_id) FROM gone
"""


async def reopen(account_id: UUID, since: date) -> bool:
    """The company has a new holder: from that day on there is something to see again."""
    return await DB.do(REOPEN, account_id, since) == 1


REOPEN = "UPDATE accounts SET closed_on = NULL, held_since = $2 WHERE id = $1 AND closed_on IS NOT NULL"


class Held(msgspec.Struct, frozen=True):
    """Whose link was taken away, and where that person can be told."""

    person_id: UUID
    role: Role
    number: str
    """Of the account."""
    language: str
    logins: list[str]


async def take_away(account_id: UUID, portal_id: UUID, *, now: datetime) -> list[Held]:
    """Nobody has it on this portal any more: a dispute, or a registration that is annulled. The caller tells them.

    Inside the caller's transaction; done twice, it finds nobody.
    """
    await hold(account_id)
    await DB.do(REVOKE_ALL + " AND portal_id = $3", account_id, now, portal_id)
    await DB.do(ANSWER_ALL + " AND portal_id = $3", account_id, now, portal_id)
    return await DB.one(TAKE_AWAY, account_id, portal_id, into=list[Held]) or []


TAKE_AWAY = """
WITH gone AS (
    DELETE FROM links USING people, accounts
    WHERE links.account_id = $1 AND people.id = links.person_id AND people.portal_id = $2 AND accounts.id = $1
    RETURNING person_id, role, accounts.number, people.language
)
SELECT json_agg(json_build_object(
    'person_id', person_id, 'role', role, 'number', number, 'language', language,
    'logins', (SELECT coalesce(json_agg(contact ORDER BY id), '[]') FROM logins WHERE person_id = gone.person_id)
) ORDER BY person_id) FROM gone
"""
