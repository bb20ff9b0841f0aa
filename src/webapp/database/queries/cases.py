"""What has become of a request, for whoever made it: never what the staff knows beside it."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

import msgspec

from webapp.database.engine import DB

Kind = Literal["pin", "address", "dispute", "annulment", "moving", "reading_dispute", "payment"]
State = Literal["open", "granted", "refused", "withdrawn"]


class Followed(msgspec.Struct, frozen=True):
    number: str
    kind: Kind
    state: State
    answer: str
    created_at: datetime
    due_on: date
    """The last day of the term."""
    decided_at: datetime | None


async def followed(portal_id: UUID, number: str, contact: str) -> Followed | None:
    """By its number and the contact it was left with."""
    return await DB.one(
        FOLLOWED + "AND number = $2 AND contact = $3", portal_id, number, contact, into=Followed
    )


async def just_left(portal_id: UUID, browser: bytes) -> Followed | None:
    """The one that this browser has left."""
    return await DB.one(
        FOLLOWED + "AND browser_sha256 = $2 ORDER BY created_at LIMIT 1", portal_id, browser, into=Followed
    )


FOLLOWED = "SELECT to_json(cases) FROM cases WHERE portal_id = $1 AND kind = 'annulment' "
