"""Rounds of the demo: doors with meters along some streets, the inspector's round of today, and one of yesterday."""

from datetime import date, datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from webapp.actions.rounds import title
from webapp.database.engine import DB
from webapp.demo import cast, rows
from webapp.demo.addresses import networks
from webapp.demo.cast import Portal, id_of
from webapp.demo.staff import Colleague
from webapp.rules.periods import Window, day_of, month_after, month_at, month_before
from webapp.rules.usual import PROFILES

STREETS = {
    "hub": ("вул. Дачна", "вул. Корабелів", "вул. Чкалова", "пров. Тихий", "вул. Степова"),
    "chernihiv": ("вул. Десняка",),
    "kremenchuk": ("вул. Соборна", "вул. Київська"),
    "mygas": ("вул. Озерна",),
}
"""By the brand of the portal."""
MOST = {"hub": 300}
FEW = 40
FIRST_NUMBER = 100_000
"""Of the readings at these doors: before those of the cast, which are numbered by the day they came."""
YESTERDAY = 12
DIGITS = 5


class Door(NamedTuple):
    id: UUID
    number: str


@cache
def doors(portal: Portal) -> list[Door]:
    """Those of the neighbours that have a meter."""
    told = cast.people()[portal.brand]
    taken = {(one.settlement, one.address) for one in told.all_accounts}
    streets = STREETS[portal.brand]
    return [
        Door(id_of("neighbour", portal.brand, number), number)
        for number, _, address in networks()[portal.brand].neighbours(taken)
        if address.split(",")[0] in streets
    ]


async def load(portals: tuple[Portal, ...], now: datetime) -> None:
    """At each start the round of that day; meters and the day before come once."""
    today, first = day_of(now), FIRST_NUMBER
    for portal in portals:
        company = rows.company_id(portal.company("operator"))
        found = doors(portal)
        if not await DB.one(HAS_METERS, rows.meter_id(found[0].id, False), into=bool):
            await _meters(portal, company, found, now, first)
        first += len(found) * 3
        inspector = Colleague(portal, "inspector").id
        own = [rows.account_id(portal, one) for one in cast.people()[portal.brand].people[0].accounts[:1]]
        accounts = own + [door.id for door in found]
        most = MOST.get(portal.brand, FEW)
        begun = await DB.one("SELECT to_json(true) FROM rounds WHERE inspector_id = $1", inspector, into=bool)
        if not begun:
            await _round(
                portal, company, inspector, today - timedelta(days=1), accounts[-YESTERDAY:], YESTERDAY, now
            )
            await _yesterday(portal, company, inspector, [door.id for door in found[-YESTERDAY:]], now)
        await _round(portal, company, inspector, today, accounts, most, now)


HAS_METERS = "SELECT to_json(true) FROM meters WHERE id = $1"


async def _meters(portal: Portal, company: UUID, found: list[Door], now: datetime, first: int) -> None:
    """With three readings each, as their consumers sent them."""
    last = month_before(month_at(now, Window()))
    months = [month_before(month_before(last)), month_before(last), last]
    meters, readings = [], []
    for n, door in enumerate(found):
        id, chance = rows.meter_id(door.id, False), _chance(door.number)
        model, litres = rows.MODELS[n % len(rows.MODELS)]
        meters.append(
            {
                "account": door.id, "point": id_of("point", door.id), "meter": id, "eic": f"56XR{door.number}"[:16],
                "serial": f"{id.int % 90_000_000 + 10_000_000}", "model": model, "litres": litres,
                "installed": date(last.year - 4, 6, 18),
            }
        )  # fmt: skip
        for back, month in enumerate(reversed(months)):
            on = month_after(month).replace(day=1 + chance % 5)
            value = _shown(door, month, last) if back else _value(door)
            readings.append(
                {
                    "id": id_of("reading", id, month), "meter": id, "number": first + n * 3 + 2 - back,
                    "month": month, "value": value, "on": on, "at": rows.at(on, 19, chance % 60),
                }
            )  # fmt: skip
    await DB.do(METERS, company, _json(meters))
    await DB.do(READINGS, company, _json(readings))


METERS = """
WITH told AS (
    SELECT * FROM json_to_recordset($2::json) AS told (
        account uuid, point uuid, meter uuid, eic text, serial text, model text, litres int, installed date)
), points AS (
    INSERT INTO meter_points (id, company_id, account_id, eic, profile)
    SELECT point, $1, account, eic, 'stove' FROM told ON CONFLICT DO NOTHING
)
INSERT INTO meters (id, company_id, account_id, meter_point_id, serial, model, digits, max_hourly_litres, installed_on)
SELECT meter, $1, account, point, serial, model, 5, litres, installed FROM told ON CONFLICT DO NOTHING
"""
READINGS = """
INSERT INTO readings (id, company_id, meter_id, source, month, value, read_on, taken_at, received_at, skew_seconds,
                      late, state, doubts, digest, number, version)
SELECT id, $1, meter, 'consumer', month, value, "on", at, at, 0, false, 'accepted', '{}', '', number, 1
FROM json_to_recordset($2::json) AS told (
    id uuid, meter uuid, month date, value int, "on" date, at timestamptz, number bigint)
ON CONFLICT DO NOTHING
"""


async def _round(
    portal: Portal, company: UUID, inspector: UUID, day: date, accounts: list[UUID], most: int, now: datetime
) -> None:
    id = id_of("round", portal.brand, day)
    if await DB.do(ROUND, id, company, portal.id, inspector, day, now) != 1:
        return
    streets = await DB.one(STOPS, company, id, day, accounts, most, into=list[str]) or []
    await DB.do("UPDATE rounds SET title = $2 WHERE id = $1", id, title(streets))


ROUND = """
INSERT INTO rounds (id, company_id, portal_id, inspector_id, former_ids, day, title, version, created_at)
VALUES ($1, $2, $3, $4, '{}', $5, '', 1, $6) ON CONFLICT DO NOTHING
"""
STOPS = """
WITH first AS (
    SELECT id, settlement || ', ' || street AS street, row_number() OVER (ORDER BY address_key COLLATE "C") AS seq
    FROM accounts WHERE company_id = $1 AND id = ANY($4) ORDER BY seq LIMIT $5
), added AS (
    INSERT INTO stops (id, company_id, round_id, account_id, day, seq, note, is_open)
    SELECT gen_random_uuid(), $1, $2, id, $3, seq, '', true FROM first
    ON CONFLICT DO NOTHING RETURNING seq
)
SELECT json_agg(street ORDER BY seq) FROM added JOIN first USING (seq)
"""


async def _yesterday(
    portal: Portal, company: UUID, inspector: UUID, accounts: list[UUID], now: datetime
) -> None:
    """What was done: most doors read, two values odd, two doors closed."""
    on = day_of(now) - timedelta(days=1)
    month = month_at(rows.at(on, 12), Window())
    found = {door.id: door for door in doors(portal)}
    done: list[dict[str, Any]] = []
    for n, account in enumerate(accounts):
        at, kind = rows.at(on, 9 + n // 3, 7 + n * 3), "no_access" if n % 6 == 5 else "reading"
        odd = {2: ("unusually_high", 320), 7: ("below_last", -45)}.get(n)
        value = _value(found[account]) + (odd[1] if odd else 9)
        done.append(
            {
                "id": id_of("visit", account, on), "account": account, "meter": rows.meter_id(account, False),
                "kind": kind, "value": value, "typed": f"{value:0{DIGITS}d}", "at": at,
                "reason": ("nobody" if n == 11 else "closed") if kind == "no_access" else "drums" if odd else "",
                "words": "" if not odd else "Перевірено двічі, барабани чисті.", "doubts": [odd[0]] if odd else [],
            }
        )  # fmt: skip
    await DB.do(VISITS, company, inspector, id_of("round", portal.brand, on), on, _json(done))
    await DB.do(VALUES, company, inspector, month, on, _json(done))


TOLD = """
SELECT * FROM json_to_recordset($5::json) AS told (
    id uuid, account uuid, meter uuid, kind text, value int, typed text, at timestamptz, reason text, words text,
    doubts varchar[])
"""
VISITS = f"""
INSERT INTO visits (id, company_id, stop_id, colleague_id, kind, meter_id, value, read_on, taken_at, received_at,
                    skew_seconds, reason, words, has_photo, card_left, digest, outcome, doubts, review_reason)
SELECT told.id, $1, stops.id, $2, kind, CASE kind WHEN 'reading' THEN meter END,
       CASE kind WHEN 'reading' THEN typed ELSE '' END, $4, at, at, 0, reason, words, false, kind = 'no_access', '',
       'accepted', doubts, ''
FROM ({TOLD}) told JOIN stops ON stops.account_id = told.account AND stops.round_id = $3
ON CONFLICT DO NOTHING
"""
VALUES = f"""
INSERT INTO readings (id, company_id, meter_id, colleague_id, source, month, value, read_on, taken_at, received_at,
                      skew_seconds, late, state, doubts, digest, reason_said, version)
SELECT told.id, $1, meter, $2, 'inspector', $3, value, $4, at, at, 0, false, 'accepted', doubts, '',
       nullif(reason, ''), 1
FROM ({TOLD}) told WHERE kind = 'reading' ON CONFLICT DO NOTHING
"""


def _value(door: Door) -> int:
    """What its meter shows at the end of the last month."""
    return 800 + _chance(door.number) % 6000


def _shown(door: Door, month: date, last: date) -> int:
    months = (last.year - month.year) * 12 + last.month - month.month
    stove = PROFILES["stove"].annual // 12
    return _value(door) - months * (stove - 1 + _chance(door.number) % 3)


def _chance(text: str) -> int:
    return int.from_bytes(sha256(text.encode()).digest()[:4])


def _json(told: list[dict[str, Any]]) -> str:
    return msgspec.json.encode(told).decode()
