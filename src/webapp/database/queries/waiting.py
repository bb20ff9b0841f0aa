"""What waits for the staff, over all desks: one statement, and of it only what the role opens."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

import msgspec

from webapp.database.engine import DB


class Waits(msgspec.Struct, frozen=True):
    desk: str
    """`case:<kind>`, or a name of PARTS."""
    open: int
    overdue: int
    due_on: date | None
    """The nearest."""


CASES = """
SELECT 'case:' || kind AS desk, count(*) AS open, count(*) FILTER (WHERE due_on < $2) AS overdue, min(due_on) AS due_on
FROM cases WHERE company_id = $1 AND state = 'open' GROUP BY kind
"""
PARTS: dict[str, tuple[str, str]] = {
    "/office/appeals": ("appeals", """
        SELECT 'appeals', count(*), count(*) FILTER (WHERE due_on < $2), min(due_on)
        FROM appeals WHERE company_id = $1 AND state IN ('open', 'asked')"""),
    "/office/payments/{checkout_id}/refund/decision": ("refunds", """
        SELECT 'refunds', count(*), 0, NULL::date FROM refunds JOIN checkouts c ON c.id = refunds.checkout_id
        WHERE c.company_id = $1 AND refunds.state = 'asked'"""),
    "/office/payments": ("unknown", """
        SELECT 'unknown', count(*), 0, NULL::date FROM checkouts WHERE company_id = $1 AND state = 'unknown'"""),
    "/office/rounds/doubts": ("doubts", """
        SELECT 'doubts', count(*), 0, NULL::date FROM visits
        WHERE company_id = $1 AND kind = 'reading' AND outcome = 'accepted' AND review IS NULL
          AND cardinality(doubts) > 0"""),
    "/office/callbacks": ("callbacks", """
        SELECT 'callbacks', count(*), count(*) FILTER (WHERE day < $2), min(day)
        FROM callbacks WHERE company_id = $1 AND state = 'open' AND day <= $2"""),
    "/office/queue": ("queue", """
        SELECT 'queue', count(*), 0, NULL::date FROM appointments
        WHERE company_id = $1 AND day = $2 AND kind = 'queue' AND state = 'booked'"""),
    "/office/schedule": ("schedule", """
        SELECT 'schedule', count(*), 0, NULL::date FROM appointments
        WHERE company_id = $1 AND day = $2 AND kind <> 'queue' AND state = 'booked'"""),
    "/office/broadcasts": ("broadcasts", """
        SELECT 'broadcasts', count(*), 0, NULL::date FROM broadcasts WHERE company_id = $1 AND state = 'draft'"""),
    "/office/imports": ("imports", """
        SELECT 'imports', count(*), 0, NULL::date FROM import_batches
        WHERE company_id = $1 AND state = 'checked'"""),
    "/office/volume-requests/{request_id}/decision": ("volumes", """
        SELECT 'volumes', count(*), 0, NULL::date FROM volume_requests WHERE company_id = $1 AND state = 'sent'"""),
}  # fmt: skip
"""By the address whose right it needs."""
LISTS = {
    "/office/payments/{checkout_id}/refund/decision": "/office/payments?which=refunds",
    "/office/payments": "/office/payments?which=unknown",
    "/office/volume-requests/{request_id}/decision": "/office/volume-requests",
}
"""Where the list is, if not there."""


async def waiting(company_id: UUID | None, allowed: Collection[str], today: date) -> dict[str, Waits]:
    """By desk; a desk where nothing waits may be missing."""
    parts = [CASES] if "/office/cases" in allowed else []
    parts += [sql for route, (_, sql) in PARTS.items() if route in allowed]
    if not parts or company_id is None:
        return {}
    sql = f"SELECT json_agg(w) FROM ({' UNION ALL '.join(parts)}) w WHERE $2::date IS NOT NULL"
    return {one.desk: one for one in await DB.one(sql, company_id, today, into=list[Waits]) or []}
