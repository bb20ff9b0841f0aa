"""Tries to pay: what deciding about them needs, and speaking with the bank."""

from datetime import datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

import msgspec

from webapp.database.engine import DB
from webapp.database.queries.bills import UNDER_WAY
from webapp.database.queries.shown import SINCE_MOMENT
from webapp.rules.paying import State
from webapp.rules.roles import Right, granted

Provider = Literal["liqpay", "monobank", "pretend"]


class MerchantRow(msgspec.Struct, frozen=True):
    company_id: UUID
    provider: Provider
    sealed: str
    version: int
    test: bool
    api: str


MERCHANT = """json_build_object(
    'company_id', merchants.company_id, 'provider', merchants.provider, 'sealed', encode(merchants.sealed, 'hex'),
    'version', merchants.version, 'test', merchants.test, 'api', merchants.api
)"""


async def hold(contract_ids: list[UUID], *, of: UUID) -> int:
    """How many of them are this person's to pay; they are held, in one order, until the transaction ends."""
    return await DB.one(HOLD, contract_ids, of, into=int) or 0


HOLD = f"""
SELECT to_json(count(*)) FROM (
    SELECT contracts.id FROM contracts JOIN accounts ON accounts.id = contracts.account_id
    JOIN links ON links.account_id = accounts.id
    WHERE contracts.id = ANY($1) AND links.person_id = $2 AND {granted(Right.MONEY)}
      AND contracts.as_of >= {SINCE_MOMENT} AND accounts.closed_on IS NULL
    ORDER BY contracts.id FOR UPDATE OF contracts
) held
"""


class Facts(msgspec.Struct, frozen=True):
    contract_id: UUID
    company_id: UUID
    account_id: UUID
    balance: Decimal
    under_way: Decimal
    provider: Provider | None
    open_checkout: UUID | None

    def has_bank(self, pretend: bool) -> bool:
        return self.provider is not None and (pretend or self.provider != "pretend")


OPEN_CHECKOUT = """(
    SELECT checkout_id FROM checkout_lines l
    WHERE l.company_id = contracts.company_id AND l.contract_id = contracts.id AND l.is_open
)"""


async def facts(contract_ids: list[UUID]) -> list[Facts]:
    """Ask after they are held."""
    return await DB.one(FACTS, contract_ids, into=list[Facts]) or []


FACTS = f"""
SELECT json_agg(json_build_object(
    'contract_id', contracts.id, 'company_id', contracts.company_id, 'account_id', account_id, 'balance', balance,
    'under_way', {UNDER_WAY}, 'provider', merchants.provider, 'open_checkout', {OPEN_CHECKOUT}
))
FROM contracts LEFT JOIN merchants ON merchants.company_id = contracts.company_id WHERE contracts.id = ANY($1)
"""


class BankSide(msgspec.Struct, frozen=True):
    """What is needed to speak with the bank about it."""

    person_id: UUID
    company_id: UUID
    state: State
    amount: Decimal
    language: str
    page: str
    reference: str
    expires_at: datetime
    merchant: MerchantRow | None


async def bank_side(checkout_id: UUID) -> BankSide | None:
    return await DB.one(BANK_SIDE, checkout_id, into=BankSide)


BANK_SIDE = f"""
SELECT json_build_object(
    'person_id', person_id, 'company_id', c.company_id, 'state', state, 'amount', amount, 'language', language,
    'page', page, 'reference', reference, 'expires_at', expires_at,
    'merchant', CASE WHEN merchants.id IS NOT NULL THEN {MERCHANT} END
)
FROM checkouts c LEFT JOIN merchants ON merchants.company_id = c.company_id AND merchants.provider = c.provider
WHERE c.id = $1
"""
