"""A business cabinet: who works in it, and how the first one comes in (B11, B17)."""

from datetime import datetime
from uuid import UUID, uuid4

import msgspec

from webapp.actions import limiting
from webapp.database.engine import DB
from webapp.rules import limits
from webapp.rules.business_roles import Role


class Added(msgspec.Struct, frozen=True):
    business_id: UUID
    fresh: bool
    """False: this person works in it already."""


class NotFound(msgspec.Struct, frozen=True):
    """No such code, or no such contract with it: which of the two is not said."""


class Taken(msgspec.Struct, frozen=True):
    """Somebody keeps this cabinet already, and invites the others."""


class TooManyTries(msgspec.Struct, frozen=True):
    """For this business, by this person or from this address."""


async def add(
    company_id: UUID, edrpou: str, contract: str, *, by: UUID, ip: str, now: datetime
) -> Added | NotFound | Taken | TooManyTries:
    """Both numbers as the company has them; each try is counted before it is compared, the right one is free."""
    shares = [
        (limits.LINK_PER_ADDRESS, limits.address_prefix(ip)),
        (limits.LINK_PER_PERSON, str(by)),
        (limits.LINK_PER_ACCOUNT, f"business:{company_id}:{edrpou}"),
    ]
    if not await limiting.take_all(shares, now):
        return TooManyTries()
    async with DB.transaction():
        # The business is held: of two who come at once, one becomes its owner.
        business = await DB.one(FIND, company_id, edrpou, contract, into=UUID)
        if business is None:
            return NotFound()
        here = await DB.one(HERE, business, by, into=Here) or Here(None, False)
        if here.mine is None and not here.owned:
            await DB.do(JOIN, uuid4(), business, by, "owner", now)
    await limiting.give_back(shares)
    if here.mine is None and here.owned:
        return Taken()
    return Added(business, fresh=here.mine is None)


class Here(msgspec.Struct, frozen=True):
    mine: Role | None
    owned: bool


FIND = """
SELECT to_json(businesses.id) FROM businesses
WHERE company_id = $1 AND edrpou = $2
  AND EXISTS (SELECT 1 FROM business_contracts WHERE business_id = businesses.id AND number = $3)
FOR UPDATE
"""
HERE = """
SELECT json_build_object(
    'mine', (SELECT role FROM business_members WHERE business_id = $1 AND person_id = $2),
    'owned', EXISTS (SELECT 1 FROM business_members WHERE business_id = $1 AND role = 'owner')
)
"""
JOIN = """
INSERT INTO business_members (id, business_id, person_id, role, since) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (business_id, person_id) DO NOTHING
"""
