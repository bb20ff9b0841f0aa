"""How much of the machine a page costs, beside a bare program that answers the same and does nothing else.

Both run in this call, one process each behind the same server and on the same database (fsync on), in turns. Nobody
asks for gzip, which would cost both the same and make them look alike.
"""

import asyncio
import re
import statistics
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import psutil
import uvloop

from bench import Line, line
from bench.load import client, data
from bench.load.processes import Server, seconds_of, server
from bench.started import free_port
from webapp.cluster import Cluster
from webapp.database.migrate import migrate

ROUNDS = 9
SECONDS = 2.0
"""A sample."""
WARM = 1.0
DATABASE = "bench"
CHANGES = re.compile(rb"\xe2\x84\x96 [0-9\xc2\xa0]+|/receipts/[0-9a-f-]+")
"""The number of a reading and its receipt are others each time."""


class NotTheSame(Exception):
    """The two programs do not show the same: nothing they cost can be compared."""


def lines() -> Iterator[Line]:
    with ExitStack() as running:
        folder = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="blakyt-bench-")))
        cluster = running.enter_context(Cluster(folder / "pg"))
        cluster.create_database(DATABASE)
        url = cluster.url(DATABASE)
        asyncio.run(migrate(url))
        asyncio.run(data.fill(url))
        ours, bare = (running.enter_context(server(who, url, free_port())) for who in ("ours", "bare"))
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
        for name, one in (("", self.ours), ("bare_", self.bare)):
            yield line(
                f"pages.{name}{what}_rps", round(statistics.median(one.per_second)), "requests/s", ">= 1"
            )
            yield line(f"pages.{name}{what}_cpu", round(statistics.median(one.cpu), 3), "ms", "<= 50")
        yield line(
            f"pages.{what}_rps_ratio", _ratio(self.ours.per_second, self.bare.per_second), "of bare", rps
        )
        yield line(f"pages.{what}_cpu_ratio", _ratio(self.ours.cpu, self.bare.cpu), "of bare", cpu)

    def compare(self, requests: Callable[[], Iterator[bytes]]) -> None:
        """Both say the same to the same person, but for the number of a new reading."""
        told = []
        for one in (self.ours, self.bare):
            told.append(CHANGES.sub(b"", uvloop.run(client.once(one.port, next(requests())))))
            self.forget()
        if told[0] != told[1]:
            differs = next(n for n, (left, right) in enumerate(zip(*told, strict=False)) if left != right)
            raise NotTheSame(*(page[differs - 50 : differs + 150].decode(errors="replace") for page in told))

    def take_turns(self, requests: Callable[[], Iterator[bytes]]) -> None:
        for one in (self.ours, self.bare):
            one.per_second, one.cpu = [], []
            uvloop.run(client.run(one.port, requests(), WARM))
            self.forget()
        for turn in range(ROUNDS):
            for one in (self.ours, self.bare) if turn % 2 else (self.bare, self.ours):
                before = self.cpu_of(one)
                sample = uvloop.run(client.run(one.port, requests(), SECONDS))
                one.per_second.append(sample.per_second)
                one.cpu.append((self.cpu_of(one) - before) * 1000 / sample.answers)
                self.forget()

    def forget(self) -> None:
        asyncio.run(data.forget_submitted(self.url))

    def cpu_of(self, one: Server) -> float:
        """Seconds so far: the program's, and those of all processes of PostgreSQL."""
        return seconds_of([one.process, self.postgres, *self.postgres.children()])


def _ratio(ours: list[float], bare: list[float]) -> float:
    """Turn by turn, because the machine is another one from minute to minute; the middle one."""
    return round(statistics.median(one / other for one, other in zip(ours, bare, strict=True)), 3)
