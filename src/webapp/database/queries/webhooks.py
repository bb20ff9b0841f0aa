"""Webhooks of a person, and what a call says. Whose it is, and whether it still is, stands in the WHERE."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from webapp.database.engine import DB
from webapp.database.queries.shown import SERIAL, SINCE
from webapp.rules.roles import granted
from webapp.rules.webhooks import RIGHTS, SHOWN, Event

State = Literal["on", "off"]
DeliveryState = Literal["waiting", "delivered", "failed", "dropped"]


class Webhook(msgspec.Struct, frozen=True):
    """A line of the list."""

    id: UUID
    address: str
    events: list[Event]
    state: State
    off_because: Literal["", "failing", "gone", "person"]
    generation: int
    rotated_at: datetime | None
    created_at: datetime


class Delivery(msgspec.Struct, frozen=True):
    id: UUID
    event: Event
    state: DeliveryState
    tries: int
    created_at: datetime
    tried_at: datetime | None
    next_try_at: datetime | None
    status: int | None
    trouble: str
    body: str | None


class WithDeliveries(Webhook, frozen=True):
    deliveries: list[Delivery]
    """The last ones, newest first."""


async def webhook(person_id: UUID, webhook_id: UUID) -> WithDeliveries | None:
    return await DB.one(WEBHOOK, person_id, webhook_id, into=WithDeliveries)


COLUMNS = "id, address, events, state, off_because, generation, rotated_at, created_at"
WEBHOOKS = f"""
SELECT coalesce(json_agg(w ORDER BY w.created_at), '[]')
FROM (SELECT {COLUMNS} FROM webhooks WHERE person_id = $1) w
"""
WEBHOOK = f"""
SELECT to_json(w) FROM (
    SELECT {COLUMNS}, (
        SELECT coalesce(json_agg(d ORDER BY d.created_at DESC, d.id), '[]') FROM (
            SELECT id, event, state, tries, created_at, tried_at, next_try_at, status, trouble, body
            FROM webhook_deliveries WHERE webhook_id = webhooks.id ORDER BY created_at DESC, id LIMIT {SHOWN}
        ) d
    ) AS deliveries
    FROM webhooks WHERE person_id = $1 AND id = $2
) w
"""


class Due(msgspec.Struct, frozen=True):
    """A call that waits to be made."""

    id: UUID
    webhook_id: UUID
    person_id: UUID
    subject_id: UUID
    event: Event
    address: str
    generation: int
    rotated_at: datetime | None
    tries: int
    created_at: datetime
    body: str | None


async def due(delivery_id: UUID, tries: int) -> Due | None:
    """None where it was made already, the webhook is off, or the person has left."""
    return await DB.one(DUE, delivery_id, tries, into=Due)


DUE = """
SELECT json_build_object(
    'id', d.id, 'webhook_id', webhooks.id, 'person_id', person_id, 'subject_id', subject_id, 'event', event,
    'address', address, 'generation', generation, 'rotated_at', rotated_at, 'tries', tries,
    'created_at', d.created_at, 'body', body
)
FROM webhook_deliveries d JOIN webhooks ON webhooks.id = d.webhook_id
JOIN people ON people.id = webhooks.person_id AND people.gone_at IS NULL
WHERE d.id = $1 AND d.tries = $2 AND d.state = 'waiting' AND webhooks.state = 'on'
"""


async def data(event: Event, subject_id: UUID, person_id: UUID) -> msgspec.Raw | None:
    """What is told, as JSON; None where this person may not know it, or not any more."""
    question = DATA.get(event)
    return await DB.one(question, subject_id, person_id, into=msgspec.Raw) if question else None


MINE = """
JOIN accounts ON accounts.id = {account} JOIN links ON links.account_id = accounts.id AND links.person_id = $2
"""
DATA: dict[Event, str] = {
    "reading.accepted": f"""
        SELECT json_build_object(
            'account_id', accounts.id, 'account', accounts.number, 'reading_id', readings.id,
            'number', readings.number, 'meter_id', meters.id, 'meter', {SERIAL}, 'month', to_char(month, 'YYYY-MM'),
            'value', lpad(value::text, digits, '0'), 'read_on', read_on, 'source', source,
            'counts', readings.state = 'accepted', 'late', late, 'doubts', doubts
        )
        FROM readings JOIN meters ON meters.id = readings.meter_id {MINE.format(account="meters.account_id")}
        WHERE readings.id = $1 AND readings.state <> 'refused' AND {granted(RIGHTS["reading.accepted"])}
          AND read_on >= {SINCE}
    """,
    "bill.issued": f"""
        SELECT json_build_object(
            'account_id', accounts.id, 'account', accounts.number, 'bill_id', bills.id, 'number', bills.number,
            'service', service, 'month', to_char(month, 'YYYY-MM'), 'issued_on', issued_on, 'due_on', due_on,
            'charged', charged::text, 'closing', closing::text, 'payable', greatest(closing, 0)::text,
            'currency', 'UAH'
        )
        FROM bills JOIN contracts ON contracts.id = bills.contract_id
        {MINE.format(account="contracts.account_id")}
        WHERE bills.id = $1 AND {granted(RIGHTS["bill.issued"])} AND bills.month >= {SINCE}
    """,
    "payment.posted": f"""
        SELECT json_build_object(
            'account_id', accounts.id, 'account', accounts.number, 'payment_id', payments.id, 'service', service,
            'amount', amount::text, 'currency', 'UAH', 'paid_on', paid_on, 'channel', channel,
            'credited', credited_at IS NOT NULL
        )
        FROM payments JOIN contracts ON contracts.id = payments.contract_id
        {MINE.format(account="contracts.account_id")}
        WHERE payments.id = $1 AND payments.kind = 'payment' AND {granted(RIGHTS["payment.posted"])}
          AND paid_on >= {SINCE}
    """,
}
