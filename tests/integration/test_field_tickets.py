"""The ticket of an inspector's phone: hands in after the sign-in has ended, opens nothing else, and can be ended."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from tests.browser import Browser
from tests.factories import portals, rounds, staff
from tests.factories.accounts import AnAccount
from tests.factories.people import NOW, SignedIn
from tests.factories.portals import APortal
from tests.factories.rounds import TODAY, ARound, Phone, entry
from tests.factories.staff import AColleague
from tests.integration.test_permissions import address, routes
from tests.integration.test_readings_actions import waiting_for_a_lock
from webapp.actions import field_tickets, visits
from webapp.actions import staff as colleagues
from webapp.actions.audit import By
from webapp.actions.visits import Entry
from webapp.database.engine import DB
from webapp.database.queries import field
from webapp.database.queries.field import Deliverer
from webapp.outside import Outside
from webapp.outside.receipt_keys import EmbeddedKeys
from webapp.rules import limits
from webapp.rules.permissions import PUBLIC, ROUTES
from webapp.rules.policy import Policy

OURS = {"Sec-Fetch-Site": "same-origin"}
BY_TICKET = {
    "/api/v1/field/contact", "/api/v1/field/photos/{photo_id}", "/api/v1/field/status", "/api/v1/field/visits",
}  # fmt: skip


@pytest.fixture
async def taras(portal: APortal) -> AColleague:
    return await staff.colleague(portal, "inspector")


@pytest.fixture
async def walk(portal: APortal, taras: AColleague, flat: AnAccount, other_flat: AnAccount) -> ARound:
    return await rounds.round_of(portal, taras, flat, other_flat)


@pytest.fixture
async def phone(http: httpx.AsyncClient, taras: AColleague, walk: ARound) -> Phone:
    """The round is on it; the sign-in has ended."""
    phone = Phone(http, taras.token)
    await phone.fetch()
    phone.staff = ""
    return phone


async def test_it_hands_in_long_after_the_sign_in_has_ended(phone: Phone, walk, flat, outside: Outside):
    outside.clock.moment = NOW + timedelta(days=3)  # type: ignore[attr-defined]
    item = entry(walk, flat.meter_id, "04152")
    (answer,) = await phone.results(item)
    assert answer["outcome"] == "accepted"
    assert len((await phone.status(item["id"])).json()["results"]) == 1
    assert (await phone.get("/contact")).json()["rounds"] == [str(walk.id)]


async def test_after_three_days_it_is_worth_nothing(phone: Phone, walk, flat, outside: Outside):
    outside.clock.moment = NOW + timedelta(days=4)  # type: ignore[attr-defined]
    told = await phone.send(entry(walk, flat.meter_id, "04152"))
    assert (told.status_code, told.json()) == (401, {"error": "sign_in"})


async def test_it_opens_nothing_else(app, http: httpx.AsyncClient, phone: Phone):
    """Every route of the application; the four that take it aside."""
    for method, template in routes(app):
        who = ROUTES.get(template, PUBLIC)
        if who == PUBLIC or template in BY_TICKET:
            continue
        headers = phone.headers(Cookie=f"staff={phone.ticket}; sid={phone.ticket}; ticket={phone.ticket}")
        answer = await http.request(method, address(template), headers=headers)
        door = answer.headers.get("location", "").partition("?")[0]
        assert answer.status_code == 401 or door in ("/sign-in", "/office/sign-in"), (method, template)
    assert (await phone.get("/rounds")).status_code == 401


async def test_it_stays_with_the_phone_and_the_portal(phone: Phone, walk, flat, http: httpx.AsyncClient):
    item = entry(walk, flat.meter_id, "04152")
    own, phone.device = phone.device, str(uuid4())
    assert (await phone.send(item)).status_code == 401
    phone.device = "nonsense"
    assert (await phone.send(item)).status_code == 401
    phone.device = own
    await portals.portal("poltava.localhost")
    elsewhere = phone.headers(Host="poltava.localhost")
    assert (await http.post(f"{rounds.API}/visits", json={}, headers=elsewhere)).status_code == 401
    foreign = phone.headers(**{"Sec-Fetch-Site": "cross-site"})
    assert (await http.post(f"{rounds.API}/visits", json={}, headers=foreign)).status_code == 403
    assert (await phone.send(item)).status_code == 200


@pytest.mark.parametrize("ticket", ["x", "' OR 1=1", "Ticket"])
async def test_what_was_made_up_is_none(phone: Phone, walk, flat, ticket: str):
    phone.ticket = ticket
    assert (await phone.send(entry(walk, flat.meter_id, "04152"))).status_code == 401


async def test_nobody_but_an_inspector_has_rounds(http: httpx.AsyncClient, portal: APortal, olena: SignedIn):
    assert (await Phone(http).get("/rounds")).status_code == 401
    clerk = Phone(http, (await staff.colleague(portal, "clerk")).token)
    for answer in (await clerk.get("/rounds"), await clerk.send({})):
        assert (answer.status_code, answer.json()) == (403, {"error": "role"})
    half = await staff.colleague(portal, "inspector", "half@example.com")
    assert (
        await Phone(http, await staff.sign_in(portal, half.id, whole=False)).get("/rounds")
    ).status_code == 401
    told = await http.get(f"{rounds.API}/rounds", headers={"Cookie": f"sid={olena.token}"})
    assert told.status_code == 401
    unnamed = Phone(http, half.token)
    unnamed.device = ""
    assert (await unnamed.get("/rounds")).status_code == 400


async def test_who_signs_out_takes_it_along(http, portal: APortal, phone: Phone, taras, walk, flat):
    browser = Browser(http)
    browser.cookies = {"staff": taras.token}
    await browser.post("/office/sign-out", {}, **OURS)
    assert (await phone.send(entry(walk, flat.meter_id, "04152"))).status_code == 401


async def test_a_lost_phone_is_told_and_nothing_is_taken_from_it(
    http, portal, phone: Phone, taras, walk, flat
):
    supervisor = Browser(http)
    supervisor.cookies = {"staff": (await staff.colleague(portal, "supervisor")).token}
    page = await supervisor.get(f"/office/rounds/{walk.id}")
    form = page.form(f"/office/rounds/{walk.id}/lost-phone")
    done = await supervisor.follow(await supervisor.submit(form))
    assert "Телефони цього контролера відключено" in done.words and "Телефон відключено" in done.words
    assert (await supervisor.submit(form)).status == 303
    for answer in (await phone.send(entry(walk, flat.meter_id, "04152")), await phone.status(str(uuid4()))):
        assert (answer.status_code, answer.json()) == (410, {"error": "ended"})
    assert (await phone.photo(str(uuid4()), b"")).status_code == 410
    contact = (await phone.get("/contact")).json()
    assert (contact["ended"], contact["rounds"]) == (True, [])
    phone.staff = taras.token
    assert (await phone.get("/rounds")).status_code == 401, "the sign-ins of the phone have ended too"
    other = Phone(http, await staff.sign_in(portal, taras.id))
    assert [one["id"] for one in (await other.fetch())["rounds"]] == [str(walk.id)]
    assert [one["outcome"] for one in await other.results(entry(walk, flat.meter_id, "04152"))] == [
        "accepted"
    ]
    deeds = await DB.pool.fetch("SELECT deed FROM audit")
    assert [row[0] for row in deeds] == ["phone_lost", "phone_lost"]


async def test_a_ticket_that_is_made_while_the_phone_is_ended_ends_too(database_url, portal, taras, walk):
    """The download holds the sign-in; whoever ends it comes after, and finds the ticket."""
    sign_in = await DB.pool.fetchval("SELECT id FROM staff_sign_ins WHERE colleague_id = $1", taras.id)
    outsider = await asyncpg.connect(database_url)
    try:
        async with outsider.transaction():
            await outsider.execute("SELECT FROM staff_sign_ins WHERE id = $1 FOR UPDATE", sign_in)
            issuing = asyncio.create_task(issue(portal, taras, sign_in))
            await waiting_for_a_lock(1)
            await outsider.execute("UPDATE staff_sign_ins SET revoked_at = now() WHERE id = $1", sign_in)
        assert await issuing is None
    finally:
        await outsider.close()


async def issue(portal: APortal, taras: AColleague, sign_in: UUID) -> Any:
    return await field_tickets.issue(
        taras.id, company_id=portal.operator, portal_id=portal.id, sign_in_id=sign_in, device_id=uuid4(),
        expires_at=NOW + timedelta(days=3), now=NOW,
    )  # fmt: skip


async def test_who_is_blocked_carries_nothing_any_more(portal: APortal, phone: Phone, taras, walk, flat):
    admin = await staff.colleague(portal, "company_admin")
    await colleagues.block(
        taras.id, by=By(admin.id, portal.operator, "company_admin", portal.id, "127.0.0.1"), now=NOW
    )
    assert (await phone.send(entry(walk, flat.meter_id, "04152"))).status_code == 410


def written(walk: ARound, flat: AnAccount | None = None, value: str = "04152", **said: Any) -> Entry:
    facts: dict[str, Any] = {"id": uuid4(), "digest": uuid4().hex, "kind": "reading", "value": value}
    facts |= {"meter_id": flat.meter_id} if flat else {"kind": "no_access", "reason": "closed", "value": ""}
    return Entry(round_id=walk.id, stop_id=walk.stops[0], taken_at=NOW, read_on=TODAY, **(facts | said))


async def hand_in(portal: APortal, taras: AColleague, *entries: Entry) -> list[str]:
    by = Deliverer(taras.id, portal.operator, None)
    decided = await visits.hand_in(entries, by=by, policy=Policy(), now=NOW, keys=EmbeddedKeys())
    return [type(outcome).__name__ for _, outcome in decided]


async def test_twenty_that_repeat_one_entry_at_once_are_one_row(portal, taras, walk, flat):
    sent = written(walk, flat)
    answers = await asyncio.gather(*(hand_in(portal, taras, sent) for _ in range(20)))
    assert answers == [["Accepted"]] * 20
    assert await DB.pool.fetchval("SELECT count(*) FROM visits") == 1
    assert await DB.pool.fetchval("SELECT count(*) FROM readings WHERE source = 'inspector'") == 1


async def two_at_once(
    database_url: str, portal: APortal, taras: AColleague, *entries: Entry, table: str = "visits"
) -> list[Any]:
    """Both have looked before either may write: a lock on the table sees to it."""
    outsider = await asyncpg.connect(database_url)
    try:
        async with outsider.transaction():
            await outsider.execute(f"LOCK TABLE {table} IN SHARE MODE")
            both = [asyncio.create_task(hand_in(portal, taras, one)) for one in entries]
            await waiting_for_a_lock(2)
        return await asyncio.gather(*both, return_exceptions=True)
    finally:
        await outsider.close()


async def counting() -> int:
    sql = "SELECT count(*) FROM readings WHERE state = 'accepted' AND month = '2026-10-01'"
    found: int = await DB.pool.fetchval(sql)
    return found


async def test_of_two_values_for_one_meter_one_counts(database_url, portal, taras, walk, flat):
    sent = written(walk, flat), written(walk, flat, "04160")
    both = await two_at_once(database_url, portal, taras, *sent, table="readings")
    assert both == [["Accepted"], ["Accepted"]]
    assert await counting() == 1


async def test_without_the_lock_of_the_meter_one_of_them_is_left_out(
    monkeypatch, database_url, portal, taras, walk, flat
):
    monkeypatch.setattr(field, "LOCK_METER", field.LOCK_METER.replace("FOR UPDATE OF meters", ""))
    sent = written(walk, flat), written(walk, flat, "04160")
    answers = await two_at_once(database_url, portal, taras, *sent, table="readings")
    assert sorted(answers) == [[], ["Accepted"]], "the index saves the month; the phone sends it again"


async def notices() -> int:
    found: int = await DB.pool.fetchval("SELECT count(*) FROM pgqueuer WHERE entrypoint = 'notice'")
    return found


async def test_of_two_cards_at_once_the_consumer_hears_of_one(database_url, portal, taras, walk):
    assert await two_at_once(database_url, portal, taras, written(walk), written(walk)) == [["Accepted"]] * 2
    assert await notices() == 1


async def test_without_the_lock_of_the_door_she_would_hear_twice(
    monkeypatch, database_url, portal, taras, walk
):
    monkeypatch.setattr(field, "HOLD", "")
    await two_at_once(database_url, portal, taras, written(walk), written(walk))
    assert await notices() == 2


async def test_one_that_breaks_is_left_out_and_the_others_go_on(monkeypatch, portal, taras, walk, flat):
    good, bad = written(walk, flat), written(walk, flat, "04160")
    store = visits._store

    async def breaking(entry: Entry, *args: Any) -> bool:
        if entry.id == bad.id:
            raise asyncpg.PostgresError("a surprise")
        return await store(entry, *args)

    monkeypatch.setattr(visits, "_store", breaking)
    assert await hand_in(portal, taras, bad, good) == ["Accepted"]
    assert await DB.pool.fetchval("SELECT id FROM visits") == good.id


async def test_too_much_at_once_is_told_to_come_later(phone: Phone, walk, flat, monkeypatch):
    monkeypatch.setattr(limits, "VISITS_PER_INSPECTOR", limits.Limit("test", 1, timedelta(hours=1)))
    item = entry(walk, flat.meter_id, "04152")
    assert (await phone.send(item)).status_code == 200
    told = await phone.send(item)
    assert told.status_code == 429 and int(told.headers["Retry-After"]) > 0
