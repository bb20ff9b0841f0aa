"""The bank that a company takes money through: its keys are sealed in the database, and opened to speak to it."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid4

import msgspec

from webapp.actions import sealing
from webapp.database.engine import DB
from webapp.database.queries.checkouts import MerchantRow
from webapp.outside.payments import Bank, Merchant
from webapp.outside.payments.banks import Banks

NEEDED: dict[str, tuple[str, ...]] = {
    "liqpay": ("public_key", "private_key"),
    "monobank": ("token",),
    "pretend": (),
}
"""What a bank gives the company to speak with."""


async def agree(company_id: UUID, merchant: Merchant, *, key: bytes, now: datetime) -> None:
    """From now on payments of this company go that way. Raises ValueError where a key is missing."""
    missing = [name for name in NEEDED[merchant.provider] if not merchant.keys.get(name)]
    if missing:
        raise ValueError(", ".join(missing))
    sealed = sealing.seal(msgspec.json.encode(dict(merchant.keys)), company_id, key=key)
    await DB.do(
        AGREE,
        uuid4(),
        company_id,
        merchant.provider,
        sealed,
        merchant.version,
        merchant.test,
        merchant.api,
        now,
    )


AGREE = """
INSERT INTO merchants (id, company_id, provider, sealed, version, test, api, set_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (company_id) DO UPDATE
SET provider = $3, sealed = $4, version = $5, test = $6, api = $7, set_at = $8
"""


async def leave(company_id: UUID) -> bool:
    """The company takes no money here any more; what is under way is looked after no longer."""
    return await DB.do("DELETE FROM merchants WHERE company_id = $1", company_id) == 1


def bank_of(row: MerchantRow | None, banks: Banks, *, key: bytes) -> Bank | None:
    """None where the company has none, or where its keys were sealed by another installation."""
    opened = sealing.unseal(bytes.fromhex(row.sealed), row.company_id, key=key) if row else None
    if row is None or opened is None:
        return None
    keys: Mapping[str, str] = msgspec.json.decode(opened, type=dict[str, str])
    return banks.of(Merchant(row.provider, keys, row.version, row.test, row.api))
