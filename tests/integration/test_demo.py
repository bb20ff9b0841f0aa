"""The demo comes into the database once, and leaves alone what people did there."""

import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tests.factories.people import NOW
from webapp.actions import hashing
from webapp.actions.identifying import Claim, Identified, identify
from webapp.database.engine import DB
from webapp.database.queries import visits
from webapp.demo import cast, load, people_json, rows
from webapp.outside.clock import StoppedClock
from webapp.rules import periods
from webapp.rules.policy import Policy
from webapp.settings import Settings

CLOCK = StoppedClock(NOW)


@pytest.fixture
async def demo(settings: Settings) -> AsyncIterator[Settings]:
    await load(settings.database_url, settings, CLOCK)
    async with DB.opened(settings.database_url):
        yield settings


async def again(settings: Settings, now: datetime = NOW) -> None:
    """A second start, while nobody has the database open."""
    await load(settings.database_url, settings, StoppedClock(now))


async def column(sql: str) -> list[object]:
    return [row[0] for row in await DB.speaker.fetch(sql)]


async def test_every_balance_is_the_sum_of_its_charges_and_credited_payments(demo: Settings):
    wrong = await column("""
        SELECT number FROM contracts WHERE balance IS DISTINCT FROM
            (SELECT coalesce(sum(amount), 0) FROM charges WHERE contract_id = contracts.id)
            - (SELECT coalesce(sum(amount), 0) FROM payments
               WHERE contract_id = contracts.id AND credited_at IS NOT NULL)
    """)
    assert wrong == []


async def test_each_account_has_two_contracts_with_numbers_of_their_own(demo: Settings):
    wrong = await column("""
        SELECT account_id FROM contracts GROUP BY account_id
        HAVING count(DISTINCT service) <> 2 OR count(DISTINCT number) <> 2 OR count(DISTINCT company_id) <> 2
    """)
    assert wrong == []


async def test_the_history_ends_before_the_month_that_readings_are_sent_for(demo: Settings):
    """On 3 November October is still to be sent; two years lie behind."""
    months = await column("SELECT DISTINCT month FROM readings WHERE colleague_id IS NULL ORDER BY month")
    assert months[-1] == periods.month_before(periods.month_at(NOW, periods.Window()))
    assert len(months) == 24
    ours = "number >= 190000 AND colleague_id IS NULL"
    numbers = await column(f"SELECT number FROM readings WHERE {ours} ORDER BY received_at, number")
    assert numbers == sorted(numbers)


async def test_readings_came_from_people_inspectors_and_the_plan(demo: Settings):
    assert set(await column("SELECT DISTINCT source FROM readings")) == {"consumer", "inspector", "planned"}


async def test_every_unlinked_account_is_linked_by_what_is_printed(demo: Settings):
    for told in people_json(demo)["unlinked"]:
        (company,) = await column(f"SELECT id FROM companies WHERE name = '{told['company']}'")
        claim = Claim.by_payment(company, told["number"], Decimal(told["last_payment"]))  # type: ignore[arg-type]
        assert isinstance(await identify(claim, ip="127.0.0.1", now=NOW), Identified)


async def test_portals_answer_at_their_hosts_with_their_policies(demo: Settings):
    for portal in cast.portals():
        visit = await visits.visit(portal.host(demo.port), None, None, NOW)
        assert visit and isinstance(visit.portal.policy, Policy) and visit.portal.policy == portal.policy
        assert visit.portal.address == portal.url(demo.port)
        assert {company.role for company in visit.portal.companies} == {"operator", "supplier"}


async def test_everybody_has_the_password_that_is_printed(demo: Settings):
    (stored,) = await column("SELECT DISTINCT password_hash FROM people")
    assert await hashing.fits(str(stored), cast.PASSWORD)


async def test_a_second_start_changes_nothing_that_a_person_did(settings: Settings):
    await load(settings.database_url, settings, CLOCK)
    olena = rows.person_id(cast.portals()[0], cast.people()["hub"].people[0])
    async with DB.opened(settings.database_url):
        await DB.do("UPDATE people SET language = 'ru', password_hash = 'new' WHERE id = $1", olena)
        await DB.do("DELETE FROM links WHERE person_id = $1", olena)
        await DB.do("DELETE FROM logins WHERE person_id = $1 AND kind = 'phone'", olena)
        await DB.do("UPDATE portals SET policy = jsonb_set(policy, '{accounts,maximum}', '3')")
        before = await state()
    started = time.process_time()
    await again(replace(settings, port=8123), datetime(2027, 2, 14, tzinfo=UTC))
    took = time.process_time() - started
    async with DB.opened(settings.database_url):
        assert await state() == before
        assert await column("SELECT host FROM portals WHERE brand = 'mygas'") == ["mygas.localhost:8123"]
    assert took < 1, "nothing is hashed or written anew"


async def test_what_a_newer_demo_brings_is_added(settings: Settings):
    await load(settings.database_url, settings, CLOCK)
    portal, told = cast.portals()[0], cast.people()["hub"]
    account = rows.account_id(portal, told.people[0].accounts[0])
    async with DB.opened(settings.database_url):
        before = await state()
        for statement in FORGET:
            await DB.do(statement, account)
        assert await state() != before
    await again(settings)
    async with DB.opened(settings.database_url):
        assert await state() == before


FORGET = (
    "DELETE FROM readings WHERE meter_id IN (SELECT id FROM meters WHERE account_id = $1)",
    "DELETE FROM meters WHERE account_id = $1",
    "DELETE FROM meter_points WHERE account_id = $1",
    "DELETE FROM charges WHERE contract_id IN (SELECT id FROM contracts WHERE account_id = $1)",
    "DELETE FROM payments WHERE contract_id IN (SELECT id FROM contracts WHERE account_id = $1)",
    "DELETE FROM bills WHERE contract_id IN (SELECT id FROM contracts WHERE account_id = $1)",
    "DELETE FROM subsidies WHERE account_id = $1",
    "DELETE FROM contracts WHERE account_id = $1",
    "DELETE FROM links WHERE account_id = $1",
    "DELETE FROM accounts WHERE id = $1",
)


async def state() -> dict[str, tuple[int, object]]:
    """How many rows each table has, and what they are."""
    found = {}
    for table in rows.COLUMNS:
        names = rows.COLUMNS[table].replace(" ", ", ")
        row = await DB.speaker.fetchrow(
            "SELECT count(*) AS n, md5(string_agg(r::text, '' ORDER BY r.id)) AS sum"
            f" FROM (SELECT {names} FROM {table}) r"
        )
        found[table] = (row["n"], row["sum"])
    return found | {"policies": (0, await column("SELECT policy::text FROM portals ORDER BY brand"))}
