"""The whole product in one command: PostgreSQL, the web and the worker, started and ended together."""

import asyncio
import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType
from typing import Self

from webapp import ports
from webapp.cluster import Cluster
from webapp.settings import Settings

DATABASE = "blakyt"
POLITE = 10.0
"""Seconds a process has to end by itself before it is killed."""
TOO_SHORT = 5.0
"""Seconds: what ends sooner than this would only end again."""
SUPERVISED = "BLAKYT_SUPERVISED"
"""Set for our children. A line on their standard input lets them begin; its end says that we are gone."""


class CannotStart(Exception):
    """One sentence for the person at the keyboard."""


@dataclass
class Child:
    """One of our own processes; its name is the command that it runs.

    It starts early, because importing takes it a second or two, and begins when the database is ready.
    """

    name: str
    environ: Mapping[str, str]

    def start(self) -> None:
        self.started = time.monotonic()
        command = [sys.executable, "-m", "webapp", self.name]
        self.process = subprocess.Popen(
            command, env=dict(self.environ), stdin=subprocess.PIPE, start_new_session=True
        )

    def begin(self) -> None:
        self.started = time.monotonic()
        if self.process.stdin:
            with suppress(BrokenPipeError):
                self.process.stdin.write(b"begin\n")
                self.process.stdin.flush()

    def look_after(self) -> None:
        """Start it again when it has ended, unless it ends as soon as it starts."""
        if self.process.poll() is None:
            return
        self._close()
        if time.monotonic() - self.started < TOO_SHORT:
            raise CannotStart(f"«{self.name}» ended at once with code {self.process.returncode}")
        print(f"blakyt: «{self.name}» ended with {self.process.returncode}, started again", file=sys.stderr)
        self.start()
        self.begin()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.process.terminate()
            self.process.wait(POLITE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._close()

    def _close(self) -> None:
        if self.process.stdin:
            with suppress(BrokenPipeError):
                self.process.stdin.close()


def supervise(settings: Settings, prepare: Callable[[Settings], None], announce: Callable[[], None]) -> None:
    """Until Ctrl-C or SIGTERM. `prepare` has the database at hand, `announce` a site that answers."""
    stopping = _told_to_stop()
    settings.data.mkdir(parents=True, exist_ok=True)
    with ExitStack() as running:
        running.enter_context(_alone(settings.data))
        cluster = None if settings.database_url else Cluster(settings.data / "pg")
        if cluster:
            running.callback(cluster.stop)
            settings = replace(settings, database_url=cluster.url(DATABASE))
        _wait_for_port(settings.port, stopping)
        web, worker = (Child(name, _environ(settings)) for name in ("serve", "worker"))
        running.enter_context(web)
        if cluster:
            cluster.start()
            cluster.create_database(DATABASE)
        if not stopping.is_set():
            prepare(settings)
        web.begin()
        _wait_for_answer(settings.port, web, stopping)
        if not stopping.is_set():
            announce()
            running.enter_context(worker)
            worker.begin()
        while not stopping.wait(0.5):
            web.look_after()
            worker.look_after()


def wait_for_parent() -> None:
    """In a child: until the database is ready."""
    if SUPERVISED in os.environ and not os.read(0, 100):
        sys.exit(0)


def watch_parent() -> None:
    """In a child: nobody is left to end us once the supervisor was killed, so we notice and end ourselves."""
    if SUPERVISED not in os.environ:
        return

    def watch() -> None:
        while os.read(0, 1024):
            pass
        os.kill(os.getpid(), signal.SIGTERM)
        threading.Event().wait(POLITE)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _environ(settings: Settings) -> dict[str, str]:
    ours = {
        "DATABASE_URL": settings.database_url,
        "BLAKYT_DEMO": "1" if settings.demo else "0",
        "BLAKYT_DATA": str(settings.data),
        "PORT": str(settings.port),
        SUPERVISED: "1",
    }
    return dict(os.environ) | ours


def _told_to_stop() -> threading.Event:
    stopping = threading.Event()

    def stop(_: int, __: FrameType | None) -> None:
        stopping.set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    return stopping


@contextmanager
def _alone(data: Path) -> Iterator[None]:
    """The kernel forgets this lock when its holder dies, however it dies."""
    with (data / "blakyt.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.seek(0)
            raise CannotStart(f"{data} is in use by process {lock.read().strip() or '?'}") from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _wait_for_port(port: int, stopping: threading.Event) -> None:
    """Children of a killed run need a moment to notice."""
    until = time.monotonic() + TOO_SHORT
    while taken := ports.taken(ports.addresses(os.environ), port):
        if stopping.wait(0.2):
            return
        if time.monotonic() > until:
            raise CannotStart(f"port {port} of {taken[0]} is taken by another program; PORT chooses another")


def _wait_for_answer(port: int, web: Child, stopping: threading.Event) -> None:
    while not stopping.is_set() and not asyncio.run(_is_ready(port)):
        web.look_after()
        stopping.wait(0.1)


async def _is_ready(port: int) -> bool:
    request = f"GET /readyz HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n"
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request.encode())
        line = await reader.readline()
        writer.close()
        return b" 200 " in line
    except OSError:
        return False
