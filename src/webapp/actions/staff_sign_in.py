"""How the staff come in: mail and password, then a second factor; a consumer's sign-in opens nothing of theirs."""

import secrets
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import msgspec

from webapp.actions import audit, authenticators, field_tickets, hashing, limiting, recovery_codes
from webapp.actions.audit import By
from webapp.database.engine import DB
from webapp.rules import codes, limits
from webapp.rules import recovery_codes as recovery

HALF = timedelta(minutes=10)
"""Between the password and the second factor."""
IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)


class Entered(msgspec.Struct, frozen=True):
    token: str
    codes: list[str] = []
    """New recovery codes, to be shown this once."""


class Wrong(msgspec.Struct, frozen=True):
    """Which part does not fit is not said: unknown mail, password, another portal, blocked."""


class TooMany(msgspec.Struct, frozen=True):
    """Too often from here, or for this mail."""


class Ended(msgspec.Struct, frozen=True):
    """The first step is too long ago, was used up, or the colleague was blocked meanwhile."""


async def begin(
    mail: str, password: str, *, portal_id: UUID, ip: str, device: str, now: datetime
) -> Entered | Wrong | TooMany:
    """The first half. As much work for an unknown mail as for a known one."""
    shares = [
        (limits.SIGN_IN_PER_ADDRESS, limits.address_prefix(ip)),
        (limits.SIGN_IN_PER_LOGIN, f"staff:{mail}"),
    ]
    if not await limiting.take_all(shares, now):
        return TooMany()
    known = await DB.one(KNOWN, mail, portal_id, into=Known)
    if not await hashing.fits(known.password_hash if known else None, password) or known is None:
        return Wrong()
    await limiting.give_back(shares)
    async with DB.transaction():
        entered = await enter(known.id, portal_id=portal_id, ip=ip, device=device, full=False, now=now)
    return entered if isinstance(entered, Entered) else Wrong()


class Known(msgspec.Struct, frozen=True):
    id: UUID
    password_hash: str | None


SERVED = """
(staff.company_id IS NULL OR EXISTS (
    SELECT 1 FROM portal_companies
    WHERE portal_companies.portal_id = $2 AND portal_companies.company_id = staff.company_id
))
"""
KNOWN = f"""
SELECT json_build_object('id', id, 'password_hash', password_hash)
FROM staff WHERE mail = $1 AND blocked_at IS NULL AND {SERVED}
"""


async def enter(
    colleague_id: UUID, *, portal_id: UUID, ip: str, device: str = "", full: bool, now: datetime
) -> Entered | Ended:
    """Inside the caller's transaction, with a token nobody has seen before."""
    if not await hold(colleague_id, portal_id):
        return Ended()
    token = secrets.token_urlsafe(32)
    idle, absolute = (IDLE, ABSOLUTE) if full else (HALF, HALF)
    await DB.do(
        ENTER, uuid4(), portal_id, colleague_id, codes.hash_of(token), full, device[:60], ip, now, now + idle,
        now + absolute,
    )  # fmt: skip
    return Entered(token)


async def hold(colleague_id: UUID, portal_id: UUID) -> bool:
    """The colleague's row, until the transaction ends: who is being blocked does not slip in. False: may not."""
    return bool(await DB.one(HELD, colleague_id, portal_id, into=bool))


HELD = f"SELECT to_json(blocked_at IS NULL) FROM staff WHERE id = $1 AND {SERVED} FOR UPDATE"
ENTER = """
INSERT INTO staff_sign_ins (id, portal_id, colleague_id, token_sha256, second_factor, device, ip, created_at,
                            seen_at, idle_expires_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9, $10)
"""


async def second(
    half_id: UUID, code: str, *, by: By, key: bytes, device: str, now: datetime
) -> Entered | Wrong | TooMany | Ended:
    """The code of the application, or a recovery code; neither works twice."""
    if by.id is None:
        return Ended()
    is_recovery = len(recovery.tidy(code)) == recovery.LENGTH
    factor = recovery_codes.try_code if is_recovery else authenticators.try_code
    match await factor(by.id, code, key=key, now=now):
        case "fits":
            return await _whole(half_id, by, device, now)
        case "too_many":
            return TooMany()
        case _:
            return Wrong()


async def set_up(
    half_id: UUID, code: str, *, by: By, key: bytes, device: str, now: datetime
) -> Entered | Wrong | Ended:
    """The first code of a new application; the recovery codes come with it."""
    if by.id is None or await authenticators.has(by.id):
        return Ended()
    if not await authenticators.confirm(by.id, code, key=key, now=now):
        return Wrong()
    async with DB.transaction():
        entered = await _whole(half_id, by, device, now)
        if isinstance(entered, Ended):
            return entered
        await audit.write("factor_set", by, now=now)
        shown = await recovery_codes.issue(by.id, key=key, now=now)
    return Entered(entered.token, shown)


async def _whole(half_id: UUID, by: By, device: str, now: datetime) -> Entered | Ended:
    """The half sign-in is used up, a new one with a new token stands in its place."""
    assert by.id is not None
    async with DB.transaction():
        if not await hold(by.id, by.portal_id) or await DB.do(USE_UP, half_id, by.id, now) != 1:
            return Ended()
        entered = await enter(by.id, portal_id=by.portal_id, ip=by.ip, device=device, full=True, now=now)
        await audit.write("signed_in", by, now=now)
    return entered


USE_UP = """
UPDATE staff_sign_ins SET revoked_at = $3
WHERE id = $1 AND colleague_id = $2 AND NOT second_factor AND revoked_at IS NULL AND expires_at > $3
"""


async def seen(sign_in_id: UUID, now: datetime) -> None:
    """The idle time starts anew; never for one that was ended meanwhile."""
    sql = "UPDATE staff_sign_ins SET seen_at = $2, idle_expires_at = $3 WHERE id = $1 AND revoked_at IS NULL"
    await DB.do(sql, sign_in_id, now, now + IDLE)


async def sign_out(token_sha256: bytes, now: datetime) -> None:
    """With the tickets of this phone, where it carries rounds."""
    async with DB.transaction():
        await field_tickets.end_with(token_sha256, now)
        await DB.do(SIGN_OUT, token_sha256, now)


SIGN_OUT = "UPDATE staff_sign_ins SET revoked_at = $2 WHERE token_sha256 = $1 AND revoked_at IS NULL"


async def sign_out_everywhere(colleague_id: UUID, now: datetime) -> None:
    """With every phone that carries rounds; the sign-ins first: whoever fetches one just now is waited for."""
    await DB.do(
        "UPDATE staff_sign_ins SET revoked_at = $2 WHERE colleague_id = $1 AND revoked_at IS NULL",
        colleague_id, now,
    )  # fmt: skip
    await field_tickets.end_all(colleague_id, now)
