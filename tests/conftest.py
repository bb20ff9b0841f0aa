"""One embedded PostgreSQL for the run, one copy of a ready database for each test."""

import asyncio
import fcntl
import os
import shutil
import tempfile
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from webapp.cluster import Cluster

RUNS = Path(tempfile.gettempdir()) / f"blakyt-tests-{os.geteuid()}"
"""A folder for each run; the run holds a lock in it, so that the next one knows the dead from the living."""
COMPILED = RUNS / "compiled"
"""Templates as code, for all processes of all runs."""
RUN = pytest.StashKey[Path]()
ALIVE = pytest.StashKey[Any]()
numbers = count(1)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--all", action="store_true", help="every journey in Chromium and Firefox")


def pytest_configure(config: pytest.Config) -> None:
    """Whoever starts the run makes its folder; the processes that share the work are told of it."""
    given = getattr(config, "workerinput", None)
    if given:
        config.stash[RUN] = Path(given["run"])
        return
    RUNS.mkdir(mode=0o755, exist_ok=True)
    for folder in RUNS.iterdir():
        end_if_dead(folder)
    config.stash[RUN] = Path(tempfile.mkdtemp(prefix="run-", dir=RUNS))
    config.stash[ALIVE] = (config.stash[RUN] / "alive").open("w")
    fcntl.flock(config.stash[ALIVE], fcntl.LOCK_EX)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    node.workerinput["run"] = str(node.config.stash[RUN])


def pytest_unconfigure(config: pytest.Config) -> None:
    if ALIVE in config.stash:
        end(config.stash[RUN])
        config.stash[ALIVE].close()


def end_if_dead(folder: Path) -> None:
    """A killed run leaves its PostgreSQL running."""
    try:
        with (folder / "alive").open() as alive:
            fcntl.flock(alive, fcntl.LOCK_EX | fcntl.LOCK_NB)
            end(folder)
    except OSError:  # it lives, or is just being made
        return


def end(folder: Path) -> None:
    if (folder / "pg").exists():
        Cluster(folder / "pg").stop()
    shutil.rmtree(folder, ignore_errors=True)


def run_apart(work: Coroutine[Any, Any, Any]) -> Any:
    """In a thread of its own: this one may already run somebody's event loop."""
    with ThreadPoolExecutor(1) as apart:
        return apart.submit(asyncio.run, work).result()


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    with (folder / "turn").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def postgres(request: pytest.FixtureRequest) -> Cluster:
    """Started by the first who needs it, ended with the run; `ready` has all tables and no rows."""
    from webapp.database.migrate import migrate

    run = request.config.stash[RUN]
    cluster = Cluster(run / "pg", durable=False)
    with one_at_a_time(run):
        if not (run / "ready").exists():
            cluster.start()
            cluster.create_database("ready")
            run_apart(migrate(cluster.url("ready")))
            (run / "ready").touch()
    return cluster


@pytest.fixture(scope="session")
def template(postgres: Cluster) -> str:
    """A copy of `ready` for this process alone: two cannot copy from one at the same moment."""
    name = f"ready_{os.getpid()}"
    with one_at_a_time(postgres.folder.parent):
        postgres.sql(f"CREATE DATABASE {name} TEMPLATE ready")
    return name


@contextmanager
def copied(postgres: Cluster, template: str) -> Iterator[str]:
    name = f"test_{os.getpid()}_{next(numbers)}"
    postgres.sql(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    try:
        yield postgres.url(name)
    finally:
        postgres.sql(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def fresh_database_url(postgres: Cluster, template: str) -> Iterator[str]:
    """For whoever starts processes of their own, or builds something into the database."""
    with copied(postgres, template) as url:
        yield url


@pytest.fixture(scope="session")
def swept_database(postgres: Cluster, template: str) -> Iterator[str]:
    with copied(postgres, template) as url:
        yield url
