"""The page of statistics with ten years behind it, and 25 such accounts taken away as a file."""

import asyncio
import http.client
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx

from bench import Line, line
from bench.load import decades
from bench.load.data import HOST
from bench.load.processes import Server, seconds_of, server
from bench.load.server import _outside
from bench.started import MOMENT, free_port
from webapp.app import create_app
from webapp.cluster import Cluster
from webapp.database.engine import DB
from webapp.database.migrate import migrate
from webapp.settings import Settings

PATH = "/statistics?year=2025"
WARM, ASKED = 30, 150
KB, MIB = 1000, 1024 * 1024


def lines() -> Iterator[Line]:
    with ExitStack() as running:
        folder = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="blakyt-bench-")))
        cluster = running.enter_context(Cluster(folder / "pg", durable=False))
        cluster.create_database("bench")
        url = cluster.url("bench")
        asyncio.run(migrate(url))
        asyncio.run(decades.fill(url))
        yield line("statistics.round_trips", asyncio.run(_round_trips(url)), "statements", "<= 2")
        ours = running.enter_context(server("ours", url, free_port()))
        body = _get(ours.port, PATH)
        yield line("statistics.page_kb", round(len(body) / KB, 1), "kB", "<= 40")
        yield line("statistics.page_cpu_ms", round(_cpu(ours), 2), "ms", "<= 15")
        base = ours.process.memory_info().rss
        largest = max(_largest(ours, kind) for kind in ("csv", "json", "xlsx"))
        yield line("statistics.export_mib", round((largest - base) / MIB, 1), "MiB over base", "<= 50")


async def _round_trips(url: str) -> int:
    told: list[str] = []
    app = create_app(Settings(url, secret="a key of the measurements alone"), _outside())
    async with app.lifespan():
        connections = [await DB.pool.acquire() for _ in range(DB.pool.get_max_size())]
        for one in connections:
            one.add_query_logger(lambda record: told.append(str(record.query)))
            await DB.pool.release(one)
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url=f"http://{HOST}") as client:
            for _ in range(2):
                told.clear()
                answer = await client.get(PATH, headers={"Cookie": f"sid={decades.TOKEN}"})
                assert answer.status_code == 200, answer.text[:500]
    return len(told)


def _get(port: int, path: str, token: str = decades.TOKEN_OF_ONE) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        headers = {"Host": HOST, "Cookie": f"sid={token}", "Accept-Encoding": "gzip"}
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise OSError(f"{path} answers {answer.status}")
        return body
    finally:
        connection.close()


def _cpu(ours: Server) -> float:
    """ms of the web process a page, with its gzip."""
    for _ in range(WARM):
        _get(ours.port, PATH)
    before = seconds_of([ours.process])
    for _ in range(ASKED):
        _get(ours.port, PATH)
    return (seconds_of([ours.process]) - before) * 1000 / ASKED


def _largest(ours: Server, kind: str) -> int:
    """Bytes of the web process while it gives 25 accounts away."""
    peak, done = [0], threading.Event()

    def watch() -> None:
        while not done.is_set():
            peak[0] = max(peak[0], ours.process.memory_info().rss)
            MOMENT.wait(0.005)

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        _get(ours.port, f"/statistics/export.{kind}", decades.TOKEN)
    finally:
        done.set()
        watching.join()
    return peak[0]
