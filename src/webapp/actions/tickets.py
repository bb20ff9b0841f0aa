"""Tickets: what was read in the window is handed in although the sign-in of the device has ended meanwhile.

A ticket goes with its sign-in: signed out there, elsewhere or everywhere, it is worth nothing.
"""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from webapp.database.engine import DB
from webapp.rules import codes

LIFE = timedelta(days=400)
"""As long as browsers keep a cookie at all."""


async def issue(sign_in_id: UUID, person_id: UUID, known: str, now: datetime) -> str:
    """Inside the transaction of the sign-in; the one that this browser had before is gone."""
    token = secrets.token_urlsafe(32)
    await drop(known)
    await DB.do(ISSUE, sign_in_id, person_id, codes.hash_of(token), codes.hash_of(known), now, now + LIFE)
    return token


ISSUE = """
INSERT INTO tickets (id, person_id, token_sha256, known_sha256, created_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6)
"""


async def drop(known: str | None) -> None:
    """Whatever ticket this browser has: whoever presses «sign out» on a device that is out already means this."""
    if known:
        await DB.do("DELETE FROM tickets WHERE known_sha256 = $1", codes.hash_of(known))


async def fits(sign_in_id: UUID, device_id: UUID | None) -> bool:
    """The first device that comes with the ticket keeps it; copied to another it opens nothing."""
    return device_id is not None and await DB.do(BIND, sign_in_id, device_id) == 1


BIND = """
UPDATE tickets SET device_id = $2 WHERE id = $1 AND (device_id IS NULL OR device_id = $2)
"""
