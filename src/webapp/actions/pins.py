"""PINs on bills: a new one replaces the one before; in clear it is seen on the bill of its owner alone."""

import secrets
from datetime import datetime
from uuid import UUID, uuid4

from webapp.actions import sealing
from webapp.database.engine import DB
from webapp.rules import pins as rules


async def issue(account_id: UUID, *, key: bytes, now: datetime) -> str:
    """Inside the caller's transaction: the PIN for whoever prints or sends it; the one before fits no more.

    It is kept sealed too, because the bills of months to come print the same one.
    """
    pin = rules.written(secrets.randbelow(10**rules.DIGITS))
    sealed = sealing.seal(pin.encode(), account_id, key=key)
    await DB.do(ISSUE, uuid4(), account_id, rules.hash_of(key, account_id, pin), now, sealed)
    return pin


async def issue_for_bills(account_id: UUID, *, key: bytes, now: datetime) -> None:
    """Inside the transaction that issues a bill: an account that has no PIN to print gets one."""
    if not await DB.one(PRINTABLE, account_id, into=bool):
        await issue(account_id, key=key, now=now)


ISSUE = """
INSERT INTO pins (id, account_id, pin_hmac, issued_at, sealed) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (account_id) DO UPDATE
SET pin_hmac = excluded.pin_hmac, issued_at = excluded.issued_at, sealed = excluded.sealed
"""
PRINTABLE = "SELECT to_json(sealed IS NOT NULL) FROM pins WHERE account_id = $1 FOR UPDATE"
