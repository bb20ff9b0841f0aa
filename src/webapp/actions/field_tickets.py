"""Tickets of the inspectors' phones: what was done at the doors is handed in although the sign-in has ended.

It is made with the download of a round, fits the phone that asked, and opens nothing else. Signing out takes it
along; the supervisor ends it when a phone is lost, and blocking the colleague, or a new link for them, does so too.
"""

import secrets
from datetime import datetime
from uuid import UUID, uuid4

import msgspec

from webapp.database.engine import DB
from webapp.rules import codes

MOST_UNSENT = 100_000


class Issued(msgspec.Struct, frozen=True):
    token: str
    expires_at: datetime


async def issue(
    colleague_id: UUID,
    *,
    company_id: UUID,
    portal_id: UUID,
    sign_in_id: UUID,
    device_id: UUID,
    expires_at: datetime,
    now: datetime,
) -> Issued | None:
    """A new one at each download. The one before stays good: the answer that brings this one may be lost.

    None: the sign-in was ended at this very moment.
    """
    token = secrets.token_urlsafe(32)
    async with DB.transaction():
        if not await DB.one(HOLD_SIGN_IN, sign_in_id, into=bool):
            return None
        await DB.do(
            "DELETE FROM field_tickets WHERE colleague_id = $1 AND expires_at <= $2", colleague_id, now
        )
        await DB.do(
            ISSUE, uuid4(), company_id, portal_id, colleague_id, sign_in_id, device_id, codes.hash_of(token), now,
            expires_at,
        )  # fmt: skip
    return Issued(token, expires_at)


HOLD_SIGN_IN = "SELECT to_json(revoked_at IS NULL) FROM staff_sign_ins WHERE id = $1 FOR SHARE"
"""Whoever ends the tickets of a colleague ends the sign-ins first, and waits here."""
ISSUE = """
INSERT INTO field_tickets (id, company_id, portal_id, colleague_id, sign_in_id, device_id, token_sha256, created_at,
                           expires_at, contacted_at, ended_why)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $8, '')
"""


async def heard(ticket_id: UUID, unsent: int | None, now: datetime) -> None:
    """The phone has spoken, and perhaps said how much it still has."""
    await DB.do(HEARD, ticket_id, None if unsent is None else min(max(unsent, 0), MOST_UNSENT), now)


HEARD = "UPDATE field_tickets SET contacted_at = $3, unsent = coalesce($2, unsent) WHERE id = $1"


async def end_all(colleague_id: UUID, now: datetime) -> None:
    """The phone is lost, or the colleague is to begin anew."""
    await DB.do(END_ALL, colleague_id, now)


END_ALL = """
UPDATE field_tickets SET ended_at = $2, ended_why = 'lost' WHERE colleague_id = $1 AND ended_at IS NULL
"""


async def end_with(sign_in_token_sha256: bytes, now: datetime) -> None:
    """Whoever signs out on the phone takes its tickets along."""
    await DB.do(END_WITH, sign_in_token_sha256, now)


END_WITH = """
UPDATE field_tickets SET ended_at = $2, ended_why = 'signed_out'
WHERE ended_at IS NULL AND sign_in_id = (SELECT id FROM staff_sign_ins WHERE token_sha256 = $1)
"""
