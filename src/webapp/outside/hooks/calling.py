"""The real one. A name is looked up once, here, and the connection goes to the very address that was judged:
between looking and connecting nobody can turn it to a machine of ours (DNS rebinding)."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit, urlunsplit

import httpx

from webapp.outside.hooks import Answer
from webapp.rules.webhooks import Wrong, may_be_called, wrong_with

TIMEOUT, LONGEST = httpx.Timeout(8, connect=4), 10.0
"""Seconds, for each silence and for all of it: the receiver puts down what it got and answers at once."""
LOOKING = 4.0
Lookup = Callable[[str, int], Awaitable[list[str]]]


async def look_up(host: str, port: int) -> list[str]:
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


class CallingHooks:
    def __init__(self, *, loopback: bool = False, lookup: Lookup = look_up) -> None:
        self.loopback, self._lookup = loopback, lookup

    async def wrong_with(self, address: str) -> Wrong | None:
        found = await self._place(address)
        return found if isinstance(found, Wrong) else None

    async def call(self, address: str, body: bytes, headers: dict[str, str]) -> Answer:
        place = await self._place(address)
        if isinstance(place, Wrong):
            return Answer(None, place)
        try:
            async with asyncio.timeout(LONGEST):
                return await self._post(address, place, body, headers)
        except httpx.ConnectError as error:
            return Answer(None, "certificate" if "CERTIFICATE" in str(error).upper() else "no_connection")
        except (httpx.TimeoutException, TimeoutError):
            return Answer(None, "too_slow")
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError, OSError, ValueError):
            return Answer(None, "no_http")

    async def _post(self, address: str, place: str, body: bytes, headers: dict[str, str]) -> Answer:
        parts = urlsplit(address)
        host = parts.hostname or ""
        bare = f"[{place}]" if ":" in place else place
        target = urlunsplit(parts._replace(netloc=bare + (f":{parts.port}" if parts.port else "")))
        said = headers | {"Host": parts.netloc}
        # The certificate has to be of the name, although we connect to the number.
        options = {"sni_hostname": host}
        async with httpx.AsyncClient(timeout=TIMEOUT, trust_env=False, follow_redirects=False) as http:
            request = http.build_request("POST", target, content=body, headers=said, extensions=options)
            answer = await http.send(request, stream=True)
            await answer.aclose()  # however long it is, nobody reads it
        return Answer(answer.status_code)

    async def _place(self, address: str) -> str | Wrong:
        """The number to connect to; one private one among several is enough to refuse them all."""
        wrong = wrong_with(address, loopback=self.loopback)
        if wrong:
            return wrong
        parts = urlsplit(address)
        try:
            async with asyncio.timeout(LOOKING):
                port = parts.port or (443 if parts.scheme == "https" else 80)
                places = await self._lookup(parts.hostname or "", port)
        except (OSError, UnicodeError, TimeoutError):
            return Wrong.UNKNOWN_HOST
        if not places:
            return Wrong.UNKNOWN_HOST
        if not all(may_be_called(place, loopback=self.loopback) for place in places):
            return Wrong.PRIVATE
        if parts.scheme == "http" and not all(
            may_be_called(place) is False and may_be_called(place, loopback=True) for place in places
        ):
            return Wrong.NOT_HTTPS  # in clear only to this very machine
        return places[0]
