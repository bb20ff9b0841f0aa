"""Shares that are used up: a row a subject, decided and written by one statement."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256

from webapp.database.engine import DB
from webapp.rules.limits import Limit

Share = tuple[Limit, str]
"""A limit, and the subject whose share of it is used."""

TAKE = """
INSERT INTO limits AS l (subject, used_until) VALUES ($1, $2::timestamptz + $3::interval)
ON CONFLICT (subject) DO UPDATE SET used_until = greatest(l.used_until, $2::timestamptz) + $3::interval
WHERE greatest(l.used_until, $2::timestamptz) + $3::interval <= $2::timestamptz + $4::interval
"""


def taking(after: int) -> str:
    """The same as the beginning of a larger statement, whose own values are the first `after`."""
    return re.sub(r"\$([1-4])", lambda found: f"${int(found[1]) + after}", TAKE)


def taking_where(condition: str) -> str:
    """The same as a part of a larger statement that begins with its values, where `condition` holds."""
    return TAKE.replace(
        "VALUES ($1, $2::timestamptz + $3::interval)",
        f"SELECT $1, $2::timestamptz + $3::interval WHERE {condition}",
    )


def values(limit: Limit, subject: str, now: datetime) -> tuple[str, datetime, timedelta, timedelta]:
    return _row(limit, subject), now, limit.interval, limit.per


async def take(limit: Limit, subject: str, now: datetime) -> bool:
    """Whether `subject` may do it once more; if so, it is counted (GCRA, rules.limits.decide in one statement)."""
    return await DB.do(TAKE, *values(limit, subject, now)) == 1


async def wait(limit: Limit, subject: str, now: datetime, many: int = 1) -> timedelta:
    """Takes `many` at once and returns zero; or takes nothing, and returns after what time they may be taken."""
    cost = limit.interval * many
    if await DB.do(TAKE, _row(limit, subject), now, cost, limit.per) == 1:
        return timedelta(0)
    used = await DB.one(USED_UNTIL, _row(limit, subject), into=datetime)
    return max((used or now) + cost - now - limit.per, timedelta(seconds=1))


USED_UNTIL = "SELECT to_json(used_until) FROM limits WHERE subject = $1"


async def take_all(shares: Iterable[Share], now: datetime) -> bool:
    """Whether every subject may; those before the first that may not are counted all the same.

    The asker's own shares stand first: who has used them up cannot use up those of a victim.
    """
    for limit, subject in shares:
        if not await take(limit, subject, now):
            return False
    return True


async def give_back(shares: Iterable[Share]) -> None:
    """It turned out to be no misuse: the right answer costs nothing."""
    for limit, subject in shares:
        await DB.do(GIVE_BACK, _row(limit, subject), limit.interval)


GIVE_BACK = "UPDATE limits SET used_until = used_until - $2::interval WHERE subject = $1"


async def once(subject: str, *, until: datetime) -> bool:
    """Whether this is the first time; remembered until `until`."""
    return (
        await DB.do(
            "INSERT INTO limits (subject, used_until) VALUES ($1, $2) ON CONFLICT DO NOTHING", subject, until
        )
        == 1
    )


def _row(limit: Limit, subject: str) -> str:
    """No phone, address or number lies in the table, and the longest of them fits."""
    return f"{limit.name}:{sha256(subject.encode()).hexdigest()}"
