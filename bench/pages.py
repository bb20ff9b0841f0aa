"""How much of the machine a page costs, beside a bare program that answers the same and does nothing else.

Both run in this call, one process each behind the same server and on the same database (fsync on), in turns. Nobody
asks for gzip, which would cost both the same and make them look alike.
"""

import asyncio
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import uvloop

from bench import Line, line
from bench.load import client, data
from bench.started import MOMENT, free_port
from webapp.cluster import Cluster
from webapp.database.migrate import migrate

ROUNDS = 9
SECONDS = 2.0
"""A sample."""
WARM = 1.0
DATABASE = "bench"
CHANGES = re.compile(rb"\xe2\x84\x96 [0-9\xc2\xa0]+")
"""The number of a reading is another one each time."""


class NotTheSame(Exception):
    """The two programs do not show the same: nothing they cost can be compared."""


@dataclass
class Server:
    process: psutil.Process
    port: int
    per_second: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    """ms a request, of the program and of PostgreSQL together."""


def lines() -> Iterator[Line]:
    with ExitStack() as running:
        folder = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="blakyt-bench-")))
        cluster = running.enter_context(Cluster(folder / "pg"))
        cluster.create_database(DATABASE)
        url = cluster.url(DATABASE)
        asyncio.run(migrate(url))
        asyncio.run(data.fill(url))
        ours, bare = (running.enter_context(server(who, url)) for who in ("ours", "bare"))
        postgres = psutil.Process(int((cluster.folder / "postmaster.pid").read_text().split()[0]))
        bench = Bench(url, postgres, ours, bare)
        yield from bench.measured("cabinet", client.cabinets, rps=">= 0.65", cpu="<= 1.5")
        yield from bench.measured("submit", client.submissions, rps=">= 0.50", cpu="<= 1.9")


@dataclass
class Bench:
    url: str
    postgres: psutil.Process
    ours: Server
    bare: Server

    def measured(
        self, what: str, requests: Callable[[], Iterator[bytes]], *, rps: str, cpu: str
    ) -> Iterator[Line]:
        try:
            self.compare(requests)
            self.take_turns(requests)
        except (NotTheSame, client.Unexpected, OSError) as error:
            for name, limit in (("rps_ratio", rps), ("cpu_ratio", cpu)):
                yield line(
                    f"pages.{what}_{name}",
                    None,
                    "of bare",
                    limit,
                    why=f"{type(error).__name__}: {error}"[:500],
                )
            return
        for name, server in (("", self.ours), ("bare_", self.bare)):
            yield line(
                f"pages.{name}{what}_rps", round(statistics.median(server.per_second)), "requests/s", ">= 1"
            )
            yield line(f"pages.{name}{what}_cpu", round(statistics.median(server.cpu), 3), "ms", "<= 50")
        yield line(
            f"pages.{what}_rps_ratio", _ratio(self.ours.per_second, self.bare.per_second), "of bare", rps
        )
        yield line(f"pages.{what}_cpu_ratio", _ratio(self.ours.cpu, self.bare.cpu), "of bare", cpu)

    def compare(self, requests: Callable[[], Iterator[bytes]]) -> None:
        """Both say the same to the same person, but for the number of a new reading."""
        told = []
        for server in (self.ours, self.bare):
            told.append(CHANGES.sub(b"", uvloop.run(client.once(server.port, next(requests())))))
            self.forget()
        if told[0] != told[1]:
            differs = next(n for n, (one, other) in enumerate(zip(*told, strict=False)) if one != other)
            raise NotTheSame(*(one[differs - 50 : differs + 150].decode(errors="replace") for one in told))

    def take_turns(self, requests: Callable[[], Iterator[bytes]]) -> None:
        for server in (self.ours, self.bare):
            server.per_second, server.cpu = [], []
            uvloop.run(client.run(server.port, requests(), WARM))
            self.forget()
        for turn in range(ROUNDS):
            for server in (self.ours, self.bare) if turn % 2 else (self.bare, self.ours):
                before = self.cpu_of(server)
                sample = uvloop.run(client.run(server.port, requests(), SECONDS))
                server.per_second.append(sample.per_second)
                server.cpu.append((self.cpu_of(server) - before) * 1000 / sample.answers)
                self.forget()

    def forget(self) -> None:
        asyncio.run(data.forget_submitted(self.url))

    def cpu_of(self, server: Server) -> float:
        """Seconds so far: the program's, and those of all processes of PostgreSQL."""
        return sum(_cpu(process) for process in (server.process, self.postgres, *self.postgres.children()))


@contextmanager
def server(who: str, url: str) -> Iterator[Server]:
    port = free_port()
    command = [sys.executable, "-m", "bench.load.server", who, url, str(port)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE)
    try:
        asyncio.run(_answers(process, port))
        yield Server(psutil.Process(process.pid), port)
    finally:
        if process.stdin:
            process.stdin.close()
        process.wait(20)


async def _answers(process: "subprocess.Popen[bytes]", port: int) -> None:
    for _ in range(600):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            if process.poll() is not None:
                break
            MOMENT.wait(0.05)
        else:
            writer.close()
            return
    raise OSError("the server does not start")


def _cpu(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system)


def _ratio(ours: list[float], bare: list[float]) -> float:
    """Turn by turn, because the machine is another one from minute to minute; the middle one."""
    return round(statistics.median(one / other for one, other in zip(ours, bare, strict=True)), 3)
