"""python -m bench.load.server ours|bare|demo URL PORT: one process behind the server of the product."""

import asyncio
import os
import sys
from contextlib import asynccontextmanager
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

KEY = "a key of the measurements alone"


def ours(url: str, _: int) -> Any:
    return create_app(Settings(url, secret=KEY), _outside())


def demo(url: str, port: int) -> Any:
    return create_app(Settings(url, port=port, demo=True, secret=KEY), _outside())


def bare(url: str, _: int) -> Any:
    app = Bare()

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        await app(scope, receive, send)

    @asynccontextmanager
    async def lifespan() -> Any:
        await app.open(url)
        yield

    answer.lifespan = lifespan  # type: ignore[attr-defined]
    return answer


def _outside() -> Outside:
    return Outside(StoppedClock(NOW), EmbeddedSms(), EmbeddedMail(), KEY.encode())


async def serve(app: Any, port: int) -> None:
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_reader(sys.stdin.fileno(), lambda: os.read(0, 100) or stopping.set())
    await serving.serve(app, ["127.0.0.1"], port, stopping)


if __name__ == "__main__":
    _, who, url, port = sys.argv
    serving.run(serve({"ours": ours, "bare": bare, "demo": demo}[who](url, int(port)), int(port)))
