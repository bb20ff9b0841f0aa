"""The supervisor plans rounds from the register, sees how far they are, and judges what is doubtful."""

import asyncio
from datetime import date
from uuid import uuid4

import httpx
import pytest

from tests.browser import HTMX, Browser, Page
from tests.factories import accounts, rounds, staff
from tests.factories.accounts import AnAccount
from tests.factories.people import NOW
from tests.factories.portals import APortal
from tests.factories.rounds import TODAY, ARound, Phone, entry
from tests.factories.staff import AColleague
from webapp.actions import rounds as actions
from webapp.actions.audit import By
from webapp.actions.rounds import Changed, Created, Done, NoDoors
from webapp.database.engine import DB
from webapp.database.queries.rounds import Plan
from webapp.rules.rounds import Choice

OURS = {"Sec-Fetch-Site": "same-origin"}
STREET = "м. Миколаїв, вул. Садова"


@pytest.fixture
async def taras(portal: APortal) -> AColleague:
    return await staff.colleague(portal, "inspector")


@pytest.fixture
async def second(portal: APortal) -> AColleague:
    return await staff.colleague(portal, "inspector", "second@example.com")


@pytest.fixture
async def supervisor(portal: APortal) -> AColleague:
    return await staff.colleague(portal, "supervisor")


@pytest.fixture
def desk(http: httpx.AsyncClient, supervisor: AColleague) -> Browser:
    browser = Browser(http)
    browser.cookies = {"staff": supervisor.token}
    return browser


@pytest.fixture
async def walk(portal: APortal, taras: AColleague, flat: AnAccount, other_flat: AnAccount) -> ARound:
    return await rounds.round_of(portal, taras, flat, other_flat)


@pytest.fixture
def phone(http: httpx.AsyncClient, taras: AColleague) -> Phone:
    return Phone(http, taras.token)


def doing(colleague: AColleague, portal: APortal) -> By:
    return By(colleague.id, portal.operator, colleague.role, portal.id, "127.0.0.1")


async def planner(desk: Browser, **typed: str) -> Page:
    asked = {"choice": "street", "months": "12", "day": "2026-11-04"} | typed
    return await desk.get("/office/rounds/new?" + str(httpx.QueryParams(asked)))


async def deeds() -> list[str]:
    return [row[0] for row in await DB.pool.fetch("SELECT deed FROM audit ORDER BY at, id")]


async def test_a_round_is_planned_by_street_counted_first_and_in_the_order_of_the_doors(
    desk: Browser, portal: APortal, taras, flat, other_flat
):
    for house in (20, 3, 11):
        await accounts.account(portal, f"09102045{house:02d}", f"вул. Садова, {house}")
    before = await planner(desk)
    assert "Тут буде кількість" in before.words and f"{STREET} · 4" in before.words
    page = await planner(desk, add=STREET)
    assert "4 адреси" in page.words and await DB.pool.fetchval("SELECT count(*) FROM rounds") == 0
    form = page.form("/office/rounds")
    refused = await desk.submit(form)
    assert refused.status == 422 and refused.mistakes["inspector"] == "Оберіть, хто піде."
    made = await desk.follow(await desk.submit(form, inspector=str(taras.id)))
    assert "Обхід створено" in made.words and "вул. Садова" in made.words
    again = await desk.submit(form, inspector=str(taras.id))
    assert again.status == 303 and await DB.pool.fetchval("SELECT count(*) FROM rounds") == 1
    houses = await DB.pool.fetch(
        "SELECT house FROM stops JOIN accounts ON accounts.id = account_id ORDER BY seq"
    )
    assert [row[0] for row in houses] == ["3", "11", "18", "20"] and await deeds() == ["round_planned"]
    assert "Жодна адреса не підходить" in (await planner(desk, add=STREET)).words


async def test_by_the_last_visit_and_by_doubt(desk: Browser, portal: APortal, flat, other_flat):
    await accounts.reading(flat.meter_id, portal.operator, 4000, date(2026, 6, 1), source="inspector")
    assert "1 адреса" in (await planner(desk, choice="long_ago")).words
    assert "2 адреси" in (await planner(desk, choice="long_ago", months="3")).words
    assert "Жодна адреса не підходить" in (await planner(desk, choice="doubt")).words
    await DB.do("UPDATE readings SET doubts = '{unusually_high}' WHERE meter_id = $1", flat.meter_id)
    assert STREET in (await planner(desk, choice="doubt")).form("/office/rounds").find_parent("section").text


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"day": "2026-11-02"}, "day", "Цей день минув"),
        ({"day": "2027-11-02"}, "day", "не далі ніж на місяць"),
        ({"day": "30.11"}, "day", "Оберіть день"),
        ({"streets": ""}, "add", "Оберіть хоча б одну вулицю"),
        ({"inspector": "nobody"}, "inspector", "Оберіть, хто піде"),
        ({"inspector": str(uuid4())}, "inspector", "більше не працює"),
    ],
)
async def test_a_bad_plan_gets_a_sentence_beside_the_field(desk, taras, flat, typed, field, sentence):
    sent = {"id": str(uuid4()), "choice": "street", "streets": STREET, "day": "2026-11-04"}
    page = await desk.post("/office/rounds", sent | {"inspector": str(taras.id)} | typed, **OURS)
    assert page.status == 422, page.words
    assert sentence in page.words
    assert await DB.pool.fetchval("SELECT count(*) FROM rounds") == 0


async def test_of_two_who_plan_the_same_door_one_has_it(portal: APortal, supervisor, taras, second, flat):
    plan = Plan(Choice.STREET, TODAY, (STREET,))
    outcomes = await asyncio.gather(
        *(
            actions.create(uuid4(), plan, who.id, by=doing(supervisor, portal), now=NOW)
            for who in (taras, second)
        )
    )
    assert {type(one) for one in outcomes} == {Created, NoDoors}
    assert await DB.pool.fetchval("SELECT count(*) FROM stops") == 1
    assert await DB.pool.fetchval("SELECT count(*) FROM rounds") == 1


async def test_of_two_supervisors_who_give_it_away_at_once_one_wins(
    desk: Browser, portal: APortal, walk: ARound, taras, second, supervisor
):
    third = await staff.colleague(portal, "inspector", "third@example.com")
    page = await desk.get(f"/office/rounds/{walk.id}")
    form = page.form(f"/office/rounds/{walk.id}/inspector")
    pages = await asyncio.gather(*(desk.submit(form, inspector=str(who.id)) for who in (second, third)))
    assert sorted(page.status for page in pages) == [303, 409]
    (lost,) = [page for page in pages if page.status == 409]
    assert "Колега вирішив раніше" in lost.words
    assert (await deeds()).count("round_assigned") == 1
    won = await DB.pool.fetchval("SELECT inspector_id FROM rounds")
    assert (await desk.submit(form, inspector=str(won))).status == 303, (
        "the same choice once more is no trouble"
    )
    assert (await desk.submit(form, inspector=str(supervisor.id))).status == 422
    assert (await desk.submit(form, inspector=str(taras.id), seen="x")).status == 404


async def test_without_the_version_both_would_win(monkeypatch, portal, walk, supervisor, second):
    third = await staff.colleague(portal, "inspector", "third@example.com")
    monkeypatch.setattr(actions, "ASSIGN", actions.ASSIGN.replace("version = $4", "$4 > 0"))
    outcomes = [
        await actions.assign(walk.id, who.id, 1, by=doing(supervisor, portal), now=NOW)
        for who in (second, third)
    ]
    assert outcomes == [Done(), Done()]
    monkeypatch.undo()
    stale = await actions.assign(walk.id, second.id, 1, by=doing(supervisor, portal), now=NOW)
    assert stale == Changed()


async def test_what_the_one_before_has_read_is_still_taken(
    http, portal, walk, phone, flat, second, supervisor
):
    await actions.assign(walk.id, second.id, 1, by=doing(supervisor, portal), now=NOW)
    assert (await phone.fetch())["rounds"] == []
    assert [one["outcome"] for one in await phone.results(entry(walk, flat.meter_id, "04152"))] == [
        "accepted"
    ]
    assert len((await Phone(http, second.token).fetch())["rounds"]) == 1


async def test_the_page_tells_how_far_the_round_is_also_to_htmx(desk, walk, phone, flat, other_flat):
    await phone.fetch()
    sent = [entry(walk, flat.meter_id, "04152"), entry(walk, kind="no_access", reason="dog", stop=1)]
    await phone.results(*sent, unsent=7)
    partial = await desk.get(f"/office/rounds/{walk.id}", **HTMX)
    assert partial.html.select_one("html") is None and partial.html.select_one("#progress")
    page = await desk.get(f"/office/rounds/{walk.id}")
    facts = [one.text for one in page.html.select("#progress .facts dd")]
    assert facts == ["1", "1", "0"] and "(7 записів іще не надіслано)" in page.words
    assert "<span" not in page.words
    rows = [[cell.text for cell in row.select("td")] for row in page.html.select("#progress tbody tr")]
    assert rows == [["1", "1", "0", "0"], ["1", "0", "1", "0"]]
    listed = await desk.get("/office/rounds")
    assert "1 із 2" in listed.words and "1 без доступу" in listed.words and "Сьогодні" in listed.words


async def test_a_cancelled_round_frees_its_doors_and_leaves_the_phone(desk, portal, walk, phone, flat, taras):
    await phone.fetch()
    page = await desk.get(f"/office/rounds/{walk.id}")
    form = page.form(f"/office/rounds/{walk.id}/cancellation")
    done = await desk.follow(await desk.submit(form))
    assert "Обхід скасовано" in done.words and (await desk.submit(form)).status == 303
    assert await deeds() == ["round_cancelled"]
    assert (await phone.get("/contact")).json()["rounds"] == []
    assert [one["outcome"] for one in await phone.results(entry(walk, flat.meter_id, "04152"))] == [
        "accepted"
    ]
    assert "1 адреса" in (await planner(desk, add=STREET, day="2026-11-03")).words


@pytest.mark.parametrize("path", ["nonsense", "doubts?round=x", "new?choice=%00&months=99&day=x", "visits/x"])
async def test_an_address_with_a_slip_is_no_surprise(desk: Browser, path: str):
    assert (await desk.get(f"/office/rounds/{path}")).status in (200, 404)


async def test_the_menu_shows_it_to_those_who_plan(desk: Browser, http, portal: APortal, taras):
    assert (await desk.get("/office")).html.select_one(".menu a[href='/office/rounds']")
    inspector = Browser(http)
    inspector.cookies = {"staff": taras.token}
    page = await inspector.get("/office")
    assert page.html.select_one(".menu a[href='/field']") and not page.html.select("a[href='/office/rounds']")
    assert (await inspector.get("/office/rounds")).status == 403
