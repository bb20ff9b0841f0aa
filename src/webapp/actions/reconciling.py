"""Callbacks get lost, banks fall silent, processes die: what is not settled is asked about until it is."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from webapp.actions import paying, refunds
from webapp.database.engine import DB
from webapp.outside import Outside
from webapp.outside.payments import BankError

log = structlog.get_logger()
AT_ONCE, TOGETHER = 40, 5
"""Tries of one run, and of these so many at the same time: a silent bank takes eight seconds each."""
LEASE = timedelta(minutes=4)
"""Whoever took a try and died is followed by somebody else."""


async def reconcile(outside: Outside, now: datetime) -> int:
    """How many were asked about. Of several workers each takes its own."""
    due = await DB.one(TAKE, now, now + LEASE, AT_ONCE, into=list[UUID]) or []
    turn = asyncio.Semaphore(TOGETHER)

    async def ask(id: UUID) -> None:
        async with turn:
            try:
                await paying.look(id, outside=outside, now=now)
            except Exception as error:  # the others are not to wait for it
                log.error("a payment could not be reconciled", checkout=str(id), error=type(error).__name__)

    await asyncio.gather(*(ask(id) for id in due))
    for id in await DB.one(LEFT, now - LEASE, AT_ONCE, into=list[UUID]) or []:
        try:
            await refunds.carry_out(id, outside=outside, now=now)
        except BankError as error:
            log.warning("a refund waits for its bank", checkout=str(id), reason=error.reason.value)
    return len(due)


TAKE = """
WITH due AS (
    SELECT id FROM checkouts WHERE next_look_at <= $1 ORDER BY next_look_at LIMIT $3 FOR UPDATE SKIP LOCKED
), taken AS (
    UPDATE checkouts SET next_look_at = $2 FROM due WHERE checkouts.id = due.id RETURNING checkouts.id
)
SELECT json_agg(id) FROM taken
"""
LEFT = """
SELECT json_agg(checkout_id) FROM (
    SELECT checkout_id FROM refunds WHERE state = 'approved' AND decided_at < $1 ORDER BY decided_at LIMIT $2
) x
"""
"""Approved, and the job that was to tell the bank has given up or has died with its worker."""
