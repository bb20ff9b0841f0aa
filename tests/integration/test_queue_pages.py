"""The electronic queue and calls back: Olena waits, the Clerk calls; the schedule is the company's own."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import httpx
import pytest

from tests.browser import HTMX, Browser
from tests.factories import people, staff
from tests.factories.appointments import MORNING, booked, offered, resource, states
from tests.factories.people import SignedIn
from tests.factories.portals import APortal, change_policy
from tests.factories.staff import AColleague
from webapp.actions import callbacks, queue, schedules
from webapp.actions.audit import By
from webapp.actions.queue import Busy, Called
from webapp.database.engine import DB
from webapp.outside import Outside

OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
async def room(portal: APortal) -> UUID:
    await offered(portal)
    return await resource(portal.operator, "queue", "Договори та нарахування", minutes=20, notice=0)


@pytest.fixture
async def clerk(portal: APortal) -> AColleague:
    return await staff.colleague(portal)


@pytest.fixture
def desk(http: httpx.AsyncClient, clerk: AColleague) -> Browser:
    return at(http, clerk)


def at(http: httpx.AsyncClient, colleague: AColleague) -> Browser:
    browser = Browser(http)
    browser.cookies = {"staff": colleague.token}
    return browser


def doing(colleague: AColleague, portal: APortal) -> By:
    return By(colleague.id, portal.operator, colleague.role, portal.id, "127.0.0.1")


async def deeds() -> list[str]:
    return await DB.one("SELECT json_agg(deed ORDER BY at, id) FROM audit", into=list[str]) or []


async def later(outside: Outside, *tokens: str) -> None:
    """The next morning at nine, when the office opens; whoever is signed in stays so."""
    outside.clock.moment = MORNING  # type: ignore[attr-defined]
    signed_in = """
    UPDATE staff_sign_ins SET seen_at = $1::timestamptz, idle_expires_at = $1::timestamptz + interval '30 minutes',
           expires_at = $1::timestamptz + interval '12 hours'"""
    await DB.do(signed_in, MORNING)


@pytest.mark.covers("B24", page="/queue")
async def test_olena_sees_the_line_move_and_the_clerk_calls_her_by_one_button(
    browser: Browser,
    desk: Browser,
    olena: SignedIn,
    other: SignedIn,
    portal: APortal,
    room: UUID,
    outside: Outside,
):
    assert "Вас немає в черзі" in (await browser.get("/queue")).words
    await booked(other.id, portal, room)
    id = await booked(olena.id, portal, room, MORNING + timedelta(minutes=20))
    await later(outside)
    page = await browser.get("/queue")
    assert page.headers["x-offline"] == "allow" and "1 людина" in page.words and "приблизно" in page.words
    slip = page.html.select_one("#ticket")
    assert slip["hx-get"] == f"/appointments/{id}" and slip["hx-trigger"].startswith("every")
    office = await desk.get("/office/queue")
    assert "Чекають: 2" in office.words and "Олена" not in office.words
    form = office.form("/office/queue/call")
    called = await desk.follow(await desk.submit(form, desk="Вікно 4"))
    assert "Б-1" in called.html.select_one(".ticket-number").text
    assert "Ви наступні" in (await browser.get(f"/appointments/{id}", **HTMX)).words
    again = await desk.follow(await desk.submit(form, desk="Вікно 4"))
    assert again.html.select_one(".ticket-number").text == "Б-1", "pressed twice, one person is called"
    served = next(one for one in again.html.select("form") if one.select_one("[value=served]"))
    office = await desk.follow(await desk.submit(served))
    await desk.submit(office.form("/office/queue/call"), desk="Вікно 4")
    slip = (await browser.get("/queue")).words
    assert "Вас викликають" in slip and "Вікно 4" in slip
    assert await states() == ["served", "called"]
    assert sorted(await deeds()) == ["appointment_called", "appointment_called", "appointment_ended"]


async def test_two_clerks_at_once_get_two_people_and_one_who_presses_twice_gets_one(
    portal: APortal, clerk: AColleague, room: UUID
):
    for n in range(6):
        person = await people.person(portal.id, f"Людина {n}", f"n{n}@example.com")
        await booked(person.id, portal, room, MORNING + timedelta(minutes=20 * n))
    clerks = [clerk, *[await staff.colleague(portal, "clerk", f"c{n}@example.com") for n in range(3)]]
    late = MORNING + timedelta(hours=2)
    outcomes = await asyncio.gather(
        *(queue.call_next(room, "4", by=doing(who, portal), now=late) for who in [*clerks, clerk, clerk])
    )
    called = [outcome.id for outcome in outcomes if isinstance(outcome, Called)]
    assert len(called) == len(set(called)) == 4 and sum(isinstance(one, Busy) for one in outcomes) == 2
    assert await states() == ["called"] * 4 + ["booked"] * 2


async def test_nobody_is_called_hours_before_and_nobody_is_missed_before(
    desk: Browser, clerk: AColleague, olena: SignedIn, portal: APortal, room: UUID, outside: Outside
):
    id = await booked(olena.id, portal, room, MORNING + timedelta(hours=4))
    await later(outside)
    page = await desk.submit((await desk.get("/office/queue")).form("/office/queue/call"), desk="1")
    assert page.status == 409 and "викликати нікого" in page.words
    early = await desk.post(f"/office/schedule/{id}/outcome", {"outcome": "missed"}, **OURS)
    assert early.status == 422 and "ще не настала" in early.words
    when = MORNING + timedelta(hours=4)
    assert isinstance(await queue.end(id, "missed", by=doing(clerk, portal), now=when), queue.Done)
    assert isinstance(await queue.end(id, "missed", by=doing(clerk, portal), now=when), queue.Done)
    assert isinstance(await queue.end(id, "served", by=doing(clerk, portal), now=when), queue.Changed)


async def test_whose_ticket_it_is_is_shown_after_it_was_written_down_who_looks(
    desk: Browser, http: httpx.AsyncClient, olena: SignedIn, portal: APortal, room: UUID
):
    id = await booked(olena.id, portal, room, topic="Перерахунок")
    page = await desk.get(f"/office/schedule/{id}")
    assert "Б-1" in page.words and "Олена" not in page.words and "Перерахунок" not in page.words
    look = next(one for one in page.html.select("main form") if one["action"].endswith("/looks"))
    page = await desk.follow(await desk.submit(look))
    assert "Олена Коваленко" in page.words and "Перерахунок" in page.words and await deeds() == ["looked"]
    foreign = at(http, await staff.colleague(portal, "clerk", "z@example.com", company_id=portal.supplier))
    assert (await foreign.get(f"/office/schedule/{id}")).status == 404
    for path, fields in (("looks", {}), ("outcome", {"outcome": "served"})):
        assert (await foreign.post(f"/office/schedule/{id}/{path}", fields, **OURS)).status == 404
    assert (await foreign.get(f"/office/queue?resource={room}")).status == 404
    assert (await foreign.post("/office/queue/call", {"resource": str(room)}, **OURS)).status == 404
    assert (await desk.post(f"/office/schedule/{id}/outcome", {"outcome": "x"}, **OURS)).status == 404


async def test_hours_are_rows_of_the_company_and_of_two_who_change_them_one_has_seen_the_old_ones(
    http: httpx.AsyncClient, desk: Browser, browser: Browser, portal: APortal, room: UUID
):
    boss = at(http, await staff.colleague(portal, "supervisor"))
    assert (await desk.get("/office/schedule/resources/new")).status == 403
    form = (await boss.get("/office/schedule/resources/new")).form()
    wrong = await boss.submit(form, name="", **{"day-0": "вранці", "minutes": "0", "places": "9" * 9})
    assert wrong.status == 422 and set(wrong.mistakes) == {"name", "day-0", "minutes", "places"}
    assert wrong.html.select_one("#day-0")["value"] == "вранці"
    typed = {"kind": "reception", "name": "Голова правління", "prefix": "К", "minutes": "30", "notice": "0"}
    for _ in range(2):
        assert (await boss.submit(form, **typed, **{"day-2": "14:00-16:00"})).status == 303
    page = await browser.get("/appointments/new?kind=reception&day=2026-11-04")
    assert [slot.get_text() for slot in page.html.select(".slot")] == ["14:00", "14:30", "15:00", "15:30"]
    week = await boss.get(f"/office/schedule?week=2026-11-04&resource={form['action'].rsplit('/', 1)[1]}")
    assert "Голова правління" in week.words and "14:00-16:00" in week.words
    form = (await boss.get(f"/office/schedule/resources/{room}")).form()
    assert (await boss.submit(form, minutes="10")).status == 303
    assert (await boss.submit(form, minutes="15", **{"day-0": ""})).status == 409
    foreign = at(
        http, await staff.colleague(portal, "supervisor", "y@example.com", company_id=portal.supplier)
    )
    assert (await foreign.get(f"/office/schedule/resources/{room}")).status == 404
    assert (await foreign.submit(form, minutes="15")).status == 404


async def test_a_closed_day_cancels_what_was_booked_and_tells_the_people(
    http: httpx.AsyncClient, browser: Browser, olena: SignedIn, portal: APortal, room: UUID
):
    boss = at(http, await staff.colleague(portal, "supervisor"))
    id = await booked(olena.id, portal, room)
    form = (await boss.get("/office/schedule")).form("/office/schedule/closures")
    refused = await boss.submit(form, day="2020-01-01", reason="")
    assert refused.status == 422 and set(refused.mistakes) == {"day", "reason"}
    for _ in range(2):
        done = await boss.follow(await boss.submit(form, day="2026-11-04", reason="День енергетика"))
    assert "День закрито" in done.words and "День енергетика" in done.words
    ticket = await browser.get(f"/appointments/{id}")
    assert "Компанія скасувала" in ticket.words and "День енергетика" in ticket.words
    told = "SELECT to_json(count(*)) FROM notifications WHERE notice = 'appointment-cancelled'"
    assert await DB.one(told, into=int) == 1 and (await deeds()).count("day_closed") == 1
    again = next(one for one in done.html.select("form") if one["action"].endswith("/removal"))
    for _ in range(2):
        assert (await boss.submit(again)).status == 303
    assert await DB.one("SELECT to_json(count(*)) FROM closures", into=int) == 0
    foreign = By(None, portal.supplier, "supervisor", portal.id, "")
    gone = await schedules.close(uuid4(), MORNING.date(), "x", room, by=foreign, now=MORNING)
    assert not isinstance(gone, schedules.Closed)


@pytest.mark.covers("B16", page="/appointments/callbacks/new")
async def test_olena_orders_a_call_and_the_clerk_makes_it(
    browser: Browser, desk: Browser, stranger: Browser, clerk: AColleague, portal: APortal, room: UUID
):
    form = (await browser.get("/appointments/callbacks/new")).form()
    wrong = await browser.submit(form, phone="112", when="2020-01-01:morning", topic=" " * 9)
    assert wrong.status == 422 and set(wrong.mistakes) == {"company", "phone", "topic"}
    typed = {"company": str(portal.operator), "phone": "067 123 45 67", "topic": "Чому зріс рахунок"}
    assert (await browser.submit(form, **typed, when="2020-01-01:morning")).mistakes["when"]
    for _ in range(2):
        page = await browser.follow(await browser.submit(form, **typed, when="2026-11-04:morning"))
    assert "Дзвінок замовлено" in page.words and page.words.count("+380 67 123 45 67") == 1
    cancel = next(one["action"] for one in page.html.select("main form"))
    assert (await stranger.post(cancel, {}, **OURS)).status == 404
    calls = await desk.get("/office/callbacks")
    assert "з 9:00 до 12:00" in calls.words and "067" not in calls.words and "380" not in calls.words
    card = await desk.get(str(calls.html.select_one("th a")["href"]))
    assert "Чому зріс рахунок" not in card.words
    look = next(one for one in card.html.select("main form") if one["action"].endswith("/looks"))
    card = await desk.follow(await desk.submit(look))
    assert "+380 67 123 45 67" in card.words and "Чому зріс рахунок" in card.words
    missed = next(one for one in card.html.select("form") if one.select_one("[value=not_reached]"))
    assert [(await desk.submit(missed)).status for _ in range(2)] == [303, 303], "pressed twice, tried once"
    assert await DB.one("SELECT to_json(tries) FROM callbacks", into=int) == 1
    done = next(one for one in card.html.select("form") if one.select_one("[value=done]"))
    assert (await desk.submit(done)).status == 409, "of what was seen before the try"
    assert (await desk.submit(done, tries="1")).status == 303
    assert "поговорили" in (await browser.get("/appointments")).words
    assert "не можна змінити" in (await browser.follow(await browser.post(cancel, {}, **OURS))).words
    assert sorted(await deeds()) == ["callback_made", "callback_made", "looked"]


async def test_who_does_not_answer_three_times_is_told_and_two_orders_are_open_at_most(
    olena: SignedIn, clerk: AColleague, portal: APortal, room: UUID
):
    def order() -> callbacks.Order:
        day = MORNING.date()
        return callbacks.Order(uuid4(), portal.operator, "+380671234567", day, "evening", "Тиск")

    async def ask() -> object:
        return await callbacks.order(order(), by=olena.id, portal_id=portal.id, now=MORNING)

    outcomes = await asyncio.gather(*(ask() for _ in range(6)))
    assert sorted(type(one).__name__ for one in outcomes) == ["Booked"] * 2 + ["TooMany"] * 4
    id = await DB.one("SELECT to_json(id) FROM callbacks LIMIT 1", into=UUID)
    assert id
    for n in range(3):
        said = [
            callbacks.answer(id, "not_reached", n, by=doing(clerk, portal), now=MORNING) for _ in range(2)
        ]
        assert [type(one) for one in await asyncio.gather(*said)] == [callbacks.Done] * 2
    state = "SELECT json_build_array(state, tries) FROM callbacks WHERE id = $1"
    assert await DB.one(state, id, into=list[object]) == ["not_reached", 3]
    told = "SELECT to_json(count(*)) FROM notifications WHERE notice = 'callback-missed'"
    assert await DB.one(told, into=int) == 1


async def test_desks_exist_where_the_policy_says_so(desk: Browser, portal: APortal, room: UUID):
    pages = ["/office/schedule", "/office/queue", "/office/callbacks"]
    for kinds, there in (
        ((), []),
        (("callback",), pages[2:]),
        (("queue",), pages[:2]),
        (("reception",), pages[:1]),
    ):
        await staff_policy(portal, kinds)
        home = await desk.get("/office")
        assert [path for path in pages if (await desk.get(path)).status == 200] == there
        assert [path for path in pages if home.html.select(f".side-menu a[href='{path}']")] == there


async def staff_policy(portal: APortal, kinds: tuple[str, ...]) -> None:
    await change_policy(portal.id, {"appointments": {"kinds": kinds}})
