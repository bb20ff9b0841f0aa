"""How often a page asks the database: statements on the wire, without BEGIN and COMMIT."""

from collections.abc import AsyncIterator, Callable

import httpx
import pytest

from tests.browser import Browser
from tests.factories import accounts, staff
from tests.factories.accounts import AnAccount
from tests.factories.people import SignedIn
from tests.factories.portals import APortal, change_policy
from webapp.database.engine import DB
from webapp.database.tables.accounts import Account

QUIET = ("BEGIN", "COMMIT", "ROLLBACK", "WITH RECURSIVE TYPEINFO_TREE", "SELECT CURRENT_SETTING('JIT')")
"""The last two: asyncpg learns the type of a column once in the life of a connection."""
Statements = list[str]


@pytest.fixture
async def statements(app: object) -> AsyncIterator[Statements]:
    """Everything that any connection of the pool is told from here on."""
    told: Statements = []
    connections = [await DB.pool.acquire() for _ in range(DB.pool.get_max_size())]
    for connection in connections:
        connection.add_query_logger(_writer(told))
        await DB.pool.release(connection)
    yield told


def _writer(told: Statements) -> Callable[..., None]:
    def write(record: object) -> None:
        query = " ".join(str(record.query).split())  # type: ignore[attr-defined]
        if not query.upper().startswith(QUIET):
            told.append(query)

    return write


@pytest.mark.parametrize(
    "path",
    [
        "/cabinet",
        "/readings",
        "/readings/new",
        "/bills",
        "/bills/due",
        "/profile/notifications",
        "/notifications",
        "/subsidy",
        "/statistics",
        "/profile",
        "/accounts",
        "/linking",
        "/payments",
    ],
)
async def test_a_page_of_a_person_asks_three_times_at_most(
    browser: Browser, statements: Statements, path: str
):
    page = await browser.get(path)
    assert page.status == 200
    assert 1 <= len(statements) <= 3, statements


async def test_lists_of_addresses_are_counted_and_read_in_one_question(
    browser: Browser, portal: APortal, flat: AnAccount, statements: Statements
):
    await change_policy(portal.id, {"proofs": ["address"]})
    parts = accounts.placed("м. Миколаїв", "вул. Садова, 18, кв. 42", "Миколаїв")
    await Account.update(parts).where(Account.id == flat.id)  # type: ignore[arg-type]
    statements.clear()
    for path in ("/linking", "/linking?branch=Миколаїв&settlement=м. Миколаїв&street=вул. Садова"):
        page = await browser.get(path)
        assert page.html.select_one("#branch") and len(statements) == 3, "\n".join(
            one[:150] for one in statements
        )
        statements.clear()


async def test_sending_a_reading_asks_who_locks_looks_and_inserts(browser: Browser, statements: Statements):
    form = (await browser.get("/readings/new")).form("/readings")
    statements.clear()
    page = await browser.submit(form, htmx=True, value="4152")
    assert "Прийнято" in page.words
    assert len(statements) == 4, statements


@pytest.mark.parametrize("leaf", ["", "/readings", "/money"])
async def test_the_mirror_reads_and_writes_down_in_one_question(
    http: httpx.AsyncClient,
    portal: APortal,
    flat: AnAccount,
    olena: SignedIn,
    statements: Statements,
    leaf: str,
):
    clerk, desk = await staff.colleague(portal), Browser(http)
    desk.cookies = {"staff": clerk.token}
    card = f"/office/consumers/{flat.id}"
    await desk.submit((await desk.get(card)).form(), reason="call")
    statements.clear()
    page = await desk.get(f"{card}/mirror/{olena.id}{leaf}")
    assert page.status == 200 and len(statements) == 3, statements


async def test_what_does_not_ask(browser: Browser, statements: Statements):
    """Otherwise the others would prove nothing, and files would cost as much as pages."""
    await browser.get("/healthz")
    assert statements == []
    await browser.get("/cabinet")
    assert statements
