"""A person with one account and ten years behind it, one with 25 such; and a country, where few have a history."""

import asyncpg

from bench.load import data

ACCOUNTS, YEARS = 25, 10
TOKEN, TOKEN_OF_ONE = "decades", "decade"
"""Of who has all of them, and of who has the first alone."""
MEASURED = 300
"""People of a country whose pages are asked for: they live all over it, and have two years behind them."""

WHO = """
INSERT INTO people (id, portal_id, partition, name, language, created_at)
VALUES (md5('decades')::uuid, md5('portal')::uuid, gen_random_uuid(), 'Марія Шевчук', 'uk', now());
INSERT INTO sign_ins (id, portal_id, person_id, token_sha256, shared, created_at, seen_at, idle_expires_at, expires_at)
VALUES (gen_random_uuid(), md5('portal')::uuid, md5('decades')::uuid, sha256('{token}'::bytea), false,
        '{now}', '{now}', '2027-01-01', '2027-11-01');
INSERT INTO people (id, portal_id, partition, name, language, created_at)
VALUES (md5('decade')::uuid, md5('portal')::uuid, gen_random_uuid(), 'Іван Мельник', 'uk', now());
INSERT INTO sign_ins (id, portal_id, person_id, token_sha256, shared, created_at, seen_at, idle_expires_at, expires_at)
VALUES (gen_random_uuid(), md5('portal')::uuid, md5('decade')::uuid, sha256('{one}'::bytea), false,
        '{now}', '{now}', '2027-01-01', '2027-11-01');
INSERT INTO links (id, person_id, account_id, level, name, position, linked_at)
VALUES (gen_random_uuid(), md5('decade')::uuid, md5('decades1')::uuid, 'extended', '', 1, '2016-01-01');
INSERT INTO accounts (id, company_id, number, settlement, address, holder, kind)
SELECT md5('decades' || n)::uuid, md5('operator')::uuid, lpad((9100000 + n)::text, 10, '0'), 'м. Миколаїв',
       'вул. Соборна, ' || n, 'Шевчук Марія Андріївна', 'household'
FROM generate_series(1, {accounts}) n;
INSERT INTO links (id, person_id, account_id, level, name, position, linked_at)
SELECT gen_random_uuid(), md5('decades')::uuid, md5('decades' || n)::uuid, 'extended', '', n, '2016-01-01'
FROM generate_series(1, {accounts}) n;
INSERT INTO meter_points (id, company_id, account_id, eic, profile)
SELECT md5('decadesp' || n)::uuid, md5('operator')::uuid, md5('decades' || n)::uuid, '56XD' || lpad(n::text, 12, '0'),
       'stove_heater' FROM generate_series(1, {accounts}) n;
INSERT INTO meters (id, company_id, account_id, meter_point_id, serial, model, digits, max_hourly_litres,
                    installed_on, verified_until)
SELECT md5('decadesm' || n)::uuid, md5('operator')::uuid, md5('decades' || n)::uuid, md5('decadesp' || n)::uuid,
       'D' || n, 'Самгаз G4', 5, 6000, '2016-05-14', '2028-05-14' FROM generate_series(1, {accounts}) n;
INSERT INTO contracts (id, company_id, account_id, service, number, balance, as_of, price, year_volume)
SELECT md5('decades' || service || n)::uuid, md5(company)::uuid, md5('decades' || n)::uuid, service,
       lpad((9100000 + n)::text, 10, '0'), balance, '2026-11-02 19:00Z', price, 280
FROM generate_series(1, {accounts}) n,
     (VALUES ('supply', 'supplier', 71.68, 7.96), ('distribution', 'operator', -4.20, 2.388))
     AS s (service, company, balance, price);
INSERT INTO charges (id, company_id, contract_id, month, kind, volume, price, amount, charged_on)
SELECT gen_random_uuid(), contracts.company_id, contracts.id, month, 'actual',
       CASE service WHEN 'supply' THEN 15 + (extract(month FROM month)::int * 7) % 20 END, price,
       round((15 + (extract(month FROM month)::int * 7) % 20) * price, 2), month + interval '38 days'
FROM contracts JOIN links USING (account_id), generate_series(date '2016-10-01', '2026-09-01', '1 month') month
WHERE person_id = md5('decades')::uuid;
INSERT INTO payments (id, company_id, contract_id, amount, paid_on, credited_at, channel)
SELECT gen_random_uuid(), contracts.company_id, contracts.id, 175.12, month + interval '11 days',
       month + interval '12 days', 'bank'
FROM contracts JOIN links USING (account_id), generate_series(date '2016-10-01', '2026-10-01', '1 month') month
WHERE person_id = md5('decades')::uuid;
INSERT INTO readings (id, company_id, meter_id, person_id, source, month, value, read_on, taken_at, received_at,
                      skew_seconds, late, state, doubts, digest)
SELECT gen_random_uuid(), meters.company_id, meters.id, md5('decades')::uuid, 'consumer', month, 1000 + 22 * (n::int),
       month + interval '1 month', month + interval '1 month', month + interval '1 month', 0, false,
       'accepted', '{{}}', ''
FROM generate_series(date '2016-10-01', '2026-09-01', '1 month') WITH ORDINALITY AS m (month, n),
     meters JOIN links USING (account_id) WHERE person_id = md5('decades')::uuid
"""
COUNTRY = """
INSERT INTO contracts (id, company_id, account_id, service, number, balance, as_of, price, year_volume)
SELECT md5(service || n)::uuid, md5(company)::uuid, md5('account' || n)::uuid, service, lpad(n::text, 10, '0'),
       balance, '2026-11-02 19:00Z', price, 280
FROM generate_series(1, {meters}) n,
     (VALUES ('supply', 'supplier', 71.68, 7.96), ('distribution', 'operator', -4.20, 2.388))
     AS s (service, company, balance, price);
INSERT INTO charges (id, company_id, contract_id, month, kind, volume, price, amount, charged_on)
SELECT gen_random_uuid(), md5('supplier')::uuid, md5('supply' || n)::uuid, month, 'actual', 22, 7.96, 175.12,
       month + interval '38 days'
FROM generate_series(1, {meters}) n, generate_series(date '2026-08-01', '2026-09-01', '1 month') month
WHERE ((n + 2) / 3) % {each} <> 0;
INSERT INTO payments (id, company_id, contract_id, amount, paid_on, credited_at, channel)
SELECT gen_random_uuid(), md5('supplier')::uuid, md5('supply' || n)::uuid, 175.12, '2026-10-12', '2026-10-13', 'bank'
FROM generate_series(1, {meters}) n WHERE ((n + 2) / 3) % {each} <> 0;
INSERT INTO readings (id, company_id, meter_id, person_id, source, month, value, read_on, taken_at, received_at,
                      skew_seconds, late, state, doubts, digest)
SELECT gen_random_uuid(), md5('operator')::uuid, md5('meter' || n)::uuid, md5('person' || (n + 2) / 3)::uuid,
       'consumer', '2026-09-01', 4528, '2026-10-01', '2026-10-01', '2026-10-01', 0, false, 'accepted', '{{}}', ''
FROM generate_series(1, {meters}) n WHERE ((n + 2) / 3) % {each} <> 0;
CREATE TEMP TABLE measured AS SELECT n FROM generate_series(1, {meters}) n WHERE ((n + 2) / 3) % {each} = 0;
INSERT INTO charges (id, company_id, contract_id, month, kind, volume, price, amount, charged_on)
SELECT gen_random_uuid(), md5('supplier')::uuid, md5(service || n)::uuid, month, 'actual',
       CASE service WHEN 'supply' THEN 22 END, 7.96, 175.12, month + interval '38 days'
FROM measured, unnest(ARRAY['supply', 'distribution']) service,
     generate_series(date '2024-10-01', '2026-09-01', '1 month') month;
INSERT INTO payments (id, company_id, contract_id, amount, paid_on, credited_at, channel)
SELECT gen_random_uuid(), md5('supplier')::uuid, md5(service || n)::uuid, 175.12, month + interval '11 days',
       month + interval '12 days', 'bank'
FROM measured, unnest(ARRAY['supply', 'distribution']) service,
     generate_series(date '2025-10-01', '2026-10-01', '1 month') month;
INSERT INTO readings (id, company_id, meter_id, person_id, source, month, value, read_on, taken_at, received_at,
                      skew_seconds, late, state, doubts, digest)
SELECT gen_random_uuid(), md5('operator')::uuid, md5('meter' || m.n)::uuid, md5('person' || (m.n + 2) / 3)::uuid,
       'consumer', month, 4000 + 22 * (o::int), month + interval '1 month', month + interval '1 month',
       month + interval '1 month', 0, false, 'accepted', '{{}}', ''
FROM measured m, generate_series(date '2024-10-01', '2026-09-01', '1 month') WITH ORDINALITY AS x (month, o)
"""


async def fill(url: str) -> None:
    """The one person with everything."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(data.PORTAL)
        await connection.execute(
            WHO.format(accounts=ACCOUNTS, now=data.NOW.isoformat(), token=TOKEN, one=TOKEN_OF_ONE)
        )
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()


async def settle(url: str, accounts: int) -> None:
    """Three accounts a person; rows come a table at a time, as a billing system sends them."""
    people = accounts // 3
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("SET synchronous_commit = off; SET work_mem = '64MB'")
        await connection.execute(data.PORTAL)
        values = {
            "people": people,
            "meters": people * 3,
            "now": data.NOW.isoformat(),
            "each": people // MEASURED,
        }
        for part in (data.WHO, COUNTRY):
            for statement in part.split(";\n"):
                await connection.execute(statement.format(**values))
        await connection.execute("VACUUM ANALYZE")
        await connection.execute("CHECKPOINT")
    finally:
        await connection.close()


def measured(accounts: int) -> list[int]:
    """Numbers of the people whose pages are asked for."""
    each = accounts // 3 // MEASURED
    return [n * each for n in range(1, MEASURED + 1)]
