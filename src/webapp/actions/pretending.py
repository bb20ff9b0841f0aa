"""The bank page of the demo: what its buttons do, and the callbacks that follow, or do not."""

import asyncio
from datetime import datetime
from uuid import UUID

from webapp.actions import paying
from webapp.database.engine import DB
from webapp.outside import Outside
from webapp.outside.payments.pretend import DELAY, Button, Sheet


def sheet(order: UUID, outside: Outside) -> Sheet | None:
    bank = outside.banks.pretend
    return bank.sheet(str(order)) if bank else None


def is_over(sheet: Sheet, outside: Outside) -> bool:
    """Paid, refused, or too late: nothing can be pressed any more."""
    bank = outside.banks.pretend
    return bank is None or sheet.settles_at is not None or bank.state(sheet) != "waiting"


async def press(order: UUID, button: Button, *, outside: Outside, now: datetime) -> Sheet | None:
    """The bank does it, and tells us: at once, twice at once, or long after."""
    bank = outside.banks.pretend
    pressed = bank.press(str(order), button) if bank else None
    if pressed is None:
        return None
    if button in ("delay", "late"):
        async with DB.transaction():
            await DB.enqueue("pretend_callback", str(order).encode(), after=DELAY)
        return pressed
    copies = 2 if button == "double" else 1
    await asyncio.gather(*(call_back(str(order), outside=outside, now=now) for _ in range(copies)))
    return pressed


async def call_back(order: str, *, outside: Outside, now: datetime) -> None:
    """By the same door as every bank, signed as theirs are."""
    bank = outside.banks.pretend
    found = bank.sheet(order) if bank else None
    if bank and found:
        body, headers = bank.callback(found)
        await paying.hinted(UUID(order), body, headers, outside=outside, now=now)
