"""What the tests of delivery do and look at."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

from pgqueuer.types import QueueExecutionMode

from webapp.actions import proofs
from webapp.actions.proofs import Contact
from webapp.database.engine import DB
from webapp.database.tables.messages import Message
from webapp.jobs import worker
from webapp.outside import Outside

ADDRESS = "https://cabinet.example.ua"
NOW = datetime(2026, 11, 3, 18, 0, tzinfo=UTC)
SECRET = "a secret of the tests"
PHONE, MAIL = Contact("phone", "+380671234567", can_sms=True), Contact("mail", "olena@example.ua")


async def ask(
    portal: UUID,
    purpose: proofs.Purpose = "sign_up",
    kind: proofs.Kind = "code",
    to: Contact = PHONE,
    person_id: UUID | None = None,
    now: datetime = NOW,
) -> UUID:
    async with DB.transaction():
        return await proofs.issue(
            purpose, kind, to, portal_id=portal, language="uk", now=now, person_id=person_id
        )


async def work_off(outside: Outside) -> None:
    await worker.queue(outside).run(
        mode=QueueExecutionMode.drain, dequeue_timeout=timedelta(milliseconds=100)
    )


async def stored(id: UUID) -> dict[str, str]:
    rows = await Message.select(Message.state, Message.error, Message.text, Message.notice).where(
        Message.id == id
    )
    return rows[0] if rows else {}


async def left_over() -> int:
    return await DB.pool.fetchval("SELECT count(*) FROM pgqueuer")


async def until(true: Callable[[], Awaitable[bool]], seconds: float = 40) -> None:
    async with asyncio.timeout(seconds):
        while not await true():
            await asyncio.sleep(0.05)
