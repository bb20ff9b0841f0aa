"""What a person asks of a company on the way to an account: a PIN, or an address that is not in the lists."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from webapp.actions import cases, limiting
from webapp.database.engine import DB
from webapp.rules import limits


async def ask(
    kind: Literal["pin", "address"],
    typed: dict[str, str],
    *,
    company_id: UUID,
    portal_id: UUID,
    person_id: UUID,
    language: str,
    now: datetime,
) -> str | None:
    """The number of the case; None: too often. It is opened whether there is such an account or not."""
    if not await limiting.take(limits.CASES_PER_PERSON, str(person_id), now):
        return None
    async with DB.transaction():
        account_id = await DB.one(ACCOUNT, company_id, typed.get("number", ""), into=UUID)
        contact = typed.get("contact") or await DB.one(CONTACT, person_id, into=str) or ""
        return await cases.open(
            kind, company_id=company_id, portal_id=portal_id, typed=typed, contact=contact, language=language,
            person_id=person_id, account_id=account_id if kind == "pin" else None, now=now,
        )  # fmt: skip


ACCOUNT = "SELECT to_json(account_id) FROM contracts WHERE company_id = $1 AND number = $2"
CONTACT = "SELECT to_json(contact) FROM logins WHERE person_id = $1 ORDER BY verified_at, id LIMIT 1"
