"""Bills as time goes by: issued when charges have come, and their last day to pay called to mind."""

import logging
import random
from datetime import timedelta
from uuid import UUID

from pgqueuer.errors import RetryRequested
from pgqueuer.models import Job

from webapp.actions import bill_reminders, bills
from webapp.database.queries import bill_reminders as queries
from webapp.database.queries import reminders as portals
from webapp.database.queries import visits
from webapp.jobs import deliver
from webapp.outside import Outside
from webapp.rules import delivery, reminders
from webapp.rules.periods import day_of

log = logging.getLogger(__name__)
AT_ONCE = 500
"""Contracts of a round; the next round comes soon."""
PAGE = "/bills/due"
SETTINGS = "/bills/reminders"


async def issue(outside: Outside) -> int:
    """For all that was charged; returns how many contracts got a bill."""
    now = outside.clock.now()
    waiting, issued = await queries.unbilled(now, AT_ONCE), 0
    known = {id: await visits.portal(id) for id in {portal for _, portal in waiting}}
    for contract, portal_id in waiting:
        portal = known[portal_id]
        if portal:
            done = await bills.issue(contract, policy=portal.policy, key=outside.key, now=now)
            issued += isinstance(done, bills.Issued) and bool(done.months)
    return issued


async def remind(outside: Outside) -> None:
    """Of every portal; one whose row cannot be read keeps nobody else waiting."""
    for id in await portals.portals():
        try:
            portal = await visits.portal(id)
        except ValueError:
            log.error("a portal cannot be read, and reminds nobody", extra={"where": str(id)})
            continue
        if portal:
            await bill_reminders.remind(portal.id, portal.policy, outside.clock.now())


async def send(job: Job, outside: Outside) -> None:
    """One person, one message; nothing at night, nor after it was paid, nor after the last day."""
    known, now = await queries.reminder(UUID(bytes=job.payload or b"")), outside.clock.now()
    to = reminders.login_for(known.chosen, known.logins) if known else None
    if known is None or to is None or not known.due or day_of(now) > known.due_on:
        return
    if reminders.is_quiet(now):
        raise RetryRequested(reminders.morning(now) - now, "quiet")
    at = await deliver.portal_of(known.portal_id)
    words = {
        "due_on": known.due_on,
        "short_day": f"{known.due_on.day}.{known.due_on.month:02}",
        "bills": [{"company": one.company, "place": one.place, "left": one.left} for one in known.due],
        "bills_page": at.address + PAGE,
        "settings": at.address + SETTINGS,
    }
    kind = "mail" if to.kind == "mail" else "sms"
    message = deliver.Message(known.id, "bill-reminder", kind, to.contact, known.language, words)  # type: ignore[arg-type]
    if trouble := await deliver.send(message, at, outside):
        wait: timedelta = delivery.pause(job.attempts, random.random(), delivery.LONGEST_LETTER_PAUSE)
        given_up = job.attempts + 1 >= delivery.LETTER_TRIES or day_of(now + wait) > known.due_on
        await deliver.again(message, trouble, wait, outside, too_late=given_up)
