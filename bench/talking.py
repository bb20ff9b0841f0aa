"""Talking to the company: fifty people at once for the last hour of a reception; a queue full of news."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID, uuid4

from bench import Line, line
from bench.load import news
from webapp.actions import booking
from webapp.actions.booking import Booked, Taken, Wanted
from webapp.cluster import Cluster
from webapp.database.engine import DB
from webapp.database.migrate import migrate
from webapp.rules import slots
from webapp.rules.slots import Hours

CROWD = 50


def lines() -> Iterator[Line]:
    yield from slot_race()
    yield from news.lines()


def slot_race() -> Iterator[Line]:
    with TemporaryDirectory(prefix="blakyt-bench-") as folder:
        cluster = Cluster(Path(folder) / "pg", durable=False)
        cluster.start()
        try:
            cluster.create_database("bench")
            asyncio.run(migrate(cluster.url("bench")))
            booked, offered = asyncio.run(_race(cluster.url("bench")))
        finally:
            cluster.stop()
    yield line("talking.slot_race", booked, "of 50 booked", "== 1")
    yield line("talking.slot_race_offered_others", offered, "of 49 told the next free hours", "== 49")


async def _race(url: str) -> tuple[int, int]:
    now = datetime.now(UTC)
    portal, company, resource = uuid4(), uuid4(), uuid4()
    crowd = [uuid4() for _ in range(CROWD)]
    week = ["09:00-17:00"] * 7
    async with DB.opened(url, later=True):
        for statement, values in (
            (COMPANY, (company,)), (PORTAL, (portal,)), (SERVES, (uuid4(), portal, company)),
            (RESOURCE, (resource, company, week, now)), (PEOPLE, (crowd, portal, now)),
        ):  # fmt: skip
            await DB.do(statement, *values)
        hour = slots.next_free(Hours(slots.week_of(week)), [], [], now)[0].starts_at

        async def one(person: UUID) -> object:
            wanted = Wanted(uuid4(), resource, hour, "")
            return await booking.book(
                wanted, by=person, portal_id=portal, kinds=("reception",), now=now - timedelta(seconds=1)
            )

        outcomes = await asyncio.gather(*(one(person) for person in crowd))
    offered = [outcome for outcome in outcomes if isinstance(outcome, Taken) and outcome.free]
    return sum(isinstance(outcome, Booked) for outcome in outcomes), len(offered)


COMPANY = """
INSERT INTO companies (id, role, name, short, address, phone, mail, site, edrpou, iban)
VALUES ($1, 'operator', 'Bench', 'Bench', '', '', '', '', '', '')
"""
PORTAL = """
INSERT INTO portals (id, host, address, brand, name, sms_name, policy)
VALUES ($1, 'bench', 'http://bench', 'hub', 'Bench', 'BENCH', '{}')
"""
SERVES = "INSERT INTO portal_companies (id, portal_id, company_id, position) VALUES ($1, $2, $3, 0)"
RESOURCE = """
INSERT INTO resources (id, company_id, kind, name, place, bring, prefix, week, minutes, places, days_ahead, notice,
                       is_open, version, created_at)
VALUES ($1, $2, 'reception', 'Bench', '', '', '', $3, 20, 1, 14, 0, true, 1, $4)
"""
PEOPLE = """
INSERT INTO people (id, portal_id, partition, name, phone, language, created_at)
SELECT id, $2, gen_random_uuid(), '', '', 'uk', $3 FROM unnest($1::uuid[]) AS id
"""
