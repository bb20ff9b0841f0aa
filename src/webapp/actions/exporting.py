"""What happened in the cabinet goes out to billing: from behind a watermark, nothing twice and nothing left out."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import msgspec

from webapp.actions import audit
from webapp.actions.audit import By
from webapp.database.engine import DB
from webapp.database.queries import exchange as queries
from webapp.database.queries.exchange import Place
from webapp.rules.exchange.forms import Going


class Handed(msgspec.Struct, frozen=True):
    """A page for a program, and the place behind it."""

    rows: list[dict[str, Any]]
    place: Place
    more: bool


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
        await _note(kind, span, "file", by, now)
    return span


async def hand_out(kind: Going, after: Place, limit: int, *, by: By, now: datetime) -> Handed:
    """One page to a program. It keeps its own place, and is written down where it takes something away."""
    assert by.company_id
    upto = (await queries.watermark(by.company_id, kind)).upto
    found = await queries.page(by.company_id, kind, after, upto, limit + 1)
    kept = found[:limit]
    if not kept:
        return Handed([], after, False)
    place = kept[-1][0]
    async with DB.transaction():
        await _note(kind, Span(after.change, place.change), "api", by, now)
    return Handed([row for _, row in kept], place, len(found) > limit)


async def _note(kind: Going, span: Span, source: str, by: By, now: datetime) -> None:
    await DB.do(BEGIN, uuid4(), by.company_id, kind, span.after, span.upto, source, by.id, now)
    changed = {"kind": kind, "after": span.after, "upto": span.upto}
    await audit.write("exported", by, now=now, changed=changed)


BEGIN = """
INSERT INTO export_batches (id, company_id, kind, after, upto, source, created_by, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""
