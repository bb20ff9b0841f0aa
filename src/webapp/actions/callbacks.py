"""A call back is ordered, taken back, made: who does not answer is called again, and told in the end."""

from datetime import date, datetime
from typing import Literal, get_args
from uuid import UUID

import msgspec

from webapp.actions import audit, limiting, messages
from webapp.actions.audit import By
from webapp.actions.booking import Absent, Booked, Done, Over, TooMany, TooOften
from webapp.database.engine import DB
from webapp.rules import limits, queue, slots
from webapp.rules.queue import CallState, Part

Answer = Literal["done", "not_reached"]
ANSWERS: tuple[Answer, ...] = get_args(Answer)


class Order(msgspec.Struct, frozen=True):
    id: UUID
    """The form's."""
    company_id: UUID
    phone: str
    day: date
    part: Part
    topic: str
    account_id: UUID | None = None


class PartOver(msgspec.Struct, frozen=True):
    """That part of the day has begun, or it is no working day of the next ones."""


class Changed(msgspec.Struct, frozen=True):
    """A colleague has called meanwhile, or it is not wanted any more."""


async def order(
    wanted: Order, *, by: UUID, portal_id: UUID, now: datetime
) -> Booked | TooMany | TooOften | PartOver | Absent:
    """The form sent twice is one order; two of them may be open."""
    if wanted.day not in queue.call_days(now) or wanted.part not in queue.parts_of(wanted.day, now):
        return PartOver()
    if not await limiting.take(limits.BOOKINGS_PER_PERSON, str(by), now):
        return TooOften()
    async with DB.transaction():
        await DB.do("SELECT FROM people WHERE id = $1 FOR NO KEY UPDATE", by)
        known = await DB.one("SELECT to_json(person_id) FROM callbacks WHERE id = $1", wanted.id, into=UUID)
        if known:
            return Booked(wanted.id) if known == by else Absent()
        if (await DB.one(OPEN, by, into=int) or 0) >= slots.MOST_OPEN:
            return TooMany()
        added = await DB.do(
            ADD, wanted.id, wanted.company_id, portal_id, by, wanted.account_id, wanted.phone, wanted.day,
            wanted.part, wanted.topic, now,
        )  # fmt: skip
    return Booked(wanted.id) if added == 1 else Absent()


OPEN = "SELECT to_json(count(*)) FROM callbacks WHERE person_id = $1 AND state = 'open'"
ADD = """
INSERT INTO callbacks (id, company_id, portal_id, person_id, account_id, phone, day, part, topic, state, tries,
                       created_at)
SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, 'open', 0, $10
WHERE EXISTS (SELECT FROM portal_companies WHERE portal_id = $3 AND company_id = $2)
  AND ($5::uuid IS NULL OR EXISTS (SELECT FROM links WHERE person_id = $4 AND account_id = $5))
ON CONFLICT (id) DO NOTHING
"""


async def cancel(id: UUID, *, by: UUID, now: datetime) -> Done | Over | Absent:
    if await DB.do(CANCEL, id, by, now) == 1:
        return Done()
    state = await DB.one(STATE, id, by, into=str)
    if state is None:
        return Absent()
    return Done() if state == "cancelled" else Over()


CANCEL = """
UPDATE callbacks SET state = 'cancelled', ended_at = $3 WHERE id = $1 AND person_id = $2 AND state = 'open'
"""
STATE = "SELECT to_json(state) FROM callbacks WHERE id = $1 AND person_id = $2"


async def answer(id: UUID, said: Answer, tries: int, *, by: By, now: datetime) -> Done | Changed | Absent:
    """`tries` is what the colleague has seen: one press counts once, and of two colleagues one has called."""
    async with DB.transaction():
        known = await DB.one(HOLD, id, by.company_id, into=Held)
        if known is None:
            return Absent()
        if known.state == said or (said == "not_reached" and known.tries == tries + 1):
            return Done()
        if known.state != "open" or known.tries != tries:
            return Changed()
        over = said == "done" or tries + 1 >= queue.MOST_TRIES
        await DB.do(ANSWER, id, said if over else "open", now, by.id if over else None)
        changed = {"callback": str(id), "state": said}
        await audit.write("callback_made", by, now=now, person_id=known.person_id, changed=changed)
        if over and said == "not_reached":
            await messages.tell("callback-missed", known.person_id, now=now, about=id)
    return Done()


class Held(msgspec.Struct, frozen=True):
    state: CallState
    tries: int
    person_id: UUID


HOLD = """
SELECT json_build_object('state', state, 'tries', tries, 'person_id', person_id)
FROM callbacks WHERE id = $1 AND company_id = $2 FOR UPDATE
"""
ANSWER = """
UPDATE callbacks SET state = $2::text, tries = tries + 1, tried_at = $3::timestamptz, ended_by = $4::uuid,
       ended_at = CASE WHEN $2::text = 'open' THEN NULL ELSE $3::timestamptz END
WHERE id = $1
"""
