"""`blakyt staff`: the first way into the office, for whoever keeps the server."""

import argparse
from datetime import datetime
from uuid import UUID

import msgspec

from webapp.actions import staff
from webapp.actions.audit import By
from webapp.actions.staff import Done, Invited, LastAdmin
from webapp.database.engine import DB
from webapp.outside.clock import WallClock
from webapp.rules import codes
from webapp.settings import MissingSetting, Settings


class Place(msgspec.Struct, frozen=True):
    portal_id: UUID
    address: str
    companies: list[UUID]
    """Of the portal, those that are meant."""


async def do(chosen: argparse.Namespace, settings: Settings) -> str:
    """What is to be printed. Raises MissingSetting with a sentence for whatever is not there."""
    async with DB.opened(settings.database_url):
        return await command(chosen, settings)


async def command(chosen: argparse.Namespace, settings: Settings) -> str:
    """Where the database is open already."""
    now = WallClock().now()
    return await (_invite(chosen, settings, now) if chosen.deed == "invite" else _block(chosen.mail, now))


async def _invite(chosen: argparse.Namespace, settings: Settings, now: datetime) -> str:
    place = await DB.one(PLACE, chosen.portal.lower(), chosen.company, into=Place)
    if place is None:
        raise MissingSetting(f"there is no portal at {chosen.portal}")
    needs_company = chosen.role != "platform_admin"
    if needs_company and len(place.companies) != 1:
        raise MissingSetting(f"--company must name one company of the portal, not {len(place.companies)}")
    mail = chosen.mail.strip().lower()
    if "@" not in mail:
        raise MissingSetting(f"{chosen.mail} is no e-mail address")
    outcome = await staff.invite(
        mail, name=chosen.name, role=chosen.role, company_id=place.companies[0] if needs_company else None,
        by=By(None, None, "", place.portal_id, ""), now=now,
    )  # fmt: skip
    if not isinstance(outcome, Invited):
        raise MissingSetting(f"somebody of the staff has {mail} already")
    link = codes.invitation_of(settings.key(), outcome.invitation_id)
    return f"{place.address}/office/invitations/{link}"


async def _block(mail: str, now: datetime) -> str:
    colleague = await DB.one("SELECT to_json(id) FROM staff WHERE mail = $1", mail.strip().lower(), into=UUID)
    nobody = By(None, None, "", UUID(int=0), "")
    match await staff.block(colleague, by=nobody, now=now) if colleague else None:
        case Done():
            return f"{mail} is blocked"
        case LastAdmin():
            raise MissingSetting(f"{mail} is the last administrator of the company: invite another one first")
        case _:
            raise MissingSetting(f"nobody of the staff has {mail}")


PLACE = """
SELECT json_build_object('portal_id', portals.id, 'address', portals.address, 'companies', (
    SELECT coalesce(json_agg(companies.id), '[]')
    FROM portal_companies JOIN companies ON companies.id = portal_companies.company_id
    WHERE portal_companies.portal_id = portals.id
      AND $2 IN (companies.name, companies.short, nullif(companies.edrpou, ''))
))
FROM portals WHERE portals.host = $1
"""
