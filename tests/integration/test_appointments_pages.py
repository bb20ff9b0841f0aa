"""Booking an hour, the ticket, another hour, giving it back: as Olena does it, and the Stranger cannot."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import httpx
import pytest

from tests.browser import HTMX, Browser, Page
from tests.factories import appointments, people
from tests.factories.accounts import AnAccount
from tests.factories.appointments import MORNING, booked, offered, resource, states
from tests.factories.people import NOW, SignedIn
from tests.factories.portals import APortal
from webapp.actions import booking
from webapp.actions.booking import Booked, Taken, TooMany, Wanted
from webapp.database.engine import DB
from webapp.outside import Outside
from webapp.rules import slots

OURS = {"Sec-Fetch-Site": "same-origin"}
NINE = slots.code_of(MORNING)


@pytest.fixture
async def head(portal: APortal) -> UUID:
    """The head of the operator."""
    await offered(portal)
    return await resource(portal.operator)


async def picker(browser: Browser, kind: str = "reception", **asked: str) -> Page:
    return await browser.get("/appointments/new?" + str(httpx.QueryParams({"kind": kind} | asked)))


async def book(browser: Browser, kind: str = "reception", htmx: bool = False, **typed: str) -> Page:
    page = await picker(browser, kind)
    assert page.status == 200, page.words
    told = {"starts": NINE, "topic": "Перерахунок за серпень"} | typed
    return await browser.submit(page.form("/appointments"), htmx=htmx, **told)


@pytest.mark.covers("A43", "H06", page="/appointments/new")
async def test_olena_books_a_talk_with_the_head_of_either_company(
    browser: Browser, portal: APortal, head: UUID, outside: Outside
):
    await resource(portal.supplier, name="Директор постачальника", prefix="Д")
    page = await browser.get("/appointments")
    assert "Прийом керівника" in page.words and "Записів немає" in page.words
    page = await picker(browser)
    assert "Голова правління" in page.words and "Директор постачальника" in page.words
    page = await picker(browser, resource=str(head))
    assert "м. Миколаїв, вул. Погранична, 159" in page.words and "паспорт" in page.words
    hours = [label.get_text() for label in page.html.select(".slot")]
    assert "12:00" not in hours and hours[0] == "09:00", "the next day, as today is over; the break is none"
    answer = await browser.submit(page.form("/appointments"), starts=NINE, topic="Перерахунок за серпень")
    ticket = await browser.follow(answer)
    assert "Вас записано" in ticket.words and "Б-1" in ticket.words and "09:00–09:20" in ticket.words
    assert "Перерахунок за серпень" in ticket.words and "АТ «Миколаївгаз»" in ticket.words
    assert ticket.html.select_one("img.qr")["src"].startswith("data:image/svg")
    listed = await browser.get("/appointments")
    assert listed.headers["x-offline"] == "allow" and "Б-1" in listed.words
    (taken,) = (await picker(browser, resource=str(head))).html.select(".slot input[disabled]")
    assert taken["value"] == NINE


async def test_the_ticket_stays_on_the_device_from_the_first_look_on_and_the_form_does_not(
    browser: Browser, olena: SignedIn, portal: APortal, head: UUID
):
    id = await booked(olena.id, portal, head)
    assert (await browser.get(f"/appointments/{id}")).headers["x-offline"] == "allow"
    assert "x-offline" in (await browser.get(f"/appointments/{id}?said=booked")).headers
    assert "x-offline" not in (await picker(browser)).headers


async def test_mistakes_stand_beside_their_fields_and_nothing_typed_is_lost(browser: Browser, head: UUID):
    page = await book(browser, starts="", topic="<b>" * 200, htmx=True)
    assert page.status == 422 and not page.html.select_one("html")
    assert set(page.mistakes) == {"starts", "topic"}
    assert "<b>" * 200 in page.html.select_one("textarea").text
    for starts in ("x", "2026-11-04", "9999-99-99T99:99Z", "2026-11-04T07:00Z" * 3):
        assert (await book(browser, starts=starts)).status == 422, starts
    assert (await book(browser, topic="")).mistakes["topic"]
    for resource_id in ("", "x", str(uuid4())):
        assert (await book(browser, resource=resource_id)).status in (404, 422), resource_id
    assert (await book(browser, kind="reception", account=str(uuid4()))).mistakes["account"]
    assert await states() == []


@pytest.mark.parametrize(
    ("code", "why"),
    [
        (slots.code_of(NOW - timedelta(days=1)), "вже не записують"),
        (slots.code_of(MORNING + timedelta(minutes=7)), "вже не записують"),
        (slots.code_of(MORNING.replace(hour=12)), "вже не записують"),
        (slots.code_of(MORNING + timedelta(days=60)), "вже не записують"),
    ],
)
async def test_an_hour_that_is_none_is_refused_with_the_next_free_ones(
    browser: Browser, head: UUID, code: str, why: str
):
    page = await book(browser, starts=code)
    assert page.status == 422 and why in page.words and "Найближчі вільні" in page.words
    assert page.html.select_one("textarea").text.strip() == "Перерахунок за серпень"
    assert len(page.html.select(".slot input[checked]")) == 1


async def test_of_fifty_who_want_the_last_hour_at_once_one_gets_it(portal: APortal, head: UUID):
    """The others are told which hours are free."""
    crowd = [await people.person(portal.id, f"Людина {n}", f"n{n}@example.com") for n in range(50)]

    async def one(who: SignedIn) -> object:
        wanted = Wanted(uuid4(), head, MORNING, "Тиск газу")
        return await booking.book(wanted, by=who.id, portal_id=portal.id, kinds=("reception",), now=NOW)

    outcomes = await asyncio.gather(*(one(who) for who in crowd))
    lost = [outcome for outcome in outcomes if isinstance(outcome, Taken)]
    assert sum(isinstance(outcome, Booked) for outcome in outcomes) == 1 and len(lost) == 49
    assert {tuple(outcome.free) for outcome in lost} == {
        tuple(MORNING + timedelta(minutes=20 * n) for n in (1, 2, 3))
    }
    assert await states() == ["booked"]


async def test_two_places_of_an_hour_go_to_two_people_and_no_more(
    portal: APortal, olena: SignedIn, other: SignedIn, head: UUID
):
    room = await resource(portal.operator, "queue", places=2)
    third = await people.person(portal.id, "Третя", "third@example.com")

    async def one(who: SignedIn) -> object:
        return await booking.book(
            Wanted(uuid4(), room, MORNING), by=who.id, portal_id=portal.id, kinds=("queue",), now=NOW
        )

    outcomes = await asyncio.gather(*(one(who) for who in (olena, other, third)))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Booked", "Booked", "Taken"]
    places = await DB.one("SELECT json_agg(place ORDER BY place) FROM appointments", into=list[int])
    numbers = await DB.one("SELECT json_agg(number ORDER BY number) FROM appointments", into=list[int])
    assert places == numbers == [1, 2]


async def test_the_form_sent_twice_is_one_booking_and_two_tabs_get_two_hours_at_most(
    browser: Browser, olena: SignedIn, other: SignedIn, portal: APortal, head: UUID
):
    page = await picker(browser)
    form = page.form("/appointments")
    first = await browser.submit(form, starts=NINE, topic="Тиск")
    again = await browser.submit(form, starts=NINE, topic="Тиск")
    assert first.headers["location"] == again.headers["location"] and await states() == ["booked"]
    stolen = Wanted(UUID(str(form.select_one("[name=id]")["value"])), head, MORNING + timedelta(hours=1), "x")
    done = await booking.book(stolen, by=other.id, portal_id=portal.id, kinds=("reception",), now=NOW)
    assert isinstance(done, booking.Absent)

    async def tab(n: int) -> object:
        wanted = Wanted(uuid4(), head, MORNING + timedelta(minutes=20 * n), "Тиск")
        return await booking.book(wanted, by=olena.id, portal_id=portal.id, kinds=("reception",), now=NOW)

    outcomes = await asyncio.gather(*(tab(n) for n in range(1, 8)))
    assert sum(isinstance(outcome, Booked) for outcome in outcomes) == 1, "two of a kind"
    assert sum(isinstance(outcome, TooMany) for outcome in outcomes) == 6
    assert "У Вас уже є два такі записи" in (await picker(browser)).words


async def test_another_hour_frees_the_first_and_the_calendar_follows(
    browser: Browser, olena: SignedIn, other: SignedIn, portal: APortal, head: UUID
):
    id = await booked(olena.id, portal, head, topic="Тиск")
    page = await browser.get(f"/appointments/{id}/time?day=2026-11-05")
    other_day = slots.code_of(MORNING + timedelta(days=1))
    form = page.form(f"/appointments/{id}/time")
    ticket = await browser.follow(await browser.submit(form, starts=other_day))
    assert "Годину змінено" in ticket.words and "5 листопада" in ticket.words.replace("\u00a0", " ")
    assert (await browser.submit(form, starts=other_day)).status == 303, "sent twice"
    file = await browser.fetch(f"/appointments/{id}/calendar.ics")
    text = file.text.replace("\r\n ", "")
    assert file.headers["content-type"].startswith("text/calendar")
    for said in (
        "BEGIN:VTIMEZONE",
        "TZID=Europe/Kyiv:20261105T090000",
        "SEQUENCE:1",
        f"UID:{id}@",
        "BEGIN:VALARM",
    ):
        assert said in text, said
    await booked(other.id, portal, head)
    back = await browser.submit(form, starts=NINE)
    assert back.status == 422 and "Найближчі вільні" in back.words
    assert (await browser.submit(form, starts="")).mistakes["starts"]


async def test_what_is_given_back_is_free_at_once_and_is_given_back_once(
    browser: Browser, olena: SignedIn, other: SignedIn, portal: APortal, head: UUID
):
    id = await booked(olena.id, portal, head)
    form = (await browser.get(f"/appointments/{id}")).form(f"/appointments/{id}/cancellation")
    for _ in range(2):
        assert "Запис скасовано" in (await browser.follow(await browser.submit(form))).words
    await booked(other.id, portal, head)
    assert sorted(await states()) == ["booked", "cancelled"]
    page = await browser.get(f"/appointments/{id}/time")
    assert "не можна змінити" in (await browser.follow(page)).words


async def test_the_stranger_finds_nobodys_ticket(
    stranger: Browser, visitor: Browser, olena: SignedIn, portal: APortal, head: UUID
):
    id = await booked(olena.id, portal, head)
    for path in ("", "/time", "/calendar.ics"):
        assert (await stranger.get(f"/appointments/{id}{path}")).status == 404, path
        assert (await visitor.get(f"/appointments/{id}{path}")).status == 303, path
    for path in ("/time", "/cancellation"):
        answer = await stranger.post(f"/appointments/{id}{path}", {"starts": NINE}, **OURS)
        assert answer.status == 404, path
    assert await states() == ["booked"]
    assert "Записів немає" in (await stranger.get("/appointments")).words


async def test_p21_what_is_not_in_the_policy_does_not_exist(browser: Browser, portal: APortal, head: UUID):
    everything = [
        "/appointments",
        "/appointments/new?kind=reception",
        "/appointments/callbacks/new",
        "/queue",
    ]
    for kinds, there in (
        (("reception",), everything[:2]), (("queue",), [everything[0], everything[3]]),
        (("callback",), [everything[0], everything[2]]),
    ):  # fmt: skip
        await offered(portal, *kinds)
        assert [path for path in everything if (await browser.get(path)).status == 200] == there
        assert (await browser.get("/cabinet")).html.select("a[href='/appointments']")
    await appointments.change_policy(portal.id, {})
    assert [path for path in everything if (await browser.get(path)).status != 404] == []
    assert not (await browser.get("/cabinet")).html.select("a[href='/appointments']")


async def test_a_technician_comes_only_to_a_home_that_is_proved(
    browser: Browser, olena: SignedIn, portal: APortal, flat: AnAccount, other_flat: AnAccount, head: UUID
):
    await resource(portal.operator, "technician", "Технік", minutes=60)
    assert (await book(browser, "technician")).mistakes["account"]
    assert (await book(browser, "technician", account=str(other_flat.id))).mistakes["account"]
    await DB.do("UPDATE links SET level = 'basic' WHERE person_id = $1", olena.id)
    assert (await book(browser, "technician", account=str(flat.id))).mistakes["account"]
    await DB.do("UPDATE links SET level = 'extended' WHERE person_id = $1", olena.id)
    ticket = await browser.follow(await book(browser, "technician", account=str(flat.id)))
    assert "вул. Садова, 18, кв. 42" in ticket.words


async def test_htmx_gets_the_slip_alone(browser: Browser, olena: SignedIn, portal: APortal, head: UUID):
    id = await booked(olena.id, portal, head)
    page = await browser.get(f"/appointments/{id}", **HTMX)
    assert page.html.select_one("#ticket") and not page.html.select_one("html")
