"""What a person asks of a company and somebody of the staff decides: opened once, followed by its number."""

import secrets
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import msgspec

from webapp.database.engine import DB
from webapp.rules import cases as rules
from webapp.rules.cases import Kind


async def open(
    kind: Kind,
    *,
    company_id: UUID,
    portal_id: UUID,
    typed: dict[str, Any],
    contact: str = "",
    language: str = "uk",
    person_id: UUID | None = None,
    account_id: UUID | None = None,
    browser: bytes | None = None,
    days: int = rules.DAYS,
    now: datetime,
) -> str:
    """Inside the caller's transaction; the number to follow it by.

    A person has one open case of a kind about an account; without a person or an account it is the same case when
    the same was typed. Whoever sends it again, or twenty times at once, gets the number of the first.
    """
    of = (kind, portal_id, company_id, person_id, account_id, browser, contact)
    text = msgspec.json.encode(typed, order="sorted").decode()
    about = (kind, portal_id, person_id, account_id) if person_id and account_id else (*of, text)
    await DB.do("SELECT pg_advisory_xact_lock($1)", _lock(about))
    already = await DB.one(ALREADY, *of, text, into=str)
    if already:
        return already
    while True:
        number = rules.number_of(secrets.randbits(5 * rules.LENGTH))
        if await DB.do(OPEN, *of, text, uuid4(), number, language, now, rules.due_on(now, days)):
            return number


def _lock(about: tuple[object, ...]) -> int:
    """Cases have no parent row to hold: what makes two of them the same one is held instead."""
    return int.from_bytes(sha256(repr(about).encode()).digest()[:8], signed=True)


ALREADY = """
SELECT to_json(number) FROM cases
WHERE state = 'open' AND kind = $1 AND portal_id = $2 AND person_id IS NOT DISTINCT FROM $4
  AND account_id IS NOT DISTINCT FROM $5
  AND (person_id IS NOT NULL AND account_id IS NOT NULL
       OR company_id = $3 AND browser_sha256 IS NOT DISTINCT FROM $6::bytea AND contact = $7
          AND typed = $8::jsonb)
ORDER BY created_at LIMIT 1
"""
OPEN = """
INSERT INTO cases (kind, portal_id, company_id, person_id, account_id, browser_sha256, contact, typed, id, number,
                   language, created_at, due_on)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
ON CONFLICT (number) DO NOTHING
"""
