"""A photo that comes along with the form: taken with its reading, and never in the way of it."""

import json
from datetime import UTC, datetime

import pytest

from tests.browser import HTMX, Browser, Page, fields_of
from tests.factories.accounts import AnAccount
from tests.integration.test_photos import picture, rows
from tests.integration.test_readings_api import answers, queued
from webapp.outside import Outside
from webapp.rules import photos as rules

pytestmark = pytest.mark.anyio


async def sent_by_form(browser: Browser, body: bytes, value: str = "04152", **headers: str) -> Page:
    """As a browser without script sends the form: the file among the fields."""
    form = (await browser.get("/readings/new")).form("/readings")
    assert form["enctype"] == "multipart/form-data"
    fields = fields_of(form) | {"value": value}
    fields.pop("photo")
    told = browser._headers({"Sec-Fetch-Site": "same-origin"} | headers)
    files = {"photo": ("IMG_0001.JPG", body, "image/jpeg")}
    return browser._look(await browser._http.post("/readings", data=fields, files=files, headers=told))


async def test_a_plain_form_brings_the_photo_along(browser: Browser, flat: AnAccount):
    page = await browser.follow(await sent_by_form(browser, picture()))
    assert "Прийнято №" in page.words and "Фото теж отримали." in page.words
    (link,) = page.html.select("a[href^='/readings/photos/']")
    shown = await browser._http.get(link["href"], headers=browser._headers({}))
    assert shown.headers["content-type"] == "image/jpeg"


async def test_a_bad_photo_costs_nobody_the_reading(browser: Browser, flat: AnAccount):
    page = await browser.follow(await sent_by_form(browser, b"MZ a program"))
    assert "Прийнято №" in page.words and "Фото не прийнято: цей файл – не фото" in page.words
    assert await rows() == 0


async def test_a_photo_of_a_size_that_nobody_takes_costs_nobody_the_reading(
    browser: Browser, flat: AnAccount
):
    page = await sent_by_form(browser, b"\xff" * (rules.MOST_BYTES + 1), **HTMX)
    assert "Прийнято №" in page.words and "воно завелике" in page.words


async def test_a_refused_form_asks_for_its_photo_again(browser: Browser, flat: AnAccount):
    page = await sent_by_form(browser, picture(), value="4l52")
    assert page.status == 422 and page.mistakes["photo"].startswith("Виберіть фото ще раз")
    assert fields_of(page.form("/readings"))["value"] == "4l52"


@pytest.mark.parametrize(
    "body", [b"", b"--x", b'--x\r\nContent-Disposition: form-data; name="value"\r\n\r\n\xff\r\n--x--\r\n']
)
async def test_no_broken_form_is_a_500(browser: Browser, flat: AnAccount, body: bytes):
    told = browser._headers(
        {"Sec-Fetch-Site": "same-origin", "Content-Type": "multipart/form-data; boundary=x"}
    )
    assert (await browser._http.post("/readings", content=body, headers=told)).status_code in (400, 404)


async def test_a_meter_that_stands_still_all_winter_is_asked_about(
    browser: Browser, flat: AnAccount, outside: Outside
):
    """Under-reporting: the same value month after month of the heating season, each believable alone."""
    for month, day in ((11, 3), (12, 3)):
        outside.clock.moment = datetime(2026, month, day, 18, tzinfo=UTC)  # type: ignore[attr-defined]
        (said,) = await answers(
            browser, queued(flat, "04127", reading_date=f"2026-{month}-03", taken_at=f"2026-{month}-03T18:00:00.000Z"),
            sent_at=f"2026-{month}-03T18:00:00Z",
        )  # fmt: skip
        assert said["outcome"] == "accepted"
    outside.clock.moment = datetime(2027, 1, 3, 18, tzinfo=UTC)  # type: ignore[attr-defined]
    page = await sent_by_form(browser, b"", value="04127")
    assert page.status == 422 and "Лічильник не рухається" in page.words and "1 жовтня" in page.words
    kept = json.loads((await browser.get("/readings/new")).html.select_one("#meters").text)
    assert kept[0]["last"]["since"] == "2026-10-01"
