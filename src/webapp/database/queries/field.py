"""What an inspector's phone carries: the doors of the day. Addresses and meters; no name, no debt, no phone."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from webapp.database.engine import DB
from webapp.database.queries.readings import SUPPLY, Meter, locked
from webapp.database.queries.shown import SINCE
from webapp.rules import readings as rules
from webapp.rules import usual


class Deliverer(msgspec.Struct, frozen=True):
    """Who hands in what was done: by the sign-in, or by the ticket that outlasts it."""

    id: UUID
    company_id: UUID
    device_id: UUID | None
    ticket_id: UUID | None = None
    ended: bool = False
    """By the supervisor: the phone is lost, or the colleague works here no more."""


async def by_ticket(
    portal_id: UUID, token_sha256: bytes, device_id: UUID | None, now: datetime
) -> Deliverer | None:
    """Only on the device it was made for; who has signed out there has taken it along."""
    return await DB.one(BY_TICKET, portal_id, token_sha256, device_id, now, into=Deliverer)


BY_TICKET = """
SELECT json_build_object(
    'id', staff.id, 'company_id', t.company_id, 'device_id', t.device_id, 'ticket_id', t.id,
    'ended', t.ended_why = 'lost' OR staff.blocked_at IS NOT NULL
)
FROM field_tickets t JOIN staff ON staff.id = t.colleague_id AND staff.company_id = t.company_id
WHERE t.token_sha256 = $2 AND t.portal_id = $1 AND t.device_id = $3 AND t.expires_at > $4
  AND t.ended_why <> 'signed_out'
  AND EXISTS (SELECT 1 FROM portal_companies p WHERE p.portal_id = $1 AND p.company_id = t.company_id)
"""


class Last(msgspec.Struct, frozen=True):
    value: int
    on: date


class CarriedMeter(msgspec.Struct, frozen=True):
    id: UUID
    serial: str
    model: str
    digits: int
    max_hourly_litres: int
    profile: str
    last: list[Last]
    """Three at most, the newest first."""
    volumes: list[tuple[date, int]]

    @property
    def dial(self) -> rules.Dial:
        history = [usual.Volume(month, m3) for month, m3 in self.volumes]
        return rules.Dial(
            self.digits,
            self.max_hourly_litres,
            usual.usual_daily(history, usual.PROFILES[self.profile]),
        )


class CarriedStop(msgspec.Struct, frozen=True):
    id: UUID
    seq: int
    settlement: str
    street: str
    house: str
    flat: str
    note: str
    meters: list[CarriedMeter]


class Carried(msgspec.Struct, frozen=True):
    id: UUID
    day: date
    title: str
    stops: list[CarriedStop]


OWN = "rounds.inspector_id = $1 AND rounds.company_id = $2 AND rounds.cancelled_at IS NULL"


async def carried(colleague_id: UUID, company_id: UUID, days: list[date]) -> list[Carried]:
    """The inspector's rounds of these days, whole, in one question."""
    return await DB.one(CARRIED, colleague_id, company_id, days, into=list[Carried]) or []


CARRIED = f"""
SELECT json_agg(json_build_object('id', rounds.id, 'day', day, 'title', title, 'stops', (
    SELECT coalesce(json_agg(json_build_object(
        'id', stops.id, 'seq', seq, 'note', note, 'settlement', accounts.settlement,
        'street', coalesce(nullif(street, ''), address), 'house', house, 'flat', flat,
        'meters', (
            SELECT coalesce(json_agg(json_build_object(
                'id', meters.id, 'serial', serial, 'model', model, 'digits', digits,
                'max_hourly_litres', max_hourly_litres, 'profile', meter_points.profile,
                'last', (SELECT coalesce(json_agg(l), '[]') FROM (
                    SELECT value, read_on AS on FROM readings
                    WHERE meter_id = meters.id AND state = 'accepted'
                    ORDER BY month DESC, number DESC LIMIT 3) l),
                'volumes', (SELECT coalesce(json_agg(json_build_array(month, volume)), '[]') FROM (
                    SELECT month, sum(volume) AS volume FROM charges
                    WHERE contract_id = supply.id AND volume IS NOT NULL AND month >= {SINCE}
                    GROUP BY month ORDER BY month DESC LIMIT 24) v)
            ) ORDER BY serial), '[]')
            FROM meters JOIN meter_points ON meter_points.id = meters.meter_point_id {SUPPLY}
            WHERE meters.account_id = accounts.id AND meters.removed_on IS NULL
        )
    ) ORDER BY seq), '[]')
    FROM stops JOIN accounts ON accounts.id = stops.account_id WHERE stops.round_id = rounds.id
)) ORDER BY day, title, rounds.id)
FROM rounds WHERE {OWN} AND day = ANY($3)
"""


async def valid(colleague_id: UUID, company_id: UUID, since: date) -> list[UUID]:
    """The rounds of this day and later that are still the inspector's."""
    sql = f"SELECT json_agg(id ORDER BY day) FROM rounds WHERE {OWN} AND day >= $3"
    return await DB.one(sql, colleague_id, company_id, since, into=list[UUID]) or []


AT_DOOR = """
JOIN stops ON stops.account_id = meters.account_id JOIN rounds ON rounds.id = stops.round_id
"""
MINE = """
stops.company_id = $1 AND stops.round_id = $2 AND stops.id = $3
AND (rounds.inspector_id = $4 OR $4 = ANY(rounds.former_ids))
"""
LOCK_METER = locked(f"{MINE} AND meters.id = $5", AT_DOOR)


async def lock_meter(
    meter_id: UUID, *, stop_id: UUID, round_id: UUID, company_id: UUID, colleague_id: UUID
) -> Meter | None:
    """A meter at a door of a round that is, or was, this inspector's; held until the transaction ends."""
    return await DB.one(LOCK_METER, company_id, round_id, stop_id, colleague_id, meter_id, into=Meter)


class Door(msgspec.Struct, frozen=True):
    id: UUID
    account_id: UUID
    told: bool
    """A card was left there before, on this round."""


async def lock_stop(
    stop_id: UUID, *, round_id: UUID, company_id: UUID, colleague_id: UUID, card: bool
) -> Door | None:
    """The door, held if a card is to be left there: of two entries one tells the consumer."""
    held = await DB.one(
        LOCK_STOP + (HOLD if card else ""), company_id, round_id, stop_id, colleague_id, into=UUID
    )
    return await DB.one(DOOR, held, into=Door) if held else None


HOLD = " FOR UPDATE OF stops"
LOCK_STOP = f"SELECT to_json(stops.id) FROM stops JOIN rounds ON rounds.id = stops.round_id WHERE {MINE}"
DOOR = """
SELECT json_build_object('id', id, 'account_id', account_id,
    'told', EXISTS (SELECT 1 FROM visits WHERE stop_id = stops.id AND card_left))
FROM stops WHERE id = $1
"""


class StoredVisit(msgspec.Struct, frozen=True):
    """What became of an entry; `number` and `state` are those of its reading."""

    id: UUID
    company_id: UUID
    colleague_id: UUID
    digest: str
    outcome: str
    refusal: str | None
    doubts: list[rules.Doubt]
    has_photo: bool
    number: int | None
    state: str | None


async def stored(ids: list[UUID]) -> list[StoredVisit]:
    """Whoever sent them: the action says only what the asker may know."""
    return await DB.one(STORED, ids, into=list[StoredVisit]) or []


STORED = """
SELECT json_agg(json_build_object(
    'id', visits.id, 'company_id', visits.company_id, 'colleague_id', visits.colleague_id,
    'digest', visits.digest, 'outcome', outcome, 'refusal', refusal, 'doubts', visits.doubts,
    'has_photo', has_photo, 'number', readings.number, 'state', readings.state
))
FROM visits LEFT JOIN readings ON readings.id = visits.id WHERE visits.id = ANY($1)
"""
