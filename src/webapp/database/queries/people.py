"""What a person sees of oneself."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from webapp.database.engine import DB
from webapp.database.queries.accounts import NAMES, AccountName


class Login(msgspec.Struct, frozen=True):
    kind: Literal["mail", "phone"]
    contact: str
    verified_at: datetime


class Self(msgspec.Struct, frozen=True):
    logins: list[Login]
    accounts: list[AccountName]


async def has_signed(person_id: UUID, document: str, version: str) -> bool:
    """Whether this wording of the document is signed."""
    return bool(await DB.one(SIGNED, person_id, document, version, into=bool))


SIGNED = """
SELECT to_json(EXISTS (SELECT 1 FROM consents WHERE person_id = $1 AND document = $2 AND version = $3))
"""


async def oneself(person_id: UUID) -> Self:
    return await DB.one(ONESELF, person_id, into=Self) or Self([], [])


ONESELF = f"""
SELECT json_build_object(
    'logins', (
        SELECT coalesce(json_agg(logins ORDER BY verified_at, id), '[]') FROM logins WHERE person_id = $1
    ),
    'accounts', (
        SELECT coalesce(json_agg({NAMES} ORDER BY links.position, links.linked_at), '[]')
        FROM links JOIN accounts ON accounts.id = links.account_id WHERE links.person_id = $1
    )
)
"""
