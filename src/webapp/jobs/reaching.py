"""One person, by the ways that the table and the person allow: letters, SMS and pushes of one notification."""

import logging
import random
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

import msgspec
from pgqueuer.errors import RetryRequested
from pgqueuer.models import Job

from webapp.database.queries import notifications as queries
from webapp.database.queries.notifications import Recipient, Subscription
from webapp.jobs import deliver
from webapp.jobs.deliver import Message
from webapp.outside import Outside
from webapp.rules import codes, delivery, notifications, quiet
from webapp.rules.notifications import TABLE, Channels, Kind
from webapp.web.wording import Carried

log = logging.getLogger(__name__)
END = "/unsubscribe/"
SETTINGS = "/profile/notifications"
LIST = "/notifications"


class Note(msgspec.Struct, frozen=True):
    """What is told. Its id is the notification's, and stays through every retry."""

    id: UUID
    notice: str
    kind: Kind
    words: dict[str, Any] = {}
    page: str = ""
    """Where a push leads; the list of notifications unless it is said."""
    login_id: UUID | None = None
    """This login alone, whatever was chosen."""
    until: datetime | None = None
    """After it, it is of no use."""
    company_id: UUID | None = None
    """Who pays for the SMS, if not the first company of the portal."""
    broadcast_id: UUID | None = None
    without: Channels = frozenset()
    """Ways that this one does not take."""


def wanted(note: Note, known: Recipient) -> Channels:
    return known.reach.ways(note.kind) - {"cabinet"} - note.without


def waits(note: Note, now: datetime) -> bool:
    return not TABLE[note.kind].always and quiet.is_quiet(now)


async def reach(note: Note, known: Recipient | None, job: Job, outside: Outside) -> None:
    """What has left already does not leave again with the rest; at night only what concerns security leaves."""
    now = outside.clock.now()
    if known is None or (note.until and now >= note.until) or not wanted(note, known):
        return
    if waits(note, now):
        raise RetryRequested(quiet.morning(now) - now, "quiet")
    at = await deliver.portal_of(known.portal_id)
    words = note.words | {"settings": at.address + SETTINGS}
    if not TABLE[note.kind].always:
        words["unsubscribe"] = at.address + END + codes.reminder_of(outside.key, note.id)
    troubles = []
    for message in _messages(note, known, words, at.address):
        if trouble := await deliver.send(message, at, outside):
            troubles.append((message, trouble))
    wait = delivery.pause(job.attempts, random.random(), delivery.LONGEST_LETTER_PAUSE)
    late = note.until is not None and now + wait >= note.until
    for message, trouble in troubles:
        given_up = late or job.attempts + 1 >= delivery.LETTER_TRIES
        await deliver.again(message, trouble, wait, outside, too_late=given_up)


def _messages(note: Note, known: Recipient, words: dict[str, Any], address: str) -> list[Message]:
    found = wanted(note, known)
    logins = notifications.logins_for(note.kind, found, known.reach.logins)
    if note.login_id:
        logins = [login for login in known.reach.logins if login.id == note.login_id]
    made = [
        _message(
            note, login.id, "mail" if login.kind == "mail" else "sms", login.contact, known.language, words
        )
        for login in logins
    ]
    if "push" in found and not note.login_id:
        url = address + (note.page or LIST)
        made += [_push(note, one, known.language, words, url) for one in known.subscriptions]
    return made


def _message(
    note: Note, target: UUID, kind: Carried, contact: str, language: str, words: dict[str, Any]
) -> Message:
    return Message(
        uuid5(note.id, str(target)), note.notice, kind, contact, language, words,
        urgent=TABLE[note.kind].always, company_id=note.company_id, broadcast_id=note.broadcast_id,
    )  # fmt: skip


def _push(note: Note, to: Subscription, language: str, words: dict[str, Any], url: str) -> Message:
    """In the outbox and on the staff's screen it goes to the device; its address is a secret of the browser."""
    made = _message(note, to.id, "push", to.device or "push", language, words)
    return msgspec.structs.replace(made, to=to, url=url, tag=str(note.id))


async def load(person_id: UUID, kind: Kind) -> Recipient | None:
    return await queries.recipient(person_id, kind)
