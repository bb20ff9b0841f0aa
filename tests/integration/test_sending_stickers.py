"""The sticker at the meter: printed by whoever may send, good month by month, and ended by the next one."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.browser import Browser
from tests.factories.accounts import AnAccount
from tests.factories.people import NOW, SignedIn
from tests.factories.portals import APortal
from tests.integration.test_sending_pages import path_of, readings
from webapp.database.engine import DB


@pytest.fixture
async def sticker(browser: Browser, flat: AnAccount, portal: APortal) -> str:
    """Olena has printed one."""
    page = await browser.get(f"/meters/{flat.meter_id}/sticker")
    return path_of(await browser.follow(await browser.submit(page.form())), portal)


async def test_a_sticker_is_printed_and_takes_readings_month_by_month(
    visitor: Browser, sticker: str, olena: SignedIn, outside: Any
):
    page = await visitor.get(sticker)
    assert "04 127" not in page.words and "Садова" not in page.words, "nor what was read before, nor where"
    done = await visitor.follow(await visitor.submit(page.form(), value="04152"))
    assert "Прийнято № 2" in done.words and done.html.select_one("a[href^='/check']")
    later = await visitor.get(sticker)
    assert "Показання за жовтень прийнято" in later.words and "04 152" not in later.words
    assert later.html.select_one("a[href^='/check']") is None
    outside.clock.moment = NOW + timedelta(days=30)
    next_month = await visitor.submit((await visitor.get(sticker)).form(), value="04180", confirmed="04180")
    assert next_month.status == 303
    assert [value for value, _, _ in await readings()] == [4152, 4180]


async def test_a_doubt_at_the_sticker_tells_no_figures(visitor: Browser, sticker: str):
    doubted = await visitor.submit((await visitor.get(sticker)).form(), value="04512")
    assert doubted.status == 422 and "переставлено цифри" in doubted.words
    assert "04 1" not in doubted.words and doubted.html.select_one("button[name=fix]") is None


async def test_another_sticker_ends_the_one_before(
    browser: Browser, visitor: Browser, sticker: str, flat: AnAccount, portal: APortal
):
    page = await browser.get(f"/meters/{flat.meter_id}/sticker")
    assert page.html.select_one("img.qr") and page.html.select_one("[data-do=print]")
    newer = path_of(
        await browser.follow(await browser.submit(page.form(f"/meters/{flat.meter_id}/sticker"))), portal
    )
    old = await visitor.get(sticker)
    assert old.status == 410 and "Ця наліпка більше не діє" in old.words
    assert (await visitor.get(newer)).status == 200
    removal = (await browser.get(f"/meters/{flat.meter_id}/sticker")).form(
        f"/meters/{flat.meter_id}/sticker/removal"
    )
    assert {(await browser.submit(removal)).status for _ in range(2)} == {303}
    assert (await visitor.get(newer)).status == 410


async def test_one_sticker_hangs_at_a_meter_however_often_it_is_asked_for(
    browser: Browser, flat: AnAccount, portal: APortal
):
    there = f"/meters/{flat.meter_id}/sticker"
    forms = [(await browser.get(there)).form() for _ in range(3)]
    await asyncio.gather(*[browser.submit(form) for form in forms for _ in range(2)])
    live = "SELECT count(*) FILTER (WHERE revoked_at IS NULL), count(*) FROM sending_links"
    assert tuple(await DB.pool.fetchrow(live)) == (1, 3)


async def test_stickers_are_not_printed_without_end(browser: Browser, flat: AnAccount):
    there, same = f"/meters/{flat.meter_id}/sticker", {"Sec-Fetch-Site": "same-origin"}
    answers = [await browser.post(there, {"sticker_id": str(uuid4())}, **same) for _ in range(21)]
    assert [answer.status for answer in answers] == [303] * 20 + [429]
    assert "Остання діє" in answers[-1].words and answers[-1].html.select_one("img.qr")


async def test_nobody_else_prints_or_ends_a_sticker(stranger: Browser, sticker: str, flat: AnAccount):
    there, same = f"/meters/{flat.meter_id}/sticker", {"Sec-Fetch-Site": "same-origin"}
    assert (await stranger.get(there)).status == 404
    assert (await stranger.post(there, {"sticker_id": str(uuid4())}, **same)).status == 404
    assert (await stranger.post(f"{there}/removal", {}, **same)).status == 404
    assert (await stranger.get(sticker)).status == 200, "the sticker itself is for whoever stands there"
