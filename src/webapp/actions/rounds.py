"""Rounds are planned, given to an inspector and to another one, called off; a phone that is lost is ended."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec

from webapp.actions import audit, staff_sign_in
from webapp.actions.audit import By
from webapp.database.engine import DB
from webapp.database.queries.rounds import DOORS, Plan
from webapp.rules.rounds import MOST_STOPS

TITLE_STREETS = 3


class Created(msgspec.Struct, frozen=True):
    id: UUID
    stops: int


class NoDoors(msgspec.Struct, frozen=True):
    """Nothing in the register fits, or another round of the day has it."""


class NoInspector(msgspec.Struct, frozen=True):
    """Nobody of the company, blocked, or no inspector."""


class Done(msgspec.Struct, frozen=True):
    pass


class Changed(msgspec.Struct, frozen=True):
    """A colleague was quicker: whoever decides now has not seen how it stands."""


class Absent(msgspec.Struct, frozen=True):
    """The company has no such round."""


async def create(
    id: UUID, plan: Plan, inspector_id: UUID, *, by: By, now: datetime
) -> Created | NoDoors | NoInspector | Absent:
    """The first doors of the plan, in the order of the street. `id` is the form's: sent twice it is one round.

    Of two who plan the same door for the same day one has it: the index on the stops says which.
    """
    async with DB.transaction() as transaction:
        if not await _goes(inspector_id, by):
            return NoInspector()
        if await DB.do(ADD, id, by.company_id, by.portal_id, inspector_id, plan.day, by.id, now) != 1:
            stops = await DB.one(KNOWN, id, by.company_id, into=int)
            return Absent() if stops is None else Created(id, stops)
        streets = await DB.one(ADD_STOPS, by.company_id, *plan.values, id, MOST_STOPS, into=list[str]) or []
        if not streets:
            await transaction.rollback()
            return NoDoors()
        await DB.do("UPDATE rounds SET title = $2 WHERE id = $1", id, title(streets))
        await _written("round_planned", id, by, now, inspector=str(inspector_id), stops=len(streets))
    return Created(id, len(streets))


def title(streets: list[str]) -> str:
    """The streets in the order of the doors; of many the first ones."""
    names = list(dict.fromkeys(street.split(", ", 1)[-1] for street in streets))
    more = "…" if len(names) > TITLE_STREETS else ""
    return (", ".join(names[:TITLE_STREETS]) + more)[:120]


async def _goes(inspector_id: UUID, by: By) -> bool:
    """An inspector of the own company; held, so that nobody blocks them meanwhile."""
    return bool(await DB.one(GOES, inspector_id, by.company_id, into=bool))


GOES = """
SELECT to_json(true) FROM staff
WHERE id = $1 AND company_id = $2 AND role = 'inspector' AND blocked_at IS NULL FOR SHARE
"""
ADD = """
INSERT INTO rounds (id, company_id, portal_id, inspector_id, former_ids, day, title, version, created_by, created_at)
VALUES ($1, $2, $3, $4, '{}', $5, '', 1, $6, $7) ON CONFLICT (id) DO NOTHING
"""
KNOWN = """
SELECT to_json((SELECT count(*) FROM stops WHERE round_id = rounds.id))
FROM rounds WHERE id = $1 AND company_id = $2
"""
ADD_STOPS = f"""
WITH doors AS ({DOORS}), first AS (
    SELECT *, row_number() OVER (ORDER BY place, number, id) AS seq FROM doors ORDER BY seq LIMIT $7
), added AS (
    INSERT INTO stops (id, company_id, round_id, account_id, day, seq, note, is_open)
    SELECT gen_random_uuid(), $1, $6, id, $2, seq, '', true FROM first ORDER BY seq
    ON CONFLICT DO NOTHING RETURNING seq
)
SELECT json_agg(street ORDER BY seq) FROM added JOIN first USING (seq)
"""


async def assign(
    round_id: UUID, inspector_id: UUID, seen: int, *, by: By, now: datetime
) -> Done | Changed | NoInspector | Absent:
    """To another inspector. `seen` is the version that the supervisor looked at: of two at once one wins.

    What the one before has read is still taken from them.
    """
    async with DB.transaction():
        if not await _goes(inspector_id, by):
            return NoInspector()
        if await DB.do(ASSIGN, round_id, by.company_id, inspector_id, seen) == 1:
            await _written("round_assigned", round_id, by, now, inspector=str(inspector_id))
            return Done()
        known = await DB.one(HELD_BY, round_id, by.company_id, into=UUID)
    if known is None:
        return Absent()
    return Done() if known == inspector_id else Changed()


ASSIGN = """
UPDATE rounds SET inspector_id = $3, former_ids = array_append(former_ids, inspector_id), version = version + 1
WHERE id = $1 AND company_id = $2 AND version = $4 AND cancelled_at IS NULL AND inspector_id <> $3
"""
HELD_BY = "SELECT to_json(inspector_id) FROM rounds WHERE id = $1 AND company_id = $2"


async def cancel(round_id: UUID, *, by: By, now: datetime) -> Done | Absent:
    """Its doors may go to another round of the day; what was read already stays, and what comes late is taken."""
    async with DB.transaction():
        if await DB.do(CANCEL, round_id, by.company_id, now) == 1:
            await DB.do("UPDATE stops SET is_open = false WHERE round_id = $1", round_id)
            await _written("round_cancelled", round_id, by, now)
            return Done()
        known = await DB.one(HELD_BY, round_id, by.company_id, into=UUID)
    return Done() if known else Absent()


CANCEL = """
UPDATE rounds SET cancelled_at = $3, version = version + 1
WHERE id = $1 AND company_id = $2 AND cancelled_at IS NULL
"""


async def lose_phone(round_id: UUID, *, by: By, now: datetime) -> Done | Absent:
    """Every phone of its inspector: the rounds are erased there at the next contact, and nothing is taken from it.

    On another phone the inspector signs in, and has the round again.
    """
    async with DB.transaction():
        inspector = await DB.one(HELD_BY, round_id, by.company_id, into=UUID)
        if inspector is None:
            return Absent()
        await staff_sign_in.sign_out_everywhere(inspector, now)
        await _written("phone_lost", round_id, by, now, inspector=str(inspector))
    return Done()


def new_id() -> UUID:
    """For a form that is shown: what it sends twice is one round."""
    return uuid4()


async def _written(deed: audit.Deed, round_id: UUID, by: By, now: datetime, **changed: Any) -> None:
    await audit.write(deed, by, now=now, changed={"round": str(round_id)} | changed)
