"""Believable people, accounts and two years of history, so that everything can be tried at once."""

from webapp.demo.cast import people_json
from webapp.outside.clock import Clock, WallClock
from webapp.settings import Settings


async def load(url: str, settings: Settings, clock: Clock | None = None) -> None:
    """Write what is missing, and nothing else: what people did since the last start stays."""
    from webapp.demo.loading import load

    await load(url, settings, (clock or WallClock()).now())


__all__ = ["load", "people_json"]
