"""Appeals from the person's side: opened once, gone on with, opened again, rated."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any, Literal
from uuid import UUID, uuid4, uuid5

import msgspec

from webapp.actions import attachments, limiting, messages
from webapp.actions.attachments import Ready
from webapp.actions.limiting import Share
from webapp.database.engine import DB
from webapp.rules import appeals as rules
from webapp.rules import cases, limits
from webapp.rules.appeals import Kind, State
from webapp.rules.periods import KYIV


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """Checked and clean: webapp.rules.appeals.clean."""

    id: UUID
    kind: Kind
    about: str
    title: str
    text: str
    company_id: UUID
    portal_id: UUID
    language: str
    person_id: UUID | None = None
    contact: str = ""
    account_id: UUID | None = None
    business_id: UUID | None = None
    branch: str = ""
    details: dict[str, str] = {}
    mailbox: str = ""
    """Of the desk, where it has one: it is told that something waits (B04, B06)."""


class Opened(msgspec.Struct, frozen=True):
    number: str


class TooMany(msgspec.Struct, frozen=True):
    """Enough for a day."""


class NotYours(msgspec.Struct, frozen=True):
    """The id is that of somebody else's appeal."""


class Said(msgspec.Struct, frozen=True):
    """It stands in the thread."""


class TooLate(msgspec.Struct, frozen=True):
    """It is closed, or was answered too long ago: a new one is opened instead."""


def first_message(appeal_id: UUID) -> UUID:
    """The letter itself."""
    return uuid5(appeal_id, "letter")


async def open(
    draft: Draft, ready: Sequence[Ready], *, share: Share, now: datetime
) -> Opened | TooMany | NotYours:
    """The id that the form was given is the row: twenty that send the same form at once get one number."""
    async with DB.transaction() as transaction:
        number = await _insert(draft, now)
        if number is None:
            before = await DB.one(NUMBER, draft.id, draft.person_id, draft.contact, into=str)
            return Opened(before) if before else NotYours()
        if not await limiting.take(*share, now):
            await transaction.rollback()
            return TooMany()
        letter = first_message(draft.id)
        await note(letter, draft.company_id, draft.id, "message", now=now, text=draft.text)
        await attachments.keep(
            ready, company_id=draft.company_id, appeal_id=draft.id, message_id=letter, now=now
        )
        await _tell_both(draft, number, letter, now)
    return Opened(number)


async def _insert(draft: Draft, now: datetime) -> str | None:
    """None: there is an appeal with this id already."""
    details = msgspec.json.encode(draft.details, order="sorted").decode()
    while True:
        number = cases.number_of(secrets.randbits(5 * cases.LENGTH))
        done = await DB.do(
            OPEN, draft.id, draft.company_id, draft.portal_id, number, draft.kind, draft.about, draft.title,
            draft.person_id, draft.account_id, draft.business_id, draft.branch, details, draft.contact,
            draft.language, now, rules.due_on(draft.kind, now),
        )  # fmt: skip
        if done:
            return number
        if await DB.one("SELECT to_json(id) FROM appeals WHERE id = $1", draft.id, into=UUID):
            return None


OPEN = """
INSERT INTO appeals (id, company_id, portal_id, number, kind, about, title, person_id, account_id, business_id, branch,
                     details, contact, language, created_at, due_on)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::jsonb, $13, $14, $15, $16)
ON CONFLICT DO NOTHING
"""
NUMBER = """
SELECT to_json(number) FROM appeals WHERE id = $1 AND person_id IS NOT DISTINCT FROM $2 AND contact = $3
"""


async def _tell_both(draft: Draft, number: str, letter: UUID, now: datetime) -> None:
    """Whoever wrote learns the number and the term; the desk's mailbox learns the number alone."""
    due = datetime.combine(rules.due_on(draft.kind, now), time(12), KYIV)
    if draft.person_id:
        await messages.tell("appeal-received", draft.person_id, now=now, about=letter)
    else:
        await messages.write(
            "appeal-received", draft.contact, portal_id=draft.portal_id, language=draft.language, now=now,
            expires_at=due, number=number, due_on="", appeal="",
        )  # fmt: skip
    if draft.mailbox:
        await messages.write(
            "appeal-desk", draft.mailbox, portal_id=draft.portal_id, language="uk", now=now, expires_at=due,
            number=number, appeal=str(draft.id),
        )  # fmt: skip


class Held(msgspec.Struct, frozen=True):
    """A row of appeals whose lock one has."""

    id: UUID
    company_id: UUID
    portal_id: UUID
    number: str
    kind: Kind
    state: State
    person_id: UUID | None
    account_id: UUID | None
    contact: str
    language: str
    due_on: date
    taken_by: UUID | None
    answered_at: datetime | None


async def say(
    appeal_id: UUID, message_id: UUID, text: str, ready: Sequence[Ready], *, by: UUID, now: datetime
) -> Said | TooLate | TooMany | None:
    """The person goes on; after an answer that did not help this opens it again, with a new term."""
    async with DB.transaction():
        held = await DB.one(HOLD_OWN, appeal_id, by, into=Held)
        if held is None:
            return None
        if await DB.one(STANDS, message_id, appeal_id, into=bool):
            return Said()
        if held.state == "closed" or (
            held.state == "answered" and not rules.may_reopen(held.state, held.answered_at, now)
        ):
            return TooLate()
        if not await limiting.take(limits.APPEAL_WORDS_PER_PERSON, str(by), now):
            return TooMany()
        if held.state == "answered":
            await note(uuid4(), held.company_id, held.id, "reopened", now=now)
            await DB.do(REOPEN, held.id, rules.due_on(held.kind, now))
        elif held.state == "asked":
            await DB.do("UPDATE appeals SET state = 'open' WHERE id = $1", held.id)
        await note(message_id, held.company_id, held.id, "message", now=now, text=text)
        await attachments.keep(
            ready, company_id=held.company_id, appeal_id=held.id, message_id=message_id, now=now
        )
    return Said()


HOLD_OWN = """
SELECT to_json(a) FROM (SELECT * FROM appeals WHERE id = $1 AND person_id = $2 FOR UPDATE) a
"""
STANDS = "SELECT to_json(true) FROM appeal_messages WHERE id = $1 AND appeal_id = $2"
REOPEN = "UPDATE appeals SET state = 'open', answered_at = NULL, due_on = $2 WHERE id = $1"


async def rate(appeal_id: UUID, stars: int, *, by: UUID) -> bool:
    """The last word counts. False: the person has no such appeal, or it has no answer yet."""
    return await DB.do(RATE, appeal_id, by, stars) == 1


RATE = """
UPDATE appeals SET rating = $3 WHERE id = $1 AND person_id = $2 AND state IN ('answered', 'closed')
"""

Word = Literal["message", "answer", "question", "taken", "forwarded", "reopened", "closed"]


async def note(
    id: UUID, company_id: UUID, appeal_id: UUID, kind: Word, *, now: datetime, text: str = "",
    colleague_id: UUID | None = None,
) -> None:  # fmt: skip
    """A line of the thread, inside the caller's transaction, which holds the appeal or has just made it."""
    values: tuple[Any, ...] = (id, company_id, appeal_id, kind, colleague_id, text, now)
    await DB.do(NOTE, *values)


NOTE = """
INSERT INTO appeal_messages (id, company_id, appeal_id, kind, colleague_id, text, at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
