"""The demo's inspectors have a round every day, rebuilt for the day it is started."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from tests.factories.people import NOW
from webapp.database.engine import DB
from webapp.database.queries import field, reviews, rounds
from webapp.demo import cast, load
from webapp.demo.staff import Colleague
from webapp.outside.clock import StoppedClock
from webapp.rules.periods import day_of
from webapp.settings import Settings


@pytest.fixture
async def demo(settings: Settings) -> AsyncIterator[Settings]:
    await load(settings.database_url, settings, StoppedClock(NOW))
    async with DB.opened(settings.database_url):
        yield settings


async def test_each_inspector_has_today_s_round_with_meters_and_their_last_readings(demo: Settings):
    for portal in cast.portals():
        inspector = Colleague(portal, "inspector")
        assert inspector.company_id
        (found,) = await field.carried(inspector.id, inspector.company_id, [day_of(NOW)])
        assert len(found.stops) == (300 if portal.brand == "hub" else 40)
        assert all(stop.meters and stop.meters[0].last for stop in found.stops)
        assert len({(stop.street, stop.house, stop.flat) for stop in found.stops}) == len(found.stops)
        assert found.title.startswith(("вул.", "пров."))


async def test_something_of_yesterday_waits_for_the_supervisor(demo: Settings):
    for portal in cast.portals():
        company = Colleague(portal, "supervisor").company_id
        listed = await reviews.doubtful(company, None, is_open=True, number=1)
        assert {one.doubts[0] for one in listed.visits} == {"unusually_high", "below_last"}
        card = await reviews.card(listed.visits[0].id, company)
        assert card and len(card.before) == 3
        (past,) = (await rounds.rounds(company, day_of(NOW), past=True, number=1)).rounds
        assert (past.stops, past.done, past.no_access, past.left) == (12, 10, 2, 0)


async def test_the_next_day_brings_the_next_round_and_a_second_start_none(settings: Settings):
    for moment in (NOW, NOW, NOW + timedelta(days=1)):
        await load(settings.database_url, settings, StoppedClock(moment))
    async with DB.opened(settings.database_url):
        days = await DB.pool.fetch(
            "SELECT rounds.day, count(DISTINCT rounds.id) AS rounds, count(*) AS stops FROM rounds"
            " JOIN stops ON stops.round_id = rounds.id GROUP BY rounds.day ORDER BY rounds.day"
        )
    assert [tuple(row)[1:] for row in days] == [(4, 48), (4, 420), (4, 420)]
