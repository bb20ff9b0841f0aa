"""kill -9, as power cuts, failing programs and careless people do it; and the start afterwards."""

from collections.abc import Callable
from contextlib import suppress

import psutil

from bench.started import MOMENT, DidNotStart, Started

ALIVE = 6.0
"""Seconds a process has to live before its end is an accident to its supervisor, not a reason to give up."""
PATIENCE = 60.0


def power(site: Started) -> None:
    """Everything at once, and a start by hand."""
    site.kill()
    site.start(PATIENCE)


def web(site: Started) -> None:
    """The web process; its supervisor starts it again."""
    (process,) = [one for one in site.left() if _command(one)[-1:] == ["serve"]]
    process.kill()
    psutil.wait_procs([process], PATIENCE)
    _until_ready(site)


def session(site: Started) -> None:
    """One session of the database: PostgreSQL ends all others too, and recovers."""
    process = next(one for one in site.left() if "[local]" in "".join(_command(one)))
    with suppress(psutil.NoSuchProcess):
        process.kill()
    psutil.wait_procs([process], PATIENCE)
    _until_ready(site)


def _command(process: psutil.Process) -> list[str]:
    """Nothing of one that has just ended: sessions of the database come and go."""
    try:
        return process.cmdline()
    except psutil.NoSuchProcess:
        return []


BLOWS: dict[str, Callable[[Started], None]] = {"power": power, "web": web, "session": session}


def _until_ready(site: Started) -> None:
    for _ in range(int(PATIENCE / 0.05)):
        if site.status("/readyz") == 200:
            return
        MOMENT.wait(0.05)
    raise DidNotStart("the site does not come back")
