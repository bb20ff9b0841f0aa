"""The supervisor's word about a doubtful value: it stands, it is to be read again, or it does not count."""

from datetime import datetime
from functools import reduce
from typing import Literal
from uuid import UUID

import msgspec

from webapp.actions import audit
from webapp.actions.audit import By
from webapp.database.engine import DB
from webapp.database.queries import reviews as queries
from webapp.database.queries.reviews import Given
from webapp.rules import readings as rules

Word = Literal["accepted", "again", "refused"]


class Reviewed(msgspec.Struct, frozen=True):
    pass


class AlreadyReviewed(msgspec.Struct, frozen=True):
    """A colleague was quicker, or the form was sent twice."""

    same: bool


class Absent(msgspec.Struct, frozen=True):
    """The company has no such value."""


async def review(
    visit_id: UUID, word: Word, reason: str, *, by: By, now: datetime
) -> Reviewed | AlreadyReviewed | Absent:
    """Decided once, under the lock of the meter. The inspector's receipt stays true: it says what was handed in."""
    async with DB.transaction():
        held = await queries.hold(visit_id, by.company_id)
        if held is None:
            return Absent()
        if held.review:
            return AlreadyReviewed(held.review == word)
        await DB.do(REVIEW, visit_id, word, reason[:200], by.id, now)
        if word == "again":
            await DB.do(NOTE, held.stop_id, reason)
        if word == "refused":
            await _put_aside(visit_id)
        await audit.write(
            "visit_reviewed", by, now=now, account_id=held.account_id, reason=reason,
            changed={"visit": str(visit_id), "word": word},
        )  # fmt: skip
    return Reviewed()


REVIEW = """
UPDATE visits SET review = $2, review_reason = $3, reviewed_by = $4, reviewed_at = $5 WHERE id = $1
"""
NOTE = "UPDATE stops SET note = left(concat_ws(' ', nullif(note, ''), $2::text), 300) WHERE id = $1"


async def _put_aside(reading_id: UUID) -> None:
    """It counts no more; what else was given for the month takes its place, by the usual order of sources."""
    await DB.do(MOVE, reading_id, "replaced")
    best = reduce(_better, await queries.others(reading_id), None)
    if best:
        await DB.do(MOVE, best.id, "accepted")


def _better(best: Given | None, one: Given) -> Given:
    return one if best is None or rules.stands(one.told, best.told) else best


MOVE = "UPDATE readings SET state = $2 WHERE id = $1"
