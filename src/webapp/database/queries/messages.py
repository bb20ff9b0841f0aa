"""To whom a message goes, and what it is about."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

import msgspec

from webapp.database.engine import DB


class Proof(msgspec.Struct, frozen=True):
    id: UUID
    portal_id: UUID
    purpose: Literal["sign_up", "recovery", "set_password", "add_login", "old_contact", "lost_contact"]
    channel: Literal["sms", "mail"]
    kind: Literal["code", "link", "both"]
    contact: str
    person_id: UUID | None
    language: str
    expires_at: datetime
    used_at: datetime | None

    @property
    def is_decoy(self) -> bool:
        """Asked for by somebody with a contact that nobody has: as much work, and no letter."""
        return self.purpose != "sign_up" and self.person_id is None


async def proof(id: UUID) -> Proof | None:
    return await DB.one("SELECT to_json(proofs) FROM proofs WHERE id = $1", id, into=Proof)


class Recipient(msgspec.Struct, frozen=True):
    login_id: UUID
    portal_id: UUID
    kind: Literal["sms", "mail"]
    contact: str
    language: str


async def recipients(person_id: UUID, login_id: UUID | None) -> list[Recipient]:
    """The person's logins, or the one of them that is meant; none when the person has left."""
    return await DB.one(RECIPIENTS, person_id, login_id, into=list[Recipient]) or []


RECIPIENTS = """
SELECT json_agg(json_build_object(
    'login_id', logins.id, 'portal_id', people.portal_id, 'contact', logins.contact,
    'kind', CASE logins.kind WHEN 'phone' THEN 'sms' ELSE 'mail' END, 'language', people.language
) ORDER BY logins.id)
FROM people JOIN logins ON logins.person_id = people.id
WHERE people.id = $1 AND ($2::uuid IS NULL OR logins.id = $2)
"""


class Named(msgspec.Struct, frozen=True):
    """What a message is about, in words."""

    account: str = ""
    device: str = ""
    month: date | None = None
    """Of a reading; `value` is what it says, `counted` what counts instead, `source` who gave that."""
    value: str = ""
    counted: str = ""
    source: str = ""
    amount: Decimal | None = None
    """Of a payment; `payment` is its number, `company` who was paid."""
    payment: int = 0
    company: str = ""
    serial: str = ""
    due_on: date | None = None
    """Of a meter: until when it is verified; of an appeal: by when it is answered."""
    starts_at: datetime | None = None
    """Of an appointment; `ticket` is its number, `receiver` who receives, `reason` why it was cancelled."""
    ticket: str = ""
    receiver: str = ""
    reason: str = ""
    appointment: str = ""
    number: str = ""
    """Of an appeal; `state` is what was said in its thread, `answer` in which words, `appeal` its id."""
    state: str = ""
    answer: str = ""
    appeal: str = ""


async def named(id: UUID) -> Named:
    """An account by its number, a sign-in by its device, a reading by what it says; ids tell which is meant."""
    for question in QUESTIONS:
        found = await DB.one(question, id, into=Named)
        if found:
            return found
    return Named()


NAMED = """
SELECT json_build_object('account', coalesce((SELECT number FROM accounts WHERE id = $1), ''),
                         'device', coalesce((SELECT device FROM sign_ins WHERE id = $1), ''))
"""


NAMED_METER = """
SELECT json_build_object('account', accounts.number, 'serial', serial, 'due_on', verified_until)
FROM meters JOIN accounts ON accounts.id = meters.account_id WHERE meters.id = $1
"""
NAMED_PAYMENT = """
SELECT json_build_object('amount', amount, 'payment', checkouts.number, 'company', companies.name)
FROM checkouts JOIN companies ON companies.id = checkouts.company_id WHERE checkouts.id = $1
"""
NAMED_READING = """
SELECT json_build_object(
    'account', accounts.number, 'month', readings.month, 'value', lpad(readings.value::text, digits, '0'),
    'counted', lpad(counts.value::text, digits, '0'), 'source', counts.source
)
FROM readings JOIN meters ON meters.id = readings.meter_id JOIN accounts ON accounts.id = meters.account_id
JOIN readings counts ON counts.meter_id = readings.meter_id AND counts.month = readings.month
     AND counts.state = 'accepted'
WHERE readings.id = $1
"""


NAMED_APPEAL = """
SELECT json_build_object('number', appeals.number, 'due_on', appeals.due_on, 'state', said.kind, 'answer', said.text,
                         'appeal', appeals.id)
FROM appeal_messages AS said JOIN appeals ON appeals.id = said.appeal_id WHERE said.id = $1
"""


NAMED_APPOINTMENT = """
SELECT json_build_object('starts_at', a.starts_at, 'receiver', r.name, 'company', companies.name, 'reason', a.reason,
                         'ticket', concat_ws('-', nullif(r.prefix, ''), a.number), 'appointment', a.id)
FROM appointments a JOIN resources r ON r.id = a.resource_id JOIN companies ON companies.id = a.company_id
WHERE a.id = $1
"""
NAMED_CALLBACK = """
SELECT json_build_object('company', companies.name)
FROM callbacks JOIN companies ON companies.id = callbacks.company_id WHERE callbacks.id = $1
"""


QUESTIONS = (
    NAMED_READING, NAMED_PAYMENT, NAMED_METER, NAMED_APPEAL,
    NAMED_APPOINTMENT, NAMED_CALLBACK, NAMED,
)  # fmt: skip
"""In turn; the last one always answers."""


async def id_of(carrier_id: str) -> UUID | None:
    """For news that do not name the message: our own id of what the carrier knows by his."""
    return await DB.one("SELECT to_json(id) FROM messages WHERE carrier_id = $1", carrier_id, into=UUID)


class Sent(msgspec.Struct, frozen=True):
    """A message of the demo's outbox, as the outside sees it."""

    kind: Literal["sms", "mail", "push"]
    to: str
    subject: str
    text: str
    html: str
    at: datetime


async def outbox(portal_id: UUID | None, most: int = 500) -> list[Sent]:
    """Newest first, of one portal or of all."""
    return await DB.one(OUTBOX, portal_id, most, into=list[Sent]) or []


OUTBOX = """
SELECT json_agg(json_build_object(
    'kind', kind, 'to', contact, 'subject', subject, 'text', text, 'html', html, 'at', created_at
) ORDER BY created_at DESC, id DESC)
FROM (
    SELECT * FROM messages
    WHERE ($1::uuid IS NULL OR portal_id = $1) AND state IN ('sent', 'delivered')
    ORDER BY created_at DESC, id DESC LIMIT $2
) m
"""
