"""A small HTTP server on loopback that answers by its script, and otherwise by `answer`."""

import asyncio
import json
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal, Self
from urllib.parse import parse_qsl, urlsplit

Trick = Literal["500", "429", "401", "garbage", "empty", "silence", "close", "done_then_silence"]


@dataclass(frozen=True)
class Call:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))


@dataclass
class FakeWeb(ABC):
    script: list[Trick] = field(default_factory=list)
    """What happens to the next calls; after that they are answered."""
    calls: list[Call] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @abstractmethod
    def answer(self, call: Call) -> tuple[int, Any]:
        """The status, and what is told as JSON."""

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[Self]:
        writers: set[asyncio.StreamWriter] = set()

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writers.add(writer)
            try:
                while await self._serve(reader, writer):
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
            for writer in writers:
                writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        request, *lines = head.strip().split("\r\n")
        method, target, _ = request.split(" ")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        parts = urlsplit(target)
        call = Call(method, parts.path, dict(parse_qsl(parts.query)), headers, body)
        self.calls.append(call)
        step = self.script.pop(0) if self.script else None
        match step:
            case "500" | "429" | "401":
                writer.write(response(int(step), b"<html>Sorry</html>"))
            case "garbage":
                writer.write(response(200, b"<html>\xff\xfe"))
            case "empty":
                writer.write(response(200, b""))
            case "close":
                return False
            case "silence" | "done_then_silence":
                if step == "done_then_silence":
                    self.answer(call)
                await reader.read()
                return False
            case _:
                status, said = self.answer(call)
                writer.write(response(status, json.dumps(said, ensure_ascii=False).encode()))
        return True


def response(status: int, body: bytes) -> bytes:
    head = f"HTTP/1.1 {status} Said\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body
