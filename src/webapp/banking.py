"""`blakyt bank`: through which bank a company takes money, for whoever keeps the server."""

import argparse
import sys
from collections.abc import Iterable
from uuid import UUID

from webapp.actions import merchants
from webapp.database.engine import DB
from webapp.outside.clock import WallClock
from webapp.outside.payments import Merchant
from webapp.settings import MissingSetting, Settings


async def do(chosen: argparse.Namespace, settings: Settings) -> str:
    """What is to be printed. Raises MissingSetting with a sentence for whatever is not there."""
    async with DB.opened(settings.database_url):
        return await command(chosen, settings, sys.stdin)


async def command(chosen: argparse.Namespace, settings: Settings, typed: Iterable[str]) -> str:
    """Where the database is open already. Keys come by standard input: they stand in no history and no list."""
    company = await _company(chosen.company)
    if chosen.provider == "none":
        return f"{chosen.company}: " + (
            "no payments any more" if await merchants.leave(company) else "had none"
        )
    if chosen.provider == "pretend" and not settings.demo:
        raise MissingSetting("the pretend bank is of the demo alone")
    keys = read(typed) if merchants.NEEDED[chosen.provider] else {}
    merchant = Merchant(chosen.provider, keys, chosen.protocol, chosen.test, chosen.api.rstrip("/"))
    try:
        await merchants.agree(company, merchant, key=settings.key(), now=WallClock().now())
    except ValueError as error:
        raise MissingSetting(f"standard input names no {error}: one line each, name=value") from error
    return f"{chosen.company}: payments through {chosen.provider}" + (", play money" if chosen.test else "")


def read(lines: Iterable[str]) -> dict[str, str]:
    """«public_key=…», line by line."""
    found = (line.strip().partition("=") for line in lines if "=" in line)
    return {name.strip(): value.strip() for name, _, value in found}


async def _company(name: str) -> UUID:
    found = await DB.one(COMPANY, name, into=list[UUID]) or []
    if len(found) != 1:
        raise MissingSetting(f"--company must name one company, not {len(found)}")
    return found[0]


COMPANY = "SELECT json_agg(id) FROM companies WHERE $1 IN (name, short, nullif(edrpou, ''))"
