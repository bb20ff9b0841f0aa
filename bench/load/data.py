"""Many people with three accounts each and two years behind them, made by the database itself."""

from datetime import UTC, datetime
from hashlib import md5
from uuid import UUID

import asyncpg

NOW = datetime(2026, 11, 3, 18, 0, tzinfo=UTC)
"""20:00 in Kyiv, the window for October is open."""
HOST = "bench.localhost"
PEOPLE = 1500
METERS = 3 * PEOPLE
"""One an account."""
LAST_VALUE = 4528
"""What every meter showed on 1 October."""

PORTAL = """
INSERT INTO companies (id, role, name, short, address, phone, mail, site, edrpou) VALUES
    (md5('operator')::uuid, 'operator', 'АТ «Миколаївгаз»', 'Миколаївгаз', 'м. Миколаїв, вул. Погранична, 159',
     '+380512701804', 'contact@example.com', 'https://operator.example', ''),
    (md5('supplier')::uuid, 'supplier', 'ТОВ «Миколаївгаз Збут»', 'Миколаївгаз Збут',
     'м. Миколаїв, вул. Чкалова, 20', '+380512777104', 'zbut@example.com', '', '');
INSERT INTO portals (id, host, address, brand, name, sms_name, policy) VALUES
    (md5('portal')::uuid, 'bench.localhost', 'http://bench.localhost', 'hub', '104', '104UA',
     '{"languages": ["uk", "ru", "en"]}');
INSERT INTO portal_companies (id, portal_id, company_id, position) VALUES
    (gen_random_uuid(), md5('portal')::uuid, md5('supplier')::uuid, 0),
    (gen_random_uuid(), md5('portal')::uuid, md5('operator')::uuid, 1)
"""
WHO = """
INSERT INTO people (id, portal_id, partition, name, language, created_at)
SELECT md5('person' || n)::uuid, md5('portal')::uuid, gen_random_uuid(), 'Олена Коваленко', 'uk', now()
FROM generate_series(1, {people}) n;
INSERT INTO sign_ins (id, portal_id, person_id, token_sha256, shared, created_at, seen_at, idle_expires_at, expires_at)
SELECT gen_random_uuid(), md5('portal')::uuid, md5('person' || n)::uuid, sha256(('token' || n)::bytea), false,
       '{now}', '{now}', '2027-01-01', '2027-11-01'
FROM generate_series(1, {people}) n;
INSERT INTO accounts (id, company_id, number, settlement, address, holder, kind)
SELECT md5('account' || n)::uuid, md5('operator')::uuid, lpad(n::text, 10, '0'), 'м. Миколаїв',
       'вул. Садова, ' || n, 'Коваленко Олена Петрівна', 'household'
FROM generate_series(1, {meters}) n;
INSERT INTO links (id, person_id, account_id, level, name, position, linked_at)
SELECT gen_random_uuid(), md5('person' || (n + 2) / 3)::uuid, md5('account' || n)::uuid, 'extended',
       (ARRAY['Дім', 'Дача', ''])[(n - 1) % 3 + 1], (n - 1) % 3, '2026-01-01'
FROM generate_series(1, {meters}) n;
INSERT INTO meter_points (id, company_id, account_id, eic, profile)
SELECT md5('point' || n)::uuid, md5('operator')::uuid, md5('account' || n)::uuid,
       '56XM' || lpad(n::text, 12, '0'), 'stove_heater'
FROM generate_series(1, {meters}) n;
INSERT INTO meters (id, company_id, account_id, meter_point_id, serial, model, digits, max_hourly_litres,
                    installed_on, verified_until)
SELECT md5('meter' || n)::uuid, md5('operator')::uuid, md5('account' || n)::uuid, md5('point' || n)::uuid,
       lpad(n::text, 8, '0'), 'Самгаз G4', 5, 6000, '2020-05-14', '2028-05-14'
FROM generate_series(1, {meters}) n
"""
HISTORY = """
INSERT INTO contracts (id, company_id, account_id, service, number, balance, as_of, price, year_volume)
SELECT md5(service || n)::uuid, md5(company)::uuid, md5('account' || n)::uuid, service, lpad(n::text, 10, '0'),
       balance, '2026-11-02 19:00Z', price, 280
FROM generate_series(1, {meters}) n,
     (VALUES ('supply', 'supplier', 71.68, 7.96), ('distribution', 'operator', -4.20, 2.388))
     AS s (service, company, balance, price);
INSERT INTO charges (id, company_id, contract_id, month, kind, volume, price, amount, charged_on)
SELECT gen_random_uuid(), md5('supplier')::uuid, contracts.id, month, 'actual',
       CASE service WHEN 'supply' THEN 22 END, price, round(22 * price, 2), month + interval '38 days'
FROM contracts, generate_series(date '2024-10-01', '2026-09-01', '1 month') month;
INSERT INTO payments (id, company_id, contract_id, amount, paid_on, credited_at, channel)
SELECT gen_random_uuid(), md5('supplier')::uuid, contracts.id, 175.12, month + interval '11 days',
       month + interval '12 days', 'bank'
FROM contracts, generate_series(date '2025-10-01', '2026-10-01', '1 month') month;
INSERT INTO readings (id, company_id, meter_id, person_id, source, month, value, read_on, taken_at, received_at,
                      skew_seconds, late, state, doubts, digest)
SELECT gen_random_uuid(), meters.company_id, meters.id, links.person_id, 'consumer', month,
       4000 + 22 * (n::int), month + interval '1 month', month + interval '1 month', month + interval '1 month',
       0, false, 'accepted', '{{}}', ''
FROM generate_series(date '2024-10-01', '2026-09-01', '1 month') WITH ORDINALITY AS m (month, n),
     meters JOIN links USING (account_id)
"""


async def fill(url: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            for part in (PORTAL, WHO, HISTORY):
                await connection.execute(
                    part if part is PORTAL else part.format(people=PEOPLE, meters=METERS, now=NOW.isoformat())
                )
        await connection.execute("VACUUM ANALYZE")
        await connection.execute("CHECKPOINT")
    finally:
        await connection.close()


async def forget_submitted(url: str) -> None:
    """The next sample begins where this one did."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("DELETE FROM readings WHERE received_at >= '2026-11-02'")
        await connection.execute("VACUUM readings")
        await connection.execute("CHECKPOINT")
    finally:
        await connection.close()


def token_of(person: int) -> str:
    return f"token{person}"


def meter_of(number: int) -> UUID:
    return UUID(md5(f"meter{number}".encode(), usedforsecurity=False).hexdigest())
