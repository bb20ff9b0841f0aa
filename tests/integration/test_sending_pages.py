"""Whoever has the link of a reminder, or stands at the sticker, sends a reading; and sees nothing else."""

import asyncio
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from tests.browser import Browser, Page
from tests.factories import accounts, portals
from tests.factories.accounts import AnAccount
from tests.factories.people import NOW, SignedIn
from tests.factories.portals import APortal, change_policy
from webapp.actions import sending as actions
from webapp.database.engine import DB
from webapp.database.queries.reminders import Waiting
from webapp.outside import Outside
from webapp.rules.periods import Window

OCTOBER = date(2026, 10, 1)


async def link_for(flat: AnAccount, person: SignedIn, outside: Outside, month: date = OCTOBER) -> str:
    meter = Waiting(flat.meter_id, flat.company_id, "", "")
    made = await actions.make_links(person.id, [meter], month, Window(), key=outside.key, now=NOW)
    return f"/r/{made[flat.meter_id]}"


@pytest.fixture
async def link(flat: AnAccount, olena: SignedIn, outside: Outside) -> str:
    return await link_for(flat, olena, outside)


def path_of(page: Page, portal: APortal) -> str:
    (deeds,) = page.html.select("receipt-deeds")
    return str(deeds["data-link"]).removeprefix(portal.address)


async def readings() -> list[tuple[int, str, UUID]]:
    rows = await DB.pool.fetch(
        "SELECT value, state, person_id FROM readings WHERE digest <> '' AND state <> 'refused' ORDER BY number"
    )
    return [(row["value"], row["state"], row["person_id"]) for row in rows]


@pytest.mark.covers("H04", page="/r/{token}")
async def test_a_reading_is_sent_by_the_link_without_signing_in(visitor: Browser, link: str, olena: SignedIn):
    page = await visitor.get(link)
    assert "Показання за жовтень" in page.words and "до кінця дня 5 листопада" in page.words
    assert page.html.select_one("meta[name=robots][content=noindex]")
    assert page.headers["referrer-policy"] == "no-referrer" and page.headers["cache-control"] == "no-store"
    done = await visitor.follow(await visitor.submit(page.form(), value="04152"))
    assert "Прийнято № 2" in done.words and "04 152 м³" in done.words
    assert "з 28 листопада по 5 грудня" in done.words, "when the next time is"
    assert await readings() == [(4152, "accepted", olena.id)]


async def test_the_page_shows_what_the_meter_needs_and_nothing_of_the_person(visitor: Browser, link: str):
    words = str((await visitor.get(link)).html)
    assert (
        "№ …17" in words
        and "04 127" in words.replace("\N{NO-BREAK SPACE}", " ")
        and "вул. Садова, 18" in words
    )
    for private in ("Олена", "Коваленко", "olena@", "0910204517", "кв. 42", "71,68", "00204517"):
        assert private not in words


async def test_the_receipt_is_checked_by_anybody(visitor: Browser, link: str):
    page = await visitor.get(link)
    done = await visitor.follow(await visitor.submit(page.form(), value="04152"))
    (receipt,) = [a["href"] for a in done.html.select("a[href^='/check']")]
    assert "Квитанція справжня" in (await visitor.get(receipt)).words


async def test_looking_consumes_nothing_and_writes_nothing(visitor: Browser, link: str):
    row = "SELECT sending_links::text FROM sending_links"
    before = await DB.pool.fetchval(row)
    for _ in range(3):
        page = await visitor.get(link)
        assert "set-cookie" not in page.headers
    assert await DB.pool.fetchval("SELECT count(*) FROM limits") == 0
    assert await DB.pool.fetchval(row) == before
    assert (await visitor.submit(page.form(), value="04152")).status == 303


async def test_the_link_works_once_and_afterwards_says_what_was_accepted(visitor: Browser, link: str, olena):
    form = (await visitor.get(link)).form()
    again = (await visitor.get(link)).form()
    await visitor.submit(form, value="04152")
    refused = await visitor.submit(again, value="04153", confirmed="04153")
    assert refused.status == 422 and "показання вже передано" in refused.words
    assert "Прийнято № 2" in refused.words and "04 152 м³" in refused.words
    assert "Прийнято № 2" in (await visitor.get(link)).words
    assert await readings() == [(4152, "accepted", olena.id)]


async def test_a_form_that_comes_twice_gets_the_same_answer(visitor: Browser, link: str, olena: SignedIn):
    form = (await visitor.get(link)).form()
    first = await visitor.submit(form, value="04152", htmx=True)
    assert [tag.get("id") for tag in first.html.find_all(recursive=False)] == ["sending"]
    second = await visitor.submit(form, value="04152", htmx=True)
    assert (second.status, second.words) == (200, first.words)
    assert await readings() == [(4152, "accepted", olena.id)]


async def test_of_several_at_once_one_sends(http: httpx.AsyncClient, visitor: Browser, link: str):
    """Without the lock on the link each would be decided, and refused one by one as sent already."""
    forms = [(await visitor.get(link)).form() for _ in range(6)]
    answers = await asyncio.gather(
        *[visitor.submit(form, value=f"0415{n}", confirmed=f"0415{n}") for n, form in enumerate(forms)]
    )
    assert sorted(answer.status for answer in answers) == [303] + [422] * 5
    assert len(await readings()) == 1
    assert await DB.pool.fetchval("SELECT count(*) FROM readings WHERE state = 'refused'") == 0


@pytest.mark.parametrize("text", ["", "4l52", "4152,3", "041523", "-5", "٤١٥٢", "9" * 5000])
async def test_what_is_no_reading_is_told_beside_the_field(visitor: Browser, link: str, text: str):
    refused = await visitor.submit((await visitor.get(link)).form(), value=text)
    assert refused.status == 422 and refused.mistakes["value"] and await readings() == []


async def test_a_doubtful_reading_is_asked_about_and_then_believed(visitor: Browser, link: str, olena):
    doubted = await visitor.submit((await visitor.get(link)).form(), value="04512")
    assert doubted.status == 422 and "Схоже, переставлено цифри" in doubted.words
    assert doubted.html.select_one("button[name=fix]")
    done = await visitor.submit(doubted.form(), confirmed="04512")
    assert done.status == 303 and await readings() == [(4512, "accepted", olena.id)]


async def test_a_form_without_its_id_is_none_of_ours(visitor: Browser, link: str):
    answer = await visitor.post(link, {"value": "04152"}, **{"Sec-Fetch-Site": "same-origin"})
    assert answer.status == 404 and await readings() == []


async def test_another_site_cannot_send(visitor: Browser, link: str):
    fields = {"submission_id": str(uuid4()), "value": "04152"}
    assert (await visitor.post(link, fields, **{"Sec-Fetch-Site": "cross-site"})).status == 403
    assert await readings() == []


async def test_a_changed_sign_and_another_portal_find_nothing(
    http: httpx.AsyncClient, visitor: Browser, link: str, portal: APortal
):
    changed = link[:-1] + ("a" if link[-1] != "a" else "b")
    for bad in (changed, link[:-1], link.replace("/r/", "/r/s/"), "/r/%00", "/r/" + "x" * 300):
        page = await visitor.get(bad)
        assert page.status == 404 and "Показання за" not in page.words
    assert "увійдіть і передайте показання в кабінеті" in (await visitor.get(changed)).words
    await portals.portal("other.localhost")
    assert (await Browser(http, host="other.localhost").get(link)).status == 404


async def test_after_the_month_it_says_so_and_leads_to_the_door(visitor: Browser, link: str, outside: Any):
    form = (await visitor.get(link)).form()
    outside.clock.moment = datetime(2026, 11, 8, 21, 59, tzinfo=UTC)
    late = await visitor.get(link)
    assert late.status == 200 and "Показання за листопад" in late.words and "Дні приймання" in late.words
    outside.clock.moment = datetime(2026, 11, 8, 22, 0, tzinfo=UTC)
    for page in (await visitor.get(link), await visitor.submit(form, value="04152")):
        assert page.status == 410 and "Строк цього посилання минув" in page.words
        assert page.html.select_one("a[href='/sign-in?next=/readings/new']")
    assert await readings() == []


async def test_whose_access_has_ended_sends_no_more(visitor: Browser, link: str, olena: SignedIn):
    form = (await visitor.get(link)).form()
    await DB.do("DELETE FROM links WHERE person_id = $1", olena.id)
    for page in (await visitor.get(link), await visitor.submit(form, value="04152")):
        assert page.status == 410 and "показань більше не приймаємо" in page.words
    assert await readings() == []


async def test_where_readings_are_not_taken_it_names_who_takes_them(visitor: Browser, link: str, portal):
    await change_policy(portal.id, {"readings": {"taken_by": []}})
    page = await visitor.get(link)
    assert page.status == 410 and "АТ «Миколаївгаз»" in page.words


async def test_it_is_known_when_the_reading_came_by_another_way(
    browser: Browser, visitor: Browser, link: str
):
    await browser.submit((await browser.get("/readings/new")).form("/readings"), value="04152")
    page = await visitor.get(link)
    assert "Прийнято № 2" in page.words and page.html.select_one("#sending form") is None


async def test_a_stranger_who_is_signed_in_sends_for_whom_the_link_was_made(
    stranger: Browser, link: str, olena: SignedIn
):
    await stranger.submit((await stranger.get(link)).form(), value="04152")
    assert await readings() == [(4152, "accepted", olena.id)]


async def test_the_next_meter_of_the_same_person_is_one_press_away(
    visitor: Browser, link: str, portal: APortal, olena: SignedIn, outside: Outside
):
    second = await accounts.account(portal, "0910204600", "вул. Лугова, 7")
    await accounts.link(olena.id, second.id, position=1)
    other = await link_for(second, olena, outside)
    done = await visitor.follow(await visitor.submit((await visitor.get(link)).form(), value="04152"))
    assert "Чекає ще один лічильник" in done.words and "вул. Лугова, 7" in done.words
    assert done.html.select_one(f"a[href='{other}']")


async def test_tries_are_counted_and_the_form_stays(visitor: Browser, link: str):
    form = (await visitor.get(link)).form()
    answers = [await visitor.submit(form, value="4l52") for _ in range(21)]
    assert [answer.status for answer in answers] == [422] * 20 + [429]
    assert "Спробуйте за годину" in answers[-1].words
    assert answers[-1].html.select_one("#value")["value"] == "4l52"


async def test_the_language_is_that_of_the_letter(visitor: Browser, link: str, olena: SignedIn):
    await DB.do("UPDATE people SET language = 'en' WHERE id = $1", olena.id)
    assert (await visitor.get(link)).html.html["lang"] == "en"


async def test_the_days_go_into_a_calendar(browser: Browser, visitor: Browser, link: str):
    file = await browser._http.get(
        "/readings/calendar.ics", headers={"Cookie": f"sid={browser.cookies['sid']}"}
    )
    assert file.headers["content-type"].startswith("text/calendar")
    text = file.text.replace("\r\n ", "")
    for part in (
        "TZID:Europe/Kyiv", "DTSTART;TZID=Europe/Kyiv:20261128T100000", "RRULE:FREQ=MONTHLY;BYMONTHDAY=28",
        "DTSTART;TZID=Europe/Kyiv:20261205T100000", "RRULE:FREQ=MONTHLY;BYMONTHDAY=5", "BEGIN:VALARM",
    ):  # fmt: skip
        assert text.count(part) == 1, part
    by_link = (await visitor._http.get(f"{link}/calendar.ics")).text.replace("\r\n ", "")
    assert uids(by_link) == uids(text), "both make one entry of a calendar"
    for private in ("Олена", "0910204517", "Садова"):
        assert private not in text + by_link


def uids(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("UID:")]


async def test_the_calendar_is_that_of_ones_own_account(
    browser: Browser, stranger: Browser, visitor: Browser, flat: AnAccount, portal: APortal, link: str
):
    there = f"/readings/calendar.ics?account={flat.id}"
    assert (await browser.get(there)).status == 200 and (await stranger.get(there)).status == 404
    assert (await visitor.get(there)).status == 303
    assert (await visitor.get("/r/nonsense/calendar.ics")).status == 404
    await change_policy(portal.id, {"window": {"opens_day": 1, "closes_day": 5}})
    text = (await browser.get(there)).html.text
    assert "BYMONTHDAY=1" in text and "BYMONTHDAY=28" not in text


async def test_after_sending_in_the_cabinet_too_it_says_when_the_next_time_is(browser: Browser):
    form = (await browser.get("/readings/new")).form("/readings")
    done = await browser.follow(await browser.submit(form, value="04152"))
    assert "з 28 листопада по 5 грудня" in done.words
    assert done.html.select_one("a[href='/readings/calendar.ics']")
    assert done.html.select_one("a[href$='/sticker']")
