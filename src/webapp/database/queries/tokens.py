"""A person's tokens, for the page that lists them. Of the token itself nothing is left but its hash."""

from datetime import datetime
from uuid import UUID

import msgspec

from webapp.database.engine import DB
from webapp.database.queries.webhooks import WEBHOOKS, Webhook
from webapp.rules.scopes import Scope


class Token(msgspec.Struct, frozen=True):
    id: UUID
    name: str
    prefix: str
    scopes: list[Scope]
    accounts: list[str]
    """Titles of those that the person still has."""
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None


class Listed(msgspec.Struct, frozen=True):
    tokens: list[Token]
    """Those that work, newest first."""
    webhooks: list[Webhook]


async def listed(person_id: UUID, now: datetime) -> Listed:
    return await DB.one(LISTED, person_id, now, into=Listed) or Listed([], [])


TOKENS = """
SELECT coalesce(json_agg(t ORDER BY t.created_at DESC), '[]') FROM (
    SELECT id, name, prefix, scopes, created_at, expires_at, last_used_at, (
        SELECT coalesce(json_agg(coalesce(nullif(links.name, ''), accounts.number) ORDER BY links.position), '[]')
        FROM links JOIN accounts ON accounts.id = links.account_id
        WHERE links.person_id = tokens.person_id AND links.account_id = ANY(tokens.account_ids)
    ) AS accounts
    FROM tokens WHERE person_id = $1 AND revoked_at IS NULL AND expires_at > $2
) t
"""
LISTED = f"SELECT json_build_object('tokens', ({TOKENS}), 'webhooks', ({WEBHOOKS}))"
