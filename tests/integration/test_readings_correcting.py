"""The window in words, what is planned without a reading, and correcting what was sent."""

from datetime import UTC, datetime

import pytest

from tests.browser import Browser
from tests.factories.accounts import AnAccount
from tests.integration.test_readings_pages import rows
from webapp.database.engine import DB
from webapp.database.tables.readings import Reading

STAGES = [
    ("2026-10-27T09:00", "Наступні дні приймання показань – з 28 жовтня до кінця 5 листопада"),
    ("2026-11-04T09:00", "Показання за жовтень приймаємо до кінця дня 5 листопада"),
    ("2026-11-05T21:59", "Сьогодні останній день: показання за жовтень приймаємо до опівночі"),
    ("2026-11-05T22:00", "Наступні дні приймання показань – з 28 листопада до кінця 5 грудня"),
]


@pytest.mark.covers("H04", "K20")
@pytest.mark.parametrize(("moment", "sentence"), STAGES)
async def test_the_page_says_where_the_window_is(browser: Browser, outside, moment: str, sentence: str):
    outside.clock.moment = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert sentence in (await browser.get("/readings")).words


@pytest.mark.covers("K21")
async def test_the_planned_volume_is_told_in_cubic_metres_and_in_hryvnias(browser: Browser, flat, outside):
    """24 m³ are the share of October of the last year's 276, at 7.96."""
    sentence = "порахуємо плановий обсяг: 24 м³, це 191,04 грн"
    for path in ("/cabinet", "/readings", "/readings/new"):
        assert sentence in (await browser.get(path)).words, path
    await DB.do("UPDATE contracts SET price = 10 WHERE id = $1", flat.supply_id)
    assert "24 м³, це 240,00 грн" in (await browser.get("/readings")).words
    await DB.do("UPDATE links SET level = 'basic'")
    assert "плановий обсяг: 24 м³." in (await browser.get("/readings")).words
    outside.clock.moment = datetime(2026, 11, 10, 9, tzinfo=UTC)
    late = (await browser.get("/readings/new")).words
    assert "За жовтень за планом нараховано 24 м³" in late and "врахуємо за листопад" in late


async def test_a_clock_that_was_wrong_is_said(browser: Browser, flat: AnAccount):
    await DB.do("UPDATE readings SET skew_seconds = -10800")
    assert "Годинник пристрою поспішав на 3 години; час виправлено." in (await browser.get("/readings")).words
    await DB.do("UPDATE readings SET skew_seconds = 172800")
    assert "Годинник пристрою відставав на 2 дні" in (await browser.get("/readings")).words


@pytest.mark.covers("A38")
async def test_what_was_sent_is_corrected_until_the_window_closes(
    browser: Browser, stranger: Browser, flat: AnAccount, outside
):
    first = (await browser.get("/readings/new")).form("/readings")
    await browser.submit(first, value="04152")
    there = await browser.get("/readings/new")
    assert "Показання за жовтень передано: 04 152" in there.words and not there.html.select(
        "form[data-outbox]"
    )
    link = there.html.select_one("main a[href*='corrects']")["href"]
    assert (await stranger.get(link)).status == 404
    page = await browser.get(link)
    assert "Виправити показання за жовтень" in page.words and "Попереднє, 1 жовтня 04 127" in page.words
    form = page.form("/readings")
    doubted = await browser.submit(form, value="04512")
    assert doubted.status == 422 and doubted.html.select_one("input[name=corrects]")
    assert doubted.html.select_one("select[name=reason]")
    kept = await browser.submit(doubted.form("/readings"), confirmed="04512", reason="heating")
    assert kept.status == 303
    shown = (await browser.follow(kept)).words
    assert "Виправлено Вами" in shown and "04 512" in shown and "04 152" in shown
    assert await rows(flat) == [(4152, "replaced"), (4512, "accepted")]
    (stored,) = await Reading.select(Reading.reason_said).where(
        Reading.state == "accepted", Reading.value == 4512
    )
    assert stored["reason_said"] == "heating"
    outside.clock.moment = datetime(2026, 11, 6, 9, tzinfo=UTC)
    assert "Виправити вже не можна" in (await browser.get(link)).words
    late = await browser.submit(page.form("/readings"), value="04155")
    assert late.status == 422


async def test_a_reason_that_nobody_offered_is_none(browser: Browser, flat: AnAccount):
    form = (await browser.get("/readings/new")).form("/readings")
    assert (await browser.submit(form, value="04152", reason="'; DROP")).status in (303, 404)
    assert (await browser.get("/readings/new?corrects=nonsense")).status in (400, 404)
