"""PINs on bills: a new one replaces the one before, and is seen in clear only at that moment."""

import secrets
from datetime import datetime
from uuid import UUID, uuid4

from webapp.database.engine import DB
from webapp.rules import pins as rules


async def issue(account_id: UUID, *, key: bytes, now: datetime) -> str:
    """Inside the caller's transaction: the PIN for whoever prints or sends it; the one before fits no more."""
    pin = rules.written(secrets.randbelow(10**rules.DIGITS))
    await DB.do(ISSUE, uuid4(), account_id, rules.hash_of(key, account_id, pin), now)
    return pin


ISSUE = """
INSERT INTO pins (id, account_id, pin_hmac, issued_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (account_id) DO UPDATE SET pin_hmac = excluded.pin_hmac, issued_at = excluded.issued_at
"""
