"""Linking an account («особовий рахунок») to a person whose phone or mail is proved."""

from datetime import datetime
from uuid import UUID, uuid4

import msgspec

from webapp.actions import identifying, limiting
from webapp.actions.identifying import Claim, Identified, NotIdentified, TooManyTries
from webapp.database.engine import DB
from webapp.rules import limits
from webapp.rules.answers import Answer, Level
from webapp.rules.policy import Accounts


class Linked(msgspec.Struct, frozen=True):
    account_id: UUID
    fresh: bool
    """False: this person had it already."""
    level: Level = "extended"


class Full(msgspec.Struct, frozen=True):
    maximum: int


class Taken(msgspec.Struct, frozen=True):
    """Somebody else has it, and the portal gives an account to one person only (A07)."""


Outcome = Linked | Full | Taken | NotIdentified | TooManyTries


async def link(
    claim: Claim, *, by: UUID, portal_id: UUID, policy: Accounts, ip: str, now: datetime, key: bytes = b""
) -> Outcome:
    """By a number alone at the basic level; a proof, then or later, makes it whole (R19)."""
    found = await identifying.identify(claim, ip=ip, now=now, person_id=by, key=key)
    if not isinstance(found, Identified):
        return found
    async with DB.transaction():
        others = await _hold(found.account_id, by, portal_id, policy)
        if others.mine is None and others.count >= policy.maximum:
            return Full(policy.maximum)
        return await _settle(found, others, by, policy, now)


async def extend(
    account_id: UUID, answer: Answer, *, by: UUID, portal_id: UUID, policy: Accounts, ip: str, key: bytes,
    now: datetime,
) -> Linked | Taken | NotIdentified | TooManyTries | None:  # fmt: skip
    """The control question (R14..R16). None: the person does not have this account."""
    found = await identifying.identify_linked(account_id, answer, of=by, ip=ip, key=key, now=now)
    if not isinstance(found, Identified):
        return found
    async with DB.transaction():
        others = await _hold(account_id, by, portal_id, policy)
        return await _settle(found, others, by, policy, now) if others.mine else None


class Others(msgspec.Struct, frozen=True):
    mine: Level | None
    """What this person has of it already."""
    count: int
    """Accounts this person has; where the portal gives one only, those of one's own."""
    here: bool
    """Whether somebody else on this portal has proved this account."""
    closed: bool


async def _hold(account_id: UUID, by: UUID, portal_id: UUID, policy: Accounts) -> Others:
    """The person's row is held while the accounts are counted: of twenty parallel 25ths one gets in.

    So is the account's: of two people who want the same one for themselves, one gets it.
    """
    await DB.do("SELECT 1 FROM people WHERE id = $1 FOR UPDATE", by)
    await DB.do("SELECT 1 FROM accounts WHERE id = $1 FOR UPDATE", account_id)
    others = await DB.one(OTHERS, account_id, by, portal_id, policy.exclusive, into=Others)
    return others or Others(None, 0, False, True)


async def _settle(
    found: Identified, others: Others, by: UUID, policy: Accounts, now: datetime
) -> Linked | Taken | NotIdentified:
    if others.closed:
        return NotIdentified()
    alone = policy.exclusive and others.here
    if alone and others.mine != "extended":
        return Taken()
    if not alone and (others.mine is None or found.level == "extended"):
        await identifying.link(by, found.account_id, now, found.level)
    level = others.mine if others.mine == "extended" else found.level
    return Linked(found.account_id, fresh=others.mine is None, level=level)


OTHERS = """
SELECT json_build_object(
    'mine', (SELECT level FROM links WHERE person_id = $2 AND account_id = $1),
    'count', (SELECT count(*) FROM links WHERE person_id = $2 AND (role = 'owner' OR NOT $4)),
    'here', EXISTS (
        SELECT 1 FROM links JOIN people ON people.id = links.person_id
        WHERE account_id = $1 AND person_id <> $2 AND people.portal_id = $3 AND links.role = 'owner'
          AND links.level = 'extended'
    ),
    'closed', (SELECT closed_on IS NOT NULL FROM accounts WHERE id = $1)
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
