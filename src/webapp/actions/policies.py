"""Deciding how a portal works: each change is a version with the day it begins; nothing that was is changed."""

from datetime import datetime
from uuid import UUID

import msgspec

from webapp.actions import audit
from webapp.actions.audit import By
from webapp.database.engine import DB
from webapp.database.queries import policies as queries
from webapp.rules import policies as rules
from webapp.rules.policies import Slip
from webapp.rules.policy import BadPolicy, Policy


class Contradiction(msgspec.Struct, frozen=True):
    """The record cannot be a policy; `field` is where, or empty."""

    field: str


class Saved(msgspec.Struct, frozen=True):
    """Also where the same form came again."""


class Quicker(msgspec.Struct, frozen=True):
    """Somebody has decided otherwise since the form was opened."""


class NothingNew(msgspec.Struct, frozen=True):
    """It is what holds already."""


def policy_of(record: dict[str, object]) -> Policy | Contradiction:
    try:
        return msgspec.convert(record, Policy)
    except msgspec.ValidationError as error:
        why, _, path = str(error).partition(" - at `$.")
        if isinstance(error.__cause__, BadPolicy | ValueError) and why in rules.WRONG:
            return Contradiction(rules.WRONG[why])
        return Contradiction(next((one.name for one in rules.all_fields() if path and one.name.startswith(
            path.rstrip("`").partition("[")[0])), ""))  # fmt: skip


async def save(
    id: UUID, policy: Policy, starts: str, note: str, *, seen: int, by: By, now: datetime
) -> Saved | Quicker | NothingNew | Slip:
    """`seen`: the number of the version that the form was filled from."""
    async with DB.transaction():
        await DB.do("SELECT FROM portals WHERE id = $1 FOR UPDATE", by.portal_id)
        if await DB.one(MINE, id, by.portal_id, by.id, into=bool):
            return Saved()
        newest = await queries.newest(by.portal_id)
        if newest is None or newest.number != seen:
            return Quicker()
        starts_at = rules.begins(starts, now, newest.starts_at)
        if isinstance(starts_at, Slip):
            return starts_at
        changed = rules.changes(newest.policy, policy)
        if not changed:
            return NothingNew()
        text = msgspec.json.encode(policy).decode()
        if not await DB.do(SAVE, id, by.portal_id, seen + 1, text, note[:200], starts_at, by.id, now):
            return Quicker()
        said = {"version": seen + 1, "fields": [change.field.name for change in changed]}
        await audit.write("policy_changed", by, now=now, reason=note, changed=said)
    return Saved()


MINE = """
SELECT to_json(EXISTS (SELECT FROM policy_versions WHERE id = $1 AND portal_id = $2 AND created_by = $3))
"""
SAVE = """
INSERT INTO policy_versions (id, portal_id, number, policy, note, starts_at, created_by, created_at)
VALUES ($1, $2, $3, $4::jsonb, $5, $6, $7, $8) ON CONFLICT (id) DO NOTHING
"""


async def withdraw(id: UUID, *, by: By, now: datetime) -> bool:
    """Before it has begun; false where there is nothing to call off."""
    async with DB.transaction():
        await DB.do("SELECT FROM portals WHERE id = $1 FOR UPDATE", by.portal_id)
        done = await DB.do(WITHDRAW, id, by.portal_id, now)
        if done:
            number = await DB.one("SELECT to_json(number) FROM policy_versions WHERE id = $1", id, into=int)
            await audit.write("policy_withdrawn", by, now=now, changed={"version": number})
    return bool(done)


WITHDRAW = """
UPDATE policy_versions SET withdrawn_at = $3
WHERE id = $1 AND portal_id = $2 AND withdrawn_at IS NULL AND starts_at > $3
"""
