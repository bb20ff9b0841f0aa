"""The queue of a day: the next one is called, each caller gets another; whoever was called came, or did not."""

from datetime import datetime
from uuid import UUID

import msgspec

from webapp.actions import audit
from webapp.actions.audit import By
from webapp.database.engine import DB
from webapp.rules import queue
from webapp.rules.periods import day_of
from webapp.rules.queue import Outcome, State


class Called(msgspec.Struct, frozen=True):
    id: UUID


class Busy(msgspec.Struct, frozen=True):
    """The one who was called before has not been let go: a second press calls nobody else."""

    id: UUID


class Nobody(msgspec.Struct, frozen=True):
    """Of those who are to come soon."""


class Done(msgspec.Struct, frozen=True):
    pass


class Changed(msgspec.Struct, frozen=True):
    """A colleague has said something else, or it was cancelled."""

    state: State


class TooEarly(msgspec.Struct, frozen=True):
    """Nobody can have failed to come to an hour that has not begun."""


class Absent(msgspec.Struct, frozen=True):
    pass


async def call_next(
    resource_id: UUID, desk: str, *, by: By, now: datetime
) -> Called | Busy | Nobody | Absent:
    """Two at once get two people: each passes by the row that the other holds. One person is called by one press."""
    day = day_of(now)
    async with DB.transaction():
        await DB.do("SELECT FROM staff WHERE id = $1 FOR NO KEY UPDATE", by.id)
        if not await DB.one(EXISTS, resource_id, by.company_id, into=bool):
            return Absent()
        before = await DB.one(MINE, by.company_id, resource_id, day, by.id, into=UUID)
        if before:
            return Busy(before)
        soon = now + queue.EARLY
        called = await DB.one(CALL, by.company_id, resource_id, day, soon, now, by.id, desk, into=Whom)
        if called is None:
            return Nobody()
        await audit.write(
            "appointment_called",
            by,
            now=now,
            person_id=called.person_id,
            changed={"appointment": str(called.id)},
        )
    return Called(called.id)


class Whom(msgspec.Struct, frozen=True):
    id: UUID
    person_id: UUID


EXISTS = "SELECT to_json(true) FROM resources WHERE id = $1 AND company_id = $2 AND kind = 'queue'"
MINE = """
SELECT to_json(id) FROM appointments
WHERE company_id = $1 AND resource_id = $2 AND day = $3 AND state = 'called' AND called_by = $4
ORDER BY called_at DESC LIMIT 1
"""
CALL = """
WITH next AS (
    SELECT id FROM appointments
    WHERE company_id = $1 AND resource_id = $2 AND day = $3 AND state = 'booked' AND starts_at <= $4
    ORDER BY starts_at, place LIMIT 1 FOR UPDATE SKIP LOCKED
), called AS (
    UPDATE appointments SET state = 'called', called_at = $5, called_by = $6, desk = $7
    FROM next WHERE appointments.id = next.id RETURNING appointments.id, person_id
)
SELECT to_json(called) FROM called
"""


async def end(id: UUID, outcome: Outcome, *, by: By, now: datetime) -> Done | Changed | TooEarly | Absent:
    """Served, or not come. Of two who say different things the first is believed."""
    async with DB.transaction():
        known = await DB.one(HOLD, id, by.company_id, into=Held)
        if known is None:
            return Absent()
        if known.state == outcome:
            return Done()
        if known.state not in queue.OPEN:
            return Changed(known.state)
        if known.state == "booked" and known.starts_at > now + queue.EARLY:
            return TooEarly()
        await DB.do(END, id, outcome, now, by.id)
        changed = {"appointment": str(id), "state": outcome}
        await audit.write("appointment_ended", by, now=now, person_id=known.person_id, changed=changed)
    return Done()


class Held(msgspec.Struct, frozen=True):
    state: State
    starts_at: datetime
    person_id: UUID


HOLD = """
SELECT json_build_object('state', state, 'starts_at', starts_at, 'person_id', person_id)
FROM appointments WHERE id = $1 AND company_id = $2 FOR UPDATE
"""
END = "UPDATE appointments SET state = $2, ended_at = $3, ended_by = $4 WHERE id = $1"


async def look(id: UUID, *, by: By, now: datetime) -> bool:
    """The card of an appointment opens: that is written down. False: the company has no such one."""
    async with DB.transaction():
        known = await DB.one(OF, id, by.company_id, into=Looked)
        if known is None:
            return False
        await audit.write(
            "looked", by, now=now, person_id=known.person_id, account_id=known.account_id,
            reason="appointment", changed={known.what: str(id)},
        )  # fmt: skip
    return True


class Looked(msgspec.Struct, frozen=True):
    person_id: UUID
    account_id: UUID | None
    what: str


OF = """
SELECT json_build_object('person_id', person_id, 'account_id', account_id, 'what', what) FROM (
    SELECT person_id, account_id, 'appointment' AS what FROM appointments WHERE id = $1 AND company_id = $2
    UNION ALL SELECT person_id, account_id, 'callback' FROM callbacks WHERE id = $1 AND company_id = $2) x
"""
