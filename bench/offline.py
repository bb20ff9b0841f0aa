"""What a queue promises: nothing lost, nothing doubled, whatever network and server do; and quick delivery.

The product runs as people run it, with its own PostgreSQL (fsync on); the account of the storm goes to stderr.
`BLAKYT_BENCH_SUBMISSIONS` makes the storm longer.
"""

import asyncio
import os
import sys
import tempfile
import traceback
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from random import Random

from bench import Line, line
from bench.soak import batches, doors, inspector, phone, screen, storm, town
from bench.soak.weather import Weather
from bench.started import ROOT, Started
from webapp.cluster import Cluster
from webapp.supervisor import DATABASE

SUBMISSIONS = int(os.environ.get("BLAKYT_BENCH_SUBMISSIONS", "2000"))
PEOPLE = max(4, SUBMISSIONS // 500)
"""Each with two devices; one person who sends thousands would only wait for the limits on requests."""
KILLS = ("power", "web", "session", "power", "web", "session", "power")
OURS = {"power", "web"}
"""Of the kills those that end the application itself; a session of the database is another program's."""
MOST = 8
"""Readings in one request: few, so that there are many answers to lose."""
SECONDS = SUBMISSIONS / 10
QUEUED = 300
DEMO = ("env", f"PYTHONPATH={ROOT / 'src'}", sys.executable, "-m", "webapp", "demo")
FIGURES = {
    "submitted": ("readings", f">= {SUBMISSIONS}"),
    "lost": ("readings", "<= 0"),
    "doubled": ("readings", "<= 0"),
    "kills": ("kills", ">= 5"),
    "drain_requests": ("requests", "<= 8"),
    "drain_seconds": ("s", "<= 15"),
    "drain_local_seconds": ("s", "<= 6"),
    "drain_longest_ms": ("ms", "<= 200"),
    "said_ms": ("ms", ""),
    "saved_ms": ("ms", "<= 50"),
    "offline_start_ms": ("ms", ""),
    "offline_page_ms": ("ms", "<= 150"),
    "hanging_seconds": ("s", "<= 2.5"),
    "batch_seconds": ("s", "<= 2"),
    "batch_memory": ("MiB", "<= 50"),
    "upload_seconds": ("s", "<= 1"),
    "round_kb": ("kB", "<= 150"),
    "visits_seconds": ("s", "<= 6"),
    "field_saved_ms": ("ms", "<= 50"),
}


class NotDelivered(Exception):
    """The page has not brought its readings to the server: how long it took says nothing."""


def lines() -> Iterator[Line]:
    figures: dict[str, float] = {}
    why = ""
    with tempfile.TemporaryDirectory(prefix="blakyt-bench-") as folder:
        site = Started(Path(folder), DEMO)
        try:
            measure(site, figures)
            site.stop()
        except Exception as error:
            traceback.print_exc()
            why = f"{type(error).__name__}: {error}"[:500]
        finally:
            for process in site.left():
                process.kill()
    for name, (unit, limit) in FIGURES.items():
        yield line(f"offline.{name}", figures.get(name), unit, limit, why)


def _drained(weather: Weather, far: town.Resident, near: town.Resident) -> dict[str, float]:
    """A full outbox over a slow network, and over a good one."""
    slow, quick = phone.drain(weather, far, phone.SLOW_4G), phone.drain(weather, near)
    for drained in (slow, quick):
        if drained.accepted != QUEUED:
            raise NotDelivered(f"{drained.accepted} of {QUEUED} after {drained.seconds:.0f} s")
    return {
        "drain_requests": slow.requests,
        "drain_seconds": round(slow.seconds, 2),
        "drain_local_seconds": round(quick.seconds, 2),
        "drain_longest_ms": round(max(slow.longest_ms, quick.longest_ms), 1),
    }


def measure(site: Started, figures: dict[str, float]) -> None:
    """Puts into `figures` what could be taken before something went wrong."""
    luck = Random()
    site.start()
    figures["field_saved_ms"] = round(doors.saved_ms(site.port), 1)
    walked = inspector.walk(site.port)
    if walked.accepted != inspector.STOPS:
        raise NotDelivered(f"{walked.accepted} of {inspector.STOPS} entries of the round")
    figures |= {"round_kb": round(walked.kilobytes, 1), "visits_seconds": round(walked.seconds, 2)}
    database_url = Cluster(site.folder / "var" / "pg").url(DATABASE)
    figures |= asdict(asyncio.run(batches.take(site, database_url)))
    with Weather(site.port, luck) as weather:
        hosts = (f"localhost:{site.port}", f"localhost:{weather.port}")
        meters = [storm.meters_for(SUBMISSIONS // PEOPLE)] * PEOPLE
        *residents, far, near, one = asyncio.run(
            town.found(database_url, hosts, [*meters, QUEUED, QUEUED, 1])
        )
        figures |= dict(screen.figures(weather, one))
        figures |= _drained(weather, far, near)
        soak = storm.soak(
            site,
            weather,
            residents,
            database_url,
            submissions=SUBMISSIONS,
            most=MOST,
            kills=KILLS,
            seconds=SECONDS,
            luck=luck,
        )
        outcome = asyncio.run(soak)
    print(outcome.account(), file=sys.stderr)
    figures["submitted"] = outcome.submitted
    figures["lost"] = outcome.found.lost + len(outcome.wrong)
    figures["doubled"] = outcome.found.doubled
    figures["kills"] = sum(count for kind, count in outcome.kills.items() if kind in OURS)
