"""Keys of a company: made once, shown once, taken back at once; and whose billing system comes with one."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from webapp.actions import audit, limiting, tokens
from webapp.actions.audit import By
from webapp.actions.tokens import Absent, Full, Made
from webapp.database.engine import DB
from webapp.rules import codes, limits, scopes
from webapp.rules import company_keys as rules
from webapp.rules.company_keys import KeyScope
from webapp.rules.periods import day_of


class Holder(msgspec.Struct, frozen=True):
    """Which company's system comes, and what its key lets it do."""

    id: UUID
    company_id: UUID
    name: str
    scopes: list[KeyScope]
    used_until: datetime | None = None
    """Set where the key's share of requests is used up."""

    def wait(self, now: datetime) -> timedelta:
        return tokens.wait_of(self.used_until, limits.API_PER_KEY, now)

    def by(self, portal_id: UUID, ip: str) -> By:
        """Whose deed it will be: nobody's of the staff."""
        return By(None, self.company_id, "program", portal_id, ip, self.name)


class Again(msgspec.Struct, frozen=True):
    """The same press once more: the key is there, and what it is nobody can be told any more."""

    name: str
    prefix: str
    expires_at: datetime


async def make(
    id: UUID, name: str, wanted: Sequence[KeyScope], days: int, *, by: By, now: datetime
) -> Made | Again | Full | Absent:
    """`id` was made with the form: one press, or two of them, is one key."""
    key = tokens.new_secret(rules.MARK)
    prefix = key[: scopes.PREFIX]
    made = Made(key, scopes.ends_at(day_of(now), days))
    async with DB.transaction():
        if not await DB.one(LOCK, by.company_id, by.portal_id, into=bool):
            return Absent()
        known = await DB.one(KNOWN, id, by.company_id, into=Again)
        if known:
            return known
        if (await DB.one(COUNT, by.company_id, now, into=int) or 0) >= rules.MOST_KEYS:
            return Full()
        stored = await DB.do(
            MAKE, id, by.company_id, by.portal_id, name, codes.hash_of(key), prefix, list(wanted), by.id, now,
            made.expires_at,
        )  # fmt: skip
        if not stored:
            return Absent()
        changed = {"key": prefix, "name": name, "scopes": list(wanted)}
        await audit.write("key_made", by, now=now, changed=changed)
    return made


LOCK = """
SELECT to_json(true) FROM companies WHERE id = $1
  AND EXISTS (SELECT FROM portal_companies WHERE company_id = $1 AND portal_id = $2) FOR UPDATE
"""
KNOWN = """
SELECT json_build_object('name', name, 'prefix', prefix, 'expires_at', expires_at) FROM company_keys
WHERE id = $1 AND company_id = $2
"""
COUNT = """
SELECT to_json(count(*)) FROM company_keys WHERE company_id = $1 AND revoked_at IS NULL AND expires_at > $2
"""
MAKE = """
INSERT INTO company_keys
    (id, company_id, portal_id, name, token_sha256, prefix, scopes, made_by, created_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (id) DO NOTHING
"""
"""An id that another company has is none of ours."""


async def revoke(key_id: UUID, *, by: By, now: datetime) -> bool:
    """At once. False for the second of two, and for another company."""
    async with DB.transaction():
        prefix = await DB.one(REVOKE, key_id, by.company_id, now, into=str)
        if prefix is not None:
            await audit.write("key_revoked", by, now=now, changed={"key": prefix})
    return prefix is not None


REVOKE = """
UPDATE company_keys SET revoked_at = $3 WHERE id = $1 AND company_id = $2 AND revoked_at IS NULL
RETURNING to_json(prefix)
"""


async def enter(key: str, portal_id: UUID, now: datetime) -> Holder | None:
    """As actions.tokens.enter: who, one request less, and when it was last used, in one statement."""
    if not rules.looks_like_one(key):
        return None
    hashed = codes.hash_of(key)
    share = limiting.values(limits.API_PER_KEY, hashed.hex(), now)
    return await DB.one(ENTER, *share, hashed, portal_id, now - tokens.USED_EVERY, into=Holder)


ENTER = tokens.entering(
    "company_keys",
    "JOIN portal_companies served ON served.company_id = company_keys.company_id WHERE served.portal_id = $6",
    "'company_id', token.company_id, 'name', token.name",
)
