"""Whose account it is: a number and what only its holder knows. It links, it never signs anybody in."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID, uuid4

import msgspec

from webapp.actions import limiting, messages
from webapp.actions.limiting import Share
from webapp.database.engine import DB
from webapp.rules import answers as rules
from webapp.rules import limits
from webapp.rules.answers import Answer, Facts, Level


class Claim(msgspec.Struct, frozen=True):
    companies: tuple[UUID, ...]
    """Whose number it may be: the chosen one, or all of the portal where the whole address tells them apart."""
    number: str
    """Canonical, as the company writes it."""
    answers: tuple[Answer, ...]
    """One, or two of different kinds where the tries of the account are used up."""

    @classmethod
    def by_payment(
        cls, company: UUID, number: str, amount: Decimal, places: tuple[int, ...] = (1, 2)
    ) -> "Claim":
        return cls((company,), number, (Answer("last_payment", amount=amount, places=places),))


class Identified(msgspec.Struct, frozen=True):
    account_id: UUID
    level: Level = "extended"


class NotIdentified(msgspec.Struct, frozen=True):
    """No such number, or another answer: which of the two is not said."""


class TooManyTries(msgspec.Struct, frozen=True):
    """For this account, by this person or from this address (T3)."""

    locked: bool = False
    """It is the account whose tries are used up: its holder still comes in with two proofs."""


Outcome = Identified | NotIdentified | TooManyTries


async def identify(
    claim: Claim, *, ip: str, now: datetime, person_id: UUID | None = None, key: bytes = b""
) -> Outcome:
    """`key` is what PINs are hashed with; without it none fits."""
    found = await DB.one(FACTS + BY_NUMBER, list(claim.companies), claim.number, into=list[Facts]) or []
    subjects = {str(facts.account_id) for facts in found} or {f"{claim.companies[0]}:{claim.number}"}
    return await _decide(claim.answers, found, subjects, _askers(ip, person_id), person_id, key, now)


async def identify_linked(
    account_id: UUID, answer: Answer, *, of: UUID, ip: str, key: bytes, now: datetime
) -> Outcome | None:
    """The control question about an account that the person has by its number (R15); None: has not."""
    found = await DB.one(FACTS + OF_PERSON, account_id, of, into=list[Facts])
    if not found:
        return None
    return await _decide((answer,), found, {str(account_id)}, _askers(ip, of), of, key, now)


def _askers(ip: str, person_id: UUID | None) -> list[Share]:
    shares = [(limits.LINK_PER_ADDRESS, limits.address_prefix(ip))]
    return shares + ([(limits.LINK_PER_PERSON, str(person_id))] if person_id else [])


async def _decide(
    answers: Sequence[Answer], found: Sequence[Facts], subjects: set[str], askers: list[Share],
    person_id: UUID | None, key: bytes, now: datetime,
) -> Outcome:  # fmt: skip
    """Each try is counted before it is compared, over all proofs of an account together; the right one is free."""
    of_account = _shares_of(subjects, two=rules.are_two(answers), by=str(person_id))
    if not await limiting.take_all(askers, now):
        return TooManyTries()
    if not await limiting.take_all(of_account, now):
        return TooManyTries(locked=True)
    fits = next((facts for facts in found if all(rules.fits(one, facts, key) for one in answers)), None)
    if fits is None or not answers:
        return NotIdentified()
    level = rules.level(answers)
    # A number alone proves nothing: whoever walks along the numbers pays for the right ones too.
    await limiting.give_back(of_account + (askers if level == "extended" else []))
    return Identified(fits.account_id, level)


def _shares_of(subjects: set[str], *, two: bool, by: str) -> list[Share]:
    """Two proofs at once have a small allowance of their own: nobody else's wrong tries close it."""
    if not two:
        return [(limits.LINK_PER_ACCOUNT, subject) for subject in sorted(subjects)]
    own = [(limits.LINK_BY_TWO_PER_PERSON, f"{by}:{subject}") for subject in sorted(subjects)]
    return own + [(limits.LINK_BY_TWO_PER_ACCOUNT, subject) for subject in sorted(subjects)]


FACTS = """
SELECT json_agg(f) FROM (
    SELECT accounts.id AS account_id, address_key, coalesce(encode(pin_hmac, 'hex'), '') AS pin_hmac, (
        SELECT coalesce(json_agg(amount ORDER BY paid_on DESC, id), '[]') FROM (
            SELECT amount, paid_on, id FROM payments
            WHERE contract_id = contracts.id AND kind = 'payment' AND paid_on >= coalesce(held_since, '-infinity')
            ORDER BY paid_on DESC, id LIMIT 2) p
    ) AS payments, (
        SELECT sum(amount) FROM charges WHERE contract_id = contracts.id AND month = (
            SELECT max(month) FROM charges
            WHERE contract_id = contracts.id AND month >= coalesce(held_since, '-infinity'))
    ) AS last_charge, (
        SELECT coalesce(json_agg(serial), '[]') FROM meters
        WHERE account_id = accounts.id AND removed_on IS NULL
    ) AS serials, (
        SELECT coalesce(json_agg(eic), '[]') FROM meter_points WHERE account_id = accounts.id
    ) AS eics
    FROM contracts JOIN accounts ON accounts.id = contracts.account_id
    LEFT JOIN pins ON pins.account_id = accounts.id
"""
BY_NUMBER = """
    WHERE closed_on IS NULL AND contracts.id IN (
        SELECT id FROM contracts WHERE company_id = ANY($1) AND number = $2
        UNION SELECT contracts.id FROM accounts JOIN contracts ON contracts.account_id = accounts.id
        WHERE accounts.company_id = ANY($1) AND accounts.number = $2 AND contracts.company_id = accounts.company_id
        UNION SELECT contract_id FROM handed_accounts
        WHERE old_number = $2 AND (from_company_id = ANY($1) OR company_id = ANY($1)))
) f
"""
"""Also by the number that it had with another company: that one stands on the papers at home."""
OF_PERSON = """
    WHERE accounts.id = $1 AND EXISTS (SELECT 1 FROM links WHERE person_id = $2 AND account_id = $1)
) f
"""


async def is_registered(account_id: UUID, portal_id: UUID) -> bool:
    """Whether somebody on this portal has it already (A07, A26)."""
    return bool(await DB.one(REGISTERED, account_id, portal_id, into=bool))


REGISTERED = """
SELECT to_json(EXISTS (
    SELECT 1 FROM links JOIN people ON people.id = links.person_id
    WHERE account_id = $1 AND people.portal_id = $2 AND links.role = 'owner' AND links.level = 'extended'
))
"""


async def link(person_id: UUID, account_id: UUID, now: datetime, level: Level = "extended") -> None:
    """Inside the caller's transaction. Whoever has the account already, on whatever portal, is told (T3).

    A guest who proves that it is one's own is an owner from here on.
    """
    if await DB.do(LINK, uuid4(), person_id, account_id, now, level) == 0:
        return
    for holder in await DB.one(HOLDERS, account_id, person_id, into=list[UUID]) or []:
        await messages.tell("account-linked", holder, now=now, about=account_id)


LINK = """
INSERT INTO links (id, person_id, account_id, level, position, linked_at)
VALUES ($1, $2, $3, $5, (SELECT count(*) FROM links WHERE person_id = $2), $4)
ON CONFLICT (person_id, account_id) DO UPDATE SET level = 'extended', role = 'owner'
WHERE excluded.level = 'extended' AND (links.level = 'basic' OR links.role <> 'owner')
"""
HOLDERS = "SELECT json_agg(person_id) FROM links WHERE account_id = $1 AND person_id <> $2"
