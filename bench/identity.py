"""What a stranger learns from the time a sign-in takes, and what two hundred sign-ins at once do to the others.

One process on a database with fsync. The limits know people by their network, so everybody comes from one of their
own: 127.x.y.1.
"""

import asyncio
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import asyncpg
import psutil
import uvloop

from bench import Line, line
from bench.load import data
from bench.load.processes import Server, server
from bench.started import free_port
from webapp.actions.hashing import HASHER
from webapp.cluster import Cluster
from webapp.database.migrate import migrate

DATABASE = "bench"
TRIES = 200
"""Known and unknown logins in turns."""
WARM = 10
FLOOD = 200
FLOODS = 3
LOOKERS = 4
"""People who leaf through the cabinet meanwhile."""
PASSWORD = "Ліхтар-над-Бугом-7"
LOGINS = """
INSERT INTO logins (id, portal_id, person_id, kind, contact, verified_at)
SELECT gen_random_uuid(), md5('portal')::uuid, md5('person' || n)::uuid, 'mail',
       'known' || lpad(n::text, 4, '0') || '@example.com', now()
FROM generate_series(1, 1500) n
"""


def lines() -> Iterator[Line]:
    with ExitStack() as running:
        folder = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="blakyt-bench-")))
        cluster = running.enter_context(Cluster(folder / "pg"))
        cluster.create_database(DATABASE)
        url = cluster.url(DATABASE)
        asyncio.run(migrate(url))
        asyncio.run(fill(url))
        ours = running.enter_context(server("ours", url, free_port()))
        known, unknown = uvloop.run(take_turns(ours.port))
        yield line("identity.login_known_ms", round(statistics.median(known), 2), "ms", ">= 1")
        yield line("identity.login_unknown_ms", round(statistics.median(unknown), 2), "ms", ">= 1")
        apart = abs(statistics.median(known) / statistics.median(unknown) - 1) * 100
        yield line("identity.login_time_difference_percent", round(apart, 2), "%", "<= 10")
        with memory(ours) as grown:
            flood = uvloop.run(floods(ours.port))
        yield line("identity.flood_entered", flood.entered, "sign-ins", ">= 1")
        yield line("identity.flood_surplus_refused", flood.refused, "503 with Retry-After", ">= 1")
        yield line("identity.flood_other_answers", flood.other, "answers", "== 0")
        p95 = statistics.quantiles(flood.looked, n=20)[18]
        yield line("identity.sign_in_flood_p95_ms", round(p95), "ms", "<= 300")
        yield line("identity.flood_memory_mib", round(grown[0], 1), "MiB", "<= 300")


async def fill(url: str) -> None:
    await data.fill(url)
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("UPDATE people SET password_hash = $1", HASHER.hash(PASSWORD))
        await connection.execute(LOGINS)
    finally:
        await connection.close()


async def take_turns(port: int) -> tuple[list[float], list[float]]:
    """ms of wrong passwords, one after the other; the first few only warm the process up."""
    known: list[float] = []
    unknown: list[float] = []
    for n in range(1, WARM + TRIES + 1):
        for login, times in ((f"known{n:04}@example.com", known), (f"alien{n:04}@example.com", unknown)):
            began = time.perf_counter()
            head = await sign_in(port, login, "не той пароль", network=2 * n + (times is known))
            times.append((time.perf_counter() - began) * 1000)
            if status(head) != 422:
                raise OSError(head.decode()[:300])
    return known[WARM:], unknown[WARM:]


@dataclass
class Flood:
    entered: int = 0
    refused: int = 0
    other: int = 0
    looked: list[float] = field(default_factory=list)
    """ms of other people's pages while it lasts."""


async def floods(port: int) -> Flood:
    flood = Flood()
    for number in range(FLOODS):
        over = asyncio.Event()
        lookers = [asyncio.create_task(look(port, who + 1, over, flood.looked)) for who in range(LOOKERS)]
        first = 500 + number * FLOOD
        people = (
            sign_in(port, f"known{n:04}@example.com", PASSWORD, network=n)
            for n in range(first, first + FLOOD)
        )
        for head in await asyncio.gather(*people):
            busy = status(head) == 503 and b"\r\nretry-after:" in head.lower()
            flood.entered += status(head) == 303
            flood.refused += busy
            flood.other += status(head) != 303 and not busy
        over.set()
        await asyncio.gather(*lookers)
    return flood


async def look(port: int, person: int, over: asyncio.Event, looked: list[float]) -> None:
    while not over.is_set():
        began = time.perf_counter()
        head = await ask(port, "GET /cabinet", f"Cookie: sid={data.token_of(person)}\r\n")
        looked.append((time.perf_counter() - began) * 1000)
        if status(head) != 200:
            raise OSError(head.decode()[:300])


async def sign_in(port: int, login: str, password: str, *, network: int) -> bytes:
    body = urlencode({"login": login, "password": password})
    headers = f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
    headers += "Sec-Fetch-Site: same-origin\r\n"
    return await ask(
        port, "POST /sign-in", headers, body, source=f"127.{1 + network // 250}.{network % 250}.1"
    )


async def ask(port: int, what: str, headers: str, body: str = "", source: str = "127.0.0.1") -> bytes:
    """The head of the whole answer, on a connection of its own."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(source, 0))
    try:
        writer.write(
            f"{what} HTTP/1.1\r\nHost: {data.HOST}\r\nConnection: close\r\n{headers}\r\n{body}".encode()
        )
        answer = await reader.read()
    finally:
        writer.close()
    return answer.partition(b"\r\n\r\n")[0]


def status(head: bytes) -> int:
    return int(head.split(b" ", 2)[1])


@contextmanager
def memory(ours: Server) -> Iterator[list[float]]:
    """MiB by which the process has grown at its largest."""
    grown, over = [0.0], threading.Event()
    before = ours.process.memory_info().rss

    def watch() -> None:
        while not over.wait(0.01):
            try:
                grown[0] = max(grown[0], (ours.process.memory_info().rss - before) / 2**20)
            except psutil.NoSuchProcess:
                return

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield grown
    finally:
        over.set()
        watcher.join()
