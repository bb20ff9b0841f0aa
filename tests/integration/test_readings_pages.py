"""What Olena sees and does about readings, and what nobody else can."""

import asyncio
from datetime import UTC, date, datetime

import pytest

from tests.browser import Browser
from tests.factories import accounts, people, portals
from tests.factories.accounts import AnAccount
from tests.factories.people import SignedIn
from tests.factories.portals import APortal
from webapp.database.engine import DB
from webapp.database.tables.portals import Portal
from webapp.database.tables.readings import Reading


async def rows(flat: AnAccount) -> list[tuple[int, str]]:
    found = (
        await Reading.select(Reading.value, Reading.state)
        .where(Reading.meter_id == flat.meter_id, Reading.digest != "")
        .order_by(Reading.number)
    )
    return [(row["value"], row["state"]) for row in found]


@pytest.mark.covers("A38", "H04")
async def test_a_reading_is_sent_by_a_plain_form(browser: Browser, flat: AnAccount):
    form = (await browser.get("/readings/new")).form()
    answer = await browser.follow(await browser.submit(form, value="04 152"))
    assert "Прийнято № 2" in answer.words and "Жовтень 2026" in answer.words
    assert await rows(flat) == [(4152, "accepted")]


@pytest.mark.covers("K20")
async def test_the_form_says_what_was_before_what_is_usual_and_until_when(browser: Browser):
    page = await browser.get("/readings/new")
    assert "Показання за жовтень" in page.words
    assert "до кінця дня 5 листопада за київським часом" in page.words
    assert "Попереднє, 1 жовтня 04 127" in page.words and "Зазвичай на цю дату 04 140 – 04 166" in page.words
    assert page.html.select_one(".drums-5 input[name=value][inputmode=numeric]")
    assert "x-offline" not in page.headers, "a page with a form's id is never kept on the device"


async def test_htmx_gets_the_panel_without_the_page_around_it(browser: Browser):
    form = (await browser.get("/readings/new")).form()
    sent = await browser.submit(form, value="04152", htmx=True)
    assert sent.status == 200
    assert [tag.get("id") for tag in sent.html.find_all(recursive=False)] == ["reading"]
    assert "врахуємо за жовтень" in sent.words


async def test_the_back_button_gets_a_whole_page(browser: Browser):
    page = await browser.get("/readings/new", **{"HX-Request": "true", "HX-Request-Type": "full"})
    assert page.html.select_one("html")


@pytest.mark.parametrize("htmx", [False, True])
async def test_a_mistake_is_told_beside_the_field_and_what_was_typed_stays(
    browser: Browser, flat: AnAccount, htmx: bool
):
    form = (await browser.get("/readings/new")).form()
    refused = await browser.submit(form, value="4l52", htmx=htmx)
    field = refused.html.select_one("#value")
    assert refused.status == 422
    assert field["value"] == "4l52" and field["aria-invalid"] == "true"
    assert refused.mistakes["value"] == "Лише цифри, без літер і знаків."
    assert await rows(flat) == []


@pytest.mark.parametrize("text", ["", "4152,3", "041523", "-5", "٤١٥٢", "<script>", "9" * 5000])
async def test_what_is_no_reading_gets_a_sentence_and_is_not_stored(
    browser: Browser, flat: AnAccount, text: str
):
    form = (await browser.get("/readings/new")).form()
    refused = await browser.submit(form, value=text)
    assert refused.status == 422 and refused.mistakes["value"]
    assert await rows(flat) == []


async def test_a_doubtful_reading_is_asked_about_and_then_believed(browser: Browser, flat: AnAccount):
    form = (await browser.get("/readings/new")).form()
    doubted = await browser.submit(form, value="04512")
    assert doubted.status == 422 and "Схоже, переставлено цифри" in doubted.words
    assert await rows(flat) == []
    button = doubted.html.select_one("button[name=confirmed]")
    assert (await browser.submit(doubted.form(), confirmed=button["value"])).status == 303
    assert await rows(flat) == [(4512, "accepted")]


async def test_a_day_before_the_last_reading_is_asked_about_and_then_believed(
    browser: Browser, flat: AnAccount
):
    """The inspector came on a day that, by our calendar, is still to come."""
    await DB.do("UPDATE readings SET read_on = '2026-11-20'")
    form = (await browser.get("/readings/new")).form("/readings")
    asked = await browser.submit(form, htmx=True, value="04152")
    assert asked.status == 422
    assert "Дата раніша, ніж у попереднього показання" in asked.words
    assert "Попереднє показання знято 20 листопада. Перевірте дату на пристрої." in asked.words
    taken = await browser.submit(asked.form("/readings"), htmx=True, confirmed="04152")
    assert "Прийнято №" in taken.words


async def test_the_likely_value_is_one_press_away(browser: Browser, flat: AnAccount):
    form = (await browser.get("/readings/new")).form()
    doubted = await browser.submit(form, value="04512")
    fix = doubted.html.select_one("button[name=fix]")
    assert (await browser.submit(doubted.form(), fix=fix["value"])).status == 303
    assert await rows(flat) == [(4152, "accepted")]


async def test_another_value_than_the_confirmed_one_is_asked_about_again(browser: Browser):
    form = (await browser.get("/readings/new")).form()
    assert (await browser.submit(form, value="04513", confirmed="04512")).status == 422


async def test_equal_to_the_last_and_below_it_are_taken_after_a_question_at_most(
    browser: Browser, flat: AnAccount
):
    form = (await browser.get("/readings/new")).form()
    below = await browser.submit(form, value="04100")
    assert below.status == 422 and "Менше за попереднє" in below.words
    assert (await browser.submit(below.form(), confirmed="04100")).status == 303
    assert await rows(flat) == [(4100, "accepted")]


async def test_a_repeated_form_gets_the_first_answer(browser: Browser, flat: AnAccount, outside):
    form = (await browser.get("/readings/new")).form()
    first = await browser.submit(form, value="04152", htmx=True)
    outside.clock.moment = outside.clock.moment.replace(hour=19)
    assert (await browser.submit(form, value="04152", htmx=True)).words == first.words
    assert await rows(flat) == [(4152, "accepted")]


async def test_the_same_form_with_another_value_is_not_taken_twice(browser: Browser, flat: AnAccount):
    form = (await browser.get("/readings/new")).form()
    await browser.submit(form, value="04152")
    changed = await browser.submit(form, value="04153")
    assert changed.status == 422 and "вже надіслано інше значення" in changed.words
    assert await rows(flat) == [(4152, "accepted")]


async def test_a_second_reading_for_the_month_is_told_which_one_stands(browser: Browser, flat: AnAccount):
    first = (await browser.get("/readings/new")).form()
    second = (await browser.get("/readings/new")).form()
    await browser.submit(first, value="04152")
    refused = await browser.submit(second, value="04153", confirmed="04153")
    assert refused.status == 422
    assert "показання за цей місяць уже прийнято" in refused.words and "04 152" in refused.words


async def test_twenty_same_posts_at_once_leave_one_row(browser: Browser, flat: AnAccount):
    form = (await browser.get("/readings/new")).form()
    answers = await asyncio.gather(*(browser.submit(form, value="04152") for _ in range(20)))
    assert {answer.status for answer in answers} == {303}
    assert await rows(flat) == [(4152, "accepted")]


async def test_a_link_cannot_say_that_something_was_accepted(browser: Browser):
    assert "Прийнято № 99" not in (await browser.get("/readings?sent=99")).words


async def test_whoever_has_no_meter_yet_is_told_what_to_do(visitor: Browser, http, portal: APortal):
    newcomer = await people.person(portal.id, "Нова Людина", "new@example.com")
    browser = Browser(http, newcomer.token)
    assert (await browser.get("/readings/new")).headers["location"] == "/readings"
    assert "Рахунків ще немає" in (await browser.get("/readings")).words


async def test_a_stranger_finds_nothing(stranger: Browser, browser: Browser, flat: AnAccount):
    assert (await stranger.get(f"/readings/new?meter={flat.meter_id}")).status == 404
    form = (await browser.get("/readings/new")).form()
    assert (await stranger.submit(form, value="04152")).status == 404
    assert "Садова" not in (await stranger.get("/readings")).words
    assert await rows(flat) == []


@pytest.mark.covers("K21")
async def test_after_the_window_the_person_is_told_what_the_reading_counts_for(
    browser: Browser, flat: AnAccount, outside
):
    outside.clock.moment = datetime(2026, 11, 10, 9, tzinfo=UTC)
    page = await browser.get("/readings/new")
    assert "Дні приймання показань минули" in page.words and "за листопад" in page.words
    sent = await browser.submit(page.form(), value="04160", htmx=True)
    assert "врахуємо за листопад" in sent.words
    (row,) = await Reading.select().where(Reading.digest != "")
    assert (row["month"], row["late"]) == (date(2026, 11, 1), True)


async def test_a_portal_that_takes_no_readings_points_to_the_operator(
    browser: Browser, portal: APortal, flat: AnAccount
):
    form = (await browser.get("/readings/new")).form()
    await portals.change_policy(portal.id, {"readings": {"taken_by": []}})
    page = await browser.get("/readings/new")
    assert "Тільки розподільча компанія" in page.words and "АТ «Миколаївгаз»" in page.words
    assert page.html.select_one("main a[href='https://operator.example']")
    assert "до 5 числа включно" in page.words and "плановий місячний об’єм" in page.words
    refused = await browser.submit(form, value="04152")
    assert refused.status == 422
    assert ("accepted",) not in {row[1:] for row in await rows(flat)}


async def test_a_sign_in_is_good_on_its_own_portal_only(http, browser: Browser, olena: SignedIn):
    await portals.portal("elsewhere.localhost")
    elsewhere = Browser(http, olena.token, host="elsewhere.localhost")
    assert (await elsewhere.get("/readings")).headers["location"].startswith("/sign-in")


async def test_a_portal_on_https_ignores_the_cookie_that_a_sibling_could_set(browser: Browser):
    await Portal.update({Portal.address: "https://localhost"}, force=True)
    assert (await browser.get("/readings")).headers["location"].startswith("/sign-in")


async def test_two_meters_of_one_person_have_each_their_form(browser: Browser, olena, portal: APortal):
    parents = await accounts.account(portal, "0910311208", "вул. Лугова, 9")
    await accounts.link(olena.id, parents.id, position=1)
    page = await browser.get(f"/readings/new?meter={parents.meter_id}")
    assert "вул. Лугова, 9" in page.words
    assert len((await browser.get("/readings")).html.select("a[href^='/readings/new?meter=']")) == 2


async def test_an_ended_sign_in_sends_nothing(http, browser: Browser, flat: AnAccount, outside):
    form = (await browser.get("/readings/new")).form()
    outside.clock.moment = people.NOW.replace(year=2027, month=1, day=5)
    assert (await browser.submit(form, value="04152")).headers["location"] == "/sign-in"
    assert await rows(flat) == []
