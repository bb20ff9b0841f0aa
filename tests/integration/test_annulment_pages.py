"""For people who cannot sign in any more: the request, its number, its decision."""

import asyncio
from datetime import timedelta

import pytest

from tests.browser import Browser, Page
from tests.door import jobs
from tests.factories import accounts, people
from tests.factories.accounts import AnAccount
from tests.factories.people import NOW, SignedIn
from tests.factories.portals import APortal, change_policy
from webapp.actions import annulment
from webapp.database.engine import DB
from webapp.database.tables.accounts import Link
from webapp.database.tables.cases import Case
from webapp.database.tables.people import Login, Person, SignIn

CONTACT = "new@example.com"


async def ask(visitor: Browser, portal: APortal, *, htmx: bool = False, **typed: str) -> Page:
    form = (await visitor.get("/annulment")).form("/annulment")
    five = {
        "company": str(portal.supplier), "number": "0910204517", "holder": "Коваленко Олена Петрівна",
        "address": "м. Миколаїв, вул. Садова, 18, кв. 42", "amount": "186,40", "contact": CONTACT,
    }  # fmt: skip
    return await visitor.submit(form, htmx=htmx, **(five | typed))


@pytest.mark.covers("A36", "A46", "A47", instead="a form with a tracking number in place of a letter")
async def test_five_fields_and_a_contact_make_a_request_with_a_number(
    visitor: Browser, portal, olena, flat: AnAccount
):
    asked = await ask(visitor, portal)
    sent = await visitor.follow(asked)
    (case,) = await Case.select()
    assert case["number"] in sent.words and "відповідь до 10 листопада 2026" in sent.words.replace(
        "\u00a0", " "
    )
    assert (case["kind"], case["account_id"], case["person_id"]) == ("annulment", flat.id, None)
    assert case["company_id"] == portal.supplier and case["contact"] == CONTACT
    assert all(said in case["typed"] for said in ("0910204517", "Коваленко Олена", "вул. Садова", "186.40"))
    assert await jobs() == ["notice"]


@pytest.mark.covers("A48", page="/annulment")
async def test_the_term_and_where_to_learn_what_is_missing_stand_above_the_form(
    visitor: Browser, portal: APortal
):
    await change_policy(portal.id, {"annulment": {"days": 3}, "contacts": {"phone": "+380462616204"}})
    page = await visitor.get("/annulment")
    assert "упродовж 3 днів" in page.words and "Відсутні дані дізнайтеся в контакт-центрі" in page.words
    assert page.html.select_one("main a[href='tel:+380462616204']")
    await ask(visitor, portal)
    (case,) = await Case.select()
    assert str(case["due_on"]) == "2026-11-06"


@pytest.mark.parametrize("page", ["/sign-in", "/recovery", "/help/sign-up"])
@pytest.mark.covers("A36", page="/annulment")
async def test_the_way_there_begins_where_people_are_stuck(visitor: Browser, page: str):
    assert (await visitor.get(page)).html.select_one("main a[href='/annulment']")


async def test_nothing_tells_whether_the_account_exists(
    visitor: Browser, portal: APortal, olena, flat: AnAccount
):
    other = Browser(visitor._http)
    known, unknown = await ask(visitor, portal), await ask(other, portal, number="0000000000")
    assert known.headers["location"] == unknown.headers["location"]
    first, second = await visitor.follow(known), await other.follow(unknown)
    numbers = [row["number"] for row in await Case.select()]
    assert len(set(numbers)) == 2
    assert len({_without(page.words, numbers) for page in (first, second)}) == 1


def _without(words: str, numbers: list[str]) -> str:
    for number in numbers:
        words = words.replace(number, "")
    return words


async def test_the_form_sent_twice_is_one_request(visitor: Browser, portal: APortal, olena, flat: AnAccount):
    form = (await visitor.get("/annulment")).form("/annulment")
    typed = {
        "company": str(portal.supplier), "number": "0910204517", "holder": "Коваленко Олена",
        "address": "вул. Садова, 18", "amount": "186,40", "contact": CONTACT,
    }  # fmt: skip
    await asyncio.gather(*(visitor.submit(form, **typed) for _ in range(4)))
    assert await Case.count() == 1 and await jobs() == ["notice"]


async def test_mistakes_stand_beside_their_fields_and_what_was_typed_stays(visitor: Browser, portal: APortal):
    empty = await ask(visitor, portal, company="", number="", holder="", address="", amount="", contact="")
    assert empty.status == 422
    assert set(empty.mistakes) == {"company", "number", "holder", "address", "amount", "contact"}
    wrong = await ask(visitor, portal, htmx=True, amount="багато", contact="+88215550000", holder="Олена К")
    assert [tag["id"] for tag in wrong.html.find_all(recursive=False)] == ["annulment"]
    assert set(wrong.mistakes) == {"amount", "contact"}
    assert wrong.html.select_one("#holder")["value"] == "Олена К" and await Case.count() == 0
    odd = await ask(visitor, portal, holder="\u202e" * 500, address="x" * 5000, number="9" * 400)
    assert odd.status == 422


async def test_one_address_leaves_five_requests_a_day(visitor: Browser, portal: APortal, outside):
    for n in range(5):
        assert (await ask(visitor, portal, number=f"091020450{n}")).status == 303
    full = await ask(visitor, portal)
    assert full.status == 429 and "На сьогодні запитів забагато" in full.words and await Case.count() == 5
    assert full.html.select_one("#holder")["value"] == "Коваленко Олена Петрівна"
    outside.clock.moment += timedelta(days=1)
    assert (await ask(visitor, portal)).status == 303


async def look(visitor: Browser, number: str, contact: str = CONTACT) -> Page:
    form = (await visitor.get("/annulment/status")).form("/annulment/status")
    return await visitor.submit(form, number=number, contact=contact)


@pytest.mark.covers("A48", page="/annulment/status")
async def test_the_number_and_the_contact_show_what_became_of_it(
    visitor: Browser, portal: APortal, flat: AnAccount
):
    await ask(visitor, portal)
    (case,) = await Case.select()
    later = Browser(visitor._http)
    assert (await later.get("/annulment/sent")).headers["location"] == "/annulment/status"
    shown = await look(later, case["number"].lower().replace("-", " "), " NEW@example.com")
    assert shown.status == 200 and "Розглядається" in shown.words
    await Case.update({Case.state: "refused", Case.answer: "Сума не збігається."}).where(
        Case.id == case["id"]
    )
    answered = await look(later, case["number"])
    assert "Відмовлено" in answered.words and "Сума не збігається." in answered.words


async def test_a_foreign_number_and_a_foreign_contact_get_one_answer(visitor: Browser, portal: APortal):
    await ask(visitor, portal)
    (case,) = await Case.select()
    foreign, unknown = await look(visitor, case["number"], "x@example.com"), await look(visitor, "0000-0000")
    for page in (foreign, unknown):
        assert page.status == 422 and "Такого запиту не знайшли" in page.words
    assert set((await look(visitor, "сто", "?")).mistakes) == {"number", "contact"}
    for _ in range(20):
        page = await look(visitor, "0000-0000")
    assert page.status == 429 and "Зачекайте годину" in page.words


async def grant(portal: APortal, flat: AnAccount) -> None:
    async with DB.transaction():
        await annulment.grant(flat.id, portal.id, now=NOW)


async def left_of(who: SignedIn) -> tuple[int, int, int]:
    """Logins, links and live sign-ins."""
    return (
        await Login.count().where(Login.person_id == who.id),
        await Link.count().where(Link.person_id == who.id),
        await SignIn.count().where(SignIn.person_id == who.id, SignIn.revoked_at.is_null()),
    )


async def test_a_granted_request_ends_the_registration_and_the_holder_is_told(
    browser: Browser, portal: APortal, olena: SignedIn, flat: AnAccount
):
    await people.add_login(portal.id, olena.id, "+380670000001")
    taras = await people.person(portal.id, "Тарас", "taras@example.com")
    await accounts.link(taras.id, flat.id, role="family")
    await grant(portal, flat)
    assert await left_of(olena) == (0, 0, 0) and await left_of(taras) == (1, 0, 1)
    (row,) = await Person.select().where(Person.id == olena.id)
    assert row["name"] == "" and row["password_hash"] is None and row["gone_at"] == NOW
    assert (await browser.get("/cabinet")).headers["location"] == "/sign-in"
    assert sorted(await jobs()) == ["notice", "written", "written"]


async def test_whoever_has_another_account_keeps_the_registration(portal: APortal, olena, flat: AnAccount):
    cottage = await accounts.account(portal, "0910204599", "вул. Дачна, 3")
    await accounts.link(olena.id, cottage.id)
    await grant(portal, flat)
    assert await left_of(olena) == (1, 1, 1)


async def test_a_decision_repeated_or_made_twice_at_once_finds_nothing_more(portal, olena, flat: AnAccount):
    await asyncio.gather(*(grant(portal, flat) for _ in range(4)))
    await grant(portal, flat)
    assert await left_of(olena) == (0, 0, 0) and await jobs() == ["written"]


async def test_another_portal_keeps_its_own_people(portal: APortal, olena: SignedIn, flat: AnAccount):
    async with DB.transaction():
        await annulment.grant(flat.id, portal.operator, now=NOW)
    assert await left_of(olena) == (1, 1, 1)


async def test_a_refusal_changes_nothing_and_is_told(portal: APortal, olena: SignedIn, flat: AnAccount):
    async with DB.transaction():
        await annulment.refuse(flat.id, portal.id, now=NOW)
    assert await left_of(olena) == (1, 1, 1) and await jobs() == ["notice"]
