"""The application behind granian, in this process and this event loop, on one or more addresses."""

import asyncio
from collections.abc import Coroutine, Sequence
from contextlib import AsyncExitStack
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.server.embed import Server
from litestar import Litestar

try:
    import uvloop
except ImportError:  # not made for every system
    uvloop = None  # type: ignore[assignment]

BACKLOG = 1024
"""Connections the kernel holds for us while all are busy: a deadline's evening comes at once."""


async def serve(app: Litestar, addresses: Sequence[str], port: int, stopping: asyncio.Event) -> None:
    """Until `stopping` is set; requests under way are answered first."""
    async with AsyncExitStack() as running:
        await running.enter_async_context(app.lifespan())
        servers = [_server(app, address, port) for address in addresses]
        serving = [asyncio.create_task(server.serve()) for server in servers]
        waiting = asyncio.create_task(stopping.wait())
        await asyncio.wait([*serving, waiting], return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        for server in servers:
            server.stop()
        await asyncio.gather(*serving)


def run(work: Coroutine[Any, Any, None]) -> None:
    """On uvloop, where there is one."""
    factory = uvloop.new_event_loop if uvloop else asyncio.new_event_loop
    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(work)


def _server(app: Litestar, address: str, port: int) -> Server:
    return Server(
        app,
        address=address,
        port=port,
        interface=Interfaces.ASGINL,  # the lifespan is ours: it runs once for all addresses
        http=HTTPModes.http1,
        websockets=False,
        backlog=BACKLOG,
        log_enabled=False,
    )
