"""What people are told unasked: each thing once, by a job that looks once a day; of which debt is theirs to say."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import msgspec

from webapp.actions import messages
from webapp.actions.messages import Notice
from webapp.database.engine import DB
from webapp.database.queries.shown import SINCE, SINCE_MOMENT
from webapp.rules import alerts as rules
from webapp.rules import money, usual
from webapp.rules.periods import day_of
from webapp.rules.roles import Right, granted

AT_ONCE = 500
"""Rows of a transaction: it is short, and what was told stays told when the worker is killed."""
NEWS = timedelta(days=5)
"""How long after a charge it is still looked at: workers may have been away."""


def read_limit(text: str) -> Decimal | None | money.Mistake:
    """Nothing typed is no limit; zero tells of any debt."""
    amount = money.parse_amount(text)
    return None if amount is money.Mistake.EMPTY else amount


async def set_limit(person_id: UUID, account_id: UUID, amount: Decimal | None) -> bool:
    """False where the account is somebody else's, or its money is not for this person. The last word counts."""
    return await DB.do(SET_LIMIT, person_id, account_id, amount) == 1


SET_LIMIT = f"""
UPDATE links SET balance_limit = $3 WHERE person_id = $1 AND account_id = $2 AND {granted(Right.MONEY)}
"""


class Due(msgspec.Struct, frozen=True):
    """Whom to tell, and about what: an account or a meter."""

    person_id: UUID
    about: UUID


async def look(now: datetime) -> int:
    """Tells what is new; as often as it runs, and in how many workers, nobody is told twice."""
    await DB.do(PAID)
    told = 0
    for notice, sql, values in LOOKS:
        while (count := await _tell(notice, sql, now, *values(day_of(now)))) == AT_ONCE:
            told += count
        told += count
    return told + await _usage(now)


async def _tell(notice: Notice, sql: str, now: datetime, *values: object) -> int:
    async with DB.transaction():
        found = await DB.one(sql, now, AT_ONCE, *values, into=list[Due]) or []
        for due in found:
            await messages.tell(notice, due.person_id, now=now, about=due.about)
    return len(found)


STAGE = " ".join(f"WHEN verified_until - $3 <= {days} THEN {days}" for days in rules.STAGES)
TOLD = "ON CONFLICT DO NOTHING RETURNING person_id"
INTO = "INSERT INTO alerts (id, company_id, person_id, account_id, kind, subject, told_at)"
VERIFICATION = f"""
WITH due AS (
    SELECT meters.company_id, person_id, meters.account_id, meters.id || ':' || CASE {STAGE} END AS subject
    FROM meters JOIN links ON links.account_id = meters.account_id
    WHERE removed_on IS NULL AND verified_until BETWEEN $3 AND $3 + {max(rules.STAGES)}
      AND {granted(Right.READINGS)} AND links.level = 'extended'
), new AS (
    {INTO}
    SELECT gen_random_uuid(), company_id, person_id, account_id, 'verification', subject, $1 FROM due
    WHERE NOT EXISTS (SELECT FROM alerts a WHERE a.company_id = due.company_id AND a.person_id = due.person_id
                      AND a.account_id = due.account_id AND a.kind = 'verification' AND a.subject = due.subject)
    LIMIT $2 {TOLD}, split_part(subject, ':', 1)::uuid AS about
)
SELECT json_agg(new) FROM new
"""
OWED = f"""
SELECT contracts.company_id, person_id, links.account_id, contracts.id::text AS subject
FROM links JOIN contracts ON contracts.account_id = links.account_id JOIN accounts ON accounts.id = links.account_id
WHERE balance_limit IS NOT NULL AND balance > balance_limit AND as_of >= {SINCE_MOMENT} AND {granted(Right.MONEY)}
"""
BALANCE = f"""
WITH due AS ({OWED}), new AS (
    {INTO}
    SELECT gen_random_uuid(), company_id, person_id, account_id, 'balance', subject, $1 FROM due
    WHERE NOT EXISTS (SELECT FROM alerts a WHERE a.company_id = due.company_id AND a.person_id = due.person_id
                      AND a.account_id = due.account_id AND a.kind = 'balance' AND a.subject = due.subject)
    LIMIT $2 {TOLD}, account_id AS about
)
SELECT json_agg(new) FROM new
"""
PAID = f"""
DELETE FROM alerts a WHERE kind = 'balance' AND NOT EXISTS (
    SELECT FROM ({OWED} AND links.person_id = a.person_id AND links.account_id = a.account_id) due
    WHERE due.subject = a.subject)
"""
"""A debt that was paid, or a limit that was raised: when it grows above it again, that is news again."""


LOOKS: tuple[tuple[Notice, str, Callable[[date], tuple[date, ...]]], ...] = (
    ("verification-due", VERIFICATION, lambda today: (today,)),
    ("balance-above", BALANCE, lambda _: ()),
)


class Watched(msgspec.Struct, frozen=True):
    """An account whose gas was charged lately, and who looks after it."""

    account_id: UUID
    company_id: UUID
    profile: str
    volumes: list[tuple[date, int]]
    planned: list[date]
    people: list[UUID]


class Part(msgspec.Struct, frozen=True):
    """Some of all accounts that somebody looks after, in their order."""

    last: UUID | None
    """Nothing: there are no more."""
    watched: list[Watched]


async def _usage(now: datetime) -> int:
    told, last = 0, UUID(int=0)
    while (part := await DB.one(WATCHED, day_of(now) - NEWS, last, into=Part)) and part.last:
        last = part.last
        odd = [(one, _unusual(one)) for one in part.watched]
        async with DB.transaction():
            for one, unusual in odd:
                told += await _tell_usage(one, unusual, now) if unusual else 0
    return told


def _unusual(one: Watched) -> rules.Unusual | None:
    history = [usual.Volume(month, m3) for month, m3 in one.volumes]
    return rules.unusual(history, usual.PROFILES[one.profile], frozenset(one.planned))


async def _tell_usage(one: Watched, unusual: rules.Unusual, now: datetime) -> int:
    notice: Notice = "usage-leak" if unusual.flow is rules.Flow.LEAK else "usage-unusual"
    values = (one.company_id, one.account_id, f"{unusual.month:%Y-%m}", now, one.people)
    new = await DB.one(USAGE, *values, into=list[UUID]) or []
    for person_id in new:
        await messages.tell(notice, person_id, now=now, about=one.account_id)
    return len(new)


USAGE = f"""
WITH new AS (
    {INTO} SELECT gen_random_uuid(), $1, person_id, $2, 'usage', $3, $4 FROM unnest($5::uuid[]) AS person_id {TOLD}
)
SELECT json_agg(person_id) FROM new
"""
LOOKED_AFTER = f"links.level = 'extended' AND {granted(Right.READINGS)}"
# The number stands in the text: of a value the planner would expect a tenth of all links, and read whole tables.
WATCHED = f"""
WITH taken AS MATERIALIZED (
    SELECT DISTINCT account_id FROM links WHERE account_id > $2 AND {LOOKED_AFTER} ORDER BY account_id LIMIT {AT_ONCE}
)
SELECT json_build_object('last', (SELECT account_id FROM taken ORDER BY account_id DESC LIMIT 1),
                         'watched', coalesce(json_agg(w), '[]')) FROM (
    SELECT accounts.id AS account_id, accounts.company_id,
           coalesce((SELECT profile FROM meter_points WHERE account_id = accounts.id LIMIT 1), 'stove') AS profile, (
        SELECT coalesce(json_agg(json_build_array(month, volume) ORDER BY month), '[]') FROM (
            SELECT month, sum(volume) AS volume FROM charges
            WHERE contract_id = contracts.id AND volume IS NOT NULL AND month >= {SINCE}
            GROUP BY month ORDER BY month DESC LIMIT 36) v
    ) AS volumes, (
        SELECT coalesce(json_agg(month), '[]') FROM (
            SELECT month FROM charges WHERE contract_id = contracts.id AND month >= {SINCE} GROUP BY month
            HAVING bool_or(kind = 'planned') AND NOT bool_or(kind = 'recalculation')) p
    ) AS planned, (
        SELECT coalesce(json_agg(person_id), '[]') FROM links WHERE account_id = accounts.id AND {LOOKED_AFTER}
    ) AS people
    FROM taken JOIN contracts USING (account_id) JOIN accounts ON accounts.id = contracts.account_id
    WHERE EXISTS (SELECT FROM charges WHERE contract_id = contracts.id AND volume IS NOT NULL AND charged_on >= $1)
) w
"""
