"""What happened in the cabinet goes out to billing: from behind a watermark, nothing twice and nothing left out."""

from datetime import datetime
from uuid import uuid4

import msgspec

from webapp.actions import audit
from webapp.actions.audit import By
from webapp.database.engine import DB
from webapp.database.queries import exchange as queries
from webapp.database.queries.exchange import Going

WHOLE = -1
"""From the beginning."""


class Span(msgspec.Struct, frozen=True):
    after: int
    upto: int


async def begin(kind: Going, after: int | None, *, by: By, now: datetime) -> Span:
    """Who takes data of people away is written down, with the span; the rows follow after that."""
    assert by.company_id
    async with DB.transaction():
        known = await queries.watermark(by.company_id, kind)
        span = Span(known.last if after is None else after, known.upto)
        await DB.do(BEGIN, uuid4(), by.company_id, kind, span.after, span.upto, by.id, now)
        changed = {"kind": kind, "after": span.after, "upto": span.upto}
        await audit.write("exported", by, now=now, changed=changed)
    return span


BEGIN = """
INSERT INTO export_batches (id, company_id, kind, after, upto, created_by, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
