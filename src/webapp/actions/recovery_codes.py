"""Recovery codes: ten at a time, shown once, each good once. Of people and of staff."""

from datetime import datetime
from uuid import UUID, uuid4

from webapp.actions import limiting
from webapp.actions.authenticators import Tried
from webapp.database.engine import DB
from webapp.rules import limits
from webapp.rules import recovery_codes as rules


async def issue(owner_id: UUID, *, key: bytes, now: datetime) -> list[str]:
    """Ten new ones; those of before are gone. The caller shows them: nobody can read them again."""
    codes = [rules.new() for _ in range(rules.COUNT)]
    async with DB.transaction():
        await lock_owner(owner_id)
        await remove(owner_id)
        hashes = [rules.hmac_of(key, owner_id, code) for code in codes]
        await DB.do(ISSUE, [uuid4() for _ in codes], owner_id, hashes, now)
    return codes


async def use(owner_id: UUID, code: str, *, key: bytes, now: datetime) -> bool:
    """Once: whoever comes second with the same code gets False. Wrong ones share the limit of the second step."""
    return await try_code(owner_id, code, key=key, now=now) == "fits"


async def try_code(owner_id: UUID, code: str, *, key: bytes, now: datetime) -> Tried:
    """As `use`, for whoever says why not."""
    share = (limits.SECOND_PER_OWNER, str(owner_id))
    if not await limiting.take(*share, now):
        return "too_many"
    if await DB.do(USE, owner_id, rules.hmac_of(key, owner_id, code), now) != 1:
        return "wrong"
    await limiting.give_back([share])
    return "fits"


async def remove(owner_id: UUID) -> None:
    await DB.do("DELETE FROM recovery_codes WHERE owner_id = $1", owner_id)


async def left(owner_id: UUID) -> int:
    sql = "SELECT to_json(count(*)) FROM recovery_codes WHERE owner_id = $1 AND used_at IS NULL"
    return await DB.one(sql, owner_id, into=int) or 0


async def lock_owner(owner_id: UUID) -> None:
    """Two at once would leave twenty codes; the owner is a person or of the staff."""
    await DB.do(LOCK_OWNER, owner_id)


LOCK_OWNER = """
WITH person AS (SELECT id FROM people WHERE id = $1 FOR UPDATE),
     colleague AS (SELECT id FROM staff WHERE id = $1 FOR UPDATE)
SELECT (SELECT count(*) FROM person) + (SELECT count(*) FROM colleague)
"""
ISSUE = """
INSERT INTO recovery_codes (id, owner_id, code_hmac, created_at)
SELECT made.id, $2, made.code_hmac, $4 FROM unnest($1::uuid[], $3::bytea[]) AS made (id, code_hmac)
"""
USE = "UPDATE recovery_codes SET used_at = $3 WHERE owner_id = $1 AND code_hmac = $2 AND used_at IS NULL"
