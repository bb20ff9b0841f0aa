"""Calling people's own programs: one try a job, and the word that the days of taking readings begin."""

import logging
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from pgqueuer.models import Job

from webapp.actions import webhooks as actions
from webapp.actions.webhooks import Ring
from webapp.database.queries import reminders as portals
from webapp.database.queries import visits
from webapp.database.queries import webhooks as queries
from webapp.database.queries.webhooks import Due
from webapp.outside import Outside
from webapp.rules import periods
from webapp.rules import webhooks as rules
from webapp.settings import VERSION

log = logging.getLogger(__name__)


async def send(job: Job, outside: Outside) -> None:
    ring = msgspec.json.decode(job.payload or b"", type=Ring)
    due = await queries.due(ring.id, ring.tries)
    if due is None:
        return
    body = due.body
    if body is None:
        data = await queries.data(due.event, due.subject_id, due.person_id)
        body = None if data is None else said(due.event, due.created_at, data).decode()
        if not await actions.freeze(due, body):
            return
    assert body is not None, "what has nothing to say was dropped"
    now = outside.clock.now()
    sent = body.encode()
    answer = await outside.hooks.call(due.address, sent, _headers(due, sent, outside.key, now))
    await actions.called(due, answer, outside.clock.now())


def said(event: rules.Event, at: datetime, data: Any) -> bytes:
    return msgspec.json.encode({"type": event, "timestamp": at, "data": data})


def _headers(due: Due, body: bytes, key: bytes, now: datetime) -> dict[str, str]:
    id = message_id(due.id)
    living = rules.generations(due.generation, due.rotated_at, now)
    secrets = [rules.secret_of(key, due.webhook_id, one) for one in living]
    return {
        "Content-Type": "application/json",
        "User-Agent": f"Blakyt-Webhooks/{VERSION}",
        "webhook-id": id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": rules.signature(secrets, id, now, body),
    }


def message_id(delivery: UUID) -> str:
    return f"msg_{delivery.hex}"


async def announce(outside: Outside) -> None:
    """That readings are taken from today; asked each hour, told once a window."""
    now = outside.clock.now()
    for id in await portals.portals():
        try:
            portal = await visits.portal(id, now)
        except ValueError:
            log.error("a portal cannot be read, and tells nobody", extra={"where": str(id)})
            continue
        if portal is None or not portal.policy.readings.taken_by:
            continue
        window = portal.policy.window
        month = periods.month_at(now, window)
        if not periods.is_open(now, window):
            continue
        data = {
            "month": f"{month:%Y-%m}",
            "opens_on": periods.first_day(month, window),
            "closes_on": periods.last_day(month, window),
        }
        opens_at = periods.opens_at(month, window)
        await actions.window_opens(portal.id, month, opens_at, said("window.opening", opens_at, data), now)
