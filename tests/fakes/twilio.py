"""A Twilio of our own: takes messages, or does what its script says instead."""

import asyncio
import json
from base64 import b64decode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import parse_qsl

SID = "AC" + "a" * 32
TOKEN = "12345"

Trick = Literal["wait", "hang", "taken_then_hang", "close", "garbage", "garbage_201"]


@dataclass(frozen=True)
class Refused:
    """An error answer as Twilio words it."""

    status: int
    code: int | None = None


@dataclass
class FakeTwilio:
    script: list[Refused | Trick] = field(default_factory=list)
    """What happens to the next messages; after that they are taken."""
    taken: list[dict[str, str]] = field(default_factory=list)
    asked: int = 0
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    patience: asyncio.Event = field(default_factory=asyncio.Event)
    """Ends every `wait`."""
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def heard(self, count: int) -> None:
        """Returns when so many requests have come in, whatever became of them."""
        while self.asked < count:
            self.arrived.clear()
            await self.arrived.wait()

    @asynccontextmanager
    async def listening(self) -> AsyncIterator["FakeTwilio"]:
        open_writers: set[asyncio.StreamWriter] = set()

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            open_writers.add(writer)
            try:
                while await self._answer(reader, writer):
                    await writer.drain()
            except (asyncio.IncompleteReadError, ConnectionError):
                pass  # the other side has gone
            finally:
                writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            for writer in open_writers:
                writer.transport.abort()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        request, *lines = head.split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        form = dict(parse_qsl((await reader.readexactly(int(headers["content-length"]))).decode()))
        self.asked += 1
        self.arrived.set()
        step = self.script.pop(0) if self.script else None
        match step:
            case "hang" | "taken_then_hang":
                if step == "taken_then_hang":
                    self._take(request, headers, form)
                await reader.read()
                return False
            case "close":
                return False
            case "garbage" | "garbage_201":
                writer.write(_response(500 if step == "garbage" else 201, b"<html>Sorry</html>"))
            case Refused(status, code):
                body = {"code": code, "message": "as told", "status": status} if code else {}
                writer.write(_response(status, json.dumps(body).encode()))
            case _:
                if step == "wait":
                    await self.patience.wait()
                writer.write(self._take(request, headers, form))
        return True

    def _take(self, request: str, headers: dict[str, str], form: dict[str, str]) -> bytes:
        user = b64decode(headers["authorization"].removeprefix("Basic ")).decode()
        if user != f"{SID}:{TOKEN}":
            return _response(401, b'{"code": 20003, "message": "Authenticate", "status": 401}')
        if not request.startswith(f"POST /2010-04-01/Accounts/{SID}/Messages.json "):
            return _response(404, b'{"code": 20404, "status": 404}')
        self.taken.append(form)
        sid = f"SM{len(self.taken):032x}"
        return _response(201, json.dumps({"sid": sid, "status": "queued"}).encode())


def _response(status: int, body: bytes) -> bytes:
    head = f"HTTP/1.1 {status} Said\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body
