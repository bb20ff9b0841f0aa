"""What deciding a reading needs to know. Whose meter it is is part of every question."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from webapp.database.engine import DB
from webapp.database.queries.accounts import SINCE
from webapp.rules import readings as rules
from webapp.rules import usual
from webapp.rules.roles import Right, granted


class Meter(msgspec.Struct, frozen=True):
    """A meter that is held until the transaction ends, with all that its reading is judged by."""

    id: UUID
    company_id: UUID
    digits: int
    max_hourly_litres: int
    profile: str
    volumes: list[tuple[date, int]]
    serial: str
    account: str
    """Its number."""
    operator: str
    supplier: str | None
    """Names of companies."""

    @property
    def dial(self) -> rules.Dial:
        history = [usual.Volume(month, m3) for month, m3 in self.volumes]
        daily = usual.usual_daily(history, usual.PROFILES[self.profile])
        return rules.Dial(self.digits, self.max_hourly_litres, daily)


async def lock_meter(meter_id: UUID, *, of: UUID) -> Meter | None:
    """The person's meter, held until the transaction ends: readings of one meter are decided one by one.

    Ask for the readings after this, not in the same statement: that one would see them as they were
    before it waited.
    """
    return await DB.one(LOCK_METER, meter_id, of, into=Meter)


SUPPLY = """
LEFT JOIN contracts AS supply ON supply.account_id = meters.account_id AND supply.service = 'supply'
LEFT JOIN companies AS supplier ON supplier.id = supply.company_id
"""
LOCK_METER = f"""
SELECT json_build_object(
    'id', meters.id, 'company_id', meters.company_id, 'digits', digits,
    'max_hourly_litres', max_hourly_litres, 'profile', meter_points.profile,
    'serial', serial, 'account', accounts.number,
    'operator', companies.name, 'supplier', supplier.name,
    'volumes', (SELECT coalesce(json_agg(json_build_array(month, volume)), '[]') FROM (
        SELECT month, sum(volume) AS volume FROM charges
        WHERE contract_id = supply.id AND volume IS NOT NULL AND month >= {SINCE}
        GROUP BY month ORDER BY month DESC LIMIT 24) x)
)
FROM meters JOIN meter_points ON meter_points.id = meters.meter_point_id
JOIN links ON links.account_id = meters.account_id JOIN accounts ON accounts.id = meters.account_id
JOIN companies ON companies.id = meters.company_id {SUPPLY}
WHERE meters.id = $1 AND links.person_id = $2 AND meters.removed_on IS NULL AND {granted(Right.READINGS)}
FOR UPDATE OF meters
"""


class Sent(msgspec.Struct, frozen=True):
    """What stands for the month."""

    value: int
    number: int


class Stored(msgspec.Struct, frozen=True):
    id: UUID
    number: int
    person_id: UUID | None
    meter_id: UUID
    month: date
    value: int
    read_on: date
    received_at: datetime
    state: str
    reason: rules.Refusal | None
    doubts: list[rules.Doubt]
    digest: str
    late: bool
    standing: Sent | None = None
    """What the month of a refused one has, when a repeated id or its device asks."""


class Standing(msgspec.Struct, frozen=True):
    number: int
    """Free to be given to the reading that is decided; nobody else gets it."""
    last: Stored | None
    """The latest accepted reading of an earlier month."""
    this_month: Stored | None
    """What a consumer sent for this month already."""
    same_id: Stored | None


async def standing(meter_id: UUID, month: date, submission_id: UUID) -> Standing:
    found = await DB.one(STANDING, meter_id, month, submission_id, into=Standing)
    assert found
    return found


FACTS = """
r.id, r.number, r.person_id, r.meter_id, r.month, r.value, r.read_on, r.received_at, r.state, r.reason, r.doubts,
r.digest, r.late
"""
STORED = f"""
SELECT {FACTS}, (SELECT json_build_object('value', value, 'number', number) FROM readings
             WHERE company_id = r.company_id AND meter_id = r.meter_id AND month = r.month
               AND state = 'accepted' AND source = 'consumer' AND r.reason = 'already_sent') AS standing
FROM readings r
"""
STANDING = f"""
SELECT json_build_object(
    'number', nextval('readings_number_seq'),
    'last', (SELECT to_json(s) FROM (
        SELECT {FACTS} FROM readings r WHERE meter_id = $1 AND state = 'accepted' AND month < $2
        ORDER BY month DESC, number DESC LIMIT 1) s),
    'this_month', (SELECT to_json(s) FROM (
        SELECT {FACTS} FROM readings r
        WHERE meter_id = $1 AND state = 'accepted' AND month = $2 AND source = 'consumer') s),
    'same_id', (SELECT to_json(s) FROM ({STORED} WHERE id = $3) s)
)
"""


async def stored(ids: list[UUID]) -> list[Stored]:
    """What became of these submissions, whoever sent them: the action says only what the asker may know."""
    sql = f"SELECT json_agg(to_json(s)) FROM ({STORED} WHERE id = ANY($1)) s"
    return await DB.one(sql, ids, into=list[Stored]) or []
