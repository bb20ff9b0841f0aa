"""What was charged and what was paid lately, by contract. Whose it is is in the WHERE."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

import msgspec

from webapp.database.engine import DB
from webapp.database.queries.accounts import NAMES, SINCE, SINCE_MOMENT, AccountName, Charge, Payment
from webapp.database.queries.statistics import Service
from webapp.rules.roles import Right, granted

LATEST = 6
"""Of each; the page of statistics has the rest."""


class Contract(msgspec.Struct, frozen=True):
    id: UUID
    service: Service
    number: str
    balance: Decimal
    """грн, positive = the consumer owes."""
    as_of: datetime
    company: str
    charges: list[Charge]
    """Newest first."""
    payments: list[Payment]
    """Newest first."""


class Bills(msgspec.Struct, frozen=True):
    accounts: list[AccountName]
    account: AccountName | None
    """The chosen one, else the first."""
    contracts: list[Contract]
    """Supply first; none where the person may only send readings."""


async def bills(person_id: UUID, account_id: UUID | None) -> Bills:
    """The whole page in one question. An account of somebody else is as absent as one that does not exist."""
    found = await DB.one(BILLS, person_id, account_id, LATEST, into=Bills)
    return found or Bills([], None, [])


BILLS = f"""
WITH account AS (
    SELECT accounts.id, to_json({NAMES}) AS named, {granted(Right.MONEY)} AS shows_money,
           {SINCE} AS since, {SINCE_MOMENT} AS since_moment
    FROM links JOIN accounts ON accounts.id = links.account_id
    WHERE links.person_id = $1 AND (links.account_id = $2 OR $2 IS NULL)
    ORDER BY links.position, links.linked_at LIMIT 1
), signed AS (
    SELECT contracts.id, service, contracts.number, balance, as_of, companies.name AS company, (
        SELECT coalesce(json_agg(x), '[]') FROM (
            SELECT month, kind, volume, price, amount, charged_on FROM charges
            WHERE contract_id = contracts.id AND month >= account.since
            ORDER BY month DESC, charged_on DESC LIMIT $3) x
    ) AS charges, (
        SELECT coalesce(json_agg(x), '[]') FROM (
            SELECT amount, paid_on, credited_at, channel FROM payments
            WHERE contract_id = contracts.id AND paid_on >= account.since
            ORDER BY paid_on DESC LIMIT $3) x
    ) AS payments
    FROM account JOIN contracts ON contracts.account_id = account.id
    JOIN companies ON companies.id = contracts.company_id
    WHERE account.shows_money AND contracts.as_of >= account.since_moment
)
SELECT json_build_object(
    'accounts', (SELECT coalesce(json_agg({NAMES} ORDER BY links.position, links.linked_at), '[]')
                 FROM links JOIN accounts ON accounts.id = links.account_id WHERE links.person_id = $1),
    'account', (SELECT named FROM account),
    'contracts', (SELECT coalesce(json_agg(signed ORDER BY service DESC), '[]') FROM signed)
)
"""
