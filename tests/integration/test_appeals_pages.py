"""Letters to the company: the right one gets it, with files that were looked at, and the thread goes on."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests import door
from tests.browser import Browser
from tests.factories import businesses
from tests.factories.accounts import AnAccount
from tests.factories.people import NOW, SignedIn
from tests.factories.portals import APortal, change_policy
from tests.integration.test_photos import png_that_claims
from tests.letters import TEXT, number_of_rows, paper, picture, send, write
from webapp.actions import appeal_desk, appeals
from webapp.actions.appeals import Draft, NotYours, Opened, Said, TooLate, TooMany
from webapp.actions.audit import By
from webapp.database.engine import DB
from webapp.rules import limits

CONTACTS = door.CONTACTS | {"business_mail": "biz.support@example.com"}


async def the_appeal() -> Any:
    (row,) = await DB.pool.fetch("SELECT * FROM appeals")
    return row


async def answered(
    portal: APortal, appeal: UUID, text: str = "Перерахуємо до 10 листопада.", **said: Any
) -> None:
    """By a clerk of whichever company has it."""
    company = await DB.pool.fetchval("SELECT company_id FROM appeals WHERE id = $1", appeal)
    seen = await DB.one(appeal_desk.LAST_WORD, appeal, into=UUID)
    assert seen
    by = By(uuid4(), company, "clerk", portal.id, "127.0.0.1")
    kind = said.pop("kind", "answer")
    await appeal_desk.reply(appeal, uuid4(), kind, text, [], seen=seen, by=by, now=said.pop("now", NOW))


@pytest.mark.covers("B04", "B05", "A43", page="/appeals/new")
async def test_each_subject_says_who_answers_before_it_is_sent(browser: Browser, portal: APortal):
    await change_policy(portal.id, {"contacts": CONTACTS})
    page = await browser.get("/appeals/new")
    ways = {row.b.get_text(" ", strip=True): row.small.text for row in page.html.select("main .rows li")}
    assert ways["Реєстрація, додавання рахунків, кабінет і його послуги"] == "Підтримка кабінету"
    for subject in (
        "Показання й лічильник",
        "Нарахування за доставку (розподіл)",
        "Підключення до газу й мережі",
    ):
        assert ways[subject] == "АТ «Миколаївгаз»"
    assert ways["Нарахування й оплата за газ"] == "ТОВ «Миколаївгаз Збут»"
    assert "Бізнес-кабінет" not in ways, "there is no business"
    form = await browser.get("/appeals/new?about=cabinet")
    assert CONTACTS["mail"] in form.words
    operators = await browser.get("/appeals/new?about=network")
    assert operators.html.select_one("main a[href='tel:+380512701804']")
    sent = await write(browser, "gas", kind="complaint")
    assert sent.status == 303 and (await the_appeal())["company_id"] == portal.supplier


@pytest.mark.covers("B06", page="/appeals/new")
async def test_a_business_writes_to_its_personal_manager(browser: Browser, portal: APortal, olena: SignedIn):
    await change_policy(portal.id, {"contacts": CONTACTS, "accounts": {"business": True}})
    bakery = await businesses.business(portal)
    await businesses.member(bakery.id, olena.id)
    form = await browser.get("/appeals/new?about=business")
    assert "Ваш персональний менеджер, Лариса Ткач" in form.words and "manager@example.com" in form.words
    await write(browser, "business")
    row = await the_appeal()
    assert (row["business_id"], row["company_id"]) == (bakery.id, portal.supplier)
    support = await browser.get("/support?business=1")
    assert "biz.support@example.com" in support.words
    assert support.html.select_one("#edrpou")["value"] == "32855961"
    await send(
        browser, support.form("/support"), title="Не відкривається", text="Порожня сторінка замість рахунку."
    )
    told = await DB.pool.fetch("SELECT payload FROM pgqueuer WHERE entrypoint = 'written'")
    assert any(b"biz.support@example.com" in row["payload"] for row in told)
    assert "biz.support@example.com" in (await browser.get("/help/contacts")).words


@pytest.mark.covers("H05", page="/appeals/new")
async def test_the_kinds_are_those_of_the_portal(browser: Browser, portal: APortal):
    def kinds(page: Any) -> list[str]:
        return [one["value"] for one in page.html.select("input[name=kind]")]

    await change_policy(portal.id, {"appeals": {"kinds": ["question", "complaint", "suggestion"]}})
    assert kinds(await browser.get("/appeals/new?about=gas")) == ["question", "complaint", "suggestion"]
    assert not (await browser.get("/appeals/new")).html.select("main .rows a[href='/support']")
    await change_policy(portal.id, {"appeals": {"kinds": ["question", "technical"]}})
    assert (await browser.get("/appeals/new")).html.select("main .rows a[href='/support']")
    await write(browser, "gas", kind="complaint")
    assert (await the_appeal())["kind"] == "question", "what the portal does not offer is not taken"


@pytest.mark.covers("K34", page="/appeals/new")
async def test_a_letter_has_a_subject_and_a_text_and_gets_a_number(
    browser: Browser, portal: APortal, flat: AnAccount
):
    await change_policy(portal.id, {"appeals": {"kinds": ["question"]}})
    form = (await browser.get("/appeals/new?about=delivery")).form("/appeals")
    assert [one.text for one in form.select("label")][1:3] == ["Тема", "Текст повідомлення"]
    assert form.select_one("button").text.strip() == "Відправити повідомлення"
    page = await browser.follow(await send(browser, form, title="Плановий обсяг", text=TEXT))
    row = await the_appeal()
    assert f"Надіслано, № {row['number']}" in page.words and TEXT in page.words
    assert "до 18\u00a0листопада" in " ".join(page.html.main.get_text().split(" "))
    assert (row["account_id"], row["company_id"]) == (flat.id, portal.operator)
    (listed,) = (await browser.get("/appeals")).html.select("main .rows li")
    assert listed.a["href"] == f"/appeals/{row['id']}" and "На розгляді" in listed.text
    assert "notice" in await door.jobs(), "the number goes to the person's logins"


@pytest.mark.covers("K35", page="/appeals/new")
async def test_a_message_that_is_only_a_reading_is_sent_where_it_belongs(browser: Browser, portal: APortal):
    page = await write(browser, "readings", title="Показання", text="Показання 04152")
    assert page.status == 422 and "Це показання?" in page.words and await number_of_rows("appeals") == 0
    way = page.html.select_one("main a[href^='/readings/new']")["href"]
    assert way == "/readings/new?value=4152"
    assert (await browser.get(way)).html.select_one("#value")["value"] == "4152"
    await change_policy(portal.id, {"readings": {"taken_by": []}})
    page = await write(browser, "readings", title="Показання", text="Показання 04152")
    assert "АТ «Миколаївгаз»" in page.words and not page.html.select("main a[href^='/readings/new']")
    assert page.html.select_one("main a[href='https://operator.example']")
    assert (await send(browser, page.form("/appeals"), meant="1")).status == 303


async def test_what_is_empty_or_endless_or_marked_up_is_told_and_kept(browser: Browser):
    page = await write(browser, title=" \u200b ", text="\n\n", kind="")
    assert page.status == 422 and set(page.mistakes) == {"kind", "title", "text"}
    long = "Лист. " * 17_000  # 100 kB and more
    page = await write(browser, title="<b>Тема</b>", text=long)
    assert page.status == 422 and "5000" in page.mistakes["text"]
    form = page.form("/appeals")
    assert form.select_one("textarea").text.strip() == long.strip()
    assert form.select_one("#title")["value"] == "<b>Тема</b>" and not page.html.select("main b b")
    sent = await send(browser, form, text="<script>alert(1)</script>\u202e", htmx=True)
    shown = await browser.get(sent.headers["hx-redirect"].partition("?")[0])
    assert "<script>alert(1)</script>" in shown.words and not shown.html.select("main script")
    part = await send(browser, (await browser.get("/appeals/new?about=gas")).form("/appeals"), htmx=True)
    assert part.status == 422 and not part.html.select("html") and part.html.select_one("#letter")


async def test_files_are_made_anew_and_come_back_as_files_alone(
    browser: Browser, stranger: Browser, visitor: Browser, outside
):
    named = ("..\\квитанція.exe.PDF", paper(), "text/html")
    photo = ("лічильник.png", picture((3000, 2000), "PNG"), "image/png")
    page = await browser.follow(await write(browser, "readings", named, photo))
    first, second = page.html.select("a.file")
    assert "квитанція.exe.pdf" in first.text and "лічильник.jpg" in second.text
    got = await browser.fetch(first["href"])
    assert (
        got.status_code == 200
        and got.content.startswith(b"%PDF-")
        and got.headers["cache-control"] == "no-store"
    )
    assert got.headers["content-disposition"].startswith(
        "attachment; filename=\"file.pdf\"; filename*=UTF-8''"
    )
    assert (
        got.headers["x-content-type-options"] == "nosniff"
        and "sandbox" in got.headers["content-security-policy"]
    )
    assert (await browser.fetch(second["href"])).content.startswith(b"\xff\xd8")
    assert (await stranger.fetch(first["href"])).status_code == 404
    assert (await visitor.fetch(first["href"])).status_code == 303
    assert {row["media"] for row in await DB.pool.fetch("SELECT media FROM attachments")} == {
        "application/pdf", "image/jpeg",
    }  # fmt: skip


async def test_files_that_are_not_what_they_say_are_named_and_nothing_is_lost(browser: Browser):
    program = ("фото.jpg", b"MZ\x90\x00 this program cannot be run", "image/jpeg")
    for files, why in (
        ([program], "не зображення й не PDF"),
        ([("акт.pdf", paper(script=True), "application/pdf")], "містить сценарії"),
        ([("сонце.png", png_that_claims(20_000, 10_000), "image/png")], "завеликий"),
        ([("a.jpg", picture(), "image/jpeg")] * 4, "щонайбільше три файли".capitalize()),
    ):
        page = await write(browser, "readings", *files)
        assert page.status == 422 and why in page.mistakes["files"]
        assert page.form("/appeals").select_one("textarea").text.strip() == TEXT
    assert await number_of_rows("appeals") == 0 == await number_of_rows("attachments")


async def test_the_stranger_has_no_such_letter(browser: Browser, stranger: Browser, portal: APortal):
    await write(browser)
    row = await the_appeal()
    same = {"Sec-Fetch-Site": "same-origin"}
    assert (await stranger.get(f"/appeals/{row['id']}")).status == 404
    assert "Чому плановий" not in (await stranger.get("/appeals")).words
    said = {"id": str(uuid4()), "text": "Чужі слова в чужому листі."}
    assert (await stranger.post(f"/appeals/{row['id']}/messages", said, **same)).status == 404
    assert (await stranger.post(f"/appeals/{row['id']}/rating", {"stars": "1"}, **same)).status == 404
    form = (await stranger.get("/appeals/new?about=gas")).form("/appeals")
    taken = await send(
        stranger, form, id=str(row["id"]), kind="question", title="Моє", text="Моє запитання про газ."
    )
    assert taken.status == 404 and await number_of_rows("appeal_messages") == 1


@pytest.mark.covers("A43", page="/appeals/{id}")
async def test_the_answer_is_rated_and_opened_again_within_thirty_days(
    browser: Browser, portal: APortal, outside
):
    await write(browser)
    row = await the_appeal()
    address = f"/appeals/{row['id']}"
    await answered(portal, row["id"], "Чи змінювали Ви лічильник?", kind="question")
    page = await browser.get(address)
    assert "Чекає на Вашу відповідь" in page.words and "Чи змінювали Ви лічильник?" in page.words
    await send(browser, page.form(f"{address}/messages"), text="Ні, лічильник той самий.")
    assert (await the_appeal())["state"] == "open"
    await answered(portal, row["id"])
    page = await browser.get(address)
    assert "Перерахуємо до 10 листопада." in page.words
    rated = await browser.submit(page.form(f"{address}/rating"), stars="4")
    assert "Ваша оцінка: 4 із 5" in (await browser.follow(rated)).words
    outside.clock.moment = NOW + timedelta(days=30)
    again = await browser.get(address)
    await send(browser, again.form(f"{address}/messages"), text="Перерахунку досі немає.")
    reopened = await the_appeal()
    assert reopened["state"] == "open" and reopened["due_on"] > row["due_on"]
    assert "відкрито знову" in (await browser.get(address)).words
    await answered(portal, row["id"], now=outside.clock.moment)
    outside.clock.moment += timedelta(days=31)
    closed = await browser.get(address)
    assert not closed.html.select(f"form[action='{address}/messages']") and "закрито" in closed.words
    late = {"id": str(uuid4()), "text": "Ще раз."}
    told = await browser.post(f"{address}/messages", late, **{"Sec-Fetch-Site": "same-origin"})
    assert told.status == 422 and "Ще раз." in told.words


def draft(portal: APortal, olena: SignedIn, id: UUID, **other: Any) -> Draft:
    return Draft(
        id=id, kind="question", about="gas", title="Тема", text=TEXT, company_id=portal.supplier,
        portal_id=portal.id, language="uk", **{"person_id": olena.id} | other,
    )  # fmt: skip


async def test_twenty_of_the_same_form_are_one_letter(portal: APortal, olena: SignedIn, other: SignedIn):
    id, share = uuid4(), (limits.APPEALS_PER_PERSON, str(olena.id))
    done = await asyncio.gather(
        *(appeals.open(draft(portal, olena, id), [], share=share, now=NOW) for _ in range(20))
    )
    assert len(set(done)) == 1 and isinstance(done[0], Opened)
    assert (await number_of_rows("appeals"), await number_of_rows("appeal_messages")) == (1, 1)
    assert await door.jobs() == ["notice"]
    foreign = draft(portal, olena, id, person_id=other.id)
    assert await appeals.open(foreign, [], share=share, now=NOW) == NotYours()
    for _ in range(limits.APPEALS_PER_PERSON.count - 1):
        assert isinstance(await appeals.open(draft(portal, olena, uuid4()), [], share=share, now=NOW), Opened)
    assert await appeals.open(draft(portal, olena, uuid4()), [], share=share, now=NOW) == TooMany()
    assert await number_of_rows("appeals") == limits.APPEALS_PER_PERSON.count


async def test_words_at_once_reopen_it_once(portal: APortal, olena: SignedIn):
    id, share = uuid4(), (limits.APPEALS_PER_PERSON, str(olena.id))
    await appeals.open(draft(portal, olena, id), [], share=share, now=NOW)
    await answered(portal, id)
    words = [uuid4() for _ in range(4)]
    done = await asyncio.gather(
        *(appeals.say(id, word, "Не допомогло.", [], by=olena.id, now=NOW) for word in words * 2)
    )
    assert set(done) == {Said()}
    kinds = [row["kind"] for row in await DB.pool.fetch("SELECT kind FROM appeal_messages ORDER BY place")]
    assert kinds.count("reopened") == 1 and kinds.count("message") == 5
    await answered(portal, id, kind="close")
    assert await appeals.say(id, uuid4(), "Ще.", [], by=olena.id, now=NOW) == TooLate()
