"""What a person changes about the own second step. Each change is told to the person everywhere."""

from datetime import datetime
from uuid import UUID

import msgspec

from webapp.actions import authenticators, messages, passkeys, recovery_codes, second_step
from webapp.actions.second_step import Step
from webapp.database.engine import DB
from webapp.database.queries.visits import Portal


class Added(msgspec.Struct, frozen=True):
    codes: list[str]
    """Recovery codes, where the person had none: shown once. Not shown among logs."""

    def __repr__(self) -> str:
        return f"Added({len(self.codes)} codes)"


class Wrong(msgspec.Struct, frozen=True):
    """The code or the passkey does not fit, or came too late."""


class Gone(msgspec.Struct, frozen=True):
    """It is there no more, or was never this person's."""


async def confirm_authenticator(person_id: UUID, code: str, *, key: bytes, now: datetime) -> Added | Wrong:
    async with DB.transaction():
        await recovery_codes.lock_owner(person_id)
        if not await authenticators.confirm(person_id, code, key=key, now=now):
            return Wrong()
        added = await _added(person_id, key, now)
    return added


async def add_passkey(
    portal: Portal,
    person_id: UUID,
    step: Step | None,
    credential: str,
    *,
    name: str,
    key: bytes,
    now: datetime,
) -> Added | Wrong:
    if step is None or not step.is_live(now):
        return Wrong()
    async with DB.transaction():
        await recovery_codes.lock_owner(person_id)
        if not await passkeys.add(portal, person_id, credential, step.question, name=name, now=now):
            return Wrong()
        await second_step.use(step, now)
        added = await _added(person_id, key, now)
    return added


async def remove_authenticator(person_id: UUID, now: datetime) -> None:
    async with DB.transaction():
        await recovery_codes.lock_owner(person_id)
        if await authenticators.remove(person_id):
            await _removed(person_id, now)


async def remove_passkey(person_id: UUID, passkey_id: UUID, now: datetime) -> Gone | None:
    async with DB.transaction():
        await recovery_codes.lock_owner(person_id)
        if not await passkeys.remove(person_id, passkey_id):
            return Gone()
        await _removed(person_id, now)
    return None


async def renew_codes(person_id: UUID, *, key: bytes, now: datetime) -> Added:
    async with DB.transaction():
        codes = await recovery_codes.issue(person_id, key=key, now=now)
        await messages.tell("second-step-changed", person_id, now=now)
    return Added(codes)


async def _added(person_id: UUID, key: bytes, now: datetime) -> Added:
    """With the first factor come the codes for the day it is lost."""
    await messages.tell("second-step-changed", person_id, now=now)
    if await recovery_codes.left(person_id):
        return Added([])
    return Added(await recovery_codes.issue(person_id, key=key, now=now))


async def _removed(person_id: UUID, now: datetime) -> None:
    """Codes that stand for nothing any more go with the last factor."""
    await DB.do(FORGET_CODES, person_id)
    await messages.tell("second-step-changed", person_id, now=now)


FORGET_CODES = """
DELETE FROM recovery_codes WHERE owner_id = $1
  AND NOT EXISTS (SELECT FROM authenticators WHERE owner_id = $1 AND confirmed_at IS NOT NULL)
  AND NOT EXISTS (SELECT FROM passkeys WHERE owner_id = $1)
"""
