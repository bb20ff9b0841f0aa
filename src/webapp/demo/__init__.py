"""Believable people, accounts and two years of history, so that everything can be tried at once."""

from typing import Any

from webapp.demo import cast
from webapp.outside.clock import Clock, WallClock
from webapp.settings import Settings


async def load(url: str, settings: Settings, clock: Clock | None = None) -> None:
    """Write what is missing, and nothing else: what people did since the last start stays."""
    from webapp.demo.loading import load

    await load(url, settings, (clock or WallClock()).now())


def people_json(settings: Settings) -> dict[str, Any]:
    """The contract of `blakyt demo --json`: consumers first, then the staff."""
    from webapp.demo import staff

    told = cast.people_json(settings)
    return told | {"people": told["people"] + staff.people_json()}


__all__ = ["load", "people_json"]
