"""The process that does what was put off: started as often as needed, killed at any moment."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from pgqueuer import PgQueuer
from pgqueuer.errors import RetryRequested
from pgqueuer.models import Job, Schedule

from webapp.actions import alerts, booking, contact_changes, forgetting
from webapp.actions.importing import batches
from webapp.database.engine import DB
from webapp.jobs import billing, broadcasts, deliver, hooking, importing, reminding, settling, telling
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
WEBHOOKS_AT_ONCE = 16
"""People's programs are slow or away, ten seconds each; they hold up one another, and nobody else."""
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
Deed = Callable[[Outside], Awaitable[object]]


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
    """Every job there is, by name, and every deed of the clock."""
    made = PgQueuer.from_asyncpg_pool(DB.pool)
    for name, (handler, at_once) in JOBS.items():
        _job(made, name, handler, at_once, outside)
    for name, (expression, deed) in SCHEDULES.items():
        _schedule(made, name, expression, deed, outside)
    return made


JOBS: dict[str, tuple[Handler, int]] = {
    "code": (deliver.send_proof, 0),
    "letter": (deliver.send_proof, LETTERS_AT_ONCE),
    "notice": (telling.send, LETTERS_AT_ONCE),
    "written": (deliver.send_written, LETTERS_AT_ONCE),
    "reminder": (reminding.send, REMINDERS_AT_ONCE),
    "bill_reminder": (reminding.send_of_bills, REMINDERS_AT_ONCE),
    "broadcast": (broadcasts.walk, 1),
    "news": (broadcasts.send, REMINDERS_AT_ONCE),
    "webhook": (hooking.send, WEBHOOKS_AT_ONCE),
    "refund": (settling.give_back, 0),
    "pretend_callback": (settling.say_late, 0),
    "import": (importing.work, 2),
}
"""Who does it, and how many of them at once in the whole house; 0: as many as come."""


def _at(deed: Callable[[datetime], Awaitable[object]]) -> Deed:
    """A deed that needs nothing of the outside but the time."""

    async def done(outside: Outside) -> None:
        await deed(outside.clock.now())

    return done


SCHEDULES: dict[str, tuple[str, Deed]] = {
    "bills": (HOURLY, billing.issue),
    "remind": (ON_THE_HOUR, _at(reminding.remind)),
    "windows": (ON_THE_HOUR, hooking.announce),
    "appointments": (ON_THE_HOUR, _at(booking.remind)),
    "appointments_over": (HOURLY, _at(booking.close_past)),
    "reconcile": (settling.MINUTELY, settling.reconcile),
    "alerts": (IN_THE_MORNING, _at(alerts.look)),
    "changes": (OFTEN, _at(contact_changes.apply_due)),
    "forget": (HOURLY, _at(forgetting.forget)),
    "tidy_imports": (HOURLY, _at(batches.tidy)),
}


def _job(made: PgQueuer, name: str, handler: Handler, at_once: int, outside: Outside) -> None:
    @made.entrypoint(name, concurrency_limit=at_once, on_failure="hold")
    async def handle(job: Job) -> None:
        await _carefully(handler, job, outside)


def _schedule(made: PgQueuer, name: str, expression: str, deed: Deed, outside: Outside) -> None:
    @made.schedule(name, expression)
    async def act(_: Schedule) -> None:
        await deed(outside)


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
