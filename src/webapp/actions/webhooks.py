"""Webhooks: noted in the transaction of what happened, called by the worker, switched off when nobody answers."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID, uuid4, uuid5

import msgspec

from webapp.actions import contacts, limiting, messages
from webapp.database.engine import DB
from webapp.database.queries.webhooks import Due
from webapp.outside.hooks import Answer, Hooks
from webapp.rules import limits
from webapp.rules import webhooks as rules
from webapp.rules.roles import granted
from webapp.rules.webhooks import RIGHTS, Event, Wrong


class Ring(msgspec.Struct, frozen=True):
    """The payload of the job `webhook`: which call, and which try of it. Another try is another job."""

    id: UUID
    tries: int


class Made(msgspec.Struct, frozen=True):
    id: UUID
    secret: str
    """Shown at once, and again whenever the person asks for a new one. Not shown among logs."""

    def __repr__(self) -> str:
        return f"Made({self.id})"


class Full(msgspec.Struct, frozen=True):
    """So many addresses nobody needs."""


class Absent(msgspec.Struct, frozen=True):
    """No such thing of this person, not any more."""


class TooMany(msgspec.Struct, frozen=True):
    """Typed or replayed too often."""


def noting(event: Event, happened: str) -> str:
    """An INSERT that returns the calls to be made. `happened`: rows of `subject`, `account_id` and `at`.

    Stands in a WITH of whoever writes the thing itself; where nobody listens it finds nothing to do.
    """
    return f"""
    INSERT INTO webhook_deliveries (id, webhook_id, event, subject_id, created_at, next_try_at)
    SELECT gen_random_uuid(), webhooks.id, '{event}', happened.subject, happened.at, happened.at
    FROM ({happened}) happened JOIN links ON links.account_id = happened.account_id
    JOIN webhooks ON webhooks.person_id = links.person_id
    WHERE webhooks.state = 'on' AND '{event}' = ANY(webhooks.events) AND {granted(RIGHTS[event])}
    ON CONFLICT (webhook_id, event, subject_id) DO NOTHING RETURNING id
    """


STORED_READINGS = """
SELECT stored.id AS subject, meters.account_id, stored.received_at AS at
FROM stored JOIN meters ON meters.id = stored.meter_id WHERE stored.reason IS NULL
"""
"""Of the statement that stores them: actions.taking."""


async def happened(event: Event, subjects: Sequence[UUID], contract_id: UUID, now: datetime) -> None:
    """To a contract, inside the caller's transaction: one statement, and nothing more where nobody listens."""
    if subjects:
        await ring(await DB.one(HAPPENED[event], list(subjects), contract_id, now, into=list[UUID]) or [])


TO_A_CONTRACT = (
    "SELECT unnest($1::uuid[]) AS subject, account_id, $3::timestamptz AS at FROM contracts WHERE id = $2"
)
EVENTS_OF_CONTRACTS: tuple[Event, ...] = ("bill.issued", "payment.posted")
HAPPENED = {
    event: f"WITH noted AS ({noting(event, TO_A_CONTRACT)}) SELECT json_agg(id) FROM noted"
    for event in EVENTS_OF_CONTRACTS
}


async def ring(deliveries: Sequence[UUID]) -> None:
    """Inside the transaction that has noted them."""
    if deliveries:
        await DB.enqueue_all("webhook", [msgspec.json.encode(Ring(id, 0)) for id in deliveries], "letter")


async def window_opens(portal_id: UUID, month: date, opens_at: datetime, body: bytes, now: datetime) -> int:
    """Whoever had asked for it before the window opened is told once, however often this is asked."""
    async with DB.transaction():
        subject = uuid5(portal_id, f"window {month}")
        noted = await DB.one(
            OPENS, portal_id, subject, body.decode(), now, opens_at, into=list[UUID]
        )  # fmt: skip
        await ring(noted or [])
    return len(noted or [])


OPENS = """
WITH noted AS (
    INSERT INTO webhook_deliveries (id, webhook_id, event, subject_id, body, created_at, next_try_at)
    SELECT gen_random_uuid(), id, 'window.opening', $2, $3, $4, $4 FROM webhooks
    WHERE portal_id = $1 AND state = 'on' AND 'window.opening' = ANY(events) AND created_at < $5
    ON CONFLICT (webhook_id, event, subject_id) DO NOTHING RETURNING id
)
SELECT json_agg(id) FROM noted
"""


async def add(
    person_id: UUID,
    portal_id: UUID,
    address: str,
    events: Sequence[Event],
    *,
    hooks: Hooks,
    key: bytes,
    now: datetime,
) -> Made | Full | Wrong | Absent | TooMany:
    """The name is looked up before anything is held."""
    if not await limiting.take(limits.WEBHOOK_LOOKS_PER_PERSON, str(person_id), now):
        return TooMany()
    wrong = await hooks.wrong_with(address)
    if wrong:
        return wrong
    async with DB.transaction():
        if not await contacts.lock(person_id):
            return Absent()
        many = await DB.one(MANY, person_id, into=int) or 0
        if many >= rules.MOST_WEBHOOKS:
            return Full()
        id = uuid4()
        await DB.do(ADD, id, portal_id, person_id, address, list(events), now)
        await messages.tell("webhook-added", person_id, now=now)
    return Made(id, rules.shown_secret(rules.secret_of(key, id, 1)))


MANY = "SELECT to_json(count(*)) FROM webhooks WHERE person_id = $1"
ADD = """
INSERT INTO webhooks (id, portal_id, person_id, address, events, created_at, state, off_because, generation)
VALUES ($1, $2, $3, $4, $5, $6, 'on', '', 1)
"""


async def remove(person_id: UUID, webhook_id: UUID) -> bool:
    """With all that was said there. False for the second of two, and for whoever it does not belong to."""
    async with DB.transaction():
        gone = await DB.do("DELETE FROM webhooks WHERE id = $2 AND person_id = $1", person_id, webhook_id)
        if gone:
            await DB.do("DELETE FROM webhook_deliveries WHERE webhook_id = $1", webhook_id)
    return bool(gone)


async def switch(person_id: UUID, webhook_id: UUID, on: bool) -> bool:
    """By the person's own hand. False where it is so already."""
    state, because = ("on", "") if on else ("off", "person")
    async with DB.transaction():
        switched = await DB.do(SWITCH, person_id, webhook_id, state, because)
        if switched and not on:
            await DB.do(LEAVE, webhook_id)
    return bool(switched)


SWITCH = """
UPDATE webhooks SET state = $3, off_because = $4 WHERE id = $2 AND person_id = $1 AND state <> $3
"""


async def rotate(
    person_id: UUID, webhook_id: UUID, generation: int, *, key: bytes, now: datetime
) -> Made | Absent:
    """A new secret beside the one of now, for a day. `generation`: that the person saw; a replay changes nothing."""
    next = await DB.one(ROTATE, person_id, webhook_id, generation, now, into=int)
    if next is None:
        return Absent()
    return Made(webhook_id, rules.shown_secret(rules.secret_of(key, webhook_id, next)))


ROTATE = """
UPDATE webhooks SET generation = generation + 1, rotated_at = $4
WHERE id = $2 AND person_id = $1 AND generation = $3 RETURNING to_json(generation)
"""


async def replay(
    person_id: UUID, webhook_id: UUID, delivery_id: UUID, now: datetime
) -> Absent | TooMany | None:
    """The same message once more, under the same id. Of two who press at once one finds it waiting."""
    if not await limiting.take(limits.REPLAYS_PER_PERSON, str(person_id), now):
        return TooMany()
    async with DB.transaction():
        found = await DB.one(REPLAY, person_id, delivery_id, now, webhook_id, into=bool)
        if found:
            await ring([delivery_id])
    return None if found is not None else Absent()


REPLAY = """
WITH mine AS (
    SELECT d.id FROM webhook_deliveries d JOIN webhooks ON webhooks.id = d.webhook_id
    WHERE d.id = $2 AND webhooks.id = $4 AND webhooks.person_id = $1 AND webhooks.state = 'on'
), again AS (
    UPDATE webhook_deliveries d SET state = 'waiting', tries = 0, next_try_at = $3
    FROM mine WHERE d.id = mine.id AND d.state <> 'waiting' RETURNING d.id
)
SELECT to_json(EXISTS (SELECT FROM again)) FROM mine
"""


async def freeze(due: Due, body: str | None) -> bool:
    """What is said is said so at every try; nothing to say: the access has gone, and so has the call."""
    if body is None:
        await DB.do(DROP, due.id, due.tries)
        return False
    await DB.do("UPDATE webhook_deliveries SET body = $2 WHERE id = $1 AND body IS NULL", due.id, body)
    return True


DROP = """
UPDATE webhook_deliveries SET state = 'dropped', next_try_at = NULL, trouble = 'no_access'
WHERE id = $1 AND tries = $2 AND state = 'waiting'
"""


async def called(due: Due, answer: Answer, now: datetime) -> None:
    """What became of a try is written once, with the next one or the end of it all."""
    if answer.is_good:
        await DB.do(DELIVERED, due.id, due.tries, now, answer.status)
        return
    tries = due.tries + 1
    wait = None if answer.status == rules.GONE else rules.pause(tries)
    async with DB.transaction():
        await DB.do("SELECT 1 FROM webhooks WHERE id = $1 FOR UPDATE", due.webhook_id)
        missed = await DB.do(
            MISSED, due.id, due.tries, now, answer.status, answer.trouble, now + wait if wait else None
        )
        if missed and wait:
            await DB.enqueue("webhook", msgspec.json.encode(Ring(due.id, tries)), "letter", wait)
        elif missed:
            await _switch_off(due, "gone" if answer.status == rules.GONE else "failing", now)


DELIVERED = """
UPDATE webhook_deliveries
SET state = 'delivered', tries = tries + 1, tried_at = $3, next_try_at = NULL, status = $4, trouble = ''
WHERE id = $1 AND tries = $2 AND state = 'waiting'
"""
MISSED = """
UPDATE webhook_deliveries
SET state = CASE WHEN $6::timestamptz IS NULL THEN 'failed' ELSE 'waiting' END,
    tries = tries + 1, tried_at = $3, next_try_at = $6, status = $4, trouble = $5
WHERE id = $1 AND tries = $2 AND state = 'waiting'
"""


async def _switch_off(due: Due, because: str, now: datetime) -> None:
    """What else waited for this address waits no longer; each can be sent once more by hand."""
    if await DB.do(SWITCH_OFF, due.webhook_id, because):
        await DB.do(LEAVE, due.webhook_id)
        await messages.tell("webhook-off", due.person_id, now=now)


SWITCH_OFF = "UPDATE webhooks SET state = 'off', off_because = $2 WHERE id = $1 AND state = 'on'"
LEAVE = """
UPDATE webhook_deliveries SET state = 'failed', next_try_at = NULL, trouble = 'switched_off'
WHERE webhook_id = $1 AND state = 'waiting'
"""
