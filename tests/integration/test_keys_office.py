"""The Administrator of a company makes a key for its billing system, sees it once, and takes it back."""

import asyncio
import logging
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest
import structlog

from tests.browser import Browser
from tests.factories.billing import CHARGE, NOW, System, by, key_of
from tests.factories.portals import APortal
from tests.integration.test_company_api import filled, operator, outside, supplier
from tests.integration.test_imports_pages import SAME, entered, work
from tests.integration.test_readings_actions import waiting_for_a_lock
from webapp.actions import company_keys
from webapp.actions.company_keys import Again
from webapp.actions.tokens import Absent, Full, Made
from webapp.database.engine import DB
from webapp.outside import Outside
from webapp.rules.company_keys import MOST_KEYS
from webapp.web import logs

__all__ = ["filled", "operator", "outside", "supplier"]
DESK = "/office/keys"


async def test_a_key_is_made_shown_once_used_and_taken_back(
    http: httpx.AsyncClient, portal: APortal, filled: None
):
    await DB.do("DELETE FROM company_keys")
    office = await entered(http, portal, "company_admin", portal.supplier)
    page = await office.get(DESK)
    assert "Жодна програма не має ключа" in page.words
    refused = await office.post(DESK, {"name": "Дім\u202e" * 20, "days": "4"}, **SAME)
    assert refused.status == 422 and set(refused.mistakes) == {"name", "scopes", "days"}
    assert "Дім" in refused.html.select_one("#name")["value"], "what was typed stays"
    made = await office.submit(page.form(DESK), name="Білінг <b>", **{"money:write": "1"})
    key = made.html.select_one("code").text
    assert made.status == 200 and "лише цього разу" in made.words and key.startswith("blc_")
    kept = await DB.pool.fetchrow("SELECT * FROM company_keys")
    assert key not in str(dict(kept)) and kept["scopes"] == ["money:write"]
    system = System(http, key)
    assert await system.told("charges", CHARGE, CHARGE | {"id": "H2", "contract": "1"}) == [
        "new",
        {"contract": "unknown_contract"},
    ]
    listed = await office.get(DESK)
    for said in ("Білінг <b>", key[:10], "Передавати нарахування", "Працівник company_admin", "3 листопада"):
        assert said in listed.words and key not in listed.words, said
    form = listed.form(f"{DESK}/{kept['id']}/removal")
    stranger = await entered(http, portal, "company_admin", portal.operator)
    assert key[:10] not in (await stranger.get(DESK)).words
    assert (await stranger.submit(form)).status == 404, "another company's key"
    assert (await system.bring("charges", CHARGE)).status_code == 200
    assert "Ключ відкликано" in (await office.follow(await office.submit(form))).words
    assert (await office.submit(form)).status == 404, "a replay finds nothing"
    assert (await system.bring("charges", CHARGE)).status_code == 401
    deeds = await DB.pool.fetch("SELECT deed FROM audit WHERE changed ->> 'key' = $1 ORDER BY 1", key[:10])
    assert [row["deed"] for row in deeds] == ["key_made", "key_revoked"]
    record = (await office.get("/office/audit")).words
    assert "відкликав ключ програми" in record and "програма «Білінг <b>»" in record


async def test_a_second_press_makes_no_second_key_and_shows_none(http: httpx.AsyncClient, portal: APortal):
    office = await entered(http, portal, "company_admin", portal.supplier)
    form = (await office.get(DESK)).form(DESK)
    first = await office.submit(form, name="Білінг", **{"money:write": "1"})
    key = first.html.select_one("code").text
    again = await office.submit(form, name="Білінг", **{"money:write": "1"})
    assert "Цей ключ уже створено" in again.words and f"{key[:10]}…" in again.words
    assert key not in again.words and not again.html.select("main code")
    assert await DB.pool.fetchval("SELECT count(*) FROM company_keys") == 1
    assert await DB.pool.fetchval("SELECT count(*) FROM audit WHERE deed = 'key_made'") == 1
    other = (await office.get(DESK)).form(DESK)
    assert "Ключ створено" in (await office.submit(other, name="Ще", **{"money:write": "1"})).words
    assert (await office.post(DESK, {"name": "Ще", "days": "90", "money:write": "1"}, **SAME)).status == 404
    refused = await office.submit(other, name="")
    assert refused.form(DESK).select_one("[name=id]")["value"] == other.select_one("[name=id]")["value"]
    stranger = await entered(http, portal, "company_admin", portal.operator)
    theirs = await stranger.submit(form, name="Білінг", **{"money:write": "1"})
    assert theirs.status == 404 and key[:10] not in theirs.words


async def two_presses(database_url: str, portal: APortal, id: UUID) -> list[Any]:
    """None may write before both have looked as far as they can."""
    outsider = await asyncpg.connect(database_url)
    try:
        async with outsider.transaction():
            await outsider.execute("LOCK TABLE company_keys IN SHARE MODE")
            who = by(portal, portal.supplier)
            made = [
                asyncio.create_task(company_keys.make(id, "Білінг", ["links:read"], 90, by=who, now=NOW))
                for _ in range(2)
            ]
            await waiting_for_a_lock(2)
        return await asyncio.gather(*made)
    finally:
        await outsider.close()


async def test_of_two_presses_at_once_one_makes_the_key_and_the_other_hears_of_it(
    database_url: str, portal: APortal
):
    first, second = sorted(
        await two_presses(database_url, portal, uuid4()), key=lambda one: type(one).__name__
    )
    assert isinstance(first, Again) and isinstance(second, Made)
    assert second.token.startswith(first.prefix) and first.expires_at == second.expires_at
    assert await DB.pool.fetchval("SELECT count(*) FROM audit WHERE deed = 'key_made'") == 1


async def test_without_the_lock_the_other_press_would_hear_of_nothing(
    monkeypatch, database_url: str, portal: APortal
):
    monkeypatch.setattr(company_keys, "LOCK", company_keys.LOCK.replace("FOR UPDATE", ""))
    made = await two_presses(database_url, portal, uuid4())
    assert any(isinstance(one, Absent) for one in made)


async def test_what_a_program_brought_stands_in_the_history_and_goes_back(
    http: httpx.AsyncClient, portal: APortal, filled: None, supplier: System, outside: Outside
):
    await supplier.told("charges", CHARGE, CHARGE | {"id": "H2", "contract": "1"})
    office = await entered(http, portal, "supervisor", portal.supplier)
    desk = await office.get("/office/imports")
    assert "записи від програми" in desk.words and "Нарахування – 3 листопада" in desk.words, (
        "fresh as of today"
    )
    id = await DB.pool.fetchval("SELECT id FROM import_batches WHERE kind = 'charges' AND wrong = 1")
    here = f"/office/imports/{id}"
    page = await office.get(here)
    for said in ("1 помилка", "решту прийнято", "Такого договору", "Нові 1"):
        assert said in page.words, page.words
    await office.submit(page.form(f"{here}/reversal"))
    await work(outside)
    assert "Повернуто" in (await office.get(here)).words or "Скасовано" in (await office.get(here)).words
    assert await DB.pool.fetchval("SELECT count(*) FROM charges") == 1


async def test_of_keys_made_at_once_no_more_are_made_than_there_may_be(portal: APortal):
    def make() -> Any:
        return company_keys.make(
            uuid4(), "Білінг", ["links:read"], 90, by=by(portal, portal.supplier), now=NOW
        )

    await make()
    await DB.do(SOME, MOST_KEYS - 4)
    made = await asyncio.gather(*(make() for _ in range(8)))
    assert sum(isinstance(one, Made) for one in made) == 3
    assert isinstance(await make(), Full)
    assert await key_of(portal, portal.operator), "of each company"
    await DB.do("UPDATE company_keys SET expires_at = $1", NOW)
    assert isinstance(await make(), Made), "those that have ended count no more"


SOME = """
INSERT INTO company_keys
    (id, company_id, portal_id, name, token_sha256, prefix, scopes, made_by, created_at, expires_at)
SELECT gen_random_uuid(), company_id, portal_id, name, sha256(n::text::bytea), prefix, scopes, made_by, created_at,
    expires_at FROM company_keys CROSS JOIN generate_series(1, $1) n
"""


async def test_the_page_for_developers_tells_of_companies_too(visitor: Browser):
    page = await visitor.get("/api")
    for said in (
        "POST /api/v1/company/charges",
        "registers:write",
        "GET /api/v1/company/links",
        "import_under_way",
    ):
        assert said in page.words, said
    assert (await visitor.fetch("/api/v1/company/openapi.json")).json()["info"]["title"].startswith("Blakyt")


@pytest.fixture
def logged() -> Iterator[None]:
    """As the product writes them."""
    logs.configure()
    yield
    structlog.reset_defaults()
    logging.basicConfig(handlers=[], level=logging.WARNING, force=True)


async def test_no_key_is_in_the_logs(supplier: System, logged: None, capsys: Any, monkeypatch: Any):
    """Not even when something breaks while it is held."""
    key = supplier.headers["Authorization"].removeprefix("Bearer ")

    async def broken(held: str, *_: Any) -> Any:
        raise ZeroDivisionError(held)

    monkeypatch.setattr(company_keys, "enter", broken)
    assert (await supplier.take("links")).status_code == 500
    told = capsys.readouterr()
    assert (
        "ZeroDivisionError" in told.out and key not in told.out + told.err and key not in repr(Made(key, NOW))
    )
