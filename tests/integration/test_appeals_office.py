"""The desk of appeals: looked at with a reason, answered once, handed over whole."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import msgspec
import pytest

from tests.browser import Browser, Page
from tests.factories import staff
from tests.factories.accounts import AnAccount
from tests.factories.people import NOW, SignedIn
from tests.factories.portals import APortal
from tests.factories.staff import AColleague
from tests.letters import TEXT, number_of_rows, paper, send
from webapp.actions import appeal_desk, appeals, attachments
from webapp.actions.appeal_desk import Absent, Done, Quicker
from webapp.actions.appeals import Draft
from webapp.actions.attachments import Given
from webapp.actions.audit import By
from webapp.actions.messages import Told, Written
from webapp.database.engine import DB
from webapp.database.queries.messages import named
from webapp.rules import limits

SAME = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
async def clerk(portal: APortal) -> AColleague:
    return await staff.colleague(portal)


@pytest.fixture
def desk(http: httpx.AsyncClient, clerk: AColleague) -> Browser:
    browser = Browser(http)
    browser.cookies = {"staff": clerk.token}
    return browser


async def letter(portal: APortal, person: UUID | None, **other: Any) -> UUID:
    """To the operator, with a paper."""
    id, now, files = uuid4(), other.pop("now", NOW), other.pop("files", None)
    ready = (
        await attachments.prepare([Given("акт.pdf", paper())], appeals.first_message(id), files)
        if files
        else []
    )
    assert isinstance(ready, list)
    told: dict[str, Any] = {"kind": "question", "title": "Чому плановий обсяг?", "contact": ""} | other
    draft = Draft(
        id=id, about="readings", text=TEXT, company_id=portal.operator, portal_id=portal.id, language="uk",
        person_id=person, **told,
    )  # fmt: skip
    await appeals.open(draft, ready, share=(limits.APPEALS_PER_PERSON, str(id)), now=now)
    return id


async def look(desk: Browser, id: UUID) -> Page:
    page = await desk.get(f"/office/appeals/{id}")
    if "Підстава перегляду" in page.words:
        return page
    return await desk.follow(await desk.submit(page.form(), reason="decide", words=""))


async def deeds() -> list[str]:
    return [row["deed"] for row in await DB.pool.fetch("SELECT deed FROM audit ORDER BY at, id")]


async def test_the_list_has_the_nearest_term_first_and_filters(desk: Browser, portal, olena, outside):
    for days, kind in ((0, "complaint"), (1, "question"), (-20, "question")):
        await letter(portal, olena.id, kind=kind, title=f"Лист {kind} {days}", now=NOW + timedelta(days=days))
    page = await desk.get("/office/appeals")
    titles = [one.text for one in page.html.select("tbody th a")]
    assert titles == ["Лист question -20", "Лист question 1", "Лист complaint 0"]
    assert "Коваленко" not in page.words and olena.login not in page.words
    assert "прострочених: 1" in page.words.lower() or "прострочено: 1" in page.words.lower()

    async def listed(query: str, **headers: str) -> list[str]:
        found = await desk.get(f"/office/appeals?{query}", **headers)
        return [one.text for one in found.html.select("tbody th a")]

    assert await listed("overdue=1") == ["Лист question -20"]
    assert await listed("kind=complaint") == ["Лист complaint 0"] == await listed("words=COMPLAINT")
    assert await listed("mine=1") == [] == await listed("state=answered&kind=%00nonsense&page=99")
    htmx = await desk.get(
        "/office/appeals?words=complaint", **{"HX-Request": "true", "HX-Request-Type": "partial"}
    )
    assert not htmx.html.select("html") and htmx.html.select_one("#appeals")


async def test_the_letter_opens_after_the_reason_with_what_the_company_knows(
    desk: Browser, portal, olena: SignedIn, flat: AnAccount, outside, stranger: Browser
):
    id = await letter(portal, olena.id, account_id=flat.id, files=outside.files)
    asked = await desk.get(f"/office/appeals/{id}")
    assert "Чому Ви відкриваєте" in asked.words and TEXT not in asked.words and olena.login not in asked.words
    file = await DB.pool.fetchval("SELECT id FROM attachments")
    address = f"/office/appeals/{id}/files/{file}"
    assert (await desk.fetch(address)).status_code == 303, "a file is looked at with a reason too"
    page = await look(desk, id)
    for known in (
        TEXT,
        olena.login,
        flat.number,
        "Коваленко Олена Петрівна",
        "рахунок підтверджено",
        "акт.pdf",
    ):
        assert known in page.words
    assert (await desk.fetch(address)).content.startswith(b"%PDF-")
    assert await deeds() == ["looked"]
    taken = await desk.follow(await desk.submit(page.form(f"/office/appeals/{id}/taking")))
    assert "виконавець – Працівник clerk" in taken.words and sorted(await deeds()) == [
        "appeal_taken",
        "looked",
    ]
    viewer = await staff.colleague(portal, "viewer")
    desk.cookies = {"staff": viewer.token}
    read = await look(desk, id)
    assert TEXT in read.words and not read.html.select("main form[action$='/messages']")
    foreign = await staff.colleague(portal, "clerk", "other@example.com", company_id=portal.supplier)
    desk.cookies = {"staff": foreign.token}
    for there in (f"/office/appeals/{id}", address):
        assert (await desk.get(there)).status == 404
    for deed in ("looks", "taking", "messages", "forwarding"):
        assert (await desk.post(f"/office/appeals/{id}/{deed}", {"reason": "decide"}, **SAME)).status == 404
    admin = await staff.colleague(portal, "company_admin")
    desk.cookies = {"staff": admin.token}
    record = await desk.get("/office/audit")
    assert record.html.select_one(f"a[href='/office/appeals/{id}']") and "взяв(ла) звернення" in record.words


async def test_the_answer_reaches_the_person_and_whoever_left_a_contact(
    desk: Browser, portal, olena: SignedIn, browser: Browser
):
    id = await letter(portal, olena.id)
    page = await look(desk, id)
    form = page.form(f"/office/appeals/{id}/messages")
    empty = await send(desk, form, text=" ")
    assert empty.status == 422 and empty.mistakes["text"]
    done = await send(
        desk, form, ("відповідь.pdf", paper(), "application/pdf"), text="Перерахуємо.\n\nДякуємо."
    )
    assert done.status == 303 and (await send(desk, form, text="Перерахуємо.")).status == 303, "pressed twice"
    assert await number_of_rows("appeal_messages") == 2 and "appeal_answered" in await deeds()
    shown = await browser.get(f"/appeals/{id}")
    assert (
        "Перерахуємо." in shown.words and "Працівник clerk" in shown.words and "відповідь.pdf" in shown.words
    )
    jobs = await DB.pool.fetch("SELECT payload FROM pgqueuer WHERE entrypoint = 'notice' ORDER BY id")
    told = [msgspec.json.decode(row["payload"], type=Told) for row in jobs]
    assert [one.notice for one in told] == ["appeal-received", "appeal-news"] and told[1].about
    about = await named(told[1].about)
    assert (about.state, about.answer, about.appeal) == ("answer", "Перерахуємо.\n\nДякуємо.", str(id))
    nobody = await letter(portal, None, kind="technical", contact="+380671234567")
    await send(
        desk, (await look(desk, nobody)).form(f"/office/appeals/{nobody}/messages"), text="Лист надіслано."
    )
    last = await DB.pool.fetchval(
        "SELECT payload FROM pgqueuer WHERE entrypoint = 'written' ORDER BY id DESC LIMIT 1"
    )
    written = msgspec.json.decode(last, type=Written)
    assert (written.contact, written.words["answer"]) == ("+380671234567", "Лист надіслано.")


async def test_of_two_who_answer_at_once_the_second_is_told(desk: Browser, portal, olena: SignedIn, clerk):
    id = await letter(portal, olena.id)
    seen = await DB.one(appeal_desk.LAST_WORD, id, into=UUID)
    assert seen
    by = [By(uuid4(), portal.operator, "clerk", portal.id, "127.0.0.1") for _ in range(6)]
    done = await asyncio.gather(
        *(appeal_desk.reply(id, uuid4(), "answer", "Так.", [], seen=seen, by=one, now=NOW) for one in by)
    )
    assert sorted(type(one).__name__ for one in done) == ["Done"] + ["Quicker"] * 5
    assert await number_of_rows("appeal_messages") == 2
    other = await letter(portal, olena.id)
    taken = await asyncio.gather(*(appeal_desk.take(other, by=one, now=NOW) for one in by))
    assert [*map(type, taken)].count(Done) == 1 and [*map(type, taken)].count(Quicker) == 5
    third = await letter(portal, olena.id)
    form = (await look(desk, third)).form(f"/office/appeals/{third}/messages")
    await appeals.say(third, uuid4(), "Додаю ще одне.", [], by=olena.id, now=NOW)
    slower = await send(desk, form, text="Відповідь на старе.")
    assert slower.status == 409 and "Хтось був швидшим" in slower.words and "Додаю ще одне." in slower.words
    again = slower.form(f"/office/appeals/{third}/messages")
    assert again.select_one("textarea").text.strip() == "Відповідь на старе."
    assert (await send(desk, again)).status == 303


async def test_a_letter_is_handed_over_whole(
    desk: Browser, portal, olena: SignedIn, browser: Browser, outside
):
    id = await letter(portal, olena.id, files=outside.files)
    form = (await look(desk, id)).form(f"/office/appeals/{id}/forwarding")
    assert (await desk.submit(form, to=str(uuid4()))).status == 422
    handed = await desk.submit(form, words="Нарахування веде постачальник.")
    assert handed.headers["location"] == "/office/appeals"
    assert (await desk.get(f"/office/appeals/{id}")).status == 404
    shown = await browser.get(f"/appeals/{id}")
    assert "передано до компанії Миколаївгаз Збут: Нарахування веде постачальник." in shown.words
    supplier = await staff.colleague(portal, "clerk", "zbut@example.com", company_id=portal.supplier)
    desk.cookies = {"staff": supplier.token}
    page = await look(desk, id)
    file = page.html.select_one("a.file")["href"]
    assert TEXT in page.words and (await desk.fetch(file)).status_code == 200
    by = By(uuid4(), portal.operator, "clerk", portal.id, "127.0.0.1")
    late = await appeal_desk.reply(id, uuid4(), "answer", "Пізно.", [], seen=uuid4(), by=by, now=NOW)
    assert late == Absent()
