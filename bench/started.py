"""The product started by its own command in a folder of its own, as a person starts it."""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).parents[1]
NOT_OURS = shutil.ignore_patterns(".git", ".venv", "var", "__pycache__", ".*_cache", ".hypothesis", "dist")
MOMENT = threading.Event()
"""Never set: waiting for it is waiting for a while."""


class DidNotStart(Exception):
    """The site did not answer; the message is the end of what was printed."""


@contextmanager
def tree() -> Iterator[Path]:
    """A fresh copy of the sources, as after a clone."""
    with tempfile.TemporaryDirectory(prefix="blakyt-bench-") as folder:
        copy = Path(folder) / "blakyt"
        shutil.copytree(ROOT, copy, ignore=NOT_OURS)
        yield copy


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Started:
    """`bin/run` and everything it has started."""

    def __init__(self, folder: Path, command: tuple[str, ...] = ("bin/run",)) -> None:
        self.folder, self.command, self.port = folder, command, free_port()
        self.seconds = 0.0

    def start(self, patience: float = 600) -> float:
        """Seconds until the first page was there."""
        ours = {"PORT": str(self.port), "BLAKYT_DATA": str(self.folder / "var")}
        foreign = ("DATABASE_URL", "BLAKYT_")
        environ = {name: value for name, value in os.environ.items() if not name.startswith(foreign)} | ours
        self.log = self.folder / "started.log"
        began = time.monotonic()
        with self.log.open("w") as log:
            options: dict[str, Any] = {"stdout": log, "stderr": subprocess.STDOUT, "start_new_session": True}
            self.process = subprocess.Popen(self.command, cwd=self.folder, env=environ, **options)
        while time.monotonic() - began < patience and self.process.poll() is None:
            if self.status("/sign-in") == 200:
                return time.monotonic() - began
            MOMENT.wait(0.05)
        self.kill()
        raise DidNotStart(self.log.read_text()[-500:])

    def says(self, words: str, patience: float = 30) -> bool:
        """Whether it prints them; what it offers is printed after the first page is there."""
        until = time.monotonic() + patience
        while words not in (printed := self.log.read_text()) and time.monotonic() < until:
            MOMENT.wait(0.05)
        return words in printed

    def status(self, path: str) -> int | None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path, headers={"Host": f"localhost:{self.port}"})
            return connection.getresponse().status
        except OSError:
            return None
        finally:
            connection.close()

    def stop(self, number: int = signal.SIGTERM) -> float:
        """Seconds until the command has ended."""
        began = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(60)
        return time.monotonic() - began

    def kill(self) -> None:
        """As a power cut would: all at once, and none is asked."""
        for process in self.left():
            process.kill()
        self.process.wait(60)

    def kill_supervisor(self) -> None:
        """Its children are left to notice; returns when they have."""
        self.process.kill()
        self.process.wait(60)
        while self.status("/healthz") is not None:
            MOMENT.wait(0.05)

    def left(self) -> list[psutil.Process]:
        """The living processes that work in our folder or were started from it."""
        return [process for process in psutil.process_iter() if self._is_ours(process)]

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            if process.status() == psutil.STATUS_ZOMBIE:
                return False
            places = [process.cwd(), *process.cmdline()]
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            return False
        return any(place.startswith(str(self.folder)) for place in places)
