"""One's own address out of lists that narrow: branch, settlement, street, house, flat, then the number."""

from datetime import timedelta

import pytest

from tests.browser import HTMX, Browser, Page
from tests.factories import accounts, people, portals
from tests.factories.accounts import AnAccount
from tests.factories.people import NOW, SignedIn
from tests.factories.portals import APortal
from webapp.actions import addresses
from webapp.actions.addresses import Found, TooManyLists
from webapp.database.engine import DB
from webapp.database.tables.accounts import Account, Link
from webapp.database.tables.cases import Case
from webapp.rules.addresses import Place

NUMBER = "0910204517"
BRANCH, CITY, STREET = "Миколаїв і область", "м. Миколаїв", "вул. Садова"
NEAR = (
    "вул. Садова, 10", "вул. Садова, 2А", "вул. Садова, 2", "вул. Садова, 18, кв. 7", "вул. Ґонти, 1",
    "вул. Гоголя, 1", "просп. Єдності, 3",
)  # fmt: skip
PATH = {"branch": BRANCH, "settlement": CITY, "street": STREET, "house": "18", "flat": "42"}


@pytest.fixture
async def portal(app) -> APortal:
    return await portals.portal(policy={"proofs": ["address"]})


@pytest.fixture
async def taras(portal: APortal) -> SignedIn:
    return await people.person(portal.id, "Тарас", "+380931112233")


@pytest.fixture
async def flat(portal: APortal) -> AnAccount:
    made = await accounts.account(portal, NUMBER, "вул. Садова, 18, кв. 42")
    await DB.do("DELETE FROM accounts WHERE id <> $1", made.id)
    await put(portal, made.id)
    return made


@pytest.fixture
def browser(http, taras: SignedIn, flat: AnAccount) -> Browser:
    return Browser(http, taras.token)


async def put(portal: APortal, account_id: object) -> None:
    """The flat among its neighbours, in two branches."""
    await Account.update(accounts.placed(CITY, "вул. Садова, 18, кв. 42", BRANCH)).where(
        Account.id == account_id
    )  # type: ignore[arg-type]
    neighbours = [(BRANCH, CITY, address) for address in NEAR]
    neighbours += [(BRANCH, "с. Мішкове", "вул. Лісова, 1"), ("Південна", "м. Очаків", "вул. Морська, 4")]
    for n, (branch, settlement, address) in enumerate(neighbours):
        await Account(
            company_id=portal.operator, number=f"77{n:08}", settlement=settlement, address=address, holder="",
            **accounts.placed(settlement, address, branch),
        ).save()  # fmt: skip


def names(page: Page, level: str) -> list[str]:
    """What may be chosen, without the first line."""
    first, *rest = page.html.select(f"#{level} option")
    assert first["value"] == "" and first.text.startswith("Оберіть")
    return [option.text for option in rest]


async def choose(browser: Browser, **chosen: str) -> Page:
    """As the form does it without script: everything chosen so far goes into the address."""
    query = "&".join(f"{name}={value}" for name, value in chosen.items())
    return await browser.get(f"/linking?proof=address&{query}")


@pytest.mark.covers("K22", "K23", page="/linking")
async def test_step_by_step_to_the_account_without_script(browser: Browser, flat: AnAccount):
    page = await browser.get("/linking")
    assert names(page, "branch") == [BRANCH, "Південна"]
    assert page.html.select_one("#settlement").has_attr("disabled") and not page.html.select("#number")
    button = page.html.select_one("button[formmethod=get]")
    assert button["formaction"] == "/linking" and "Відмінити" in page.words
    page = await choose(browser, branch=BRANCH)
    assert names(page, "settlement") == [CITY, "с. Мішкове"]
    page = await choose(browser, branch=BRANCH, settlement=CITY)
    assert names(page, "street") == ["вул. Гоголя", "вул. Ґонти", "просп. Єдності", STREET]
    page = await choose(browser, branch=BRANCH, settlement=CITY, street=STREET)
    assert names(page, "house") == ["2", "2А", "10", "18"]
    page = await choose(browser, branch=BRANCH, settlement=CITY, street=STREET, house="18")
    assert names(page, "flat") == ["7", "42"] and not page.html.select("#number")
    page = await choose(browser, **PATH)
    linked = await browser.submit(page.form("/linking"), number=NUMBER)
    assert linked.headers["location"] == f"/cabinet?account={flat.id}"
    assert "Садова, 18, кв. 42" in (await browser.follow(linked)).words
    assert (await Link.objects().first()).level == "extended"


@pytest.mark.covers("K22")
async def test_htmx_gets_the_next_list_in_the_same_piece(browser: Browser):
    select = (await browser.get("/linking")).html.select_one("#branch")
    assert (select["hx-get"], select["hx-include"], select["hx-target"]) == (
        "/linking?proof=address", "#place", "#linking",
    )  # fmt: skip
    piece = await browser.get(f"{select['hx-get']}&branch={BRANCH}", **HTMX)
    assert [tag["id"] for tag in piece.html.find_all(recursive=False)] == ["linking"]
    assert names(piece, "settlement") == [CITY, "с. Мішкове"]


async def test_a_house_without_flats_asks_for_none(browser: Browser, portal: APortal):
    page = await choose(browser, **(PATH | {"house": "10", "flat": ""}))
    assert not page.html.select("#flat") and page.html.select_one("#number")
    wrong = await browser.submit(page.form("/linking"), number=NUMBER)
    assert wrong.status == 422 and "Такого рахунку не знайшли" in wrong.words
    assert await Link.count() == 0


async def test_a_company_without_branches_begins_with_the_settlement(browser: Browser, portal: APortal):
    for one in await Account.objects():
        parts = accounts.placed(one.settlement, one.address)
        await Account.update(parts).where(Account.id == one.id)  # type: ignore[arg-type]
    page = await browser.get("/linking")
    assert not page.html.select("#branch") and CITY in names(page, "settlement")
    page = await choose(browser, branch="-", settlement=CITY, street=STREET, house="18", flat="42")
    assert (await browser.submit(page.form("/linking"), number=NUMBER)).status == 303


@pytest.mark.parametrize(
    "other",
    [{"flat": "7"}, {"street": "вул. Гоголя", "house": "1", "flat": ""}, {"settlement": "с. Мішкове"}],
)
async def test_the_whole_address_must_be_that_of_the_number(browser: Browser, other: dict[str, str]):
    form = (await choose(browser, **PATH)).form("/linking")
    page = await browser.submit(form, number=NUMBER, **other)
    assert page.status == 422 and await Link.count() == 0


async def test_an_address_that_is_not_there_is_not_chosen(browser: Browser):
    page = await choose(browser, branch=BRANCH, settlement="м. Атлантида", street=STREET)
    assert not page.html.select("#settlement option[selected]") and page.html.select_one("#street[disabled]")
    assert (await choose(browser, branch="%27;DROP", settlement="%09%0A")).status == 200


async def test_a_refused_form_keeps_what_was_chosen_and_typed(browser: Browser):
    page = await browser.submit((await choose(browser, **PATH)).form("/linking"), number="№ 1")
    assert page.status == 422 and "Зайвий символ" in page.mistakes["number"]
    assert page.html.select_one("#number")["value"] == "№ 1"
    chosen = {tag.find_parent("select")["name"]: tag.text for tag in page.html.select("option[selected]")}
    assert chosen == PATH
    half = await browser.submit((await choose(browser, branch=BRANCH)).form("/linking"))
    assert half.status == 422 and "Оберіть адресу до кінця" in half.words


async def test_a_long_list_is_searched(browser: Browser, portal: APortal):
    for n in range(40):
        address = f"вул. Квіткова {n}-та, 1"
        await Account(
            company_id=portal.operator, number=f"88{n:08}", settlement=CITY, address=address, holder="",
            **accounts.placed(CITY, address, BRANCH),
        ).save()  # fmt: skip
    page = await choose(browser, branch=BRANCH, settlement=CITY)
    assert len(names(page, "street")) == 44 and page.html.select_one("#q")
    assert names(await choose(browser, branch=BRANCH, settlement=CITY, q="ГОНТ"), "street") == []
    found = await choose(browser, branch=BRANCH, settlement=CITY, q="ґонт")
    assert names(found, "street") == ["вул. Ґонти"] and found.html.select_one("#q")["value"] == "ґонт"
    assert names(await choose(browser, branch=BRANCH, settlement=CITY, q="Квіткова 7"), "street") == [
        "вул. Квіткова 7-та"
    ]


async def test_lists_are_for_the_signed_in_and_for_one_address_not_for_the_register(
    browser: Browser, http, portal: APortal, taras: SignedIn, outside
):
    assert (await Browser(http).get("/linking?proof=address")).status == 303
    find = {"company_id": portal.operator, "by": taras.id, "now": NOW}
    for _ in range(120):
        assert isinstance(await addresses.find(Place(), **find), Found)
    assert isinstance(await addresses.find(Place(), **find), TooManyLists)
    page = await browser.get("/linking")
    assert page.status == 429 and "Ви переглянули дуже багато адрес" in page.words
    assert page.html.select_one("main a[href^='/linking/address']") and not page.html.select(
        "#branch option[value='Південна']"
    )
    outside.clock.moment += timedelta(minutes=1)
    assert (await browser.get("/linking")).status == 200


async def test_another_company_has_its_own_lists(browser: Browser, portal: APortal, taras: SignedIn):
    other = await portals.portal("other.localhost")
    found = await addresses.find(Place(), company_id=other.operator, by=taras.id, now=NOW)
    assert isinstance(found, Found) and found.lists["branch"] == []


@pytest.mark.covers("K24")
@pytest.mark.parametrize("htmx", [False, True])
async def test_an_address_that_is_missing_becomes_a_request(
    browser: Browser, portal: APortal, taras: SignedIn, htmx: bool
):
    page = await choose(browser, branch=BRANCH, settlement=CITY)
    (link,) = [one for one in page.html.select("main a") if one.text == "Немає моєї адреси"]
    page = await browser.get(link["href"])
    assert page.html.select_one("#settlement")["value"] == CITY
    empty = await browser.submit(page.form("/linking/address"), htmx=htmx)
    assert empty.status == 422 and set(empty.mistakes) == {"street", "house"}
    form = page.form("/linking/address")
    typed = {"street": "вул. Нова", "house": "5", "flat": "1", "number": "0910999999"}
    sent = [await browser.submit(form, htmx=htmx, **typed) for _ in range(2)]
    where = {one.headers["hx-redirect" if htmx else "location"] for one in sent}
    case = await Case.objects().first()
    assert where == {f"/linking/asked/{case.number}"} and await Case.count() == 1
    assert (case.kind, case.person_id, case.company_id) == ("address", taras.id, portal.supplier)
    assert "вул. Нова" in case.typed and case.contact == "+380931112233"
    told = await browser.get(where.pop())
    assert case.number in told.words and "10 листопада" in told.words


async def test_a_stranger_sees_no_request_of_another(browser: Browser, http, portal: APortal):
    form = (await browser.get("/linking/address")).form("/linking/address")
    sent = await browser.submit(form, settlement=CITY, street="вул. Нова", house="5")
    stranger = await people.person(portal.id, "Чужий", "+380670000002")
    assert (await Browser(http, stranger.token).get(sent.headers["location"])).status == 404
    for odd in ("0000-0000", "x", "%00", "АБВГ"):
        assert (await browser.get(f"/linking/asked/{odd}")).status == 404


async def test_requests_have_an_end(browser: Browser):
    form = (await browser.get("/linking/address")).form("/linking/address")
    for n in range(10):
        assert (await browser.submit(form, settlement=CITY, street="вул. Нова", house=str(n))).status == 303
    page = await browser.submit(form, settlement=CITY, street="вул. Нова", house="99")
    assert page.status == 429 and page.html.select_one("#house")["value"] == "99" and await Case.count() == 10
