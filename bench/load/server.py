"""python -m bench.load.server ours|bare URL PORT: one process, the product's own server, until its input ends."""

import asyncio
import os
import sys
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

from bench.load.bare import Bare
from bench.load.data import NOW
from webapp import serving
from webapp.app import create_app
from webapp.outside import Outside
from webapp.outside.clock import StoppedClock
from webapp.outside.mail.embedded import EmbeddedMail
from webapp.outside.sms.embedded import EmbeddedSms
from webapp.settings import Settings


def ours(url: str) -> Any:
    outside = Outside(StoppedClock(NOW), EmbeddedSms(), EmbeddedMail(), b"a key of the measurements alone")
    return create_app(Settings(url, secret="a key of the measurements alone"), outside)


def bare(url: str) -> Any:
    app = Bare()

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        await app(scope, receive, send)

    @asynccontextmanager
    async def lifespan() -> Any:
        await app.open(url)
        yield

    answer.lifespan = lifespan  # type: ignore[attr-defined]
    return answer


async def serve(app: Any, port: int) -> None:
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_reader(sys.stdin.fileno(), lambda: os.read(0, 100) or stopping.set())
    await serving.serve(app, ["127.0.0.1"], port, stopping)


if __name__ == "__main__":
    told = SimpleNamespace(who=sys.argv[1], url=sys.argv[2], port=int(sys.argv[3]))
    serving.run(serve({"ours": ours, "bare": bare}[told.who](told.url), told.port))
