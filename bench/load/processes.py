"""Servers in processes of their own, and what they have used of the machine."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import psutil

from bench.started import MOMENT


@dataclass
class Server:
    process: psutil.Process
    port: int
    per_second: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    """ms a request, of the program and of PostgreSQL together."""


@contextmanager
def server(who: str, url: str, port: int) -> Iterator[Server]:
    """One of `bench.load.server`, answering; it ends with its input."""
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


def seconds_of(processes: list[psutil.Process]) -> float:
    """CPU so far, in user and system mode."""
    return sum(map(_seconds, processes))


def _seconds(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system)
