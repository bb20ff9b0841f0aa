"""The overview of all desks, and the lists that a colleague keeps under a name."""

from uuid import uuid4

import httpx
import pytest

from tests.browser import Browser
from tests.factories import staff
from tests.factories.people import SignedIn
from tests.factories.portals import APortal
from tests.integration.test_consumers_office import SAME, of
from webapp.database.engine import DB


@pytest.fixture
async def desk(http: httpx.AsyncClient, portal: APortal) -> Browser:
    return of(http, await staff.colleague(portal))


async def test_filters_are_kept_for_who_keeps_them(desk: Browser, portal: APortal, http: httpx.AsyncClient):
    page = await desk.get("/office/appeals?overdue=1&state=open")
    kept = await desk.submit(page.form("/office/filters"), name="Горить")
    await desk.submit(page.form("/office/filters"), name="Горить")
    assert kept.headers["location"] == "/office/appeals?overdue=1&state=open"
    link = (await desk.get("/office/appeals")).html.select_one(
        "a[href='/office/appeals?overdue=1&state=open']"
    )
    assert link and link.text == "Горить" and "Горить" not in (await desk.get("/office/cases")).words
    other = of(http, await staff.colleague(portal, mail="second@example.com"))
    assert "Горить" not in (await other.get("/office/appeals")).words
    id = await DB.pool.fetchval("SELECT id FROM saved_filters")
    assert (await other.post(f"/office/filters/{id}/removal", {"desk": "appeals"}, **SAME)).status == 404
    for n in range(25):
        await desk.post(
            "/office/filters",
            {"desk": "cases", "name": f"№ {n}", "address": "https://x.example/?a=b"},
            **SAME,
        )
    assert await DB.pool.fetchval("SELECT count(*) FROM saved_filters") == 20
    gone = await desk.post(f"/office/filters/{id}/removal", {"desk": "appeals"}, **SAME)
    assert gone.status == 303 and await DB.pool.fetchval("SELECT count(*) FROM saved_filters") == 19


async def test_the_overview_counts_all_desks_of_the_role(
    desk: Browser, portal: APortal, olena: SignedIn, http: httpx.AsyncClient
):
    await DB.do(
        "INSERT INTO appeals (id, company_id, portal_id, number, kind, title, person_id, state, created_at, due_on) "
        "VALUES ($1, $2, $3, 'A', 'question', 'x', $4, 'open', now(), '2026-11-01')", uuid4(), portal.operator,
        portal.id, olena.id,
    )  # fmt: skip
    await staff.case(portal, "pin")
    page = await desk.get("/office")
    rows = page.html.select("tbody tr")
    assert rows[0].a and rows[0].a["href"] == "/office/appeals", "what is overdue stands first"
    assert [cell.text.strip() for cell in rows[0].select("td.number")] == ["1", "1"]
    assert len(rows) == 2 and "Тут нічого не чекає" in page.words, "where nothing waits stands apart"
    desks = {link["href"] for link in page.html.select("main a")}
    assert "/office/payments?which=unknown" in desks and "/office/payments?which=refunds" not in desks
    boss = of(http, await staff.colleague(portal, "supervisor"))
    assert "/office/payments?which=refunds" in {
        link["href"] for link in (await boss.get("/office")).html.select("main a")
    }
    auditor = of(http, await staff.colleague(portal, "auditor"))
    assert not (await auditor.get("/office")).html.select("tbody tr")
