"""Reminders to send a reading: made on their days, and sent one by one behind all that is more urgent."""

import logging
import random
from datetime import datetime
from typing import Any
from uuid import UUID

from pgqueuer.errors import RetryRequested
from pgqueuer.models import Job

from webapp.actions import reminders as actions
from webapp.actions import sending
from webapp.database.queries import reminders as queries
from webapp.database.queries import visits
from webapp.database.queries.visits import Portal
from webapp.jobs import deliver
from webapp.outside import Outside
from webapp.rules import codes, delivery, periods, reminders

log = logging.getLogger(__name__)

PAGE = "/r/"
END = "/reminders/"


async def remind(now: datetime) -> None:
    """Of every portal; one whose row cannot be read keeps nobody else waiting."""
    for id in await queries.portals():
        try:
            portal = await visits.portal(id)
        except ValueError:
            log.error("a portal cannot be read, and reminds nobody", extra={"where": str(id)})
            continue
        if portal:
            await actions.remind(portal.id, portal.policy, now)


async def send(job: Job, outside: Outside) -> None:
    """One person, one message; nothing at night, nor after the reading has come."""
    known = await queries.reminder(UUID(bytes=job.payload or b""))
    if known is None:
        return
    at, now = await deliver.portal_of(known.portal_id), outside.clock.now()
    to = reminders.login_for(known.chosen, known.logins)
    closes_at = periods.closes_at(known.month, at.policy.window)
    if to is None or not known.meters or now >= closes_at or not at.policy.readings.taken_by:
        return
    if reminders.is_quiet(now):
        raise RetryRequested(reminders.morning(now) - now, "quiet")
    words = await _words(known, at, outside, now)
    message = deliver.Message(
        known.id,
        "reading-reminder",
        "mail" if to.kind == "mail" else "sms",
        to.contact,
        known.language,
        words,
    )
    if trouble := await deliver.send(message, at, outside):
        wait = delivery.pause(job.attempts, random.random(), delivery.LONGEST_LETTER_PAUSE)
        given_up = job.attempts + 1 >= delivery.LETTER_TRIES or now + wait >= closes_at
        await deliver.again(message, trouble, wait, outside, too_late=given_up)


async def _words(known: queries.Reminder, at: Portal, outside: Outside, now: datetime) -> dict[str, Any]:
    window = at.policy.window
    tokens = await sending.make_links(
        known.person_id, known.meters, known.month, window, key=outside.key, now=now
    )
    meters = [
        {"place": meter.place, "serial": meter.serial, "link": at.address + PAGE + tokens[meter.id]}
        for meter in known.meters
    ]
    last_day = periods.last_day(known.month, window)
    return {
        "month": known.month,
        "last_day": last_day,
        "short_day": f"{last_day.day}.{last_day.month:02}",
        "meters": meters,
        "more": known.more,
        "unsubscribe": at.address + END + codes.reminder_of(outside.key, known.id),
    }
