"""People who came in before: the door itself is opened in the journeys that are about it."""

import time
from datetime import datetime
from uuid import UUID

from playwright.sync_api import BrowserContext

from tests.e2e.pages.entry import SignInPage, demo_login
from tests.e2e.pages.office import colleague
from tests.e2e.person import PlaywrightVisitor, Visitor
from tests.e2e.site import Site
from tests.factories import people, portals, staff
from webapp.database.engine import DB
from webapp.web.cookies import token_hash

CONSUMER = """
SELECT portal_id, person_id FROM logins JOIN portals ON portals.id = portal_id WHERE contact = $1 AND host = $2
"""
COLLEAGUE = "SELECT portals.id, staff.id FROM staff, portals WHERE mail = $1 AND host = $2"


def comes_home(visitor: Visitor, site: Site) -> None:
    """Olena's cabinet is open on the device; WebKitGTK takes a cookie only from a page, so she signs in there."""
    if isinstance(visitor, PlaywrightVisitor):
        signed_in(visitor.context, site)
        visitor.goto("/cabinet")
        visitor.is_at("/cabinet")
    else:
        SignInPage(visitor).sign_in()


def signed_in(context: BrowserContext, site: Site, portal: str = "localhost", login: str = "") -> None:
    token = site.do(_token(site, portal, login or demo_login(portal)))
    # With an end, as the real one has: else a device that is restarted would have forgotten it.
    until = time.time() + 30 * 86400
    context.add_cookies([{"name": "sid", "value": token, "url": site.url(portal), "expires": until}])


def at_work(
    context: BrowserContext, site: Site, role: str, portal: str = "localhost", now: datetime = people.NOW
) -> None:
    token = site.do(_staff_token(site, portal, colleague(role, portal)["login"], now))
    context.add_cookies([{"name": "staff", "value": token, "url": site.url(portal)}])


async def _token(site: Site, portal: str, login: str) -> str:
    portal_id, person_id = await _found(CONSUMER, login, site, portal)
    token = await people.sign_in(portal_id, person_id)
    await DB.do(
        "UPDATE sign_ins SET confirmed_at = $2 WHERE token_sha256 = $1", token_hash(token), people.NOW
    )
    return token


async def _staff_token(site: Site, portal: str, mail: str, now: datetime) -> str:
    portal_id, colleague_id = await _found(COLLEAGUE, mail, site, portal)
    at = portals.APortal(portal_id, "", portal_id, portal_id)
    return await staff.sign_in(at, colleague_id, now=now)


async def _found(sql: str, who: str, site: Site, portal: str) -> tuple[UUID, UUID]:
    row = await DB.speaker.fetchrow(sql, who, site.url(portal).removeprefix("http://"))
    assert row, f"{who} is nobody of {portal}"
    return row[0], row[1]
