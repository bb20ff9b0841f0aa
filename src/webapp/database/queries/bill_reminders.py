"""What a reminder to pay says, to whom, and which contracts wait for a bill."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import msgspec

from webapp.database.engine import DB
from webapp.database.queries.bills import UNDER_WAY
from webapp.database.queries.reminders import PLACE
from webapp.rules.roles import Right, granted

MOST = 10
"""Bills that one letter names; the page has the rest."""


class Due(msgspec.Struct, frozen=True):
    company: str
    place: str
    left: Decimal


class Reminder(msgspec.Struct, frozen=True):
    id: UUID
    portal_id: UUID
    person_id: UUID
    due_on: date
    due: list[Due]
    """What is not paid by now."""


async def reminder(id: UUID) -> Reminder | None:
    """None once the person is gone."""
    return await DB.one(REMINDER, id, MOST, into=Reminder)


async def unbilled(now: datetime, most: int) -> list[tuple[UUID, UUID]]:
    """Contracts with a charge on no bill, each with the first portal of its company.

    Of some of the charges: after an import of a company's whole year there are millions of them.
    """
    return await DB.one(UNBILLED, now, most, into=list[tuple[UUID, UUID]]) or []


ASKED_FOR = f"""
FROM bills JOIN contracts ON contracts.id = bills.contract_id
JOIN accounts ON accounts.id = contracts.account_id
JOIN companies ON companies.id = bills.company_id
JOIN links ON links.account_id = accounts.id
WHERE {granted(Right.MONEY)} AND accounts.closed_on IS NULL AND balance - {UNDER_WAY} > 0 AND closing > 0
  AND bills.month >= coalesce(accounts.held_since, '-infinity')
  AND NOT EXISTS (
    SELECT FROM bills later
    WHERE later.company_id = bills.company_id AND later.contract_id = bills.contract_id AND later.month > bills.month
  )
"""
"""The latest bills that are not paid."""
REMINDER = f"""
SELECT json_build_object(
    'id', r.id, 'portal_id', r.portal_id, 'person_id', r.person_id, 'due_on', r.due_on,
    'due', (SELECT coalesce(json_agg(x), '[]') FROM (
        SELECT companies.name AS company, {PLACE} AS place, least(closing, balance - {UNDER_WAY}) AS left
        {ASKED_FOR} AND links.person_id = r.person_id AND bills.due_on = r.due_on
        ORDER BY links.position, links.linked_at, service DESC LIMIT $2) x)
)
FROM bill_reminders r JOIN people ON people.id = r.person_id WHERE r.id = $1 AND people.gone_at IS NULL
"""
UNBILLED = """
SELECT json_agg(json_build_array(contract_id, portal_id)) FROM (
    SELECT DISTINCT ON (contract_id) contract_id, portal_id
    FROM (
        SELECT contract_id, company_id FROM charges
        WHERE bill_id IS NULL AND charged_on <= ($1 AT TIME ZONE 'Europe/Kyiv')::date
          AND company_id IN (SELECT company_id FROM portal_companies) LIMIT 20 * $2
    ) waiting JOIN portal_companies ON portal_companies.company_id = waiting.company_id
    ORDER BY contract_id, portal_companies.position LIMIT $2
) x
"""
