"""A day's round of many doors for the inspector of the demo."""

from datetime import date

from webapp.database.engine import DB

PLAN = """
WITH inspector AS (
    SELECT staff.id, staff.company_id, portal_companies.portal_id FROM staff
    JOIN portal_companies USING (company_id) JOIN portals ON portals.id = portal_companies.portal_id
    WHERE staff.mail = $1 AND portals.brand = 'hub'
), emptied AS (
    UPDATE rounds SET cancelled_at = now() WHERE inspector_id = (SELECT id FROM inspector) RETURNING id
), accounts_made AS (
    INSERT INTO accounts (id, company_id, number, settlement, address, holder, kind, street, house)
    SELECT gen_random_uuid(), company_id,
           lpad((n + 7700000 + 1000 * ($3::date - date '2026-11-03'))::text, 10, '0'), 'Миколаїв',
           street || ', ' || house, 'Коваленко Олена Петрівна', 'household', street, house::text
    FROM inspector, generate_series(1, $2::int) n,
         LATERAL (SELECT (ARRAY['вул. Лугова', 'вул. Садова', 'просп. Миру'])[n % 3 + 1] AS street,
                         n / 3 + 1 AS house) place
    RETURNING id, company_id, number, street, house
), points AS (
    INSERT INTO meter_points (id, company_id, account_id, eic, profile)
    SELECT gen_random_uuid(), company_id, id, '56XQ' || number || 'A', 'stove' FROM accounts_made
    RETURNING id, account_id
), hung AS (
    INSERT INTO meters (id, company_id, account_id, meter_point_id, serial, model, digits, max_hourly_litres,
                        installed_on, verified_until)
    SELECT gen_random_uuid(), company_id, accounts_made.id, points.id, right(number, 7), 'Самгаз G4', 5, 6000,
           '2020-05-14', '2099-05-14'
    FROM accounts_made JOIN points ON points.account_id = accounts_made.id RETURNING id, company_id
), seen AS (
    INSERT INTO readings (id, company_id, meter_id, value, read_on, taken_at, received_at, month, source, state,
                          doubts, digest)
    SELECT gen_random_uuid(), company_id, id, 4127, '2026-10-01', '2026-10-01', '2026-10-01', '2026-09-01',
           'consumer', 'accepted', '{}', '' FROM hung
), planned AS (
    INSERT INTO rounds (id, company_id, portal_id, inspector_id, day, title, created_at, former_ids, version)
    SELECT gen_random_uuid(), company_id, portal_id, id, $3, 'Лугова й довкола', now(), '{}', 1 FROM inspector
    RETURNING id, company_id
)
INSERT INTO stops (id, company_id, round_id, account_id, day, seq, note, is_open)
SELECT gen_random_uuid(), planned.company_id, planned.id, accounts_made.id, $3,
       row_number() OVER (ORDER BY street, house::int), '', true
FROM planned, accounts_made
"""


HANDED_IN = """
visits JOIN stops ON stops.id = stop_id JOIN rounds ON rounds.id = round_id AND title = 'Лугова й довкола'
"""


async def plan(mail: str, doors: int, day: date) -> None:
    await DB.speaker.execute(PLAN, mail, doors, day)


async def outcome() -> list[tuple[str, str, int]]:
    """Of what was handed in on such rounds: kind, outcome, how many."""
    sql = f"SELECT kind, outcome, count(*) FROM {HANDED_IN} GROUP BY 1, 2 ORDER BY 1, 2"
    return [tuple(row) for row in await DB.speaker.fetch(sql)]


async def doors_done() -> int:
    return int(await DB.speaker.fetchval(f"SELECT count(DISTINCT stop_id) FROM {HANDED_IN}"))


async def lose_all() -> None:
    """As the supervisor's «the phone is lost» ends every ticket."""
    await DB.speaker.execute("UPDATE field_tickets SET ended_at = now(), ended_why = 'lost'")
