"""The process that does what was put off: started as often as needed, killed at any moment."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from datetime import timedelta

from pgqueuer import PgQueuer
from pgqueuer.errors import RetryRequested
from pgqueuer.models import Job, Schedule

from webapp.actions import alerts, contact_changes, forgetting
from webapp.database.engine import DB
from webapp.jobs import billing, deliver, reminding, settling
from webapp.outside import Outside
from webapp.rules import delivery
from webapp.settings import Settings

log = logging.getLogger(__name__)

HEARTBEAT_TIMEOUT = timedelta(seconds=8)
"""A worker silent for so long is dead, and another one takes its jobs up. Beats come twice as often,
also while a carrier takes its 15 seconds, so this is no limit on them."""
POLL = timedelta(seconds=2)
"""Jobs are announced; this is for announcements that got lost. A listener that is cut off is noticed
within 20 seconds and no code waits for that."""
LETTERS_AT_ONCE = 8
"""Of all workers together; codes have no such limit, so neither letters nor a dead worker can fill it."""
REMINDERS_AT_ONCE = 4
"""A month's reminders of the whole house take hours, and nobody waits for them."""
HOURLY = "23 * * * *"
ON_THE_HOUR = "0 * * * *"
IN_THE_MORNING = "41 7 * * *"
"""UTC: in Kyiv nobody is woken by it."""
OFTEN = "*/5 * * * *"
GRACE = 20.0
"""Seconds that what is on its way gets to arrive, when the worker is told to stop."""

Handler = Callable[[Job, Outside], Awaitable[None]]


async def run(settings: Settings, outside: Outside) -> None:
    """Work until cancelled; a database that goes away is waited for."""
    while True:
        try:
            async with DB.opened(settings.database_url, later=True):
                await _work(queue(outside))
        except Exception as error:
            # also a schema that is still being migrated: whatever it is, the jobs wait in their table
            log.warning("the worker starts again", extra={"reason": type(error).__name__})
        await asyncio.sleep(random.uniform(0.5, 2))


def queue(outside: Outside) -> PgQueuer:
    """Every job there is, by name."""
    made = PgQueuer.from_asyncpg_pool(DB.pool)

    def job(name: str, handler: Handler, at_once: int = 0) -> None:
        @made.entrypoint(name, concurrency_limit=at_once, on_failure="hold")
        async def handle(job: Job) -> None:
            await _carefully(handler, job, outside)

    job("code", deliver.send_proof)
    job("letter", deliver.send_proof, LETTERS_AT_ONCE)
    job("notice", deliver.send_notice, LETTERS_AT_ONCE)
    job("written", deliver.send_written, LETTERS_AT_ONCE)

    job("reminder", reminding.send, REMINDERS_AT_ONCE)

    job("bill_reminder", billing.send, REMINDERS_AT_ONCE)

    @made.schedule("bills", HOURLY)
    async def issue(_: Schedule) -> None:
        await billing.issue(outside)

    @made.schedule("remind_of_bills", ON_THE_HOUR)
    async def remind_of_bills(_: Schedule) -> None:
        await billing.remind(outside)

    @made.schedule("remind", ON_THE_HOUR)
    async def remind(_: Schedule) -> None:
        await reminding.remind(outside.clock.now())

    job("refund", settling.give_back)
    job("pretend_callback", settling.say_late)

    @made.schedule("reconcile", settling.MINUTELY)
    async def reconcile(_: Schedule) -> None:
        await settling.reconcile(outside)

    @made.schedule("alerts", IN_THE_MORNING)
    async def look(_: Schedule) -> None:
        await alerts.look(outside.clock.now())

    @made.schedule("changes", OFTEN)
    async def change(_: Schedule) -> None:
        await contact_changes.apply_due(outside.clock.now())

    @made.schedule("forget", HOURLY)
    async def forget(_: Schedule) -> None:
        await forgetting.forget(outside.clock.now())

    return made


async def _carefully(handler: Handler, job: Job, outside: Outside) -> None:
    """A surprise, such as a lost database, loses no letter; a mistake of ours is held for us."""
    try:
        await handler(job, outside)
        return
    except RetryRequested:
        raise
    except Exception as error:
        if job.attempts + 1 >= delivery.LETTER_TRIES:
            raise
        surprise = type(error).__name__
    log.error("a job broke off", extra={"job": job.id, "entrypoint": job.entrypoint, "reason": surprise})
    wait = delivery.pause(job.attempts, random.random(), delivery.LONGEST_CODE_PAUSE)
    raise RetryRequested(wait, surprise)


async def _work(made: PgQueuer) -> None:
    running = asyncio.create_task(
        made.run(dequeue_timeout=POLL, heartbeat_timeout=HEARTBEAT_TIMEOUT, shutdown_on_listener_failure=True)
    )
    try:
        await asyncio.shield(running)
    except asyncio.CancelledError:
        made.shutdown.set()
        await asyncio.wait({running}, timeout=GRACE)
        running.cancel()
        raise
