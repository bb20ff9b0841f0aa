"""Letting others see an account: invited by a link, let in on request, and out again at any time."""

from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID, uuid4

import msgspec

from webapp.actions import limiting, messages, proofs
from webapp.actions.accounts import hold
from webapp.actions.proofs import Contact
from webapp.database.engine import DB
from webapp.rules import limits, roles
from webapp.rules.policy import Accounts
from webapp.rules.roles import Right, Role, granted

LIFE = timedelta(days=roles.INVITATION_DAYS)
MOST_ALTOGETHER = 25
"""Accounts of one person where the portal gives only one of one's own: those of the family come on top."""


class Invited(msgspec.Struct, frozen=True):
    id: UUID


class Absent(msgspec.Struct, frozen=True):
    """No such account, or not the right to share it."""


class Full(msgspec.Struct, frozen=True):
    """As many guests of an account, or accounts of a person, as there may be."""


class TooMany(msgspec.Struct, frozen=True):
    """Too many letters or requests from here, or to there."""


class Joined(msgspec.Struct, frozen=True):
    account_id: UUID


class AlreadyYours(msgspec.Struct, frozen=True):
    account_id: UUID


class Gone(msgspec.Struct, frozen=True):
    """Used, expired, taken back; or who invited no longer has the account."""


async def invite(
    id: UUID, account_id: UUID, role: Role, note: str, *, mail: str | None, by: UUID, portal_id: UUID,
    language: str, ip: str, now: datetime,
) -> Invited | Absent | Full | TooMany:  # fmt: skip
    """`id` was minted with the form: whoever presses twice has invited once."""
    if mail and not await proofs.may_send(Contact("mail", mail), ip, now):
        return TooMany()
    async with DB.transaction():
        await hold(account_id)
        if role not in roles.INVITED or not await may_share(by, account_id):
            return Absent()
        found = await DB.one(GUESTS, account_id, portal_id, id, by, now, into=Guests) or Guests(
            0, False, False
        )
        if found.mine:
            return Invited(id)
        if found.foreign:
            return Absent()
        if found.count >= roles.MOST_GUESTS:
            return Full()
        await DB.do(INVITE, id, portal_id, account_id, role, note, by, now, now + LIFE)
        if mail:
            await messages.write(
                "invitation", mail, portal_id=portal_id, language=language, now=now, invitation=id,
                expires_at=now + LIFE, account=await _number(account_id),
            )  # fmt: skip
    return Invited(id)


class Guests(msgspec.Struct, frozen=True):
    count: int
    mine: bool
    """This very invitation is there already."""
    foreign: bool


GUESTS = """
SELECT json_build_object(
    'count', (SELECT count(*) FROM links JOIN people ON people.id = links.person_id
              WHERE account_id = $1 AND links.role <> 'owner' AND people.portal_id = $2)
           + (SELECT count(*) FROM invitations WHERE account_id = $1 AND portal_id = $2 AND used_at IS NULL
                AND revoked_at IS NULL AND expires_at > $5),
    'mine', EXISTS (SELECT FROM invitations WHERE id = $3 AND account_id = $1 AND invited_by = $4),
    'foreign', EXISTS (SELECT FROM invitations WHERE id = $3)
)
"""
INVITE = """
INSERT INTO invitations (id, portal_id, account_id, role, note, invited_by, created_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""


async def may_share(person_id: UUID, account_id: UUID) -> bool:
    return bool(await DB.one(MAY_SHARE, person_id, account_id, into=bool))


MAY_SHARE = f"""
SELECT to_json(EXISTS (
    SELECT FROM links WHERE person_id = $1 AND account_id = $2 AND {granted(Right.SHARING)}
))
"""


async def _number(account_id: UUID) -> str:
    return await DB.one("SELECT to_json(number) FROM accounts WHERE id = $1", account_id, into=str) or ""


async def withdraw(id: UUID, account_id: UUID, *, by: UUID, now: datetime) -> bool:
    """The link works no more. False where there is no such invitation of an account that one may share."""
    async with DB.transaction():
        await hold(account_id)
        withdrawn = await may_share(by, account_id) and await DB.do(WITHDRAW, id, account_id, now) == 1
    return withdrawn


WITHDRAW = """
UPDATE invitations SET revoked_at = $3
WHERE id = $1 AND account_id = $2 AND used_at IS NULL AND revoked_at IS NULL
"""


async def accept(
    id: UUID, *, by: UUID, portal_id: UUID, policy: Accounts, now: datetime
) -> Joined | AlreadyYours | Full | Gone:
    """Once: of two people with the same link the first is let in."""
    account_id = await DB.one(ACCOUNT_OF, id, portal_id, into=UUID)
    if account_id is None:
        return Gone()
    async with DB.transaction():
        refused = await _room(by, account_id, policy)
        if refused:
            return refused
        role = await DB.one(ACCEPT, id, by, now, into=str)
        if role is None:
            return Gone()
        await _let_in(by, account_id, role, portal_id, now)
    return Joined(account_id)


ACCOUNT_OF = "SELECT to_json(account_id) FROM invitations WHERE id = $1 AND portal_id = $2"
ACCEPT = f"""
UPDATE invitations SET used_at = $3, used_by = $2
WHERE id = $1 AND used_at IS NULL AND revoked_at IS NULL AND expires_at > $3 AND EXISTS (
    SELECT FROM links WHERE person_id = invitations.invited_by AND account_id = invitations.account_id
      AND {granted(Right.SHARING)})
RETURNING to_json(role)
"""


async def _room(person_id: UUID, account_id: UUID, policy: Accounts) -> AlreadyYours | Full | None:
    """Holds the person, then the account, as linking does; None where one more account fits."""
    await DB.do("SELECT 1 FROM people WHERE id = $1 FOR UPDATE", person_id)
    await hold(account_id)
    has = await DB.one(HAS, person_id, account_id, into=Has) or Has(False, 0)
    if has.this:
        return AlreadyYours(account_id)
    return Full() if has.count >= (MOST_ALTOGETHER if policy.exclusive else policy.maximum) else None


class Has(msgspec.Struct, frozen=True):
    this: bool
    count: int


HAS = """
SELECT json_build_object('this', coalesce(bool_or(account_id = $2), false), 'count', count(*))
FROM links WHERE person_id = $1
"""


async def _let_in(person_id: UUID, account_id: UUID, role: str, portal_id: UUID, now: datetime) -> None:
    """Whoever owns the account here is told."""
    await DB.do(LET_IN, uuid4(), person_id, account_id, role, now)
    for owner in await DB.one(OWNERS, account_id, portal_id, into=list[UUID]) or []:
        await messages.tell("account-linked", owner, now=now, about=account_id)


LET_IN = """
INSERT INTO links (id, person_id, account_id, level, role, name, position, linked_at)
VALUES ($1, $2, $3, 'extended', $4, '', (SELECT count(*) FROM links WHERE person_id = $2), $5)
"""
OWNERS = f"""
SELECT json_agg(links.person_id) FROM links JOIN people ON people.id = links.person_id
WHERE links.account_id = $1 AND people.portal_id = $2 AND {granted(Right.SHARING)}
"""


async def exclude(link_id: UUID, account_id: UUID, *, by: UUID, now: datetime) -> bool:
    """Somebody who was let in sees the account no more, from the next page on. Owners exclude no owners."""
    async with DB.transaction():
        await hold(account_id)
        if not await may_share(by, account_id):
            return False
        guest = await DB.one(EXCLUDE, link_id, account_id, by, into=UUID)
        if guest:
            await messages.tell("access-ended", guest, now=now, about=account_id)
    return guest is not None


EXCLUDE = """
DELETE FROM links WHERE id = $1 AND account_id = $2 AND role <> 'owner' AND person_id IN (
    SELECT id FROM people WHERE portal_id = (SELECT portal_id FROM people WHERE id = $3))
RETURNING to_json(person_id)
"""


async def ask(
    company_id: UUID, number: str, note: str, *, by: UUID, portal_id: UUID, ip: str, now: datetime
) -> TooMany | None:
    """Whoever owns the account here learns of it (A26); the asker gets the same answer for any number."""
    shares = [(limits.ASK_PER_ADDRESS, limits.address_prefix(ip)), (limits.REQUEST_PER_PERSON, str(by))]
    if not await limiting.take_all(shares, now):
        return TooMany()
    account_id = await account_of(company_id, number)
    if account_id is None:
        return None
    async with DB.transaction():
        await hold(account_id)
        owners = await DB.one(OWNERS, account_id, portal_id, into=list[UUID]) or []
        if owners and await DB.do(ASK, uuid4(), portal_id, account_id, by, note, now) == 1:
            for owner in owners:
                await messages.tell("joining-asked", owner, now=now, about=account_id)
    return None


async def account_of(company_id: UUID, number: str) -> UUID | None:
    """The account with this number at this company; of contracts or the operator's own."""
    return await DB.one(ACCOUNT_OF_NUMBER, company_id, number, into=UUID)


ACCOUNT_OF_NUMBER = """
SELECT to_json(id) FROM (
    SELECT account_id AS id FROM contracts WHERE company_id = $1 AND number = $2
    UNION SELECT id FROM accounts WHERE company_id = $1 AND number = $2
) a LIMIT 1
"""
ASK = """
INSERT INTO joinings (id, portal_id, account_id, person_id, note, asked_at)
SELECT $1, $2, $3, $4, $5, $6
WHERE NOT EXISTS (SELECT FROM joinings WHERE account_id = $3 AND person_id = $4 AND decided_at IS NULL)
  AND NOT EXISTS (SELECT FROM links WHERE account_id = $3 AND person_id = $4)
"""


async def answer(
    id: UUID, account_id: UUID, role: Role | Literal["none"], *, by: UUID, portal_id: UUID, policy: Accounts,
    now: datetime,
) -> Joined | AlreadyYours | Full | Gone | Absent | None:  # fmt: skip
    """The owner's word on such a request, once; None where it was refused: the asker is told of a yes alone."""
    asker = await DB.one(ASKER, id, account_id, portal_id, into=UUID)
    if asker is None or role not in (*roles.INVITED, "none"):
        return Absent()
    async with DB.transaction():
        room = await _room(asker, account_id, policy)
        if not await may_share(by, account_id):
            return Absent()
        if role != "none" and isinstance(room, Full):
            return room
        if await DB.do(ANSWER, id, None if role == "none" else role, now) == 0:
            return Gone()
        if role == "none" or room:
            return room
        await _let_in(asker, account_id, role, portal_id, now)
        await messages.tell("joining-granted", asker, now=now, about=account_id)
    return Joined(account_id)


ASKER = "SELECT to_json(person_id) FROM joinings WHERE id = $1 AND account_id = $2 AND portal_id = $3"
ANSWER = "UPDATE joinings SET decided_at = $3, role = $2 WHERE id = $1 AND decided_at IS NULL"
