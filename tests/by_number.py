"""What the tests of the basic level know: a portal where the number alone links, and the ways on from there."""

from decimal import Decimal
from typing import Any

import httpx

from tests.browser import Browser, Page
from tests.factories import accounts, portals
from tests.factories.accounts import AnAccount
from tests.factories.people import SignedIn
from tests.factories.portals import APortal
from webapp.database.tables.charges import Charge

HOST = "mygas.localhost"
NUMBER, SERIAL = "23185952", "0185952"
POLICY: dict[str, Any] = {
    "proofs": ["number", "meter_serial", "last_charge", "pin"],
    "numbers": {"pattern": "[0-9]{4,12}", "strip_separators": True, "strip_leading_zeros": True},
    "consent": {"moment": "after"},
    "money": {"typed_in": "kopeck"},
    "languages": ["uk", "ru"],
}


async def a_portal() -> APortal:
    return await portals.portal(HOST, name="Мій Газ", policy=POLICY)


async def a_flat(portal: APortal) -> AnAccount:
    """Its last charge is 58,68 by both contracts."""
    made = await accounts.account(portal, NUMBER, "вул. Полтавська, 27, кв. 3")
    await Charge.update({Charge.amount: Decimal("58.68")}).where(Charge.month == accounts.LAST_MONTH)
    return made


async def signed(http: httpx.AsyncClient, person: SignedIn) -> Browser:
    """With the consent behind."""
    browser = Browser(http, person.token, host=HOST)
    await browser.submit((await browser.get("/linking")).form("/linking/consent"), agree="1")
    return browser


async def add(browser: Browser, portal: APortal, typed: str = "023-185952") -> Page:
    form = (await browser.get("/linking")).form("/linking")
    return await browser.submit(form, company=str(portal.supplier), number=typed)


async def answer(browser: Browser, flat: AnAccount, kind: str, typed: str, *, htmx: bool = False) -> Page:
    form = (await browser.get(f"/linking/{flat.id}/extend")).form(f"/linking/{flat.id}/extend")
    return await browser.submit(form, htmx=htmx, kind=kind, answer=typed)
