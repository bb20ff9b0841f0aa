"""The application behind its real server on a port of its own; it can be stopped and started again."""

import asyncio
import random
import socket
import threading
from collections.abc import Callable, Coroutine
from contextlib import suppress
from datetime import timedelta
from typing import Any

from litestar import Litestar
from pgqueuer import PgQueuer

from webapp import serving

PORTALS = ("localhost", "chernihiv", "kremenchuk", "mygas")


def free_port() -> int:
    """One that no connection takes by itself while a site is away: Linux gives those from 32768 on."""
    for port in random.sample(range(20_000, 32_000), 100):
        with suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port
    raise RuntimeError("no port is free")


class Site:
    """`make_queue` is the worker, which runs beside the web as long as the site does."""

    def __init__(
        self, port: int, make_app: Callable[[], Litestar], make_queue: Callable[[], PgQueuer] | None = None
    ) -> None:
        self.port, self.make_app, self._make_queue = port, make_app, make_queue
        self.door = port
        """Where it listens: elsewhere when something stands between it and the browser."""

    def url(self, portal: str = "localhost") -> str:
        """The origin of one of PORTALS: browsers find *.localhost by themselves, Python does not."""
        host = "localhost" if portal == "localhost" else f"{portal}.localhost"
        return f"http://{host}:{self.port}"

    def start(self) -> None:
        """Returns when the site answers."""
        self._ready, self._broken = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._serve, name="site", daemon=True)
        self._thread.start()
        self._ready.wait(20)
        if not self._until_answers():
            raise RuntimeError("the site does not start")
        if self._make_queue:
            self._queue = self._make_queue()
            working = self._queue.run(dequeue_timeout=timedelta(seconds=1))
            self._working = asyncio.run_coroutine_threadsafe(working, self._loop)

    def stop(self) -> None:
        """The port is closed when this returns: to a browser the site is gone. Again does nothing."""
        if not self._thread.is_alive():
            return
        if self._make_queue:
            self._loop.call_soon_threadsafe(self._queue.shutdown.set)
            self._working.result(20)
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(20)
        assert not self._thread.is_alive(), "the site stops"

    def do(self, work: Coroutine[Any, Any, Any]) -> Any:
        """In the event loop of the running site, where its database is open."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(20)

    def _serve(self) -> None:
        async def work() -> None:
            self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
            self._ready.set()
            await serving.serve(self.make_app(), ["127.0.0.1"], self.door, self._stopping)

        try:
            asyncio.run(work())
        finally:
            self._broken.set()
            self._ready.set()

    def _until_answers(self) -> bool:
        while not self._broken.wait(0.02):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.door)) == 0:
                    return True
        return False
