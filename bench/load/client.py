"""Sixteen people at once, each on a kept connection: asks, waits for the whole answer, asks again."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import uuid4

from bench.load.data import HOST, LAST_VALUE, METERS, PEOPLE, meter_of, token_of

CLIENTS = 16


class Unexpected(Exception):
    """An answer that is none; its head and the beginning of its body."""


@dataclass
class Sample:
    answers: int
    seconds: float

    @property
    def per_second(self) -> float:
        return self.answers / self.seconds


def cabinets() -> Iterator[bytes]:
    while True:
        for person in range(1, PEOPLE + 1):
            yield asking("GET /cabinet", token_of(person))


def submissions() -> Iterator[bytes]:
    """A reading of each meter, once: sent as htmx sends the form, in another order than they were made."""
    for n in range(METERS):
        meter = n * 7 % METERS + 1
        fields = {"submission_id": uuid4(), "meter_id": meter_of(meter), "value": LAST_VALUE + 24}
        body = urlencode(fields | {"confirmed": LAST_VALUE + 24})
        yield asking("POST /readings", token_of((meter + 2) // 3), body)


def asking(what: str, token: str, body: str = "") -> bytes:
    lines = [f"{what} HTTP/1.1", f"Host: {HOST}", f"Cookie: sid={token}", "Accept: text/html"]
    if body:
        lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
        lines += ["Sec-Fetch-Site: same-origin", "HX-Request: true", "HX-Request-Type: partial"]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


async def run(port: int, requests: Iterator[bytes], seconds: float) -> Sample:
    """Until the time is over, or the requests are."""
    began = time.perf_counter()
    until = began + seconds
    answers = await asyncio.gather(*(_one(port, requests, until) for _ in range(CLIENTS)))
    return Sample(sum(answers), time.perf_counter() - began)


async def once(port: int, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        return await _ask(reader, writer, request)
    finally:
        writer.close()


async def _one(port: int, requests: Iterator[bytes], until: float) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answers = 0
    try:
        while time.perf_counter() < until:
            request = next(requests, None)
            if request is None:
                break
            await _ask(reader, writer, request)
            answers += 1
    finally:
        writer.close()
    return answers


async def _ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> bytes:
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    body = await reader.readexactly(length)
    if not head.startswith(b"HTTP/1.1 200"):
        raise Unexpected(head.decode(), body.decode()[:500])
    return body
