"""A registration that nobody can sign in to is taken away on request, after a look by the staff (A36, A46-A48)."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from webapp.actions import accounts, cases, leaving, limiting, messages, sharing
from webapp.database.engine import DB
from webapp.database.queries.cases import Followed, followed
from webapp.rules import limits

REMEMBERED = timedelta(days=30)
"""So long the holder is not told a second time of the same request."""


class Request(msgspec.Struct, frozen=True):
    """The five fields of A47, and where the answer goes."""

    company_id: UUID
    number: str
    holder: str
    address: str
    amount: str
    contact: str

    @property
    def typed(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in ("number", "holder", "address", "amount")}


class TooMany(msgspec.Struct, frozen=True):
    """Too many requests, or looks, from here."""


class Unknown(msgspec.Struct, frozen=True):
    """No such number, or another contact: which of the two is not said."""


async def ask(
    asked: Request, *, portal_id: UUID, browser: bytes, days: int, language: str, ip: str, now: datetime
) -> str | TooMany:
    """The number to follow it by, whether or not there is such an account. Its holder here learns of it at once.

    `browser` comes with the form: whoever sends it twice gets the number of the first time.
    """
    if not await limiting.take(limits.ANNULMENT_PER_ADDRESS, limits.address_prefix(ip), now):
        return TooMany()
    account_id = await sharing.account_of(asked.company_id, asked.number)
    async with DB.transaction():
        number = await cases.open(
            "annulment", company_id=asked.company_id, portal_id=portal_id, typed=asked.typed, days=days,
            contact=asked.contact, language=language, account_id=account_id, browser=browser, now=now,
        )  # fmt: skip
        if account_id and await limiting.once(f"annulment:{number}", until=now + REMEMBERED):
            for owner in await DB.one(sharing.OWNERS, account_id, portal_id, into=list[UUID]) or []:
                await messages.tell("annulment-asked", owner, now=now, about=account_id)
    return number


async def follow(
    number: str, contact: str, *, portal_id: UUID, ip: str, now: datetime
) -> Followed | Unknown | TooMany:
    """For whoever asked without signing in: the number and the contact together open it."""
    if not await limiting.take(limits.FOLLOW_PER_ADDRESS, limits.address_prefix(ip), now):
        return TooMany()
    return await followed(portal_id, number, contact) or Unknown()


async def grant(account_id: UUID, portal_id: UUID, *, now: datetime) -> None:
    """Inside the transaction that decides the case. Nobody has the account on this portal any more.

    A person who had nothing else there is gone: logins, password and sign-ins with it; the address or the phone
    can be signed up anew. Who was let in by such a holder only loses the account. Done twice, it finds nothing.
    """
    people = await DB.one(PEOPLE, account_id, portal_id, into=list[UUID]) or []
    for person in people:
        await DB.do("SELECT 1 FROM people WHERE id = $1 FOR UPDATE", person)
    for held in await accounts.take_away(account_id, portal_id, now=now):
        if held.role != "owner":
            await messages.tell("access-ended", held.person_id, now=now, about=account_id)
            continue
        for to in held.logins:
            await messages.write(
                "annulment-done",
                to,
                portal_id=portal_id,
                language=held.language,
                now=now,
                account=held.number,
            )
        if held.person_id in people and await DB.one(HAS_NOTHING_ELSE, held.person_id, into=bool):
            await leaving.forget(held.person_id, now)


async def refuse(account_id: UUID, portal_id: UUID, *, now: datetime) -> None:
    """Inside the transaction that decides the case: whoever was told of the request learns that nothing changes."""
    for owner in await DB.one(sharing.OWNERS, account_id, portal_id, into=list[UUID]) or []:
        await messages.tell("annulment-refused", owner, now=now, about=account_id)


PEOPLE = """
SELECT json_agg(people.id ORDER BY people.id) FROM links JOIN people ON people.id = links.person_id
WHERE links.account_id = $1 AND people.portal_id = $2 AND links.role = 'owner'
"""
HAS_NOTHING_ELSE = """
SELECT to_json(NOT EXISTS (SELECT FROM links WHERE person_id = $1)
           AND NOT EXISTS (SELECT FROM business_members WHERE person_id = $1))
"""
