"""The desk of consumers: found by whatever the caller says, opened with a reason, looked at and never impersonated."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from tests.browser import HTMX, Browser, Page
from tests.factories import consumers as consumers_made
from tests.factories import people, staff
from tests.factories.accounts import LAST_PAYMENT, AnAccount
from tests.factories.people import KEY, NOW, SignedIn
from tests.factories.portals import APortal
from tests.factories.staff import AColleague
from webapp.actions import consumers, pins
from webapp.actions.audit import By
from webapp.actions.consumers import NoCard, NotIdentified, Told, TooManyTries
from webapp.database.engine import DB
from webapp.database.queries.consumers import AT_ONCE, SEARCH
from webapp.rules import folding_names, limits
from webapp.rules.answers import Answer

SAME = {"Sec-Fetch-Site": "same-origin"}
RIGHT = (Answer("last_payment", amount=LAST_PAYMENT), Answer("meter_serial", text="204517"))
WRONG = (RIGHT[0], Answer("meter_serial", text="999999"))


@pytest.fixture
async def clerk(portal: APortal) -> AColleague:
    return await staff.colleague(portal)


@pytest.fixture
def desk(http: httpx.AsyncClient, clerk: AColleague) -> Browser:
    return of(http, clerk)


def of(http: httpx.AsyncClient, colleague: AColleague) -> Browser:
    browser = Browser(http)
    browser.cookies = {"staff": colleague.token}
    return browser


async def look(desk: Browser, account: AnAccount) -> Page:
    asked = await desk.get(f"/office/consumers/{account.id}")
    return await desk.follow(await desk.submit(asked.form(), reason="call"))


async def deeds() -> list[str]:
    """By name: the clock of the tests stands still."""
    rows = await DB.pool.fetch("SELECT deed FROM audit ORDER BY deed")
    return [row["deed"] for row in rows]


async def numbers(desk: Browser, words: str) -> list[str]:
    page = await desk.get(f"/office/consumers?words={words}")
    return [link.text for link in page.html.select("#consumers th a")]


async def test_a_consumer_is_found_by_whatever_the_caller_says(
    desk: Browser, portal: APortal, flat: AnAccount, olena: SignedIn, http: httpx.AsyncClient
):
    await people.add_login(portal.id, olena.id, "+380671234567")
    await DB.do(
        "UPDATE accounts SET holder = 'Лук’яненко-Їжак Ганна', settlement = 'м. Миколаїв' WHERE id = $1",
        flat.id,
    )
    said = (
        "0910204", "091 020-45-17", "лук'яненко", "ЇЖАК ганна", "садова 18 42", "вул. Садова, 18", "56xm09102",
        "204517", "067 123 45 67", "%2B38067123", "olena@", "лукяненко миколаїв",
    )  # fmt: skip
    for words in said:
        assert await numbers(desk, words) == ["0910204517"], words
    for words in ("йжак", "іжак ганна", "садова 19", "лугова", "5555", "%27 | 1"):
        assert await numbers(desk, words) == [], words
    page = await desk.get("/office/consumers?words=садова")
    assert "Л. Г." in page.words and "Лук" not in page.words, "the name waits for the reason"
    assert "щонайменше три" in (await desk.get("/office/consumers?words=18")).mistakes["words"]
    supplier = of(http, await staff.colleague(portal, mail="s@example.com", company_id=portal.supplier))
    assert await numbers(supplier, "садова") == ["0910204517"], "who sells the gas has the contract"
    stranger = of(
        http, await staff.colleague(portal, mail="x@example.com", company_id=await other_company(portal))
    )
    assert await numbers(stranger, "садова") == []
    assert (await stranger.get(f"/office/consumers/{flat.id}")).status == 404
    assert (
        await stranger.post(f"/office/consumers/{flat.id}/looks", {"reason": "call"}, **SAME)
    ).status == 404


async def other_company(portal: APortal) -> UUID:
    """Of the same portal: two companies side by side, one knows nothing of the other's accounts."""
    id = uuid4()
    await DB.do("INSERT INTO companies (id, role, name, short) VALUES ($1, 'operator', 'Інший', 'Інший')", id)
    await DB.do(
        "INSERT INTO portal_companies (id, portal_id, company_id, position) VALUES ($1, $2, $3, 9)", uuid4(),
        portal.id, id,
    )  # fmt: skip
    return id


async def test_no_search_walks_through_a_table(portal: APortal):
    """With 20,000 consumers, by the plan that every search has, whatever the values are."""
    await consumers_made.fill(DB.pool, portal.operator, portal.id, 20_000)
    for words in ("09102", "067123", "коваленко садова"):
        sought = folding_names.read(words)
        assert sought
        said: list[Any] = [
            portal.operator,
            sought.number or None,
            folding_names.until(sought.number),
            sought.query,
        ]
        for key in (sought.serial, sought.eic, sought.contact):
            said += [key or None, folding_names.until(key)]
        rows = await DB.pool.fetch("EXPLAIN " + SEARCH, *said, AT_ONCE + 1)
        plan = "\n".join(row[0] for row in rows)
        assert "Seq Scan" not in plan, plan


async def test_the_database_folds_as_the_rules_do(app):
    for text in (
        "Лук'яненко-Їжак ҐАННА",
        "м. Київ, вул. Є. Коновальця, 18-а, кв. 42/1",
        "Ўзбек «Тепло» 5-й, ёлка",
        "Грінченко Б.Д. смт. Нове,вул.Лесі Українки,12/3 кв.5",
        "ОЛЕНА\tШевченко (стара) №7/1-б; É\u212aЪ \U0001f600",
        "",
    ):
        kept = await DB.one("SELECT to_json(search_words($1))", text, into=list[str])
        assert kept == folding_names.words(text), text
    for serial in ("№ 0012-345А", "сг 00451", "абв/7"):
        kept = await DB.one("SELECT to_json(serial_key($1))", serial, into=str)
        assert kept == folding_names.bare_serial(serial), serial


async def test_the_card_tells_all_after_the_reason(
    desk: Browser, portal: APortal, flat: AnAccount, olena: SignedIn, http: httpx.AsyncClient
):
    asked = await desk.get(f"/office/consumers/{flat.id}")
    assert "Чому Ви відкриваєте" in asked.words and "Коваленко" not in asked.words and await deeds() == []
    assert (await desk.submit(asked.form(), reason="other")).mistakes["words"]
    await DB.do(
        "INSERT INTO messages (id, portal_id, kind, contact, notice, state, created_at, updated_at) "
        "VALUES ($1, $2, 'mail', $3, 'bill-reminder', 'failed', now(), now())", uuid4(), portal.id, olena.login,
    )  # fmt: skip
    case = await staff.case(portal, "moving", person_id=olena.id, account_id=flat.id)
    card = await look(desk, flat)
    for known in ("Коваленко Олена Петрівна", "0204517", "56XM0910204517A", "04 127", "Власник"):
        assert known in card.words, known
    assert olena.login not in card.words and "o…a@example.com" in card.words, "whom it reaches, not how"
    assert "переплата 4,20" in card.words and "71,68" not in card.words, (
        "the other company's money is its own"
    )
    money = await desk.get(f"/office/consumers/{flat.id}/money")
    assert "переплата 4,20" in money.words and "71,68" not in money.words
    talk = await desk.get(f"/office/consumers/{flat.id}/talk")
    assert talk.html.select_one(f"a[href='/office/cases/{case}']") and "не доставлено" in talk.words
    assert await deeds() == ["looked"]
    viewer = of(http, await staff.colleague(portal, "viewer"))
    seen = await look(viewer, flat)
    assert "04 127" in seen.words and "4,20" not in seen.words
    assert (await viewer.get(f"/office/consumers/{flat.id}/money")).status == 403


async def test_the_leaves_of_a_card_come_alone_to_htmx_each_under_its_address(
    desk: Browser, http: httpx.AsyncClient, flat: AnAccount
):
    there = f"/office/consumers/{flat.id}"
    shut = await desk.get(f"{there}/talk", **HTMX)
    assert shut.headers["hx-redirect"] == there and not shut.html.form, (
        "the reason is asked on a page of its own"
    )
    card = await look(desk, flat)
    strip = card.html.select_one("#leaf nav.tabs")
    assert strip and strip["hx-target:inherited"] == "#leaf" and strip["hx-push-url:inherited"] == "true"
    leaves = strip.select("a")
    assert len(leaves) == 5 and all(one["href"] == one["hx-get"] for one in leaves)
    for one in leaves:
        part = await desk.get(one["href"], **HTMX)
        whole = await desk.get(one["href"])
        said = part.html.select_one("#leaf"), whole.html.select_one("#leaf")
        assert said[0] and said[1] and not part.html.select("main"), one["href"]
        here = said[0].select_one("[aria-current]")
        assert here and here["href"] == one["href"] and said[0].h1 == said[1].h1
    assert (await Browser(http).get(there, **HTMX)).headers["hx-redirect"] == "/office/sign-in"


async def test_the_mirror_shows_what_the_consumer_sees_and_nothing_to_press(
    desk: Browser,
    portal: APortal,
    flat: AnAccount,
    other_flat: AnAccount,
    olena: SignedIn,
    other: SignedIn,
    http,
):
    there = f"/office/consumers/{flat.id}/mirror/{olena.id}"
    assert (await desk.get(there)).headers["location"] == f"/office/consumers/{flat.id}", "first the reason"
    await look(desk, flat)
    cookies = dict(desk.cookies)
    for path, said in ((there, "04 127"), (f"{there}/readings", "04 127"), (f"{there}/money", "4,20")):
        page = await desk.get(path)
        assert (
            "Ви бачите кабінет споживача. Змінити тут нічого не можна." in page.words and said in page.words
        ), path
        assert "71,68" not in page.words, "the supplier's"
        main = page.html.select_one("main")
        assert main and not main.select("form, button, input, select, textarea, script, [hx-post], [hx-get]")
        leads = {link["href"] for link in main.select("a")}
        assert all(link.startswith("/office/consumers/") for link in leads), leads
    assert await deeds() == ["looked", "mirrored", "mirrored", "mirrored"] and desk.cookies == cookies
    assert await DB.pool.fetchval("SELECT count(*) FROM sign_ins WHERE person_id = $1", olena.id) == 1
    assert (await desk.get(f"/office/consumers/{flat.id}/mirror/{other.id}")).status == 404
    stranger = of(
        http, await staff.colleague(portal, mail="x@example.com", company_id=await other_company(portal))
    )
    assert (await stranger.get(there)).status == 404
    viewer = of(http, await staff.colleague(portal, "viewer"))
    await look(viewer, flat)
    assert (
        "4,20" not in (await viewer.get(there)).words and (await viewer.get(f"{there}/money")).status == 403
    )


async def test_a_reading_is_taken_by_phone_and_the_consumer_is_told(
    desk: Browser, portal: APortal, flat: AnAccount, other_flat: AnAccount, olena: SignedIn, clerk: AColleague
):
    there = f"/office/consumers/{flat.id}/readings"
    assert (await desk.post(there, {}, **SAME)).headers["location"] == f"/office/consumers/{flat.id}"
    await look(desk, flat)
    page = await desk.get(there)
    assert "цифр" in (await desk.submit(page.form(there), value="багато")).mistakes["value"]
    doubted = await desk.submit(page.form(there), value="04900")
    assert doubted.status == 422 and "Попросіть подивитися" in doubted.words
    assert (
        await desk.submit(page.form(there), value="4152", meter_id=str(other_flat.meter_id))
    ).status == 404
    taken = await desk.submit(page.form(there), value="4152")
    again = await desk.submit(page.form(there), value="4152")
    assert taken.status == again.status == 303 and taken.headers["location"] == again.headers["location"]
    assert "Прийнято" in (await desk.follow(taken)).words
    (row,) = await DB.pool.fetch("SELECT * FROM readings WHERE source = 'staff'")
    assert (row["value"], row["colleague_id"], row["state"]) == (4152, clerk.id, "accepted")
    assert await deeds() == ["looked", "reading_taken"]
    told = "SELECT count(*) FROM notifications WHERE person_id = $1 AND notice = 'reading-taken'"
    assert await DB.pool.fetchval(told, olena.id) == 1
    page = await desk.get(f"/office/consumers/{flat.id}")
    assert "контакт-центр" in page.words.lower()


@pytest.fixture
def by(portal: APortal, clerk: AColleague) -> By:
    return By(clerk.id, portal.operator, "clerk", portal.id, "127.0.0.1")


async def test_the_pin_is_told_after_two_answers(desk: Browser, flat: AnAccount, portal: APortal):
    there = f"/office/consumers/{flat.id}/pin"
    async with DB.transaction():
        pin = await pins.issue(flat.id, key=KEY, now=NOW)
    await look(desk, flat)
    form = (await desk.get(there)).form(there)
    one = {"asked-last_payment": "1", "last_payment": str(LAST_PAYMENT)}
    assert "рівно два" in (await desk.submit(form, **one)).words
    wrong = await desk.submit(form, **one, **{"asked-meter_serial": "1", "meter_serial": "77777"})
    assert wrong.status == 422 and "не збігаються" in wrong.words and pin not in wrong.words
    right = await desk.submit(form, **one, **{"asked-meter_serial": "1", "meter_serial": "0204517"})
    assert right.status == 200 and pin in right.words
    assert pin not in (await desk.get(there)).words
    assert await deeds() == ["looked", "not_identified", "pin_told"]
    (row,) = await DB.pool.fetch("SELECT changed FROM audit WHERE deed = 'pin_told'")
    assert pin not in row["changed"] and "last_payment" in row["changed"]


async def test_wrong_answers_are_counted_also_at_once(flat: AnAccount, by: By):
    async def ask(answers: Any) -> Any:
        return await consumers.tell_pin(flat.id, answers, by=by, key=KEY, now=NOW)

    first = await asyncio.gather(*(ask(RIGHT) for _ in range(4)))
    assert {type(one) for one in first} == {Told} and len({one.pin for one in first}) == 1, (
        "one PIN, and free"
    )
    assert isinstance(await ask(RIGHT[:1] * 2), NotIdentified), "two of one kind are one"
    tried = await asyncio.gather(*(ask(WRONG) for _ in range(limits.IDENTIFY_PER_ACCOUNT.count + 3)))
    assert sum(isinstance(one, NotIdentified) for one in tried) == limits.IDENTIFY_PER_ACCOUNT.count - 1
    assert isinstance(await ask(RIGHT), TooManyTries)
    assert isinstance(await consumers.tell_pin(uuid4(), RIGHT, by=by, key=KEY, now=NOW), NoCard)
