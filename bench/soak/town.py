"""People with very many meters each: a meter takes one reading a month, and thousands are sent."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from webapp.rules.readings import digest_of


@dataclass(frozen=True)
class Resident:
    id: UUID
    partition: UUID
    token: str
    """Of a sign-in, for the cookie `sid`."""
    meters: list[UUID]


COMPANY = """
INSERT INTO companies (id, role, name, short, address, phone, mail, site, edrpou)
VALUES ($1, 'operator', 'АТ «Полігонгаз»', 'Полігонгаз', 'м. Миколаїв, вул. Погранична, 159', '+380512701804',
        'contact@example.com', 'https://operator.example', '')
"""
PORTAL = """
INSERT INTO portals (id, host, address, brand, name, sms_name, policy)
VALUES ($1, $2, $3, 'hub', '104', '104UA', '{}') ON CONFLICT (host) DO NOTHING
"""
SERVES = (
    "INSERT INTO portal_companies (id, portal_id, company_id, position) VALUES (gen_random_uuid(), $1, $2, 0)"
)
PERSON = """
INSERT INTO people (id, portal_id, partition, name, language, created_at)
VALUES ($1, $2, $3, 'Олена Коваленко', 'uk', now())
"""
SIGN_IN = """
INSERT INTO sign_ins (id, portal_id, person_id, token_sha256, shared, created_at, seen_at, idle_expires_at, expires_at)
VALUES (gen_random_uuid(), $1, $2, $3, false, now(), now(), now() + interval '62 days', now() + interval '365 days')
"""
METERS = """
WITH made AS (
    INSERT INTO accounts (id, company_id, number, settlement, address, holder, kind)
    SELECT gen_random_uuid(), $1, lpad((n + $3)::text, 10, '0'), 'м. Миколаїв', 'вул. Садова, ' || n,
           'Коваленко Олена Петрівна', 'household'
    FROM generate_series(1, $4::int) n RETURNING id, number
), points AS (
    INSERT INTO meter_points (id, company_id, account_id, eic, profile)
    SELECT gen_random_uuid(), $1, id, '56XM' || number || 'A', 'stove' FROM made RETURNING id, account_id
), linked AS (
    INSERT INTO links (id, person_id, account_id, level, name, position, linked_at)
    SELECT gen_random_uuid(), $2, id, 'extended', '', right(number, 4)::int, now() FROM made
), hung AS (
    INSERT INTO meters (id, company_id, account_id, meter_point_id, serial, model, digits, max_hourly_litres,
                        installed_on, verified_until)
    SELECT gen_random_uuid(), $1, made.id, points.id, number, 'Самгаз G4', 5, 6000, '2020-05-14', '2099-05-14'
    FROM made JOIN points ON points.account_id = made.id RETURNING id
)
SELECT array_agg(id) FROM hung
"""


async def found(database_url: str, hosts: Sequence[str], people: Sequence[int]) -> list[Resident]:
    """A portal under each of `hosts`, and at the last of them a person for each count of meters in `people`."""
    connection = await asyncpg.connect(database_url)
    try:
        async with connection.transaction():
            company = uuid4()
            await connection.execute(COMPANY, company)
            for host in hosts:
                portal = uuid4()
                if await connection.execute(PORTAL, portal, host, f"http://{host}") == "INSERT 0 1":
                    await connection.execute(SERVES, portal, company)
            return [
                await _resident(connection, portal, company, sum(people[:place]), meters)
                for place, meters in enumerate(people)
            ]
    finally:
        await connection.close()


async def _resident(connection: Any, portal: UUID, company: UUID, before: int, meters: int) -> Resident:
    id, partition, token = uuid4(), uuid4(), secrets.token_urlsafe(32)
    await connection.execute(PERSON, id, portal, partition)
    await connection.execute(SIGN_IN, portal, id, sha256(token.encode()).digest())
    return Resident(id, partition, token, await connection.fetchval(METERS, company, id, before, meters))


def digest(told: dict[str, Any]) -> str:
    """What the device signs `told` with."""
    return digest_of(
        *(told[name] for name in ("submission_id", "meter_id", "value", "reading_date", "taken_at"))
    )
