"""Businesses of the demo: one that somebody keeps, one that waits to be added."""

from datetime import datetime, timedelta
from functools import cache

import msgspec

from webapp.database.engine import DB
from webapp.demo import business_points, cast, rows
from webapp.demo.cast import Portal, id_of


class Business(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    edrpou: str
    name: str
    address: str
    contact_name: str
    contact_phone: str
    contact_mail: str
    contracts: tuple[str, ...]
    owner: str = ""
    members: tuple[tuple[str, str], ...] = ()
    """The keys of further people, and their roles."""

    @property
    def people(self) -> tuple[tuple[str, str], ...]:
        return (((self.owner, "owner"),) if self.owner else ()) + self.members


@cache
def businesses() -> dict[str, tuple[Business, ...]]:
    """By the brand of the portal."""
    text = (cast.FOLDER / "businesses.json").read_bytes()
    return msgspec.json.decode(text, type=dict[str, tuple[Business, ...]])


async def load(portal: Portal, now: datetime) -> None:
    """Inside the transaction of the demo, for a portal that is new."""
    people = {person.key: person for person in cast.people()[portal.brand].people}
    company = rows.company_id(portal.company("supplier"))
    for one in businesses().get(portal.brand, ()):
        id = id_of("business", portal.brand, one.edrpou)
        await DB.do(
            BUSINESS, id, company, one.edrpou, one.name, one.address, one.contact_name, one.contact_phone,
            one.contact_mail,
        )  # fmt: skip
        for number in one.contracts:
            await DB.do(CONTRACT, id_of("business contract", id, number), company, id, number)
            await business_points.load(portal, number, one.name, now)
        for key, role in one.people:
            person = rows.person_id(portal, people[key])
            await DB.do(MEMBER, id_of("member", id, key), id, person, role, now - timedelta(days=200))


BUSINESS = """
INSERT INTO businesses (id, company_id, edrpou, name, address, contact_name, contact_phone, contact_mail)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING
"""
CONTRACT = """
INSERT INTO business_contracts (id, company_id, business_id, number) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING
"""
MEMBER = """
INSERT INTO business_members (id, business_id, person_id, role, since) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT DO NOTHING
"""
