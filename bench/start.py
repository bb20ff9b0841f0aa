"""How long people wait for the first page, and what is left when they have stopped it."""

import signal
from collections.abc import Iterator

from bench import Line, line
from bench.started import DidNotStart, Started, tree


def lines() -> Iterator[Line]:
    with tree() as folder:
        started = Started(folder)
        try:
            yield line("start.first", round(started.start(), 2), "s", "<= 180")
            yield line("start.stop", round(started.stop(signal.SIGINT), 2), "s", "<= 10")
            yield line("start.left_after_stop", len(started.left()), "processes", "<= 0")
            yield line("start.later", round(started.start(), 2), "s", "<= 5")
            started.kill()
            yield line("start.after_kill", round(started.start(), 2), "s", "<= 10")
            started.stop()
            yield line("start.left_after_kill", len(started.left()), "processes", "<= 0")
        except DidNotStart as error:
            yield line("start.first", None, "s", "<= 180", why=str(error))
        finally:
            for process in started.left():
                process.kill()
