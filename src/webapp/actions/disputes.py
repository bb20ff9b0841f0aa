"""«It is mine, and somebody else has registered it»: the company looks into it (A26)."""

from datetime import datetime
from uuid import UUID

import msgspec

from webapp.actions import cases, limiting
from webapp.actions.sharing import account_of
from webapp.database.engine import DB
from webapp.rules import limits


class TooMany(msgspec.Struct, frozen=True):
    """Too many requests by this person."""


async def open(
    company_id: UUID,
    number: str,
    explanation: str,
    *,
    by: UUID,
    portal_id: UUID,
    language: str,
    now: datetime,
) -> str | TooMany:
    """The number of the case; for a number that no account has the same answer."""
    if not await limiting.take(limits.REQUEST_PER_PERSON, str(by), now):
        return TooMany()
    account_id = await account_of(company_id, number)
    async with DB.transaction():
        case = await cases.open(
            "dispute", company_id=company_id, portal_id=portal_id, person_id=by, account_id=account_id,
            typed={"number": number, "explanation": explanation}, language=language, now=now,
        )  # fmt: skip
    return case
