"""What a page costs in a country of a million accounts, beside a town of ten thousand.

The same pages of the same kind of people, in turns, in one PostgreSQL; CPU of the program and of PostgreSQL together.
To make the country takes minutes: `BLAKYT_BENCH_ACCOUNTS` makes it smaller where there is less time.
"""

import asyncio
import os
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import cycle
from pathlib import Path

import psutil
import uvloop

from bench import Line, line
from bench.load import client, decades
from bench.load.data import token_of
from bench.load.processes import Server, seconds_of, server
from bench.started import free_port
from webapp.cluster import Cluster
from webapp.database.migrate import migrate

TOWN = 10_000
COUNTRY = int(os.environ.get("BLAKYT_BENCH_ACCOUNTS", "1000000"))
ROUNDS = 9
SECONDS = 1.5
CALM = (
    "ALTER SYSTEM SET autovacuum = off",
    "ALTER SYSTEM SET max_wal_size = '8GB'",
    "SELECT pg_reload_conf()",
)
"""Nothing of what filling has put off is done while it is measured."""
PAGES = {"cabinet": "/cabinet", "statistics": "/statistics"}


def lines() -> Iterator[Line]:
    with ExitStack() as running:
        folder = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="blakyt-bench-")))
        cluster = running.enter_context(Cluster(folder / "pg", durable=False))
        for statement in CALM:
            cluster.sql(statement)
        servers = {}
        for name, accounts in (("town", TOWN), ("country", COUNTRY)):
            cluster.create_database(name)
            asyncio.run(migrate(cluster.url(name)))
            asyncio.run(decades.settle(cluster.url(name), accounts))
            servers[accounts] = running.enter_context(server("ours", cluster.url(name), free_port()))
        postgres = psutil.Process(int((cluster.folder / "postmaster.pid").read_text().split()[0]))
        for name, path in PAGES.items():
            yield from _compared(name, path, servers, postgres)


def _compared(name: str, path: str, servers: dict[int, Server], postgres: psutil.Process) -> Iterator[Line]:
    asked = {accounts: _requests(path, accounts) for accounts in servers}
    for accounts, one in servers.items():
        one.cpu = []
        uvloop.run(client.once(one.port, next(asked[accounts])))  # its templates are compiled
        uvloop.run(client.run(one.port, asked[accounts], SECONDS))
    for turn in range(ROUNDS):
        for accounts in sorted(servers, reverse=bool(turn % 2)):
            one = servers[accounts]
            before = _spent(one, postgres)
            sample = uvloop.run(client.run(one.port, asked[accounts], SECONDS))
            one.cpu.append((_spent(one, postgres) - before) * 1000 / sample.answers)
    town, country = servers[TOWN], servers[COUNTRY]
    yield line(f"scale.{name}_cpu_town", round(statistics.median(town.cpu), 3), "ms", "<= 50")
    yield line(f"scale.{name}_cpu_country", round(statistics.median(country.cpu), 3), "ms", "<= 50")
    ratio = statistics.median(big / small for big, small in zip(country.cpu, town.cpu, strict=True))
    yield line(f"scale.{name}_cpu_ratio", round(ratio, 3), f"of {TOWN} accounts", "<= 1.2")


def _requests(path: str, accounts: int) -> Iterator[bytes]:
    for person in cycle(decades.measured(accounts)):
        yield client.asking(f"GET {path}", token_of(person))


def _spent(one: Server, postgres: psutil.Process) -> float:
    return seconds_of([one.process, postgres, *postgres.children()])
