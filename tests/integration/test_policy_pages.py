"""Every field of a portal's policy that a page shows: a change in the database is a change of the page.

Those of the door are in test_policy_door.py. What can be booked (P-21), what letters may be about (P-20), and
further logins (B08) have no pages yet.
"""

from typing import Any

import httpx
import pytest

from tests.browser import Browser
from tests.factories import accounts, people
from tests.factories.accounts import AnAccount
from tests.factories.portals import APortal, change_policy
from webapp.rules.policy import BadPolicy

NUMBER = "0910204517"


async def words(browser: Browser, portal: APortal, path: str, **policy: Any) -> str:
    """What a page says after the change, with ordinary spaces."""
    await change_policy(portal.id, policy)
    page = await browser.get(path)
    assert page.status == 200, (path, page.status)
    return page.words.replace("\u00a0", " ")


@pytest.fixture
async def newcomer(http: httpx.AsyncClient, portal: APortal) -> Browser:
    """Signed in, with no account yet; nobody has the flat, whose number and payments are known."""
    someone = await people.person(portal.id, "Тарас", "taras@example.com")
    await accounts.account(portal, NUMBER, "вул. Садова, 18, кв. 42")
    return Browser(http, someone.token)


async def link(browser: Browser, portal: APortal, number: str = NUMBER, amount: str = "186,40") -> Any:
    form = (await browser.get("/linking")).form("/linking")
    return await browser.submit(form, company=str(portal.supplier), number=number, amount=amount)


@pytest.mark.covers("B14")
@pytest.mark.parametrize("maximum", [1, 2])
async def test_p02_the_most_accounts_of_a_person(newcomer: Browser, portal: APortal, maximum: int):
    await change_policy(portal.id, {"accounts": {"maximum": maximum}})
    assert (await link(newcomer, portal)).status == 303
    second = await accounts.account(portal, "0910204520", "вул. Лугова, 1")
    page = await link(newcomer, portal, second.number)
    assert page.status == (422 if maximum == 1 else 303)
    assert maximum == 2 or "У Вас уже 1 рахунок" in page.words


@pytest.mark.parametrize("exclusive", [True, False])
async def test_p02_an_account_for_one_person_alone(
    newcomer: Browser, http: httpx.AsyncClient, portal: APortal, exclusive: bool
):
    await change_policy(portal.id, {"accounts": {"maximum": 1, "exclusive": exclusive}})
    await link(newcomer, portal)
    other = await people.person(portal.id, "Чужий", "other@example.com")
    assert (await link(Browser(http, other.token), portal)).status == (422 if exclusive else 303)


@pytest.mark.covers("A17")
async def test_p06_whether_the_payment_before_the_last_proves_it(newcomer: Browser, portal: APortal):
    await change_policy(portal.id, {"proofs": ["last_payment"]})
    page = await link(newcomer, portal, amount="150,05")
    assert page.status == 422 and "попередній" not in page.words
    await change_policy(portal.id, {"proofs": ["last_payment", "previous_payment"]})
    assert "попередній платіж" in (await newcomer.get("/linking")).words
    assert (await link(newcomer, portal, amount="150,05")).status == 303


async def test_p06_which_proofs_are_asked(visitor: Browser, newcomer: Browser, portal: APortal):
    said = await words(visitor, portal, "/help/sign-up", proofs=["address", "number", "pin"])
    assert "PIN" in said and "суму останнього платежу" not in said
    page = await newcomer.get("/linking")
    assert [tab.text for tab in page.html.select("main .tabs a")] == ["Адреса", "Лише номер", "PIN-код"]


@pytest.mark.parametrize(
    ("typed_in", "said", "fits"), [("kopeck", "копійки", "5572"), ("hryvnia", "грн", "55,72")]
)
async def test_p17_how_the_last_charge_is_typed(
    newcomer: Browser, portal: APortal, typed_in: str, said: str, fits: str
):
    page = await words(newcomer, portal, "/linking", proofs=["last_charge"], money={"typed_in": typed_in})
    assert f"Сума останнього нарахування, {said}" in page
    form = (await newcomer.get("/linking")).form("/linking")
    linked = await newcomer.submit(form, company=str(portal.operator), number=NUMBER, charge=fits)
    assert linked.status == 303


@pytest.mark.parametrize(
    ("numbers", "typed", "hint"),
    [
        ({"pattern": "[0-9]{10}", "length": 10}, NUMBER, "10 цифр"),
        ({"pattern": "[0-9]{4,12}", "strip_separators": True}, "091-020-4517", "дефіси й пробіли приберемо"),
        ({"pattern": "[0-9]{4,12}", "strip_leading_zeros": False}, NUMBER, "Як у договорі"),
    ],
)
async def test_p07_how_numbers_are_written(newcomer: Browser, portal: APortal, numbers, typed, hint):
    assert hint in await words(newcomer, portal, "/linking", numbers=numbers)
    assert (await link(newcomer, portal, typed)).status == 303


async def test_p07_strict_where_the_portal_is_strict(newcomer: Browser, portal: APortal):
    await change_policy(portal.id, {"numbers": {"pattern": "[0-9]{4,12}"}})
    assert "«-»" in (await link(newcomer, portal, "091-020-4517")).mistakes["number"]
    await change_policy(portal.id, {"numbers": {"pattern": "[0-9]{4,12}", "strip_leading_zeros": True}})
    assert "Такого рахунку не знайшли" in (await link(newcomer, portal)).words, "it is read as 910204517"


async def test_p08_before_the_form_or_before_the_first_account(
    visitor: Browser, newcomer: Browser, portal: APortal
):
    await change_policy(portal.id, {"consent": {"moment": "before"}})
    assert (await visitor.get("/sign-up/form")).headers["location"] == "/sign-up/consent"
    assert (await newcomer.get("/linking")).form("/linking")
    await change_policy(portal.id, {"consent": {"moment": "after"}})
    assert (await visitor.get("/sign-up/form")).status == 200
    assert (await newcomer.get("/linking")).form("/linking/consent")


async def test_p09_who_takes_readings(visitor: Browser, browser: Browser, portal: APortal):
    nobody = {"readings": {"taken_by": []}}
    assert "Передавати показання" in await words(visitor, portal, "/")
    assert "Показання приймає лише оператор ГРМ" in await words(visitor, portal, "/", **nobody)
    assert "Показання приймає оператор" in await words(browser, portal, "/cabinet", **nobody)
    assert (await browser.get("/readings/new")).html.select_one("form[data-outbox]") is None


async def test_p09_whether_they_are_passed_on(browser: Browser, portal: APortal):
    passed_on = "Показання передамо оператору ГРМ «Миколаївгаз»"
    taken = {"taken_by": ["supplier"], "forwarded": True}
    assert passed_on in await words(browser, portal, "/readings/new", readings=taken)
    assert passed_on not in await words(browser, portal, "/readings/new", readings={"forwarded": False})


async def test_p10_the_window(visitor: Browser, browser: Browser, portal: APortal):
    whole = {"opens_day": 28, "closes_day": 5}
    assert "З 28-го числа до кінця дня 5-го числа наступного" in await words(
        visitor, portal, "/", window=whole
    )
    short = {"opens_day": 1, "closes_day": 4}
    assert "З 1-го до кінця дня 4-го числа" in await words(visitor, portal, "/", window=short)
    assert "до кінця дня 4 листопада" in await words(browser, portal, "/cabinet", window=short)
    assert "до кінця дня 5 листопада" in await words(browser, portal, "/cabinet", window=whole)
    assert '"closes_day":4' in await device_data(browser, portal, window=short)


async def device_data(browser: Browser, portal: APortal, **policy: Any) -> str:
    await change_policy(portal.id, policy)
    return str((await browser.get("/cabinet")).html.select_one("script#meters").string)


@pytest.mark.covers("K10")
async def test_p11_from_which_day_one_pays(visitor: Browser, portal: APortal):
    assert "минулий місяць" not in await words(visitor, portal, "/", payments={"opens_after_day": None})
    assert "після 12-го числа" in await words(visitor, portal, "/", payments={"opens_after_day": 12})
    assert "від 13-го числа" in await words(visitor, portal, "/help", payments={"opens_after_day": 12})


@pytest.mark.covers("A18", "K18", "K19")
async def test_p12_how_old_a_figure_may_be(browser: Browser, portal: APortal):
    said = await words(browser, portal, "/cabinet", freshness={"payments_days": 14})
    assert "впродовж 14 днів" in said and "робочих" not in said
    late = {"payments_days": 7, "working": True, "charges_by_day": 10}
    said = await words(browser, portal, "/cabinet", freshness=late)
    assert "7 робочих днів" in said and "не пізніше 10 числа" in said


async def test_p13_languages(visitor: Browser, browser: Browser, portal: APortal):
    for languages in (["uk"], ["uk", "ru"], ["uk", "ru", "en"]):
        await change_policy(portal.id, {"languages": languages})
        for who, path in ((visitor, "/"), (browser, "/cabinet")):
            offered = [link["hreflang"] for link in (await who.get(path)).html.select("header a[hreflang]")]
            assert offered == (languages if len(languages) > 1 else [])


async def test_p14_browsers(visitor: Browser, portal: APortal):
    named = {"browsers": {"named": ["Netscape", "Lynx"]}, "logins": {"introduced": True}}
    for path in ("/help/browsers", "/sign-up"):
        assert "Netscape" in await words(visitor, portal, path, **named)


@pytest.mark.covers("A48")
async def test_p16_days_of_an_annulment(visitor: Browser, portal: APortal):
    assert "протягом 7 днів" in await words(visitor, portal, "/help/sign-up")
    assert "протягом 10 днів" in await words(visitor, portal, "/help/sign-up", annulment={"days": 10})


async def test_p18_contacts(visitor: Browser, browser: Browser, portal: APortal):
    told = {"phone": "+380536701212", "mail": "help@example.com", "hours": "Пн–Чт 8:00–17:15"}
    for who, path in ((visitor, "/"), (visitor, "/help/contacts"), (visitor, "/sign-up/refused")):
        said = await words(who, portal, path, contacts=told)
        assert "+380 53 670 12 12" in said and "help@example.com" in said and "17:15" in said, path
    assert "+380 53" not in await words(visitor, portal, "/")


@pytest.mark.parametrize("where", ["left", "switcher"])
async def test_p19_accounts_on_the_left_or_on_top(
    browser: Browser, portal: APortal, flat: AnAccount, where: str
):
    await change_policy(portal.id, {"navigation": {"accounts": where}})
    page = await browser.get("/cabinet")
    assert bool(page.html.select(f".side-accounts a[href$='{flat.id}']")) is (where == "left")


async def test_the_colour_around_the_pages_is_the_portals(http: httpx.AsyncClient, portal: APortal):
    for colour in ("#361b6d", "#003c27"):
        await change_policy(portal.id, {"look": {"theme": colour}})
        assert (await http.get("/manifest.json")).json()["theme_color"] == colour


@pytest.mark.parametrize(
    "policy",
    [
        {"proofs": ["previous_payment"]}, {"proofs": []}, {"look": {"theme": "red"}}, {"passwords": {"minimum": 4}},
        {"languages": ["ru"]}, {"accounts": {"maximum": 2, "exclusive": True}}, {"logins": {"kinds": []}},
    ],
)  # fmt: skip
async def test_a_policy_that_contradicts_itself_is_told_to_whoever_writes_it(portal: APortal, policy: Any):
    with pytest.raises(Exception) as told:  # noqa: B017
        await change_policy(portal.id, policy)
    assert isinstance(told.value.__cause__, BadPolicy)
