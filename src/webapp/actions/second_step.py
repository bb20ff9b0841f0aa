"""The second step of a sign-in, and the same question before something is turned off.

A row of `challenges` says what one browser has to answer, and until when; a stolen password alone opens nothing.
"""

import secrets
from datetime import datetime
from typing import Literal
from uuid import UUID, uuid4

import msgspec

from webapp.actions import authenticators, passkeys, recovery_codes, sign_in
from webapp.actions.authenticators import Tried
from webapp.actions.sign_in import Device, SignedIn
from webapp.database.engine import DB
from webapp.database.queries.visits import Portal
from webapp.rules import codes
from webapp.rules import second_step as rules

Purpose = Literal["register", "passkey", "second", "confirm"]
LONGEST_PATH = 200
"""Whoever was on the way to a longer one comes to the cabinet."""


class Step(msgspec.Struct, frozen=True):
    id: UUID
    owner_id: UUID | None
    challenge: str
    shared: bool
    next: str
    tries: int
    expires_at: datetime
    used_at: datetime | None

    @property
    def question(self) -> bytes:
        return bytes.fromhex(self.challenge)

    def is_live(self, now: datetime) -> bool:
        return self.used_at is None and self.expires_at > now


class Wrong(msgspec.Struct, frozen=True):
    """`left`: tries before the password is asked again."""

    left: int


class TooMany(msgspec.Struct, frozen=True):
    """For this sign-in, or for this person in the last quarter of an hour."""


class Over(msgspec.Struct, frozen=True):
    """Too late, used already, or begun in another browser."""


Outcome = SignedIn | Wrong | TooMany | Over


async def begin(
    purpose: Purpose,
    *,
    portal_id: UUID,
    browser: bytes,
    owner_id: UUID | None = None,
    shared: bool = False,
    next: str = "",
    now: datetime,
) -> bytes:
    """A new question for this browser; one asked before for the same purpose is no longer waited for."""
    question = secrets.token_bytes(32)
    await DB.do(
        BEGIN, uuid4(), portal_id, purpose, owner_id, browser, question, shared,
        next if len(next) <= LONGEST_PATH else "", now, now + rules.LIFE
    )  # fmt: skip
    return question


BEGIN = """
WITH before AS (
    UPDATE challenges SET used_at = $9
    WHERE browser_sha256 = $5 AND portal_id = $2 AND purpose = $3 AND used_at IS NULL
)
INSERT INTO challenges (id, portal_id, purpose, owner_id, browser_sha256, challenge, shared, next,
                        created_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""


async def waiting(portal_id: UUID, purpose: Purpose, browser: bytes | None) -> Step | None:
    """The latest that this browser was asked, also when its time is over."""
    return await DB.one(WAITING, portal_id, purpose, browser, into=Step) if browser else None


WAITING = """
SELECT json_build_object('id', id, 'owner_id', owner_id, 'challenge', encode(challenge, 'hex'), 'shared', shared,
                         'next', next, 'tries', tries, 'expires_at', expires_at, 'used_at', used_at)
FROM challenges WHERE portal_id = $1 AND purpose = $2 AND browser_sha256 = $3
ORDER BY used_at IS NULL DESC, created_at DESC LIMIT 1
"""


async def enter_by_code(
    step: Step | None, typed: str, *, portal_id: UUID, on: Device, key: bytes, now: datetime
) -> Outcome:
    """With a code of the application or a recovery code. The try is counted before anything is compared."""
    if step is None or step.owner_id is None or not step.is_live(now):
        return Over()
    if await DB.do(COUNT, step.id, rules.TRIES, now) != 1:
        return TooMany()
    match await answer(step.owner_id, typed, key=key, now=now):
        case "too_many":
            return TooMany()
        case "wrong":
            left = rules.TRIES - step.tries - 1
            return Wrong(left) if left > 0 else TooMany()
    return await _enter(step, step.owner_id, portal_id, on, step.shared, now)


COUNT = """
UPDATE challenges SET tries = tries + 1
WHERE id = $1 AND tries < $2 AND used_at IS NULL AND expires_at > $3
"""


async def enter_by_passkey(
    step: Step | None,
    credential: str,
    *,
    portal: Portal,
    on: Device,
    shared: bool | None = None,
    now: datetime,
) -> Outcome:
    """As the second step, or (a step without an owner) instead of login and password."""
    if step is None or not step.is_live(now):
        return Over()
    if await DB.do(COUNT, step.id, rules.TRIES, now) != 1:
        return TooMany()
    who = await passkeys.owner(portal, credential, step.question, of=step.owner_id, now=now)
    if who is None:
        return Wrong(max(0, rules.TRIES - step.tries - 1))
    return await _enter(step, who, portal.id, on, step.shared if shared is None else shared, now)


async def _enter(
    step: Step, person_id: UUID, portal_id: UUID, on: Device, shared: bool, now: datetime
) -> SignedIn | Over:
    async with DB.transaction():
        if not await use(step, now):
            return Over()
        entered = await sign_in.enter(person_id, portal_id, on=on, shared=shared, now=now)
    return entered


async def use(step: Step, now: datetime) -> bool:
    """Once, and in time: whoever comes second gets False."""
    return await DB.do(USE, step.id, now) == 1


USE = "UPDATE challenges SET used_at = $2 WHERE id = $1 AND used_at IS NULL AND expires_at > $2"


async def answer(owner_id: UUID, typed: str, *, key: bytes, now: datetime) -> Tried:
    """Of a person who is known already: a code of the application or a recovery code."""
    if rules.is_recovery_code(typed):
        return await recovery_codes.try_code(owner_id, typed, key=key, now=now)
    return await authenticators.try_code(owner_id, typed, key=key, now=now)


async def confirmed(sign_in_id: UUID, owner_id: UUID, typed: str, *, key: bytes, now: datetime) -> Tried:
    """Asked again before money and contacts; the sign-in remembers when it was answered."""
    said = await answer(owner_id, typed, key=key, now=now)
    if said == "fits":
        await DB.do("UPDATE sign_ins SET confirmed_at = $2 WHERE id = $1", sign_in_id, now)
    return said


def browser_of(sign_in_id: UUID) -> bytes:
    """For whoever is signed in, the sign-in is the browser."""
    return codes.hash_of(str(sign_in_id))
