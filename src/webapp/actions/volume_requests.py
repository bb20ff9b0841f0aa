"""Requests for volumes: a business says how much it will take, the supplier accepts it or asks back."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID, uuid4

import msgspec

from webapp.actions import audit, messages
from webapp.actions.audit import By
from webapp.database.engine import DB
from webapp.database.queries.volume_requests import Line
from webapp.rules import volume_requests as rules
from webapp.rules.business_roles import Right, granted
from webapp.rules.volume_requests import State, Unit


class Wanted(msgspec.Struct, frozen=True):
    """What was typed into the form."""

    id: UUID
    """The form's own."""
    contract_id: UUID
    month: date
    unit: Unit
    total: Decimal
    """m³"""
    lines: Sequence[Line] = ()
    note: str = ""
    seen: int = 0
    """The version that stood on the page; 0: there was none."""


class Sent(msgspec.Struct, frozen=True):
    request_id: UUID
    version: int


class TooLate(msgspec.Struct, frozen=True):
    """The day has passed, and the supplier has not asked back."""


class Quicker(msgspec.Struct, frozen=True):
    """Somebody else has changed it in between."""


class Absent(msgspec.Struct, frozen=True):
    """No such contract or request, or not for this person."""


async def send(
    wanted: Wanted, business_id: UUID, *, by: UUID, until_day: int, now: datetime
) -> Sent | TooLate | Quicker | Absent:
    """A new version of the request of a contract and month; nothing of the versions before changes."""
    async with DB.transaction():
        company_id = await DB.one(HOLD, wanted.contract_id, business_id, by, into=UUID)
        if company_id is None:
            return Absent()
        same = await DB.one(SAME, wanted.id, wanted.contract_id, by, into=Repeated)
        if same:
            return Sent(same.request_id, same.version) if same.mine else Absent()
        known = await DB.one(KNOWN, company_id, wanted.contract_id, wanted.month, into=Known)
        if not rules.may_change(wanted.month, known.state if known else None, now, until_day):
            return TooLate()
        if (known.version if known else 0) != wanted.seen:
            return Quicker()
        version, id = wanted.seen + 1, known.id if known else uuid4()
        if known:
            await DB.do(AGAIN, id, version, now)
        else:
            await DB.do(OPEN, id, company_id, business_id, wanted.contract_id, wanted.month, now)
        lines = msgspec.json.encode(wanted.lines).decode()
        await DB.do(
            WRITE, wanted.id, company_id, id, version, by, now, wanted.unit, wanted.total, lines,
            wanted.note[:200],
        )  # fmt: skip
    return Sent(id, version)


class Repeated(msgspec.Struct, frozen=True):
    request_id: UUID
    version: int
    mine: bool


class Known(msgspec.Struct, frozen=True):
    id: UUID
    state: State
    version: int


HOLD = f"""
SELECT to_json(bc.company_id) FROM business_contracts bc
JOIN business_members m ON m.business_id = bc.business_id
WHERE bc.id = $1 AND bc.business_id = $2 AND m.person_id = $3 AND {granted(Right.VOLUMES)} FOR UPDATE OF bc
"""
SAME = """
SELECT json_build_object('request_id', v.request_id, 'version', v.version,
                         'mine', r.contract_id = $2 AND v.person_id = $3)
FROM volume_versions v JOIN volume_requests r ON r.id = v.request_id WHERE v.id = $1
"""
KNOWN = """
SELECT json_build_object('id', id, 'state', state, 'version', version)
FROM volume_requests WHERE company_id = $1 AND contract_id = $2 AND month = $3 FOR UPDATE
"""
OPEN = """
INSERT INTO volume_requests (id, company_id, business_id, contract_id, month, sent_at) VALUES ($1, $2, $3, $4, $5, $6)
"""
AGAIN = """
UPDATE volume_requests SET version = $2, state = 'sent', sent_at = $3, decided_at = NULL, decided_by = NULL, words = ''
WHERE id = $1
"""
WRITE = """
INSERT INTO volume_versions (id, company_id, request_id, version, person_id, sent_at, unit, total, lines, note)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::jsonb, $10)
"""


class Decided(msgspec.Struct, frozen=True):
    pass


Answer = Literal["accepted", "returned"]


async def decide(
    id: UUID, answer: Answer, words: str, *, seen: int, by: By, now: datetime
) -> Decided | Quicker | Absent:
    """The supplier's word about the version it saw; whoever sent that is told."""
    async with DB.transaction():
        held = await DB.one(HELD, id, by.company_id, into=Held)
        if held is None:
            return Absent()
        if held.state == answer and held.version == seen and held.words == words:
            return Decided()
        if held.state != "sent" or held.version != seen:
            return Quicker()
        await DB.do(DECIDE, id, answer, now, by.id, words)
        deed: Literal["volumes_accepted", "volumes_returned"] = (
            "volumes_accepted" if answer == "accepted" else "volumes_returned"
        )
        changed = {"request": str(id), "version": seen}
        await audit.write(deed, by, now=now, person_id=held.person_id, reason=words, changed=changed)
        told = {
            "state": answer, "reason": words, "number": held.contract, "period": f"{held.month:%m.%Y}",
            "company": held.company,
        }  # fmt: skip
        await messages.tell("volumes-decided", held.person_id, now=now, about=id, words=told)
    return Decided()


class Held(msgspec.Struct, frozen=True):
    state: State
    version: int
    words: str
    month: date
    contract: str
    company: str
    person_id: UUID


HELD = """
SELECT json_build_object('state', r.state, 'version', r.version, 'words', r.words, 'month', r.month,
                         'contract', bc.number, 'company', companies.name, 'person_id', v.person_id)
FROM volume_requests r JOIN business_contracts bc ON bc.id = r.contract_id
JOIN companies ON companies.id = r.company_id
JOIN volume_versions v ON v.company_id = r.company_id AND v.request_id = r.id AND v.version = r.version
WHERE r.id = $1 AND r.company_id = $2 FOR UPDATE OF r
"""
DECIDE = "UPDATE volume_requests SET state = $2, decided_at = $3, decided_by = $4, words = $5 WHERE id = $1"
