"""The months of many accounts, to take away. Whose they are is in the WHERE."""

from collections.abc import AsyncIterator
from datetime import date
from uuid import UUID

import msgspec

from webapp.database.engine import DB
from webapp.database.queries.shown import ADDRESS, SINCE, SINCE_MOMENT
from webapp.database.queries.statistics import MONTHLY, MOVED, Month, Service
from webapp.rules.roles import Right, granted

ACCOUNTS_AT_ONCE = 5
"""Of a question: what lies in memory does not grow with their number."""


class Exported(msgspec.Struct, frozen=True):
    """One contract's months; of a volumes-only account the contract has no number and no company."""

    service: Service
    number: str | None
    company: str | None
    months: list[Month]


class ExportedAccount(msgspec.Struct, frozen=True):
    number: str
    name: str
    settlement: str
    address: str
    contracts: list[Exported]


async def account_ids(person_id: UUID, account_id: UUID | None) -> list[UUID]:
    """In the person's order; empty where the one that is meant is somebody else's."""
    return await DB.one(ACCOUNT_IDS, person_id, account_id, into=list[UUID]) or []


ACCOUNT_IDS = """
SELECT json_agg(account_id ORDER BY position, linked_at) FROM links
WHERE person_id = $1 AND (account_id = $2 OR $2 IS NULL)
"""


async def exported(
    person_id: UUID, ids: list[UUID], first: date | None, last: date | None
) -> AsyncIterator[ExportedAccount]:
    """One after another, a few at a question: as they leave, they are forgotten."""
    for n in range(0, len(ids), ACCOUNTS_AT_ONCE):
        part = ids[n : n + ACCOUNTS_AT_ONCE]
        for account in await DB.one(EXPORTED, person_id, part, first, last, into=list[ExportedAccount]) or []:
            yield account


EXPORTED = f"""
SELECT json_agg(json_build_object(
    'number', accounts.number, 'name', links.name, 'settlement', accounts.settlement, 'address', {ADDRESS},
    'contracts', (
        SELECT coalesce(json_agg(json_build_object(
            'service', service,
            'number', CASE WHEN {granted(Right.MONEY)} THEN contracts.number END,
            'company', CASE WHEN {granted(Right.MONEY)} THEN companies.name END,
            'months', (
                SELECT coalesce(json_agg(json_build_array(
                    month, volume, CASE WHEN {granted(Right.MONEY)} THEN charged END,
                    CASE WHEN {granted(Right.MONEY)} THEN paid END,
                    CASE WHEN {granted(Right.MONEY)}
                         THEN closing + CASE WHEN accounts.held_since IS NULL THEN opening ELSE 0 END END,
                    planned, plan) ORDER BY month), '[]')
                FROM ({MONTHLY.format(moved=MOVED.format(contract="contracts.id", since=SINCE))}) monthly
                WHERE (month >= $3 OR $3 IS NULL) AND (month <= $4 OR $4 IS NULL)
                  AND (volume IS NOT NULL OR {granted(Right.MONEY)})
            )) ORDER BY service DESC), '[]')
        FROM contracts JOIN companies ON companies.id = contracts.company_id
        WHERE contracts.account_id = accounts.id
          AND CASE WHEN {granted(Right.MONEY)} THEN contracts.as_of >= {SINCE_MOMENT} ELSE service = 'supply' END
    )
) ORDER BY array_position($2, accounts.id))
FROM links JOIN accounts ON accounts.id = links.account_id
WHERE links.person_id = $1 AND accounts.id = ANY($2)
"""
