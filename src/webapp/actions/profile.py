"""What a person changes about oneself: name, phone, language, password."""

from datetime import datetime
from uuid import UUID

import msgspec

from webapp.actions import hashing, limiting, messages, proofs, second_step, sign_in
from webapp.database.engine import DB
from webapp.rules import limits


class Confirmed(msgspec.Struct, frozen=True):
    pass


class Fits(msgspec.Struct, frozen=True):
    """It is the password of now."""


class Changed(msgspec.Struct, frozen=True):
    pass


class Wrong(msgspec.Struct, frozen=True):
    """Not the password of now."""


class WrongCode(msgspec.Struct, frozen=True):
    """The password fits, the code of the second step does not."""


class TooMany(msgspec.Struct, frozen=True):
    """Whoever guesses waits, also with the right one."""


async def change_language(person_id: UUID, language: str) -> None:
    """Pages and letters from now on; the caller has seen that the portal offers it."""
    await DB.do("UPDATE people SET language = $2 WHERE id = $1", person_id, language)


async def describe(person_id: UUID, *, name: str, phone: str) -> None:
    """Asked for after sign-up, when the person likes (R04); nothing depends on it."""
    await DB.do(DESCRIBE, person_id, name, phone)


DESCRIBE = "UPDATE people SET name = $2, phone = $3 WHERE id = $1 AND gone_at IS NULL"


async def confirm(
    person_id: UUID, sign_in_id: UUID, password: str, code: str | None, *, key: bytes, now: datetime
) -> Confirmed | Wrong | WrongCode | TooMany:
    """That it is the person who holds the device, not only the device. `code`: where there is an application."""
    right = await _right(person_id, password, now)
    if not isinstance(right, str):
        return right
    if code is None:
        await confirmed(sign_in_id, now)
        return Confirmed()
    match await second_step.confirmed(sign_in_id, person_id, code, key=key, now=now):
        case "fits":
            return Confirmed()
        case "wrong":
            return WrongCode()
        case "too_many":
            return TooMany()


async def fits(person_id: UUID, password: str, now: datetime) -> Fits | Wrong | TooMany:
    """Before what cannot be undone: asked each time."""
    right = await _right(person_id, password, now)
    return Fits() if isinstance(right, str) else right


async def confirmed(sign_in_id: UUID, now: datetime) -> None:
    await DB.do("UPDATE sign_ins SET confirmed_at = $2 WHERE id = $1 AND revoked_at IS NULL", sign_in_id, now)


async def change_password(
    person_id: UUID, sign_in_id: UUID, *, old: str, new: str, now: datetime
) -> Changed | Wrong | TooMany:
    """Everybody else who was signed in is out, and no older code or link sets another one."""
    before = await _right(person_id, old, now)
    if not isinstance(before, str):
        return before
    password_hash = await hashing.hash_of(new)
    async with DB.transaction():
        if not await DB.do(CHANGE, person_id, before, password_hash):
            return Wrong()  # somebody was quicker: the old one is not of now any more
        await proofs.retire_all(person_id, now)
        await sign_in.sign_out_everywhere(person_id, now, but=sign_in_id)
        await confirmed(sign_in_id, now)
        await messages.tell("password-changed", person_id, now=now)
    return Changed()


CHANGE = """
UPDATE people SET password_hash = $3 WHERE id = $1 AND password_hash = $2 AND gone_at IS NULL
"""


async def _right(person_id: UUID, password: str, now: datetime) -> str | Wrong | TooMany:
    """The stored hash, if the password fits it."""
    share = (limits.CONFIRM_PER_PERSON, str(person_id))
    if not await limiting.take(*share, now):
        return TooMany()
    sql = "SELECT to_json(password_hash) FROM people WHERE id = $1"
    stored = await DB.one(sql, person_id, into=str | None)  # type: ignore[arg-type]
    if not await hashing.fits(stored, password) or stored is None:
        return Wrong()
    await limiting.give_back([share])
    return stored
