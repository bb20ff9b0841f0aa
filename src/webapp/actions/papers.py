"""A PDF that somebody sent, looked at by a process that may die of it; what is kept are its bare pages."""

import asyncio
import subprocess
import sys
from pathlib import Path

from webapp.actions.hashing import Turns
from webapp.rules.attachments import MOST_PAGES, Refusal
from webapp.rules.photos import MOST_BYTES

CHECK = Path(__file__).with_name("paper_check.py")
TURNS = Turns(1)
"""One at a time: each is a process of some 50 MB."""
PATIENCE = 20
"""Seconds; it may work for ten of them."""


async def redrawn(body: bytes) -> bytes | Refusal:
    if len(body) > MOST_BYTES:
        return Refusal.TOO_LARGE
    async with TURNS:
        return await asyncio.to_thread(_ask, body)


def _ask(body: bytes) -> bytes | Refusal:
    """`-I`: nothing of the environment reaches it but the packages themselves."""
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(CHECK), str(MOST_PAGES)], input=body, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, timeout=PATIENCE, env={}, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return Refusal.TOO_LARGE
    word, _, made = done.stdout.partition(b"\n")
    if word == b"ok" and made:
        return made
    if done.returncode and not word:  # ended by a limit
        return Refusal.TOO_LARGE
    return Refusal(word.decode()) if word.decode() in set(Refusal) else Refusal.NOT_READABLE
