"""The ceiling: the same two answers by nothing but ASGI, asyncpg, one SQL and a template kept in memory.

No router, no headers of safety, no portal asked for at every request, no languages, no guards, no outcomes: what
a program would be that had only these two pages. What it shows is the same, byte by byte: the group `pages` looks.
A reading that it takes is signed, too: a receipt is what people get, not what the product costs beside it.
"""

from collections.abc import Awaitable, Callable
from datetime import date
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

import asyncpg
import msgspec

from bench.load.data import HOST, NOW
from webapp.actions.readings import Accepted
from webapp.actions.receipts import seal
from webapp.database.engine import LIMITS, PLANS
from webapp.database.queries.accounts import CABINET, Cabinet
from webapp.database.queries.visits import PORTAL, Person, Portal
from webapp.outside.receipt_keys import EmbeddedKeys
from webapp.pages.cabinet.routes import shown
from webapp.rules.readings import Dial, Reading, judge
from webapp.rules.usual import PROFILES, Volume, usual_daily
from webapp.settings import STATIC
from webapp.web.rendering import environment
from webapp.web.static_files import static_files

Send = Callable[[Any], Awaitable[None]]
GOOD = """
sign_ins.token_sha256 = $1 AND sign_ins.revoked_at IS NULL AND sign_ins.expires_at > $2
AND sign_ins.idle_expires_at > $2
"""
PAGE = f"""
SELECT json_build_object('person', json_build_object(
    'id', people.id, 'partition', people.partition, 'name', people.name, 'language', people.language,
    'sign_in_id', sign_ins.id, 'shared', sign_ins.shared, 'seen_at', sign_ins.seen_at
), 'cabinet', ({CABINET.replace("$1", "people.id").replace("$2", "NULL::uuid")}))
FROM sign_ins JOIN people ON people.id = sign_ins.person_id WHERE {GOOD}
"""
LOCK = f"""
SELECT people.id AS person, meters.company_id, digits, max_hourly_litres, profile, serial,
       accounts.number AS account, companies.name AS company, (
    SELECT json_agg(json_build_array(month, volume)) FROM (
        SELECT month, volume FROM charges JOIN contracts ON contracts.id = contract_id
        WHERE contracts.account_id = meters.account_id AND service = 'supply' AND volume IS NOT NULL
        ORDER BY month DESC LIMIT 24) x) AS volumes
FROM sign_ins JOIN people ON people.id = sign_ins.person_id JOIN links ON links.person_id = people.id
JOIN meters ON meters.account_id = links.account_id JOIN meter_points ON meter_points.id = meter_point_id
JOIN accounts ON accounts.id = meters.account_id JOIN companies ON companies.id = meters.company_id
WHERE {GOOD} AND meters.id = $3 AND meters.removed_on IS NULL FOR UPDATE OF meters
"""
LOOK = """
SELECT nextval('readings_number_seq') AS number, value, read_on,
       EXISTS (SELECT FROM readings WHERE meter_id = $1 AND month = $2 AND state = 'accepted'
               AND source = 'consumer' OR id = $3) AS sent
FROM readings WHERE meter_id = $1 AND state = 'accepted' AND month < $2 ORDER BY month DESC, number DESC LIMIT 1
"""
INSERT = """
INSERT INTO readings (id, company_id, meter_id, person_id, source, month, value, read_on, taken_at,
                      received_at, skew_seconds, late, state, reason, doubts, digest, device_id, number, receipt)
VALUES ($1, $2, $3, $4, 'consumer', $5, $6, $7, $8, $8, 0, false, 'accepted', NULL, '{}', $9, NULL, $10, $11)
"""


class Answer(msgspec.Struct):
    person: Person
    cabinet: Cabinet


class Meter(msgspec.Struct):
    digits: int


class Bare:
    async def open(self, url: str) -> None:
        async def keep(_: Any) -> None: ...

        self.keys = EmbeddedKeys()

        settings: Any = {"server_settings": LIMITS | PLANS, "reset": keep}
        self.pool = await asyncpg.create_pool(url, min_size=1, max_size=10, **settings)
        row = await self.pool.fetchval(f"SELECT {PORTAL} FROM portals WHERE host = $1", HOST)
        self.portal = msgspec.json.decode(row, type=Portal)
        files = static_files(STATIC)
        templates = environment("uk", files)
        self.page = templates.get_template("pages/cabinet/index.html")
        self.panel = templates.get_template("partials/readings/panel.html")
        place = {"here": "/cabinet", "way_back": "/cabinet", "demo": False}
        self.same = {"portal": self.portal, "static_url": files.url, "build": files.build} | place

    async def __call__(self, scope: Any, receive: Callable[[], Awaitable[Any]], send: Send) -> None:
        cookie = next(value for name, value in scope["headers"] if name == b"cookie")
        token = sha256(cookie.partition(b"sid=")[2]).digest()
        body = await (self.cabinet(token) if scope["method"] == "GET" else self.submit(token, receive))
        headers = [
            (b"content-type", b"text/html; charset=utf-8"),
            (b"content-length", str(len(body)).encode()),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def cabinet(self, token: bytes) -> bytes:
        found = msgspec.json.decode(await self.pool.fetchval(PAGE, token, NOW), type=Answer)
        told = shown(found.cabinet, self.portal.policy, NOW)
        return self.page.render(
            self.same, person=found.person, partition=str(found.person.partition), **told
        ).encode()

    async def submit(self, token: bytes, receive: Callable[[], Awaitable[Any]]) -> bytes:
        typed = dict(parse_qsl((await receive())["body"].decode()))
        id, meter, value, month = (
            UUID(typed["submission_id"]),
            UUID(typed["meter_id"]),
            int(typed["value"]),
            OCTOBER,
        )
        digest = sha256(typed["value"].encode()).hexdigest()
        async with self.pool.acquire() as connection, connection.transaction():
            held = await connection.fetchrow(LOCK, token, NOW, meter)
            known = await connection.fetchrow(LOOK, meter, month, id)
            volumes = msgspec.json.decode(held["volumes"], type=list[tuple[date, int]])
            usual = usual_daily([Volume(*one) for one in volumes], PROFILES[held["profile"]])
            dial = Dial(held["digits"], held["max_hourly_litres"], usual)
            doubts = judge(value, NOW.date(), Reading(known["value"], known["read_on"]), dial).doubts
            if known["sent"] or doubts:
                raise ValueError(typed)
            day, number = NOW.date(), known["number"]
            receipt = seal(
                self.keys, number=number, company=held["company"], account=held["account"],
                meter=held["serial"], digits=held["digits"], value=value, read_on=day, month=month,
                taken_at=NOW, received_at=NOW, source="consumer",
            )  # fmt: skip
            await connection.execute(
                INSERT, id, held["company_id"], meter, held["person"], month, value, day, NOW, digest, number,
                receipt,
            )  # fmt: skip
        accepted = Accepted(number, value, month, False, [], NOW)
        told = {"accepted": accepted, "receipt": id, "photo": None, "meter": Meter(held["digits"])}
        return self.panel.render(self.same, **told).encode()


OCTOBER = date(2026, 10, 1)
