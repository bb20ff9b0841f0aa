"""Days of appointments: called to mind the day before, over the day after, closed, and not booked all day long."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

from tests.browser import Browser
from tests.factories.appointments import MORNING, booked, resource, states
from tests.factories.people import NOW, SignedIn
from tests.factories.portals import APortal
from tests.integration.test_appointments_pages import head, picker
from webapp.actions import booking
from webapp.actions.booking import NotOffered, Wanted
from webapp.database.engine import DB
from webapp.rules import slots

__all__ = ["head"]


async def test_the_day_before_each_is_reminded_once_by_whichever_worker(
    olena: SignedIn, other: SignedIn, portal: APortal, head: UUID
):
    early = NOW - timedelta(days=1)
    await booked(olena.id, portal, head, now=early)
    await booked(other.id, portal, head, MORNING + timedelta(hours=1), now=NOW)
    reminded = await asyncio.gather(*(booking.remind(NOW) for _ in range(3)))
    assert sum(reminded) == 1, "who has booked just now needs none"
    assert await booking.remind(NOW.replace(hour=20)) == 0, "at night"
    told = await DB.one("SELECT json_agg(notice ORDER BY notice) FROM notifications", into=list[str])
    assert told == ["appointment-booked", "appointment-booked", "appointment-reminder"]


async def test_an_hour_that_nobody_has_spoken_about_is_over_the_next_day(
    olena: SignedIn, portal: APortal, head: UUID
):
    room = await resource(portal.operator, "queue")
    await booked(olena.id, portal, head)
    await booked(olena.id, portal, room, MORNING + timedelta(hours=1))
    assert await booking.close_past(MORNING + timedelta(hours=8)) == 0
    assert await booking.close_past(MORNING + timedelta(days=1)) == 2
    assert await states() == ["served", "missed"]


async def test_a_person_cannot_book_and_give_back_all_day(olena: SignedIn, portal: APortal, head: UUID):
    outcome: object = None
    for _ in range(21):
        wanted = Wanted(uuid4(), head, MORNING, "x")
        outcome = await booking.book(wanted, by=olena.id, portal_id=portal.id, kinds=("reception",), now=NOW)
        await booking.cancel(wanted.id, by=olena.id, now=NOW)
    assert isinstance(outcome, booking.TooOften)


async def test_a_day_that_was_closed_is_not_booked(
    olena: SignedIn, portal: APortal, head: UUID, browser: Browser
):
    await DB.do(
        "INSERT INTO closures (id, company_id, day, reason, created_at) VALUES ($1, $2, $3, 'Свято', $4)",
        uuid4(), portal.operator, MORNING.date(), NOW,
    )  # fmt: skip
    wanted = Wanted(uuid4(), head, MORNING, "x")
    done = await booking.book(wanted, by=olena.id, portal_id=portal.id, kinds=("reception",), now=NOW)
    assert isinstance(done, NotOffered) and done.reason == "closed"
    page = await picker(browser, day="2026-11-04")
    assert slots.code_of(MORNING + timedelta(days=1)) == page.html.select_one(".slot input")["value"]
