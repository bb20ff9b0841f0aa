"""The search of the desk of consumers, over a million of them: the slowest of all keys somebody may say."""

import asyncio
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from uuid import UUID, uuid4

from bench import Line, line
from tests.factories import consumers as made
from webapp.cluster import Cluster
from webapp.database.engine import DB
from webapp.database.migrate import migrate
from webapp.database.queries import consumers
from webapp.rules import folding_names

MANY = int(os.environ.get("BLAKYT_BENCH_CONSUMERS", "1000000"))
SAID = (
    "0000004517", "00000", "коваленко", "коваленко олена", "олена", "садова 18 42", "вул. шевченка, 7",
    "56XM000000004517", "N00004517", "person4517@example.com", "051 000 45 15", "місто 17 лугова",
)  # fmt: skip
TIMES = 15


def lines() -> Iterator[Line]:
    with tempfile.TemporaryDirectory(prefix="blakyt-bench-") as folder:
        with Cluster(Path(folder) / "pg", durable=False) as cluster:
            cluster.create_database("bench")
            url = cluster.url("bench")
            asyncio.run(migrate(url))
            slowest, worst = asyncio.run(_measured(url))
    yield line("office.search_ms", round(slowest, 1), f"ms, {MANY} consumers, {worst}", "<= 50")


async def _measured(url: str) -> tuple[float, str]:
    company, portal = uuid4(), uuid4()
    async with DB.opened(url, patient=True):
        await made.fill(DB.pool, company, portal, MANY)
        await DB.pool.execute("VACUUM")
    async with DB.opened(url):
        taken = {words: await _milliseconds(company, words) for words in SAID}
    worst = max(taken, key=lambda words: taken[words])
    return taken[worst], worst


async def _milliseconds(company: UUID, words: str) -> float:
    sought = folding_names.read(words)
    if sought is None:
        raise ValueError(words)
    taken = []
    for _ in range(TIMES):
        started = time.perf_counter()
        await consumers.search(company, sought)
        taken.append((time.perf_counter() - started) * 1000)
    return median(taken)
