"""What is sent: asked for inside somebody's transaction, written down before it leaves, and after."""

from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID, uuid4

import msgspec

from webapp.actions import notifications
from webapp.database.engine import DB
from webapp.rules.notifications import ONCE

Notice = Literal[
    "already-registered",
    "account-linked",
    "password-changed",
    "second-step-changed",
    "token-made",
    "webhook-added",
    "webhook-off",
    "new-sign-in",
    "login-added",
    "login-removed",
    "login-replaced",
    "login-will-change",
    "consent-withdrawn",
    "registration-deleted",
    "case-decided",
    "staff-invitation",
    "invitation",
    "access-ended",
    "account-closed",
    "joining-asked",
    "joining-granted",
    "annulment-asked",
    "annulment-refused",
    "annulment-done",
    "usage-leak",
    "usage-unusual",
    "balance-above",
    "verification-due",
    "bill-reminder",
    "reading-reminder",
    "reading-replaced",
    "reading-taken",
    "payment-received",
    "payment-returned",
    "no-access",
    "news",
    "appointment-booked",
    "appointment-cancelled",
    "appointment-reminder",
    "callback-missed",
    "appeal-received",
    "appeal-news",
    "appeal-desk",
    "volumes-decided",
    "company-changed",
]
State = Literal["sent", "delivered", "failed"]
Claim = Literal["mine", "busy", "done"]
LEASE = timedelta(seconds=20)
"""Longer than the longest send: after it, who claimed a message and said nothing more is dead."""
TOO_LATE = "too_late"
"""Nobody took it before it was of no use any more."""
OVER_BUDGET = "over_budget"
"""The company's month of SMS is used up: rules.budgets."""


class Told(msgspec.Struct, frozen=True):
    """The payload of the job `notice`: ids alone; whom they mean is looked up when it is sent."""

    id: UUID
    notice: Notice
    person_id: UUID
    at: datetime
    """When it happened."""
    login_id: UUID | None = None
    """Tell this login only; without it the person is told everywhere."""
    about: UUID | None = None
    """What it happened to: `account-linked` means the account."""
    words: dict[str, str] = {}
    """What the wording names besides what `about` leads to."""


class Written(msgspec.Struct, frozen=True):
    """The payload of the job `written`: to a contact that is nobody's login, not yet or not any more.

    So the contact itself lies in the queue until the letter has left; a link never does, it is derived there.
    """

    id: UUID
    notice: Notice
    portal_id: UUID
    contact: str
    language: str
    at: datetime
    words: dict[str, str] = {}
    """What the wording names besides `portal` and `happened_at`: an account, a case's number, an answer."""
    invitation: UUID | None = None
    """Whose link is meant."""
    expires_at: datetime | None = None
    sealed: str = ""
    """The PIN, as actions.sealing closes it for the portal: it lies in no queue in clear."""


async def write(
    notice: Notice, contact: str, *, portal_id: UUID, language: str, now: datetime,
    invitation: UUID | None = None, expires_at: datetime | None = None, sealed: str = "", **words: str,
) -> None:  # fmt: skip
    """Write to a phone or a mailbox as such; leaves if and only if the transaction around does."""
    written = Written(
        uuid4(), notice, portal_id, contact, language, now, words, invitation, expires_at, sealed
    )
    await DB.enqueue("written", msgspec.json.encode(written), "letter")


async def tell(
    notice: Notice, person_id: UUID, *, now: datetime, login_id: UUID | None = None, about: UUID | None = None,
    words: dict[str, str] | None = None,
) -> None:  # fmt: skip
    """Tell a person what happened; leaves if and only if the transaction around does.

    It stands in the cabinet at once; what else is told by which ways is rules.notifications. Of what happens
    once, a second telling is none.
    """
    told = Told(uuid4(), notice, person_id, now, login_id, about, words or {})
    subject = about if about and notice in ONCE else told.id
    if await notifications.note(
        told.id, notice, person_id, subject=subject, about=about, words=told.words, now=now
    ):
        await DB.enqueue("notice", msgspec.json.encode(told), "letter")


async def claim(
    id: UUID, *, portal_id: UUID, kind: Literal["sms", "mail", "push"], contact: str, notice: str, now: datetime,
    company_id: UUID | None = None, broadcast_id: UUID | None = None,
) -> Claim:  # fmt: skip
    """Write down that it is about to leave. `busy`: somebody is at it, or was killed at it just now."""
    said = (id, portal_id, kind, contact[:254], notice, now, LEASE, company_id, broadcast_id)
    if await DB.do(CLAIM, *said) == 1:
        return "mine"
    state = await DB.one("SELECT to_json(state) FROM messages WHERE id = $1", id, into=str)
    return "busy" if state == "sending" else "done"


CLAIM = """
INSERT INTO messages AS m (id, portal_id, kind, contact, notice, subject, text, html, state, created_at, updated_at,
                           company_id, broadcast_id, parts)
VALUES ($1, $2, $3, $4, $5, '', '', '', 'sending', $6, $6, $8, $9, 0)
ON CONFLICT (id) DO UPDATE SET updated_at = $6
WHERE m.state = 'sending' AND m.updated_at <= $6::timestamptz - $7::interval
"""


async def release(id: UUID, now: datetime) -> None:
    """The carrier did not take it: whoever comes next may try at once."""
    await DB.do(RELEASE, id, now, LEASE)


RELEASE = """
UPDATE messages SET updated_at = $2::timestamptz - $3::interval WHERE id = $1 AND state = 'sending'
"""


async def sent(
    id: UUID,
    carrier_id: str,
    now: datetime,
    *,
    parts: int = 0,
    subject: str = "",
    text: str = "",
    html: str = "",
) -> None:
    """The carrier has it. The wording is kept in the demo alone: elsewhere codes lie in no table."""
    await DB.do(SENT, id, carrier_id[:80], subject[:200], text, html, now, parts)


SENT = """
UPDATE messages SET state = CASE state WHEN 'sending' THEN 'sent' ELSE state END,
       carrier_id = $2, subject = $3, text = $4, html = $5, updated_at = $6, parts = $7
WHERE id = $1
"""


async def failed(id: UUID, reason: str, now: datetime) -> None:
    await reported(id, "failed", reason, now)


async def reported(id: UUID, state: State, reason: str | None, now: datetime) -> bool:
    """News of a message, in any order: late news of an earlier step change nothing."""
    return await DB.do(REPORTED, id, state, reason, now) == 1


REPORTED = """
UPDATE messages SET state = $2, error = $3, updated_at = $4
WHERE id = $1 AND array_position(ARRAY['sending', 'sent', 'failed', 'delivered'], state::text)
                < array_position(ARRAY['sending', 'sent', 'failed', 'delivered'], $2::text)
"""
