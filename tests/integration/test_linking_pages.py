"""Adding an account by its number and the last payment: what fits, what does not, and who may not guess."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from tests.browser import Browser, Page
from tests.factories import accounts, people, portals
from tests.factories.people import NOW, SignedIn
from tests.factories.portals import APortal
from webapp.actions import linking as actions
from webapp.actions.identifying import Claim, NotIdentified, TooManyTries
from webapp.actions.linking import Full, Linked
from webapp.database.engine import DB
from webapp.database.tables.accounts import Link
from webapp.database.tables.portals import CoverageRequest
from webapp.rules.policy import Accounts


@pytest.fixture
async def taras(portal: APortal) -> SignedIn:
    return await people.person(portal.id, "Тарас", "taras@example.com")


@pytest.fixture
async def flat(portal: APortal) -> accounts.AnAccount:
    return await accounts.account(portal, "0910204517", "вул. Садова, 18, кв. 42")


@pytest.fixture
def browser(http, taras: SignedIn, flat) -> Browser:
    return Browser(http, taras.token)


async def try_to_link(browser: Browser, portal: APortal, number="0910204517", amount="186,40") -> Page:
    form = (await browser.get("/linking")).form("/linking")
    return await browser.submit(form, company=str(portal.supplier), number=number, amount=amount)


@pytest.mark.covers("A05", "A12", "A15", "A16", "A17", "A19", "A25")
@pytest.mark.parametrize("amount", ["186,40", "186.40", "150.05", " 186,40 "])
async def test_number_and_payment_link_the_account(browser: Browser, portal: APortal, flat, amount: str):
    linked = await try_to_link(browser, portal, amount=amount)
    assert "вул. Садова, 18, кв. 42" in (await browser.follow(linked)).words


async def test_the_form_works_as_a_piece_too(browser: Browser, portal: APortal):
    form = (await browser.get("/linking")).form("/linking")
    wrong = await browser.submit(form, htmx=True, company=str(portal.supplier), number="1", amount="x")
    assert wrong.status == 422 and [tag["id"] for tag in wrong.html.find_all(recursive=False)] == ["linking"]
    claim = {"company": str(portal.supplier), "number": "0910204517", "amount": "186,40"}
    linked = await browser.submit(form, htmx=True, **claim)
    assert linked.status == 200 and linked.headers["hx-redirect"].startswith("/cabinet?account=")


@pytest.mark.covers("A24", "A14")
async def test_every_missing_field_is_told_on_top_and_beside_itself(browser: Browser, portal: APortal):
    page = await browser.submit((await browser.get("/linking")).form("/linking"))
    assert page.status == 422 and set(page.mistakes) == {"company", "number", "amount"}
    summary = page.html.select_one("#mistakes.notice-attention")
    assert {link["href"] for link in summary.select("a")} == {"#company", "#number", "#amount"}
    for name in page.mistakes:
        field = page.html.select_one(f"#{name}")
        assert field["aria-invalid"] == "true" and f"{name}-error" in field["aria-describedby"]
        assert page.html.select_one(f"#{name}-error svg") and field.find_parent(class_="field-wrong")


async def test_what_was_typed_stays(browser: Browser, portal: APortal):
    page = await try_to_link(browser, portal, number="№ 0910204517", amount="186,405")
    assert page.html.select_one("#number")["value"] == "№ 0910204517"
    assert page.html.select_one("#amount")["value"] == "186,405"
    assert page.html.select_one("#company option[selected]")["value"] == str(portal.supplier)


async def test_a_wrong_number_is_explained(browser: Browser, portal: APortal):
    policy = {"numbers": {"pattern": "[0-9]{10}", "length": 10}}
    await portals.change_policy(portal.id, policy)
    long = await try_to_link(browser, portal, number="09102045177")
    assert long.mistakes["number"] == "Ви ввели 11 цифр, а має бути 10. Заберіть зайве."
    letter = await try_to_link(browser, portal, number="№0910204517")
    assert "Зайвий символ «№» на місці 1" in letter.mistakes["number"]


@pytest.mark.parametrize(
    ("number", "amount"), [("0910204517", "186,41"), ("0000000000", "186,40"), ("0910204517", "0")]
)
async def test_what_does_not_fit_gets_one_answer_whatever_is_wrong(
    browser: Browser, portal: APortal, number: str, amount: str
):
    page = await try_to_link(browser, portal, number, amount)
    assert page.status == 422 and "Такого рахунку не знайшли" in page.words
    assert "спробуйте попередній" in page.words
    assert (
        page.html.select_one("#number")["value"] == number
        and page.html.select_one("#amount")["value"] == amount
    )
    assert await Link.count() == 0


async def test_the_sixth_guess_is_refused_even_if_it_is_right_and_next_day_it_is_not(
    browser: Browser, portal: APortal, outside, taras: SignedIn
):
    for kopecks in range(5):
        assert (await try_to_link(browser, portal, amount=f"1,0{kopecks}")).status == 422
    assert (await try_to_link(browser, portal)).status == 429
    assert await Link.count() == 0
    outside.clock.moment += timedelta(days=1)
    assert (await try_to_link(browser, portal)).status == 303


async def guess(portal: APortal, by: SignedIn, amount: str, ip: str) -> actions.Outcome:
    claim = Claim.by_payment(portal.supplier, "0910204517", accounts.Decimal(amount))
    return await actions.link(claim, by=by.id, portal_id=portal.id, policy=Accounts(), ip=ip, now=NOW)


async def test_fifty_guesses_at_once_by_many_people_compare_five(portal: APortal, flat):
    guessers = [await people.person(portal.id, "Хтось", f"guess{n}@example.com") for n in range(10)]
    outcomes = await asyncio.gather(
        *(guess(portal, guessers[n % 10], f"1.{n:02}", f"10.0.{n}.1") for n in range(50))
    )
    assert sum(isinstance(one, NotIdentified) for one in outcomes) == 5
    assert sum(isinstance(one, TooManyTries) for one in outcomes) == 45


async def link_at_once(portal: APortal, taras: SignedIn) -> list[actions.Outcome]:
    """Twenty more accounts for somebody who has 24."""
    claims = []
    for n in range(44):
        made = await accounts.account(portal, f"09200000{n:02}", f"вул. Лугова, {n}")
        if n < 24:
            await accounts.link(taras.id, made.id, position=n)
        else:
            claims.append(Claim.by_payment(portal.supplier, made.number, accounts.LAST_PAYMENT))
    return await asyncio.gather(
        *(actions.link(claim, by=taras.id, portal_id=portal.id, policy=Accounts(), ip=f"10.0.{n}.1", now=NOW)
          for n, claim in enumerate(claims[:8]))
    )  # fmt: skip


async def test_parallel_links_at_24_accounts_end_at_25(portal: APortal, taras: SignedIn):
    outcomes = await link_at_once(portal, taras)
    assert sum(isinstance(one, Linked) for one in outcomes) == 1
    assert sum(isinstance(one, Full) for one in outcomes) == len(outcomes) - 1
    assert await Link.count().where(Link.person_id == taras.id) == 25


async def test_without_the_lock_there_are_more(monkeypatch, portal: APortal, taras: SignedIn):
    do, one, two_have_counted = DB.do, DB.one, asyncio.Barrier(2)

    async def unlocked(sql: str, *values: object) -> int:
        return 0 if "FOR UPDATE" in sql else await do(sql, *values)

    async def counted(sql: str, *values: object, **told: Any) -> Any:
        found = await one(sql, *values, **told)
        if sql == actions.OTHERS:
            await two_have_counted.wait()
        return found

    monkeypatch.setattr(DB, "do", unlocked)
    monkeypatch.setattr(DB, "one", counted)
    await link_at_once(portal, taras)
    assert await Link.count().where(Link.person_id == taras.id) > 25


async def test_the_same_account_is_linked_once(browser: Browser, portal: APortal, taras: SignedIn, flat):
    answers = await asyncio.gather(*(try_to_link(browser, portal) for _ in range(5)))
    assert {answer.headers["location"] for answer in answers} == {f"/cabinet?account={flat.id}"}
    assert await Link.count() == 1


async def test_a_stranger_may_not_take_what_is_taken_where_the_portal_says_so(browser, portal: APortal, flat):
    await portals.change_policy(portal.id, {"accounts": {"maximum": 1, "exclusive": True}})
    owner = await people.person(portal.id, "Олена", "olena@example.com")
    await accounts.link(owner.id, flat.id)
    page = await try_to_link(browser, portal)
    assert page.status == 422 and "уже зареєстровано" in page.words


@pytest.mark.covers("A19")
async def test_a_company_that_is_not_in_the_list_is_asked_for(browser: Browser, portal: APortal):
    page = await browser.get("/linking/company")
    assert "Показання й оплата – на її власному сайті" in page.words
    empty = await browser.submit(page.form())
    assert empty.status == 422 and set(empty.mistakes) == {"company_name", "settlement"}
    asked = await browser.submit(page.form(), company_name="Тернопільгаз", settlement="Тернопіль")
    assert "Записали" in (await browser.follow(asked)).words
    assert await CoverageRequest.count() == 1
    for _ in range(5):
        asked = await browser.submit(page.form(), company_name="Тернопільгаз", settlement="Тернопіль")
    assert asked.status == 429 and await CoverageRequest.count() == 5


async def test_a_visitor_links_nothing(visitor: Browser):
    assert (await visitor.get("/linking")).headers["location"] == "/sign-in?next=/linking"
