"""Personal tokens: made once, shown once, and what a program that has one may do just now."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import msgspec

from webapp.actions import contacts, limiting, messages
from webapp.database.engine import DB
from webapp.database.queries.visits import Person
from webapp.rules import codes, limits
from webapp.rules import scopes as rules
from webapp.rules.codes import CLEAR
from webapp.rules.limits import Limit
from webapp.rules.periods import day_of
from webapp.rules.scopes import Scope


class Made(msgspec.Struct, frozen=True):
    """The token is shown on this page, and nowhere ever after. Not shown among logs."""

    token: str
    expires_at: datetime

    def __repr__(self) -> str:
        return f"Made({self.token[: rules.PREFIX]}…)"


class Full(msgspec.Struct, frozen=True):
    """So many programs nobody has."""


class Absent(msgspec.Struct, frozen=True):
    """One of the accounts is not the person's."""


class Bearer(msgspec.Struct, frozen=True):
    """Who comes with a token, and what it lets do."""

    id: UUID
    person: Person
    scopes: list[Scope]
    account_ids: list[UUID]
    """Those that were chosen and that the person still has."""
    used_until: datetime | None = None
    """Set where the token's share of requests is used up."""

    def wait(self, now: datetime) -> timedelta:
        return wait_of(self.used_until, limits.API_PER_TOKEN, now)


def wait_of(used_until: datetime | None, limit: Limit, now: datetime) -> timedelta:
    """How long, for whoever has used up the share of requests."""
    if used_until is None:
        return timedelta(0)
    return max(used_until + limit.interval - now - limit.per, timedelta(seconds=1))


def new_secret(mark: str) -> str:
    return rules.written([secrets.randbelow(len(CLEAR)) for _ in range(rules.SECRET)], mark)


async def make(
    person_id: UUID,
    portal_id: UUID,
    name: str,
    scopes: Sequence[Scope],
    account_ids: Sequence[UUID],
    days: int,
    *,
    now: datetime,
) -> Made | Full | Absent:
    token = new_secret(rules.MARK)
    made = Made(token, rules.ends_at(day_of(now), days))
    async with DB.transaction():
        if not await contacts.lock(person_id):
            return Absent()
        known = await DB.one(KNOWN, person_id, list(account_ids), now, into=tuple[int, int]) or (0, 0)
        if known[0] >= rules.MOST_TOKENS:
            return Full()
        if not account_ids or known[1] != len(set(account_ids)):
            return Absent()
        await DB.do(
            MAKE, uuid4(), portal_id, person_id, name, codes.hash_of(token), token[: rules.PREFIX],
            list(scopes), list(account_ids), now, made.expires_at,
        )  # fmt: skip
        await messages.tell("token-made", person_id, now=now)
    return made


KNOWN = """
SELECT json_build_array(
    (SELECT count(*) FROM tokens WHERE person_id = $1 AND revoked_at IS NULL AND expires_at > $3),
    (SELECT count(*) FROM links WHERE person_id = $1 AND account_id = ANY($2::uuid[]))
)
"""
MAKE = """
INSERT INTO tokens (id, portal_id, person_id, name, token_sha256, prefix, scopes, account_ids, created_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""


async def revoke(person_id: UUID, token_id: UUID, now: datetime) -> bool:
    """At once. False for the second of two, and for whoever it does not belong to."""
    return await DB.do(REVOKE, token_id, person_id, now) == 1


REVOKE = "UPDATE tokens SET revoked_at = $3 WHERE id = $1 AND person_id = $2 AND revoked_at IS NULL"


async def enter(token: str, portal_id: UUID, now: datetime) -> Bearer | None:
    """Who it is, what is left of it, one request less, and when it was last used: in one statement."""
    if not rules.looks_like_one(token):
        return None
    hashed = codes.hash_of(token)
    share = limiting.values(limits.API_PER_TOKEN, hashed.hex(), now)
    return await DB.one(ENTER, *share, hashed, portal_id, now - USED_EVERY, into=Bearer)


USED_EVERY = timedelta(minutes=5)
"""What the page says of its last use is as exact as this; between, nothing is written but the limit."""


def entering(table: str, who: str, told: str) -> str:
    """Of tokens and of keys alike. `who`: SQL that joins and narrows; `told`: what is known of it, beside its id.

    $1 to $4 are the share of requests, $5 the hash, $6 the portal, $7 the moment before which its last use is old.
    """
    return f"""
WITH token AS (
    SELECT {table}.* FROM {table} {who}
      AND token_sha256 = $5 AND {table}.portal_id = $6 AND revoked_at IS NULL AND expires_at > $2
), taken AS (
    {limiting.taking_where("EXISTS (SELECT FROM token)")} RETURNING subject
), used AS (
    UPDATE {table} SET last_used_at = $2 FROM token
    WHERE {table}.id = token.id AND (token.last_used_at IS NULL OR token.last_used_at < $7)
)
SELECT json_build_object(
    'id', token.id, 'scopes', token.scopes, 'used_until', CASE WHEN NOT EXISTS (SELECT FROM taken) THEN
        (SELECT used_until FROM limits WHERE subject = $1) END, {told}
)
FROM token
"""


ENTER = entering(
    "tokens",
    "JOIN people ON people.id = tokens.person_id WHERE people.portal_id = $6 AND people.gone_at IS NULL",
    """
    'account_ids', (
        SELECT coalesce(json_agg(account_id ORDER BY links.position, linked_at), '[]') FROM links
        WHERE links.person_id = token.person_id AND links.account_id = ANY(token.account_ids)
    ),
    'person', (SELECT json_build_object(
        'id', people.id, 'partition', people.partition, 'name', people.name, 'language', people.language,
        'sign_in_id', token.id, 'shared', true, 'seen_at', $2::timestamptz
    ) FROM people WHERE people.id = token.person_id)
    """,
)
