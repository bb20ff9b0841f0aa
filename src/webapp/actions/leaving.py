"""Going: the consent is taken back, or the registration is deleted. Readings and payments are the company's papers."""

from datetime import datetime
from uuid import UUID

import msgspec

from webapp.actions import accounts, contacts, messages, sign_in
from webapp.database.engine import DB


class Leaver(msgspec.Struct, frozen=True):
    portal_id: UUID
    language: str


async def withdraw_consent(person_id: UUID, now: datetime) -> bool:
    """The cabinet closes: no account stays in it, nobody is signed in. Whoever signs in again may sign again.

    False where there is nothing to take back, so that the second of two tells nobody anything.
    """
    async with DB.transaction():
        if not await contacts.lock(person_id) or not await DB.do(WITHDRAW, person_id, now):
            return False
        await _unlink_all(person_id, now)
        await sign_in.sign_out_everywhere(person_id, now)
        await messages.tell("consent-withdrawn", person_id, now=now)
    return True


WITHDRAW = "UPDATE consents SET withdrawn_at = $2 WHERE person_id = $1 AND withdrawn_at IS NULL"


async def leave(person_id: UUID, now: datetime) -> bool:
    """All that is the person's own goes at once; the row stays, since readings point to it, and says nothing.

    Every login is told, after it has ceased to be one. False for whoever has left already.
    """
    async with DB.transaction():
        if not await contacts.lock(person_id):
            return False
        who = await DB.one(WHO, person_id, into=Leaver)
        logins = await contacts.of(person_id)
        await _unlink_all(person_id, now)
        await forget(person_id, now)
        for login in logins:
            if who:
                await messages.write(
                    "registration-deleted",
                    login.contact,
                    portal_id=who.portal_id,
                    language=who.language,
                    now=now,
                )
    return True


async def forget(person_id: UUID, now: datetime) -> None:
    """Inside the caller's transaction, which holds the person and has taken the accounts away."""
    await DB.do(WITHDRAW, person_id, now)
    for statement in FORGET:
        await DB.do(statement, person_id)
    await DB.do(GO, person_id, now)


WHO = "SELECT json_build_object('portal_id', portal_id, 'language', language) FROM people WHERE id = $1"
FORGET = (
    """
    DELETE FROM sign_ups USING logins
    WHERE logins.person_id = $1 AND sign_ups.portal_id = logins.portal_id AND sign_ups.contact = logins.contact
    """,
    """
    DELETE FROM proofs USING logins
    WHERE logins.person_id = $1 AND proofs.portal_id = logins.portal_id AND proofs.contact = logins.contact
    """,
    """
    DELETE FROM messages USING logins
    WHERE logins.person_id = $1 AND messages.portal_id = logins.portal_id AND messages.contact = logins.contact
      AND messages.state <> 'sending'
    """,
    "DELETE FROM proofs WHERE person_id = $1",
    "DELETE FROM contact_changes WHERE person_id = $1",
    "DELETE FROM logins WHERE person_id = $1",
    "DELETE FROM tickets WHERE person_id = $1",
    "DELETE FROM sign_ins WHERE person_id = $1",
    "DELETE FROM known_devices WHERE person_id = $1",
    "DELETE FROM passkeys WHERE owner_id = $1",
    "DELETE FROM authenticators WHERE owner_id = $1",
    "DELETE FROM recovery_codes WHERE owner_id = $1",
    "DELETE FROM challenges WHERE owner_id = $1",
    "DELETE FROM business_members WHERE person_id = $1",
    "DELETE FROM appointments WHERE person_id = $1",
    "DELETE FROM callbacks WHERE person_id = $1",
    "DELETE FROM alerts WHERE person_id = $1",
    "DELETE FROM reminders WHERE person_id = $1",
    "DELETE FROM notifications WHERE person_id = $1",
    "DELETE FROM notification_choices WHERE person_id = $1",
    "DELETE FROM push_subscriptions WHERE person_id = $1",
    "DELETE FROM sending_links WHERE person_id = $1",
    "DELETE FROM tokens WHERE person_id = $1",
    """
    DELETE FROM webhook_deliveries USING webhooks
    WHERE webhooks.person_id = $1 AND webhook_deliveries.webhook_id = webhooks.id
    """,
    "DELETE FROM webhooks WHERE person_id = $1",
    "UPDATE consents SET ip = '' WHERE person_id = $1",
)
GO = """
UPDATE people SET name = '', phone = '', password_hash = NULL, gone_at = $2 WHERE id = $1
"""


async def _unlink_all(person_id: UUID, now: datetime) -> None:
    sql = "SELECT json_agg(account_id ORDER BY account_id) FROM links WHERE person_id = $1"
    for account_id in await DB.one(sql, person_id, into=list[UUID]) or []:
        await accounts.remove(person_id, account_id, now=now)
