"""What people pay for with their traffic: the first page, the cabinet, scripts and styles."""

import asyncio
import gzip
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import Error, sync_playwright

from bench import Line, line
from bench.load import data
from bench.load.processes import server
from bench.load.weighing import KB, Weights, weigh
from bench.started import free_port
from tests.e2e.engines import CHROMIUM, PHONE
from webapp import demo
from webapp.cluster import Cluster
from webapp.database.migrate import migrate
from webapp.outside.clock import StoppedClock
from webapp.settings import STATIC, Settings
from webapp.web.static_files import static_files

LIMITS = {
    "sign_in_first_load": "<= 60",
    "cabinet_first_load": "<= 60",
    "cabinet_repeat": "<= 15",
    "js_gzip": "<= 30",
    "css_gzip": "<= 12",
}
"""kB; scripts are those of the page that has the most."""


def lines() -> Iterator[Line]:
    try:
        found = measured()
    except (Error, OSError) as error:
        for what, limit in LIMITS.items():
            yield line(f"weight.{what}_kb", None, "kB", limit, why=f"{type(error).__name__}: {error}"[:500])
        return
    heaviest = max(gzipped(names) for names in found.scripts.values())
    kb = found.kb | {"js_gzip": heaviest, "css_gzip": gzipped({"site.css", "dark.css"})}
    for what, limit in LIMITS.items():
        yield line(f"weight.{what}_kb", round(kb[what], 1), "kB", limit)


def gzipped(names: Iterable[str]) -> float:
    """kB of these static files, each compressed by itself as the server does, without headers."""
    files = static_files(STATIC).files
    return sum(len(gzip.compress(files[name], 9)) for name in names) / KB


def measured() -> Weights:
    with ExitStack() as running:
        folder = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="blakyt-bench-")))
        cluster = running.enter_context(Cluster(folder / "pg"))
        cluster.create_database("weight")
        url, port = cluster.url("weight"), free_port()
        settings = Settings(url, port=port, demo=True)
        asyncio.run(migrate(url))
        asyncio.run(demo.load(url, settings, StoppedClock(data.NOW)))
        running.enter_context(server("demo", url, port))
        person = demo.people_json(settings)["people"][0]
        playwright = running.enter_context(sync_playwright())
        browser = playwright.chromium.launch(**CHROMIUM)
        running.callback(browser.close)

        def new_context(**options: object) -> object:
            return browser.new_context(base_url=f"http://localhost:{port}", viewport=PHONE, **options)  # type: ignore[arg-type]

        return weigh(new_context, person["login"], person["password"])  # type: ignore[arg-type]
