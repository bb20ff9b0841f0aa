"""Appeals from the company's side: taken, answered, asked back, handed to the other company, closed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID, uuid4

import msgspec

from webapp.actions import attachments, audit, messages
from webapp.actions.appeals import STANDS, Held, Word, note
from webapp.actions.attachments import Ready
from webapp.actions.audit import By, Deed
from webapp.database.engine import DB

Reply = Literal["answer", "question", "close"]
DEEDS: dict[Reply, tuple[Word, Deed, str]] = {
    "answer": ("answer", "appeal_answered", "answered"),
    "question": ("question", "appeal_asked", "asked"),
    "close": ("closed", "appeal_closed", "closed"),
}
"""What stands in the thread, what in the audit, and the state that follows."""


class Done(msgspec.Struct, frozen=True):
    pass


class Quicker(msgspec.Struct, frozen=True):
    """Something has come since the page was opened: a colleague's word, or the person's own."""


class Absent(msgspec.Struct, frozen=True):
    """The company has no such appeal (any more)."""


async def take(appeal_id: UUID, *, by: By, now: datetime) -> Done | Quicker | Absent:
    """Whoever takes it looks after it; of two at once the second learns who was first."""
    async with DB.transaction():
        held = await DB.one(HOLD, appeal_id, by.company_id, into=Held)
        if held is None:
            return Absent()
        if held.taken_by == by.id:
            return Done()
        if held.taken_by or held.state == "closed":
            return Quicker()
        await DB.do(TAKE, held.id, by.id)
        await note(uuid4(), held.company_id, held.id, "taken", now=now, colleague_id=by.id)
        await _write(held, "appeal_taken", by, now)
    return Done()


async def reply(
    appeal_id: UUID, message_id: UUID, kind: Reply, text: str, ready: Sequence[Ready], *, seen: UUID, by: By,
    now: datetime,
) -> Done | Quicker | Absent:  # fmt: skip
    """`seen`: the last word that the colleague had before them; nobody answers over somebody else's head."""
    async with DB.transaction():
        held = await DB.one(HOLD, appeal_id, by.company_id, into=Held)
        if held is None:
            return Absent()
        if await DB.one(STANDS, message_id, appeal_id, into=bool):
            return Done()
        if held.state == "closed" or await DB.one(LAST_WORD, appeal_id, into=UUID) != seen:
            return Quicker()
        word, deed, state = DEEDS[kind]
        await note(message_id, held.company_id, held.id, word, now=now, text=text, colleague_id=by.id)
        await attachments.keep(
            ready, company_id=held.company_id, appeal_id=held.id, message_id=message_id, now=now
        )
        await DB.do(REPLIED, held.id, state, by.id, now)
        await _write(held, deed, by, now)
        await _tell(held, message_id, word, text, now)
    return Done()


async def forward(
    appeal_id: UUID, to: UUID, words: str, *, seen: UUID, by: By, now: datetime
) -> Done | Quicker | Absent:
    """To another company of the portal, with all that stands in it; the term stays, the person is told."""
    async with DB.transaction():
        held = await DB.one(HOLD, appeal_id, by.company_id, into=Held)
        if held is None or held.company_id == to:
            return Absent()
        if not await DB.one(SERVED, held.portal_id, to, into=bool):
            return Absent()
        if held.state in ("closed", "answered") or await DB.one(LAST_WORD, appeal_id, into=UUID) != seen:
            return Quicker()
        for statement in HAND_OVER:
            await DB.do(statement, held.id, to)
        word = uuid4()
        await note(word, to, held.id, "forwarded", now=now, text=words, colleague_id=by.id)
        await _write(held, "appeal_forwarded", by, now, reason=words)
        await _tell(held, word, "forwarded", words, now)
    return Done()


HOLD = """
SELECT to_json(a) FROM (SELECT * FROM appeals WHERE id = $1 AND company_id = $2 FOR UPDATE) a
"""
LAST_WORD = """
SELECT to_json(id) FROM appeal_messages
WHERE appeal_id = $1 AND kind <> 'taken' ORDER BY place DESC LIMIT 1
"""
TAKE = "UPDATE appeals SET taken_by = $2 WHERE id = $1"
REPLIED = """
UPDATE appeals SET state = $2::text, taken_by = coalesce(taken_by, $3),
       answered_at = CASE WHEN $2::text IN ('answered', 'closed') THEN $4::timestamptz ELSE answered_at END
WHERE id = $1
"""
SERVED = "SELECT to_json(true) FROM portal_companies WHERE portal_id = $1 AND company_id = $2"
HAND_OVER = (
    "UPDATE appeals SET company_id = $2, taken_by = NULL, state = 'open' WHERE id = $1",
    "UPDATE attachments SET company_id = $2 WHERE appeal_id = $1",
)
"""Words keep the company that they were said by or to."""


async def _write(held: Held, deed: Deed, by: By, now: datetime, reason: str = "") -> None:
    await audit.write(
        deed, by, now=now, company_id=held.company_id, person_id=held.person_id, account_id=held.account_id,
        case_id=held.id, reason=reason, changed={"number": held.number},
    )  # fmt: skip


async def _tell(held: Held, message_id: UUID, state: str, text: str, now: datetime) -> None:
    """A person is told by every login and finds it in the cabinet; who left a contact alone gets it there."""
    if held.person_id:
        await messages.tell("appeal-news", held.person_id, now=now, about=message_id)
        return
    await messages.write(
        "appeal-news", held.contact, portal_id=held.portal_id, language=held.language, now=now,
        number=held.number, state=state, answer=text, appeal="",
    )  # fmt: skip
