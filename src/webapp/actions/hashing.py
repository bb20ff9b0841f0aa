"""Passwords: argon2id off the event loop, two at a time, with a bounded queue before them."""

import asyncio
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
"""The OWASP profile: 19 MiB and some 30 ms each; argon2-cffi's own would take 1 GiB under load."""
AT_ONCE = 2
MOST_WAITING = 50


class Busy(Exception):
    """Too many wait already: come back in a moment."""


class Turns:
    """Whose turn it is to burn memory; made anew for each event loop."""

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._loop: asyncio.AbstractEventLoop | None = None
        self._turn = asyncio.Semaphore(at_once)
        self._waiting = 0

    async def __aenter__(self) -> None:
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            self._loop, self._turn, self._waiting = loop, asyncio.Semaphore(self._at_once), 0
        if self._waiting >= MOST_WAITING:
            raise Busy
        self._waiting += 1
        try:
            await self._turn.acquire()
        finally:
            self._waiting -= 1

    async def __aexit__(self, *_: object) -> None:
        self._turn.release()


TURNS = Turns(AT_ONCE)


LINE = Turns(2 * AT_ONCE)
"""For whoever signs in, from the first question to the database on: without it two hundred at once would take every
connection, and other people's pages would wait for one. The surplus is sent away before it has cost anything."""


async def hash_of(password: str) -> str:
    async with TURNS:
        return await asyncio.to_thread(HASHER.hash, _settled(password))


async def fits(stored: str | None, password: str) -> bool:
    """Whether it is the password; takes as long for somebody who has none, or is not known at all."""
    async with TURNS:
        return await asyncio.to_thread(_verify, stored or NOBODYS, _settled(password)) and stored is not None


def _settled(password: str) -> str:
    """«й» is one character or two, by the keyboard: the same password either way (NFKC, RFC 8265)."""
    return unicodedata.normalize("NFKC", password)


def _verify(stored: str, password: str) -> bool:
    try:
        return HASHER.verify(stored, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


NOBODYS = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXRoaW5nIHNhbHR5$Yf8CC+gG8cBrEd3lJTJ4x2bYvxQw1cCL6uJDc1BoJzM"
"""The hash that is compared where there is none."""
