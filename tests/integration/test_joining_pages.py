"""An account that somebody has registered already: asking to be let in, or disputing it."""

import pytest

from tests.browser import Browser, Page
from tests.door import jobs
from tests.factories import people, portals
from tests.factories.accounts import AnAccount
from tests.factories.people import SignedIn
from tests.factories.portals import APortal
from webapp.database.tables.accounts import Joining, Link
from webapp.database.tables.cases import Case


@pytest.fixture
async def taras(portal: APortal) -> SignedIn:
    return await people.person(portal.id, "Тарас", "taras@example.com")


@pytest.fixture
def his(http, taras: SignedIn) -> Browser:
    return Browser(http, taras.token)


async def ask(
    browser: Browser, portal: APortal, number: str = "0910204517", words: str = "Тарас, син"
) -> Page:
    form = (await browser.get(f"/joining?number={number}")).form("/joining")
    return await browser.submit(form, company=str(portal.supplier), words=words)


@pytest.mark.covers("A26", page="/joining")
async def test_whoever_finds_the_account_taken_asks_to_be_let_in(
    browser: Browser, his: Browser, portal: APortal, flat: AnAccount
):
    known, unknown = await ask(his, portal), await ask(his, portal, "0000000000")
    assert known.headers["location"] == unknown.headers["location"] == "/joining/asked"
    assert "Чи зареєстровано такий рахунок, ми не кажемо" in (await his.follow(known)).words
    await ask(his, portal)
    assert await Joining.count() == 1 and await jobs() == ["notice"]
    assert "Хтось просить доступ" in (await browser.get("/accounts")).words
    page = await browser.get(f"/accounts/{flat.id}")
    assert "Просить доступ: Тарас, син" in page.words and "taras@example.com" in page.words
    form = next(one for one in page.html.select("form") if "/requests/" in one["action"])
    unsaid = await browser.submit(form)
    assert unsaid.status == 422 and "Оберіть, що ця людина зможе робити" in unsaid.words
    assert (await browser.submit(form, role="reader")).status == 303
    assert (await his.get(f"/readings/new?meter={flat.meter_id}")).status == 200
    assert (await browser.submit(form, role="family")).status == 303
    assert [row["role"] for row in await Link.select().where(Link.role != "owner")] == ["reader"]


async def test_a_refused_request_gives_nothing_and_may_come_again(
    browser: Browser, his, portal, flat: AnAccount
):
    await ask(his, portal)
    page = await browser.get(f"/accounts/{flat.id}")
    refusal = page.html.select_one("form input[name=role][value=none]").find_parent("form")
    assert (await browser.submit(refusal)).status == 303
    assert (
        await Link.count() == 1 and "Просить доступ" not in (await browser.get(f"/accounts/{flat.id}")).words
    )
    await ask(his, portal)
    assert await Joining.count() == 2


async def test_requests_are_limited_and_read_before_they_count(
    his: Browser, portal: APortal, flat: AnAccount
):
    page = await his.get("/joining")
    empty = await his.submit(page.form("/joining"))
    assert empty.status == 422 and set(empty.mistakes) == {"company", "number", "words"}
    for _ in range(5):
        assert (await ask(his, portal, "0000000000")).status == 303
    full = await ask(his, portal, "0000000000")
    assert full.status == 429 and "На сьогодні запитів забагато" in full.words


@pytest.mark.covers("A26", page="/disputes/new")
async def test_a_registration_by_somebody_else_is_disputed(
    his: Browser, portal: APortal, flat: AnAccount, taras
):
    await portals.change_policy(portal.id, {"contacts": {"phone": "+380462616204"}})
    page = await his.get("/disputes/new?number=0910204517")
    assert "ідентифікують телефоном" in page.words and page.html.select_one(
        "main a[href='tel:+380462616204']"
    )
    form = page.form("/disputes")
    assert (await his.submit(form, htmx=True)).status == 422
    typed = {"company": str(portal.supplier), "words": "Живу тут із 2019 року"}
    asked, again = await his.submit(form, **typed), await his.submit(form, **typed)
    assert asked.headers["location"] == again.headers["location"]
    assert "Запит прийнято, №" in (await his.follow(asked)).words
    unknown = await his.submit(form, **(typed | {"number": "0000000000"}))
    assert unknown.headers["location"].startswith("/accounts?asked=")
    found = {
        row["account_id"]
        for row in await Case.select().where(Case.kind == "dispute", Case.person_id == taras.id)
    }
    assert found == {flat.id, None}
    for _ in range(2):
        await his.submit(form, **typed)
    assert (await his.submit(form, **typed)).status == 429
