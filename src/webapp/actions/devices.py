"""Where a person is signed in, ended from elsewhere."""

from datetime import datetime
from uuid import UUID

from webapp.actions import sign_in
from webapp.database.engine import DB
from webapp.rules import codes


async def end(sign_in_id: UUID, *, person_id: UUID, now: datetime) -> bool:
    """Whether there was such a device of this person; one that is out already counts as well."""
    ended = await DB.do(END, sign_in_id, person_id, now)
    return ended == 1


END = """
UPDATE sign_ins SET revoked_at = coalesce(revoked_at, $3::timestamptz) WHERE id = $1 AND person_id = $2
"""


async def end_others(person_id: UUID, sign_in_id: UUID, known: str | None, now: datetime) -> None:
    """All but this one; whoever comes from there again is a new device, and the person is told."""
    async with DB.transaction():
        await sign_in.sign_out_everywhere(person_id, now, but=sign_in_id)
        await DB.do(FORGET, person_id, codes.hash_of(known or ""))


FORGET = "DELETE FROM known_devices WHERE person_id = $1 AND token_sha256 <> $2"
