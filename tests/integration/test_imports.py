"""The Company brings its files: looked at, compared, applied wholly or not at all, and taken back."""

import argparse
import asyncio
import io
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from tests.factories import bills, people
from tests.factories.portals import APortal
from tests.integration.test_ledger_actions import adds_up
from webapp import exchanging
from webapp.actions.audit import By
from webapp.actions.importing import batches
from webapp.actions.importing.batches import Absent, Brought, Busy, Done
from webapp.database.engine import DB
from webapp.settings import MissingSetting

NOW = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)
EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
OPERATORS, SUPPLIERS = (
    ("accounts", "holders", "addresses", "meters", "readings"),
    ("contracts", "charges", "payments", "tariffs", "subsidies"),
)
CHARGES = "id;contract;month;amount;charged_on\n"


def of(company: UUID) -> By:
    return By(None, company, "company_admin", UUID(int=0), "")


async def bring(kind: Any, content: bytes | str, company: UUID) -> Any:
    body = content.encode() if isinstance(content, str) else content
    return await batches.bring(kind, io.BytesIO(body), f"{kind}.csv", by=of(company), now=NOW)


async def check(kind: Any, content: bytes | str, company: UUID) -> UUID:
    brought = await bring(kind, content, company)
    assert isinstance(brought, Brought) and not brought.again, brought
    await batches.work(brought.id, NOW)
    return brought.id


async def apply(kind: Any, content: bytes | str, company: UUID) -> UUID:
    id = await check(kind, content, company)
    await batches.decide(id, frm="checked", to="wanted", by=of(company), now=NOW)
    assert await batches.work(id, NOW) == Done("applied"), await wrong(id)
    return id


async def undo(id: UUID, company: UUID) -> Any:
    await batches.decide(id, frm="applied", to="unwanted", by=of(company), now=NOW)
    return await batches.work(id, NOW)


async def wrong(id: UUID) -> list[tuple[int, str, str]]:
    sql = "SELECT line, named, code FROM import_mistakes WHERE batch_id = $1 ORDER BY 1, 2"
    return [tuple(row) for row in await DB.pool.fetch(sql, id)]


async def report(id: UUID) -> tuple[int, ...]:
    told = await DB.one("SELECT report FROM import_batches WHERE id = $1", id, into=dict[str, Any])
    assert told
    return tuple(told.get(name, 0) for name in ("new", "changed", "same", "missing"))


async def counts(*tables: str) -> list[int]:
    return [await DB.pool.fetchval(f"SELECT count(*) FROM {table}") for table in tables]


async def balances() -> dict[str, Decimal]:
    rows = await DB.pool.fetch("SELECT number, balance FROM contracts WHERE service = 'supply'")
    return {row["number"]: row["balance"] for row in rows}


@pytest.fixture
async def filled(portal: APortal) -> APortal:
    """An empty company after the examples of the documents."""
    for kinds, company in ((OPERATORS, portal.operator), (SUPPLIERS, portal.supplier)):
        for kind in kinds:
            await apply(kind, (EXAMPLES / f"{kind}.csv").read_bytes(), company)
    return portal


async def test_the_examples_of_the_documents_fill_an_empty_company(filled: APortal):
    tables = (
        "accounts",
        "contracts",
        "meter_points",
        "meters",
        "readings",
        "charges",
        "payments",
        "subsidies",
    )
    assert await counts(*tables) == [2, 4, 2, 2, 3, 2, 2, 1]
    assert await balances() == {"0920209901": Decimal("22.88"), "0920209902": Decimal("246.76")}
    assert await adds_up()
    taras = await DB.pool.fetchrow("SELECT * FROM accounts WHERE number = '0910209902'")
    assert (taras["holder"], taras["house"], taras["address"]) == (
        "Гриценко Марія Тарасівна", "7-А", "вул. Лугова, 7-А"
    )  # fmt: skip
    assert taras["address_key"] and taras["held_since"]
    again = await check("accounts", (EXAMPLES / "accounts.csv").read_text() + "\n", filled.operator)
    assert await report(again) == (0, 1, 1, 0), "the holder and the house are as they were before"
    assert (
        await DB.pool.fetchval(
            "SELECT count(*) FROM pg_tables WHERE schemaname = 'staging' AND tablename ~ '^r_'"
        )
        == 0
    )


async def test_an_earlier_reading_of_the_month_gives_way_to_the_control(filled: APortal):
    head = "serial;value;read_on;source\n"
    rows = "21904417;4125;31.10.2026;remote\n21904418;885;02.11.2026;inspector\n"
    id = await apply("readings", head + rows, filled.operator)
    found = await DB.pool.fetch("SELECT value, state FROM readings WHERE month = '2026-10-01' ORDER BY value")
    assert [tuple(row) for row in found] == [
        (880, "beside"),
        (885, "accepted"),
        (4125, "beside"),
        (4127, "accepted"),
    ]
    assert await undo(id, filled.operator) == Done("undone")
    found = await DB.pool.fetch("SELECT value, state FROM readings WHERE month = '2026-10-01' ORDER BY value")
    assert [tuple(row) for row in found] == [(880, "accepted"), (4127, "accepted")]


async def test_the_same_file_twice_and_two_presses_are_one_import(filled: APortal):
    content = CHARGES + "H9;0920209901;2026-09;10,00;2026-10-03\n"
    both = await asyncio.gather(*[bring("charges", content, filled.supplier) for _ in range(3)])
    assert len({one.id for one in both}) == 1 and sorted(one.again for one in both) == [False, True, True]
    id = both[0].id
    await batches.work(id, NOW)
    await asyncio.gather(
        *[batches.decide(id, frm="checked", to="wanted", by=of(filled.supplier), now=NOW) for _ in range(3)]
    )
    await asyncio.gather(*[batches.work(id, NOW) for _ in range(3)])
    assert (await balances())["0920209901"] == Decimal("32.88") and await adds_up()
    assert (await bring("charges", content, filled.supplier)).again
    other = await check("charges", content + "H10;0920209901;2026-09;1,00;2026-10-03\n", filled.supplier)
    assert (await report(other))[:3] == (1, 0, 1)
    stranger = of(filled.operator)
    assert await batches.decide(other, frm="checked", to="wanted", by=stranger, now=NOW) == Absent()


async def test_a_second_import_of_the_company_waits_and_a_killed_one_leaves_nothing(filled: APortal):
    head = CHARGES + "H20;0920209901;2026-09;10,00;2026-10-03\n"
    first = await check("charges", head, filled.supplier)
    second = await check("charges", head + "H21;0920209902;2026-09;1,00;2026-10-03\n", filled.supplier)
    for id in (first, second):
        await batches.decide(id, frm="checked", to="wanted", by=of(filled.supplier), now=NOW)
    holder = await DB.pool.acquire()
    await holder.execute("BEGIN")
    await holder.execute("SELECT FROM contracts FOR UPDATE")
    applying = asyncio.create_task(batches.work(first, NOW))
    while not (pid := await DB.pool.fetchval(WAITING)):
        assert not applying.done()
    assert await batches.work(second, NOW) == Busy()
    await DB.pool.execute("SELECT pg_terminate_backend($1)", pid)
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
        await applying
    await holder.execute("ROLLBACK")
    await DB.pool.release(holder)
    assert await counts("charges") == [2] and await adds_up(), "all or nothing"
    assert await batches.work(first, NOW) == Done("applied"), "and once more from the beginning"
    assert await batches.work(second, NOW) == Done("applied")
    assert await counts("charges") == [4] and await adds_up()


WAITING = """
SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' LIMIT 1
"""


async def test_an_import_is_taken_back_until_something_newer_stands_on_it(filled: APortal):
    before = await balances()
    charges = await apply("charges", CHARGES + "H30;0920209901;2026-09;10,00;2026-10-03\n", filled.supplier)
    prices = await apply("contracts", "account;number;price\n0910209901;0920209901;9,10\n", filled.supplier)
    assert await undo(prices, filled.supplier) == Done("undone")
    assert await DB.pool.fetchval("SELECT price FROM contracts WHERE number = '0920209901'") == Decimal(
        "7.96"
    )
    assert await undo(charges, filled.supplier) == Done("undone")
    assert await balances() == before and await adds_up()
    charges = await apply("charges", CHARGES + "H30;0920209901;2026-09;10,00;2026-10-03\n", filled.supplier)
    contract = await DB.pool.fetchval("SELECT id FROM contracts WHERE number = '0920209901'")
    assert await bills.issued(contract, people.outside(NOW))
    assert await undo(charges, filled.supplier) == Done("applied")
    assert await DB.pool.fetchval("SELECT trouble FROM import_batches WHERE id = $1", charges) == "touched"
    accounts = await DB.pool.fetchval("SELECT id FROM import_batches WHERE kind = 'accounts'")
    assert await undo(accounts, filled.operator) == Done("applied"), "others hang on these accounts"
    assert await adds_up()


async def test_a_payment_of_the_cabinet_is_credited_when_billing_sends_it_back(filled: APortal):
    contract = await DB.pool.fetchval("SELECT id FROM contracts WHERE number = '0920209901'")
    paid = await bills.paid(contract, NOW.date() - timedelta(days=1), "22.88", under_way=True)
    assert (await balances())["0920209901"] == Decimal("22.88")
    rows = f"id;contract;amount;paid_on;channel\n{paid};0920209901;22,88;2026-11-02;card\n"
    id = await apply("payments", rows, filled.supplier)
    assert await report(id) == (0, 1, 0, 0)
    assert (await balances())["0920209901"] == 0 and await adds_up()
    assert await undo(id, filled.supplier) == Done("undone")
    assert (await balances())["0920209901"] == Decimal("22.88") and await adds_up()
    strange = f"id;contract;amount;paid_on\n{paid};0930209901;22,88;2026-11-02\n"
    assert await wrong(await check("payments", strange, filled.operator)) == [(2, "id", "known_otherwise")]


async def test_what_nobody_wanted_goes_after_a_week(filled: APortal):
    id = await check("tariffs", "starts_on;price\n2026-06-01;8\n", filled.supplier)
    assert await batches.tidy(NOW) == 0
    assert await batches.tidy(NOW + timedelta(days=31)) == 11
    assert await DB.pool.fetchval("SELECT state FROM import_batches WHERE id = $1", id) == "cancelled"
    assert (
        await DB.pool.fetchval("SELECT count(*) FROM pg_tables WHERE tablename LIKE '%' || $1", id.hex) == 0
    )


async def test_the_command_line_takes_files_over_and_hands_them_out(portal: APortal):
    def said(**told: Any) -> argparse.Namespace:
        return argparse.Namespace(**{"company": "Миколаївгаз", "dry_run": False} | told)

    file = str(EXAMPLES / "accounts.csv")
    dry = await exchanging.bring_file(said(kind="accounts", file=file, dry_run=True))
    assert dry == "checked: new 2, changed 0, unchanged 0, known and not in the file 0"
    assert await counts("accounts", "pgqueuer") == [0, 0]
    assert (await exchanging.bring_file(said(kind="accounts", file=file))).startswith("applied: new 2")
    assert (await exchanging.bring_file(said(kind="accounts", file=file))).startswith("applied before")
    assert await counts("accounts") == [2]
    for told in (
        {"kind": "tariffs", "file": file},
        {"kind": "accounts", "file": "/no/such"},
        {"company": "?"},
    ):
        with pytest.raises(MissingSetting):
            await exchanging.bring_file(said(**{"kind": "accounts", "file": file} | told))
    out, number = io.StringIO(), io.StringIO()
    await exchanging.take_to(said(kind="links", after=-1), out, number)
    assert out.getvalue().strip("\ufeff\r\n") == "account;level;role;linked_at" and int(number.getvalue()) > 0
