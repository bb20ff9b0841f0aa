"""Readings of a business, many at once: from a table on a page, or from a file that is looked at first.

Each goes the way of a device's queue, and has an id that follows from where it was written: the same form or the same
file, handed in again, changes nothing.
"""

import asyncio
import csv
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from io import BytesIO
from uuid import UUID, uuid4, uuid5

import msgspec

from webapp.actions import limiting, readings, sheets
from webapp.actions.submissions import Outcome, Submission
from webapp.database.engine import DB
from webapp.database.queries.business_points import OfBusiness
from webapp.database.queries.visits import Person
from webapp.outside.receipt_keys import ReceiptKeys
from webapp.rules import limits, periods, spreadsheets
from webapp.rules.bulk_readings import MOST_BYTES, BadFile, Row, Typed, Verdict, submission_id, table
from webapp.rules.business_roles import Right, granted
from webapp.rules.exchange.files import WORKBOOK
from webapp.rules.exchange.wrong import Unreadable
from webapp.rules.policy import Policy
from webapp.rules.readings import digest_of

AT_ONCE = 500
"""In one transaction: their meters are held for as long."""
MOST_UNPACKED = 24 * 1024 * 1024
"""Of a workbook: a sheet of 5,000 rows has one or two million bytes."""
KEPT = timedelta(days=90)
"""Files, with what they said; the readings stay."""


class Kept(msgspec.Struct, frozen=True):
    id: UUID
    fresh: bool
    """False: the same file came before, from the same person."""


class TooOften(msgspec.Struct, frozen=True):
    pass


class Absent(msgspec.Struct, frozen=True):
    """No such business, or not for this person."""


async def submit(
    rows: Sequence[Row],
    space: UUID,
    *,
    business_id: UUID,
    by: Person,
    policy: Policy,
    now: datetime,
    keys: ReceiptKeys,
    corrects: Mapping[UUID, UUID] | None = None,
) -> dict[UUID, Outcome]:
    """By meter; one that is not there was not decided, and may be handed in again. `corrects`: what they replace."""
    reach = OfBusiness(by.id, business_id, periods.month_at(now, policy.window))
    sent = [_submission(row, space, now, (corrects or {}).get(row.meter_id)) for row in rows if row.meter_id]
    decided: dict[UUID, Outcome] = {}
    for start in range(0, len(sent), AT_ONCE):
        batch = sent[start : start + AT_ONCE]
        try:
            for one, outcome in await readings.submit_all(
                batch, by=by, policy=policy, now=now, keys=keys, reach=reach
            ):
                decided[one.meter_id] = outcome
        except readings.BUSY:
            continue
    return decided


def _submission(row: Row, space: UUID, now: datetime, corrects: UUID | None) -> Submission:
    assert row.meter_id is not None
    id, replaced = id_of(row, space), str(corrects or "")
    digest = digest_of(str(id), str(row.meter_id), row.value, "", "", replaced)
    day = row.read_on or periods.day_of(now)
    return Submission(id, row.meter_id, row.value, day, now, digest, corrects=corrects)


def id_of(row: Row, space: UUID) -> UUID:
    """A row of a table that is typed anew is another reading; of a file each line is one."""
    return submission_id(space, str(row.line) if row.line else f"{row.meter_id}:{row.value}")


def space_of(business_id: UUID, person_id: UUID, body_sha256: bytes) -> UUID:
    return uuid5(business_id, f"{person_id}:{body_sha256.hex()}")


async def read(body: bytes) -> list[Typed] | BadFile:
    """What a file says; beside the event loop, since somebody may have made it to be slow."""
    return await asyncio.to_thread(_read, body)


def _read(body: bytes) -> list[Typed] | BadFile:
    """A CSV or XLSX, by what its bytes are and not by its ending."""
    if not body:
        return BadFile.EMPTY
    if len(body) > MOST_BYTES:
        return BadFile.TOO_LARGE
    try:
        if body.startswith(WORKBOOK):
            return table(row for _, row in sheets.rows(BytesIO(body), MOST_UNPACKED))
        return table(spreadsheets.read(body))
    except (Unreadable, UnicodeDecodeError, csv.Error):
        return BadFile.UNREADABLE


def hash_of(body: bytes) -> bytes:
    return sha256(body).digest()


async def may_read(by: UUID, now: datetime) -> bool:
    return await limiting.take(limits.READING_FILES_PER_PERSON, str(by), now)


async def keep(
    rows: Sequence[Row], hash: bytes, name: str, *, business_id: UUID, by: UUID, now: datetime
) -> Kept | Absent:
    """A file waits for the word of who brought it. One that was confirmed stays as it was."""
    text = msgspec.json.encode(rows).decode()
    async with DB.transaction():
        company_id = await DB.one(COMPANY, by, business_id, into=UUID)
        if company_id is None:
            return Absent()
        await DB.do(
            "DELETE FROM reading_files WHERE business_id = $1 AND created_at < $2", business_id, now - KEPT
        )
        id = uuid4()
        kept = await DB.one(
            KEEP, id, company_id, business_id, by, hash, name[:120], text, len(rows), now, into=UUID
        )
    return Kept(kept or id, fresh=kept == id)


COMPANY = f"""
SELECT to_json(b.company_id) FROM business_members AS m JOIN businesses AS b ON b.id = m.business_id
WHERE m.person_id = $1 AND b.id = $2 AND {granted(Right.READINGS)}
"""
KEEP = """
INSERT INTO reading_files AS f (id, company_id, business_id, person_id, sha256, name, rows, row_count, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7::jsonb, $8, $9)
ON CONFLICT (company_id, business_id, person_id, sha256) DO UPDATE
SET rows = CASE WHEN f.confirmed_at IS NULL THEN excluded.rows ELSE f.rows END
RETURNING to_json(id)
"""


class File(msgspec.Struct, frozen=True):
    sha256: str
    rows: list[Row]


async def confirm(
    id: UUID, business_id: UUID, take: Sequence[Verdict], *, by: Person, policy: Policy, now: datetime,
    keys: ReceiptKeys,
) -> bool:  # fmt: skip
    """The rows with these verdicts go their way; pressed twice, or cut in the middle, it ends the same."""
    file = await DB.one(WAITING, id, business_id, by.id, into=File)
    if file is None:
        return False
    space = space_of(business_id, by.id, bytes.fromhex(file.sha256))
    good = [row for row in file.rows if row.verdict in take]
    decided = await submit(good, space, business_id=business_id, by=by, policy=policy, now=now, keys=keys)
    if len(decided) == len(good):
        await DB.do(
            "UPDATE reading_files SET confirmed_at = coalesce(confirmed_at, $2) WHERE id = $1", id, now
        )
    return True


WAITING = f"""
SELECT json_build_object('sha256', encode(f.sha256, 'hex'), 'rows', f.rows)
FROM reading_files f JOIN business_members m ON m.business_id = f.business_id AND m.person_id = f.person_id
WHERE f.id = $1 AND f.business_id = $2 AND f.person_id = $3 AND {granted(Right.READINGS)}
"""
