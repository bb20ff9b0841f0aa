"""What is told to people after the fact. Sending twice is possible, rare and harmless; not sending is not."""

import logging
import random
from dataclasses import asdict
from datetime import timedelta
from typing import Any, Literal
from uuid import UUID

import msgspec
from pgqueuer.errors import RetryRequested
from pgqueuer.models import Job

from webapp.actions import budgets, messages, notifications, proofs, sealing
from webapp.actions.messages import Written
from webapp.database.queries import messages as queries
from webapp.database.queries.notifications import Subscription
from webapp.database.queries.visits import Portal, portal
from webapp.outside import Outside
from webapp.outside.mail import Letter, MailError
from webapp.outside.push import Push, PushError, PushTrouble
from webapp.outside.sms import SmsError
from webapp.rules import codes, delivery
from webapp.rules.sms import parts
from webapp.web.wording import Carried, Wording, word

log = logging.getLogger(__name__)

NOTICES = {
    ("sign_up", "code"): "sign-up-code",
    ("sign_up", "link"): "sign-up-link",
    ("sign_up", "both"): "sign-up-both",
    ("recovery", "code"): "recovery-code",
    ("recovery", "link"): "recovery-link",
    ("set_password", "code"): "recovery-code",
    ("set_password", "link"): "set-password",
    ("add_login", "code"): "new-contact-code",
    ("add_login", "both"): "new-contact-both",
    ("old_contact", "code"): "old-contact-code",
}
PAGES = {
    "sign_up": "/sign-up/link/",
    "recovery": "/password/",
    "set_password": "/password/",
    "add_login": "/profile/logins/link/",
    "old_contact": "",
}
"""Where a link of each purpose leads; its token follows."""
INVITATIONS = {"staff-invitation": "/office/invitations/"}
"""Where they lead, if not to an account."""
BUSY_PAUSE = timedelta(seconds=2)
REPORTS = "/api/v1/sms/status"

Trouble = SmsError | MailError | PushError


class Message(msgspec.Struct, frozen=True):
    """One message to one contact. Its id stays through every retry, so it leaves once."""

    id: UUID
    notice: str
    kind: Carried
    contact: str
    language: str
    context: dict[str, Any]
    urgent: bool = True
    """Whether it leaves also when the company's month of SMS is used up."""
    company_id: UUID | None = None
    """Who pays for it; the first company of the portal unless it is said."""
    broadcast_id: UUID | None = None
    to: Subscription | None = None
    """Of a push: the browser; `url` is where it leads, a later one with the same `tag` takes its place."""
    url: str = ""
    tag: str = ""


async def send_proof(job: Job, outside: Outside) -> None:
    """A one-time code or link: of no use when it is late, used up, or replaced by a newer one."""
    proof = await queries.proof(UUID(bytes=job.payload or b""))
    if proof is None or proof.is_decoy:
        return
    now = outside.clock.now()
    if proof.used_at or proof.expires_at <= now:
        await messages.failed(proof.id, messages.TOO_LATE, now)
        return
    at = await portal_of(proof.portal_id)
    code = {
        "code": codes.code_of(outside.key, proof.id),
        "link": at.address + PAGES[proof.purpose] + proofs.link_of(outside.key, proof.id),
        "expires_at": proof.expires_at,
    }
    notice = NOTICES[proof.purpose, proof.kind]
    message = Message(proof.id, notice, proof.channel, proof.contact, proof.language, code)
    trouble = await send(message, at, outside)
    if trouble:
        wait = _pause(job, delivery.LONGEST_CODE_PAUSE)
        await again(message, trouble, wait, outside, too_late=now + wait >= proof.expires_at)


async def send_written(job: Job, outside: Outside) -> None:
    """To a contact that no login stands for: an invitation, the answer to a case, the last word to who has left."""
    written = msgspec.json.decode(job.payload or b"", type=Written)
    at = await portal_of(written.portal_id)
    context: dict[str, Any] = {"happened_at": written.at, "expires_at": written.expires_at, "account": ""}
    context |= written.words
    if written.invitation:
        page = INVITATIONS.get(written.notice, "/invitations/")
        context["link"] = at.address + page + codes.invitation_of(outside.key, written.invitation)
    pin = sealing.unseal(bytes.fromhex(written.sealed), at.id, key=outside.key) if written.sealed else b""
    context["pin"] = (pin or b"").decode()
    kind: Literal["sms", "mail"] = "mail" if "@" in written.contact else "sms"
    message = Message(written.id, written.notice, kind, written.contact, written.language, context)
    if trouble := await send(message, at, outside):
        wait = _pause(job, delivery.LONGEST_LETTER_PAUSE)
        await again(message, trouble, wait, outside, too_late=job.attempts + 1 >= delivery.LETTER_TRIES)


async def send(message: Message, at: Portal, outside: Outside) -> Trouble | None:
    """Hand it over and write down what became of it; a trouble that may pass is the caller's to judge."""
    company = message.company_id or next((company.id for company in at.companies), None)
    claim = await messages.claim(
        message.id,
        portal_id=at.id,
        kind=message.kind,
        contact=message.contact,
        notice=message.notice,
        now=outside.clock.now(),
        company_id=company,
        broadcast_id=message.broadcast_id,
    )
    if claim == "busy":
        raise RetryRequested(BUSY_PAUSE, "busy")
    if claim == "done":
        return None
    wording = word(message.notice, message.kind, message.language, portal=at, **message.context)
    cost = parts(wording.text) if message.kind == "sms" else 0
    now = outside.clock.now()
    if cost and company and not await budgets.take(company, cost, urgent=message.urgent, now=now):
        await messages.failed(message.id, messages.OVER_BUDGET, now)
        return None
    carrier = {"sms": outside.sms, "mail": outside.mail, "push": outside.push}[message.kind]
    try:
        carrier_id = await _hand_over(message, wording, at, outside)
    except (SmsError, MailError, PushError) as error:
        if cost and company and not _maybe_sent(error):
            await budgets.give_back(company, cost, now)
        return await _not_sent(message, error, outside)
    kept = asdict(wording) if carrier.keeps_text else {}  # type: ignore[attr-defined]
    await messages.sent(message.id, carrier_id, outside.clock.now(), parts=cost, **kept)
    return None


async def _not_sent(message: Message, error: Trouble, outside: Outside) -> Trouble | None:
    if not (error.permanent or _maybe_sent(error)):
        await messages.release(message.id, outside.clock.now())
        return error
    _note("a message will not arrive", message, error)
    await messages.failed(message.id, error.reason, outside.clock.now())
    if message.to and error.reason == PushTrouble.GONE:
        await notifications.gone(message.to.id)
    return None


async def _hand_over(message: Message, wording: Wording, at: Portal, outside: Outside) -> str:
    if message.kind == "sms":
        reports = f"{at.address}{REPORTS}?message={message.id}" if at.secure else None
        return await outside.sms.send(message.contact, wording.text, reports)
    if message.to:
        return await outside.push.send(
            Push(
                message.to.endpoint,
                message.to.p256dh,
                message.to.auth,
                title=wording.subject,
                text=wording.text,
                url=message.url,
                tag=message.tag,
                contact=f"mailto:{at.policy.contacts.mail}" if at.policy.contacts.mail else at.address,
            )
        )
    return await outside.mail.send(
        Letter(
            to=message.contact,
            subject=wording.subject,
            text=wording.text,
            html=wording.html,
            message_id=message.id,
            sender_name=at.name,
            reply_to=at.policy.contacts.mail or None,
            unsubscribe=message.context.get("unsubscribe", ""),
        )
    )


def _note(what: str, message: Message, trouble: Trouble) -> None:
    log.warning(what, extra={"message_id": str(message.id), "reason": trouble.reason})


def _maybe_sent(error: Trouble) -> bool:
    """Such a message is not sent again: the button for another code is beside the field anyway.

    A letter is: its Message-ID makes two of them one.
    """
    return isinstance(error, SmsError) and error.maybe_sent


def _pause(job: Job, longest: timedelta) -> timedelta:
    return delivery.pause(job.attempts, random.random(), longest)


async def again(
    message: Message, trouble: Trouble, wait: timedelta, outside: Outside, *, too_late: bool
) -> None:
    if not too_late:
        raise RetryRequested(wait, trouble.reason) from None
    _note("a message was given up", message, trouble)
    await messages.failed(message.id, messages.TOO_LATE, outside.clock.now())


async def portal_of(id: UUID) -> Portal:
    found = await portal(id)
    if found is None:
        raise LookupError("a message of a portal that is gone")
    return found
