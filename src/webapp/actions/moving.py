"""Moving out: the company is told of the day and the last reading, and its staff closes the account."""

from datetime import date, datetime
from uuid import UUID

from webapp.actions import cases
from webapp.actions.accounts import hold
from webapp.database.engine import DB
from webapp.rules.roles import Right, granted


async def ask(
    account_id: UUID, on: date, readings: dict[str, str], *, by: UUID, company_id: UUID, portal_id: UUID,
    language: str, now: datetime,
) -> str | None:  # fmt: skip
    """The number of the case; None for whose account it is not to leave. The account stays until it is decided."""
    async with DB.transaction():
        await hold(account_id)
        number = await DB.one(MAY_MOVE, by, account_id, into=str)
        if number is None:
            return None
        case = await cases.open(
            "moving", company_id=company_id, portal_id=portal_id, person_id=by, account_id=account_id,
            typed={"number": number, "on": on.isoformat(), "readings": readings}, language=language, now=now,
        )  # fmt: skip
    return case


MAY_MOVE = f"""
SELECT to_json(accounts.number) FROM links JOIN accounts ON accounts.id = links.account_id
WHERE links.person_id = $1 AND links.account_id = $2 AND {granted(Right.MOVING)}
"""
