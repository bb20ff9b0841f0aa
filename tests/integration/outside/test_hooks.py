"""The real caller: it goes to the address that was judged, reads nothing, follows nothing, and never raises."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from webapp.outside.hooks import Answer
from webapp.outside.hooks.calling import CallingHooks
from webapp.outside.hooks.embedded import EmbeddedHooks
from webapp.rules.webhooks import Wrong


@asynccontextmanager
async def receiver(says: bytes) -> AsyncIterator[tuple[int, list[bytes]]]:
    heard: list[bytes] = []

    async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(says)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(hear, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], heard


def to(*places: str) -> CallingHooks:
    async def lookup(host: str, port: int) -> list[str]:
        return list(places)

    return CallingHooks(loopback=True, lookup=lookup)


async def test_it_calls_the_number_by_the_name_that_was_typed():
    async with receiver(b"HTTP/1.1 204 No Content\r\n\r\n") as (port, heard):
        answer = await to("127.0.0.1").call(
            f"http://home.example:{port}/hook?x=1", b"{}", {"webhook-id": "msg_1"}
        )
    assert answer == Answer(204) and answer.is_good
    (said,) = heard
    assert said.startswith(b"POST /hook?x=1 HTTP/1.1\r\n")
    assert f"Host: home.example:{port}\r\n".encode() in said and b"webhook-id: msg_1\r\n" in said


@pytest.mark.parametrize(
    ("says", "answer"),
    [
        (
            b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n",
            Answer(302),
        ),
        (b"HTTP/1.1 500 No\r\nContent-Length: 1000000000\r\n\r\nx", Answer(500)),
        (b"HTTP/1.1 410 Gone\r\n\r\n", Answer(410)),
        (b"SSH-2.0-x\r\n\r\n", Answer(None, "no_http")),
        (b"", Answer(None, "no_http")),
    ],
)
async def test_whatever_answers_is_only_a_number(says: bytes, answer: Answer):
    async with receiver(says) as (port, heard):
        assert await to("127.0.0.1").call(f"http://home.example:{port}/", b"{}", {}) == answer
    assert len(heard) == 1


async def test_nobody_is_called_where_a_name_leads_home():
    """Also when one of several places is private; and names turn: it is judged at each call, not only at the first."""
    places = ["93.184.215.14"]

    async def turning(host: str, port: int) -> list[str]:
        return places

    hooks = CallingHooks(lookup=turning)
    assert await hooks.wrong_with("https://home.example/") is None
    places[:] = ["93.184.215.14", "10.0.0.7"]
    assert await hooks.wrong_with("https://home.example/") == Wrong.PRIVATE
    assert await hooks.call("https://home.example/", b"{}", {}) == Answer(None, "private")
    for address in (
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://localhost/",
    ):
        assert await CallingHooks().call(address, b"{}", {}) in (
            Answer(None, "private"),
            Answer(None, "unknown_host"),
        )
    assert await to("93.184.215.14").wrong_with("http://home.example/") == Wrong.NOT_HTTPS, (
        "in clear only here"
    )
    assert await to("127.0.0.1").call("http://home.example:1/", b"{}", {}) == Answer(None, "no_connection")
    assert await to().call("https://home.example/", b"{}", {}) == Answer(None, "unknown_host")


async def test_the_twin_says_what_it_was_told_to_say():
    twin = EmbeddedHooks(answers=[Answer(500)])
    assert [await twin.call("https://x.example/", b"1", {}) for _ in range(2)] == [Answer(500), Answer(204)]
    assert await twin.wrong_with("http://x.example/") == Wrong.NOT_HTTPS and len(twin.called) == 2
