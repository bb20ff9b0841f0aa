"""The demo comes into the database: in one transaction, and only what is not there yet."""

from datetime import datetime
from uuid import UUID

import msgspec

from webapp.actions import hashing
from webapp.database.engine import DB
from webapp.demo import (
    addresses,
    appeals,
    appointments,
    businesses,
    cast,
    factors,
    news,
    paying,
    rounds,
    rows,
    staff,
)
from webapp.demo.cast import PASSWORD, Portal
from webapp.demo.rows import COLUMNS, Writer
from webapp.settings import Settings

ALONE = 20261102
"""The advisory lock: of two that start at once, the second finds all done."""
FIRST_NUMBER = 190_000
"""Readings are numbered from here on, as if the company had taken many before."""


async def load(url: str, settings: Settings, now: datetime) -> None:
    async with DB.opened(url, patient=True), DB.transaction():
        await DB.speaker.execute("SELECT pg_advisory_xact_lock($1)", ALONE)
        fresh = {portal.brand for portal in cast.portals() if await _portal(portal, settings.port)}
        await _companies(fresh)
        people, accounts = _wanted()
        known = await DB.one(KNOWN, people, accounts, into=Known) or Known(set(), set())
        if known != Known(people, accounts):
            await DB.speaker.execute(NUMBERS, FIRST_NUMBER)
            await _write(known, now)
        for portal in cast.portals():
            await addresses.load(portal, settings.key(), now)
            await factors.load(portal, portal.brand in fresh, settings.key(), now)
        for portal in cast.portals():
            if portal.brand in fresh:
                await businesses.load(portal, now)
        await staff.load(fresh, settings.key(), now)
        await appeals.load(fresh, now)
        await news.load(fresh, now)
        await paying.load(settings.key(), now)
        await rounds.load(cast.portals(), now)
        await appointments.load(cast.portals(), now)


class Known(msgspec.Struct, frozen=True):
    """Of the demo's own."""

    people: set[UUID]
    accounts: set[UUID]


KNOWN = """
SELECT json_build_object(
    'people', (SELECT coalesce(json_agg(id), '[]') FROM people WHERE id = ANY($1)),
    'accounts', (SELECT coalesce(json_agg(id), '[]') FROM accounts WHERE id = ANY($2))
)
"""


def _wanted() -> tuple[set[UUID], set[UUID]]:
    people, accounts = set(), set()
    for portal in cast.portals():
        told = cast.people()[portal.brand]
        people |= {rows.person_id(portal, person) for person in told.people}
        accounts |= {rows.account_id(portal, account) for account in told.all_accounts}
    return people, accounts


async def _portal(portal: Portal, port: int) -> bool:
    """True where it is new. The port may change from start to start; the policy is its companies' own."""
    policy = msgspec.json.encode(portal.policy).decode()
    new = await DB.one(
        PORTAL, portal.id, portal.host(port), portal.url(port), portal.brand, portal.name,
        portal.sms_name, policy, into=bool,
    )  # fmt: skip
    return bool(new)


PORTAL = """
INSERT INTO portals (id, host, address, brand, name, sms_name, policy)
VALUES ($1, $2, $3, $4, $5, $6, $7::jsonb)
ON CONFLICT (id) DO UPDATE SET host = excluded.host, address = excluded.address
RETURNING to_json(xmax = 0)
"""


async def _companies(fresh: set[str]) -> None:
    """Those of the new portals."""
    for portal in cast.portals():
        if portal.brand not in fresh:
            continue
        for position, key in enumerate(portal.companies):
            company, id = cast.companies()[key], rows.company_id(key)
            await DB.do(
                COMPANY, id, company.role, company.name, company.short, company.address, company.phone,
                company.mail, company.site, company.edrpou, company.iban,
            )  # fmt: skip
            for day, price in company.prices.items():
                service = "supply" if company.role == "supplier" else "distribution"
                await DB.do(TARIFF, cast.id_of("tariff", key, day), id, service, day, price)
            await DB.do(SERVES, cast.id_of("serves", portal.brand, key), portal.id, id, position)


COMPANY = """
INSERT INTO companies (id, role, name, short, address, phone, mail, site, edrpou, iban)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (id) DO NOTHING
"""
TARIFF = """
INSERT INTO tariffs (id, company_id, service, starts_on, price) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT DO NOTHING
"""
SERVES = """
INSERT INTO portal_companies (id, portal_id, company_id, position) VALUES ($1, $2, $3, $4)
ON CONFLICT DO NOTHING
"""


NUMBERS = """
SELECT setval(pg_get_serial_sequence('readings', 'number'), $1)
WHERE NOT EXISTS (SELECT 1 FROM readings WHERE number >= $1)
"""


async def _write(known: Known, now: datetime) -> None:
    writer = Writer(now, await hashing.hash_of(PASSWORD))
    for portal in cast.portals():
        told = cast.people()[portal.brand]
        for person in told.people:
            _person(writer, portal, person, known)
        for account in told.unlinked:
            if rows.account_id(portal, account) not in known.accounts:
                writer.account(portal, account, None)
    for table, records in writer.in_order():
        await DB.speaker.copy_records_to_table(table, records=records, columns=COLUMNS[table].split())


def _person(writer: Writer, portal: Portal, person: cast.Person, known: Known) -> None:
    """A link comes with the person or with the account: who took an account away does not get it back."""
    id = rows.person_id(portal, person)
    if id not in known.people:
        writer.person(portal, person)
    for position, account in enumerate(person.all_accounts):
        linked = rows.account_id(portal, account)
        if linked not in known.accounts:
            writer.account(portal, account, id if portal.policy.readings.taken_by else None)
        if linked not in known.accounts or id not in known.people:
            writer.link(portal, person, account, position)
