"""Whose account it is: a number and a payment that only its payer knows. It links, it never signs anybody in."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID, uuid4

import msgspec

from webapp.actions import limiting, messages
from webapp.database.engine import DB
from webapp.rules import limits


class Claim(msgspec.Struct, frozen=True):
    company_id: UUID
    number: str
    """Canonical, as the company writes it."""
    amount: Decimal
    """Of a payment, to the kopeck."""
    payments: tuple[int, ...] = (1, 2)
    """Which payment it may be (P-06): 1 is the last, 2 the one before while that is still under way (A17)."""


class Identified(msgspec.Struct, frozen=True):
    account_id: UUID


class NotIdentified(msgspec.Struct, frozen=True):
    """No such number, or another sum: which of the two is not said."""


class TooManyTries(msgspec.Struct, frozen=True):
    """For this account, by this person or from this address (T3)."""


Outcome = Identified | NotIdentified | TooManyTries


async def identify(claim: Claim, *, ip: str, now: datetime, person_id: UUID | None = None) -> Outcome:
    """Each try is counted before it is compared, over all proofs of an account together; the right one is free."""
    shares = [(limits.LINK_PER_ADDRESS, limits.address_prefix(ip))]
    shares += [(limits.LINK_PER_PERSON, str(person_id))] if person_id else []
    shares += [(limits.LINK_PER_ACCOUNT, f"{claim.company_id}:{claim.number}")]
    if not await limiting.take_all(shares, now):
        return TooManyTries()
    account_id = await DB.one(
        IDENTIFY, claim.company_id, claim.number, claim.amount, claim.payments, into=UUID
    )
    if account_id is None:
        return NotIdentified()
    await limiting.give_back(shares)
    return Identified(account_id)


IDENTIFY = """
SELECT to_json(contracts.account_id) FROM contracts
WHERE company_id = $1 AND number = $2 AND $3::numeric > 0 AND $3 IN (
    SELECT amount FROM (
        SELECT amount, row_number() OVER (ORDER BY paid_on DESC, id) AS place
        FROM payments WHERE contract_id = contracts.id
        ORDER BY paid_on DESC, id LIMIT 2
    ) AS latest WHERE place = ANY($4::int[])
)
"""


async def is_registered(account_id: UUID, portal_id: UUID) -> bool:
    """Whether somebody on this portal has it already (A07, A26)."""
    return bool(await DB.one(REGISTERED, account_id, portal_id, into=bool))


REGISTERED = """
SELECT to_json(EXISTS (
    SELECT 1 FROM links JOIN people ON people.id = links.person_id
    WHERE account_id = $1 AND people.portal_id = $2
))
"""


async def link(person_id: UUID, account_id: UUID, now: datetime) -> None:
    """Inside the caller's transaction. Whoever has the account already, on whatever portal, is told (T3)."""
    if await DB.do(LINK, uuid4(), person_id, account_id, now) == 0:
        return
    for holder in await DB.one(HOLDERS, account_id, person_id, into=list[UUID]) or []:
        await messages.tell("account-linked", holder, now=now, about=account_id)


LINK = """
INSERT INTO links (id, person_id, account_id, level, position, linked_at)
VALUES ($1, $2, $3, 'extended', (SELECT count(*) FROM links WHERE person_id = $2), $4)
ON CONFLICT (person_id, account_id) DO NOTHING
"""
HOLDERS = "SELECT json_agg(person_id) FROM links WHERE account_id = $1 AND person_id <> $2"
