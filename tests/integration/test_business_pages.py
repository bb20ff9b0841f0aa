"""Olena keeps a bakery's cabinet beside her own: how she comes in, and who else may."""

import asyncio

import pytest

from tests.browser import Browser, Page
from tests.factories import businesses, people
from tests.factories.businesses import CONTRACT, EDRPOU, ABusiness
from tests.factories.people import NOW, SignedIn
from tests.factories.portals import APortal, change_policy, new_id
from webapp.actions import businesses as actions
from webapp.actions import colleagues
from webapp.actions.businesses import Added, Taken, TooManyTries

POLICY = {"languages": ["uk", "ru", "en"], "accounts": {"business": True}}


@pytest.fixture
async def bakery(portal: APortal) -> ABusiness:
    await change_policy(portal.id, POLICY)
    return await businesses.business(portal)


async def add(browser: Browser, edrpou: str = EDRPOU, contract: str = CONTRACT) -> Page:
    return await browser.submit((await browser.get("/business/new")).form(), edrpou=edrpou, contract=contract)


@pytest.mark.covers("B11", "B17", "B21", page="/business/new")
async def test_code_and_contract_open_the_cabinet_of_a_business(browser: Browser, bakery: ABusiness):
    page = await browser.follow(await add(browser, " 3285 5961 "))
    for words in (
        "ТОВ «Бузький хліб»",
        "ЄДРПОУ 32855961",
        "41-2217/26",
        "Лариса Ткач",
        "manager@example.com",
    ):
        assert words in page.words
    assert "Особистий" in page.words
    again = await add(browser)
    assert again.headers["location"] == f"/business/{bakery.id}"
    assert await businesses.members(bakery.id) == ["owner"]


@pytest.mark.parametrize(
    ("typed", "mistakes"),
    [
        ({"edrpou": "", "contract": ""}, {"edrpou", "contract"}),
        ({"edrpou": "32855968", "contract": CONTRACT}, {"edrpou"}),
        ({"edrpou": "1234567899", "contract": CONTRACT}, {"edrpou"}),
        ({"edrpou": EDRPOU, "contract": "9" * 30}, {"contract"}),
    ],
)
async def test_what_is_wrong_is_told_beside_its_field_and_kept(
    browser: Browser, bakery: ABusiness, typed: dict[str, str], mistakes: set[str]
):
    page = await add(browser, **typed)
    assert page.status == 422 and set(page.mistakes) == mistakes
    assert page.html.select_one("#edrpou")["value"] == typed["edrpou"]
    assert await businesses.members(bakery.id) == []


@pytest.mark.parametrize(("code", "contract"), [(EDRPOU, "41-2218/26"), ("12345678", CONTRACT)])
async def test_both_numbers_must_be_right_and_which_is_wrong_is_not_said(
    browser: Browser, bakery: ABusiness, code: str, contract: str
):
    page = await add(browser, code, contract)
    assert page.status == 422 and "Не знайшли такого бізнесу" in page.words and page.mistakes == {}


async def test_whoever_comes_second_asks_the_owner(browser: Browser, stranger: Browser, bakery: ABusiness):
    await add(browser)
    page = await add(stranger)
    assert page.status == 422 and "вже є кабінет" in page.words
    assert (await stranger.get(f"/business/{bakery.id}")).status == 404


async def test_of_two_at_once_one_becomes_the_owner(bakery: ABusiness, olena: SignedIn, other: SignedIn):
    tries = [
        actions.add(bakery.company_id, EDRPOU, CONTRACT, by=person.id, ip=f"203.0.{n}.1", now=NOW)
        for n in range(2)
        for person in (olena, other)
    ]
    outcomes = await asyncio.gather(*tries)
    assert sum(isinstance(one, Taken) for one in outcomes) == 2
    assert sum(isinstance(one, Added) and one.fresh for one in outcomes) == 1
    assert await businesses.members(bakery.id) == ["owner"]


async def test_guessing_contracts_ends_after_five(bakery: ABusiness, olena: SignedIn):
    tries = [
        actions.add(bakery.company_id, EDRPOU, f"41-{n}/26", by=olena.id, ip="203.0.113.7", now=NOW)
        for n in range(50)
    ]
    outcomes = await asyncio.gather(*tries)
    assert sum(not isinstance(one, TooManyTries) for one in outcomes) == 5


async def test_the_portal_decides_whether_there_are_businesses(browser: Browser, portal: APortal):
    assert (await browser.get("/business")).status == 404
    assert "Бізнес-кабінет" not in (await browser.get("/cabinet")).words
    await change_policy(portal.id, POLICY)
    assert (await browser.get("/business")).headers["location"] == "/business/new"
    assert "Бізнес-кабінет" in (await browser.get("/cabinet")).words


async def test_an_owner_lets_a_colleague_go_and_nobody_else_does(
    browser: Browser, stranger: Browser, bakery: ABusiness, olena: SignedIn, other: SignedIn
):
    own = await businesses.member(bakery.id, olena.id)
    theirs = await businesses.member(bakery.id, other.id, "readings")
    assert (await stranger.post(f"/business/{bakery.id}/members/{own}/remove", {}, **SAME)).status == 404
    last = await browser.post(f"/business/{bakery.id}/members/{own}/remove", {}, **SAME)
    assert last.status == 422 and "Останній власник" in last.words
    gone = await browser.post(f"/business/{bakery.id}/members/{theirs}/remove", {}, **SAME)
    assert gone.status == 303 and (await stranger.get(f"/business/{bakery.id}")).status == 404
    again = await browser.post(f"/business/{bakery.id}/members/{theirs}/remove", {}, **SAME)
    assert again.status == 404


async def test_two_owners_who_leave_at_once_leave_one_behind(
    bakery: ABusiness, olena: SignedIn, other: SignedIn
):
    both = [(person, await businesses.member(bakery.id, person.id)) for person in (olena, other)]
    await asyncio.gather(*(colleagues.let_go(id, bakery.id, by=person.id) for person, id in both))
    assert await businesses.members(bakery.id) == ["owner"]


async def invited(browser: Browser, bakery: ABusiness, role: str = "readings") -> str:
    """The address that the owner passes on."""
    form = (await browser.get(f"/business/{bakery.id}")).form(f"/business/{bakery.id}/invitations")
    twice = [await browser.submit(form, note="Бухгалтерка", role=role) for _ in range(2)]
    page = await browser.follow(twice[1])
    assert page.words.count("Бухгалтерка ") == 1
    return str(page.html.select_one("#link")["value"])


async def test_a_colleague_comes_in_by_the_owners_link_once(
    browser: Browser, stranger: Browser, bakery: ABusiness, olena: SignedIn, other: SignedIn, portal: APortal
):
    await businesses.member(bakery.id, olena.id)
    link = await invited(browser, bakery)
    assert link.startswith(f"{portal.address}/business/invitations/")
    path = link.removeprefix(portal.address)
    page = await stranger.get(path)
    assert "ТОВ «Бузький хліб»" in page.words and "лише показання" in page.words
    inside = await stranger.follow(await stranger.submit(page.form(path)))
    assert "Хто працює" not in inside.words and "41-2217/26" in inside.words
    assert await businesses.members(bakery.id) == ["owner", "readings"]
    taras = await people.person(portal.id, "Тарас", "taras@example.com")
    late = Browser(browser._http, taras.token)
    assert (await late.get(path)).status == 404 and (await late.post(path, {}, **SAME)).status == 410
    assert (
        await stranger.post(
            f"/business/{bakery.id}/invitations", {"id": str(bakery.id), "role": "owner"}, **SAME
        )
    ).status == 404


async def test_a_withdrawn_link_and_a_foreign_one_let_nobody_in(
    browser: Browser, stranger: Browser, bakery: ABusiness, olena: SignedIn, portal: APortal
):
    await businesses.member(bakery.id, olena.id)
    path = (await invited(browser, bakery)).removeprefix(portal.address)
    page = await browser.get(f"/business/{bakery.id}")
    (withdraw,) = [
        form["action"] for form in page.html.select("form") if form["action"].endswith("/withdraw")
    ]
    assert (await stranger.post(withdraw, {}, **SAME)).status == 404
    assert (await browser.post(withdraw, {}, **SAME)).status == 303
    assert (await stranger.post(path, {}, **SAME)).status == 410
    assert (await stranger.get(path[:-1] + "A")).status == 404
    assert await businesses.members(bakery.id) == ["owner"]


async def test_of_two_with_one_link_one_comes_in(
    bakery: ABusiness, olena: SignedIn, other: SignedIn, portal: APortal
):
    await businesses.member(bakery.id, olena.id)
    taras = await people.person(portal.id, "Тарас", "taras@example.com")
    id = new_id()
    await colleagues.invite(id, bakery.id, "viewer", "", by=olena.id, portal_id=portal.id, now=NOW)
    both = [colleagues.accept(id, by=one.id, portal_id=portal.id, now=NOW) for one in (taras, other)]
    assert sum(outcome is None for outcome in await asyncio.gather(*both)) == 1
    assert await businesses.members(bakery.id) == ["owner", "viewer"]


SAME = {"Sec-Fetch-Site": "same-origin"}
