"""Reminders to send a reading and to pay: made on their days, and sent one by one behind all that is more urgent."""

import logging
from collections.abc import AsyncIterator
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from pgqueuer.models import Job

from webapp.actions import bill_reminders, reminders, sending
from webapp.database.queries import bill_reminders as bills
from webapp.database.queries import reminders as queries
from webapp.database.queries import visits
from webapp.database.queries.visits import Portal
from webapp.jobs import deliver, reaching
from webapp.jobs.reaching import Note
from webapp.outside import Outside
from webapp.rules import periods
from webapp.rules.periods import KYIV

log = logging.getLogger(__name__)

PAGE = "/r/"
BILLS = "/bills/due"


async def remind(now: datetime) -> None:
    async for portal in portals():
        await reminders.remind(portal.id, portal.policy, now)
        await bill_reminders.remind(portal.id, portal.policy, now)


async def portals() -> AsyncIterator[Portal]:
    """Every portal; one whose row cannot be read keeps nobody else waiting."""
    for id in await queries.portals():
        try:
            portal = await visits.portal(id)
        except ValueError:
            log.error("a portal cannot be read, and reminds nobody", extra={"where": str(id)})
            continue
        if portal:
            yield portal


async def send(job: Job, outside: Outside) -> None:
    """Of a reading: one person, once; nothing at night, nor after the reading has come."""
    known = await queries.reminder(UUID(bytes=job.payload or b""))
    if known is None:
        return
    at, now = await deliver.portal_of(known.portal_id), outside.clock.now()
    closes_at = periods.closes_at(known.month, at.policy.window)
    to = await reaching.load(known.person_id, "reading_reminder")
    note = Note(known.id, "reading-reminder", "reading_reminder", page="/readings", until=closes_at)
    if to is None or not known.meters or now >= closes_at or not at.policy.readings.taken_by:
        return
    if reaching.wanted(note, to) and not reaching.waits(note, now):
        note = Note(
            note.id, note.notice, note.kind, await _words(known, at, outside, now), note.page, until=closes_at
        )
    await reaching.reach(note, to, job, outside)


async def _words(known: queries.Reminder, at: Portal, outside: Outside, now: datetime) -> dict[str, Any]:
    window = at.policy.window
    tokens = await sending.make_links(
        known.person_id, known.meters, known.month, window, key=outside.key, now=now
    )
    meters = [
        {"place": meter.place, "serial": meter.serial, "link": at.address + PAGE + tokens[meter.id]}
        for meter in known.meters
    ]
    return reminders.said(known.month, window) | {"meters": meters, "more": known.more}


async def send_of_bills(job: Job, outside: Outside) -> None:
    """One person, once; nothing at night, nor after it was paid, nor after the last day."""
    known = await bills.reminder(UUID(bytes=job.payload or b""))
    if known is None or not known.due:
        return
    at = await deliver.portal_of(known.portal_id)
    words = {
        "due_on": known.due_on,
        "short_day": f"{known.due_on.day}.{known.due_on.month:02}",
        "bills": [{"company": one.company, "place": one.place, "left": one.left} for one in known.due],
        "bills_page": at.address + BILLS,
    }
    until = datetime.combine(known.due_on + timedelta(days=1), time(), KYIV)
    note = Note(known.id, "bill-reminder", "bill_reminder", words, BILLS, until=until)
    await reaching.reach(note, await reaching.load(known.person_id, "bill_reminder"), job, outside)
