"""Linking an account («особовий рахунок») to a person whose phone or mail is proved."""

from datetime import datetime
from uuid import UUID, uuid4

import msgspec

from webapp.actions import identifying, limiting
from webapp.actions.identifying import Claim, NotIdentified, TooManyTries
from webapp.database.engine import DB
from webapp.rules import limits
from webapp.rules.policy import Accounts


class Linked(msgspec.Struct, frozen=True):
    account_id: UUID
    fresh: bool
    """False: this person had it already."""


class Full(msgspec.Struct, frozen=True):
    maximum: int


class Taken(msgspec.Struct, frozen=True):
    """Somebody else has it, and the portal gives an account to one person only (A07)."""


Outcome = Linked | Full | Taken | NotIdentified | TooManyTries


async def link(
    claim: Claim, *, by: UUID, portal_id: UUID, policy: Accounts, ip: str, now: datetime
) -> Outcome:
    found = await identifying.identify(claim, ip=ip, now=now, person_id=by)
    if not isinstance(found, identifying.Identified):
        return found
    async with DB.transaction():
        # The person's row is held while the accounts are counted: of twenty parallel 25ths one gets in.
        # So is the account's: of two people who want the same one for themselves, one gets it.
        await DB.do("SELECT 1 FROM people WHERE id = $1 FOR UPDATE", by)
        await DB.do("SELECT 1 FROM accounts WHERE id = $1 FOR UPDATE", found.account_id)
        others = await DB.one(OTHERS, found.account_id, by, portal_id, into=Others) or Others(False, 0, False)
        if others.mine:
            return Linked(found.account_id, fresh=False)
        if others.count >= policy.maximum:
            return Full(policy.maximum)
        if policy.exclusive and others.here:
            return Taken()
        await identifying.link(by, found.account_id, now)
    return Linked(found.account_id, fresh=True)


class Others(msgspec.Struct, frozen=True):
    mine: bool
    count: int
    """Accounts this person has."""
    here: bool
    """Whether somebody else on this portal has this account."""


OTHERS = """
SELECT json_build_object(
    'mine', EXISTS (SELECT 1 FROM links WHERE person_id = $2 AND account_id = $1),
    'count', (SELECT count(*) FROM links WHERE person_id = $2),
    'here', EXISTS (
        SELECT 1 FROM links JOIN people ON people.id = links.person_id
        WHERE account_id = $1 AND person_id <> $2 AND people.portal_id = $3
    )
)
"""


async def ask_for_company(
    company_name: str,
    settlement: str,
    contact: str,
    *,
    portal_id: UUID,
    person_id: UUID | None,
    ip: str,
    now: datetime,
) -> bool:
    """«My company is not in the list» (A19): kept, so that somebody can answer. False: too often from here."""
    if not await limiting.take(limits.ASK_PER_ADDRESS, limits.address_prefix(ip), now):
        return False
    await DB.do(ASK, uuid4(), portal_id, person_id, company_name, settlement, contact, now)
    return True


ASK = """
INSERT INTO coverage_requests (id, portal_id, person_id, company_name, settlement, contact, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
