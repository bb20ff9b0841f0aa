"""Where one goes from here: sections, accounts, the person's own menu; by the policy of the portal."""

import httpx
import pytest

from tests.browser import Browser, Page
from tests.factories import accounts, people, portals
from tests.factories.accounts import AnAccount
from tests.factories.people import SignedIn
from tests.factories.portals import APortal

MOVE = {"X-Move": "page"}
LEFT = {"navigation": {"accounts": "left"}}


@pytest.fixture
async def parents(portal: APortal, olena: SignedIn, flat: AnAccount) -> AnAccount:
    """Olena's second account."""
    made = await accounts.account(portal, "0910311208", "вул. Лугова, 9", balance="0")
    await accounts.link(olena.id, made.id, position=1)
    return made


def links(page: Page, where: str) -> dict[str, str]:
    return {" ".join(link.get_text(" ").split()): link["href"] for link in page.html.select(f"{where} a")}


@pytest.mark.covers("B12")
async def test_sections_are_on_the_left_and_the_person_is_on_the_right(browser: Browser):
    page = await browser.get("/cabinet")
    sections = {
        "Головна": "/cabinet", "Показання": "/readings", "Рахунки": "/bills", "Статистика": "/statistics",
        "Профіль": "/profile", "Звернення": "/appeals",
    }  # fmt: skip
    assert links(page, ".side-menu > div > ul") == sections
    assert page.html.select_one(".side-menu").find_next("main"), "the menu comes before what it leads to"
    (last,) = page.html.select("header.topbar > :last-child")
    assert "person-drop" in last["class"]
    for way in ("/profile", "/linking", "/help/contacts"):
        assert last.select_one(f"a[href='{way}']")
    assert last.select_one("form[action='/sign-out']")


@pytest.mark.parametrize("path", ["/cabinet", "/readings", "/bills", "/statistics", "/profile"])
async def test_the_section_one_is_in_is_marked_in_both_menus(browser: Browser, path: str):
    page = await browser.get(path)
    marked = page.html.select("nav.menu a[aria-current=page]")
    assert [link["href"] for link in marked] == [path, path]


async def test_on_a_phone_the_sections_have_words(browser: Browser):
    page = await browser.get("/cabinet")
    assert list(links(page, ".bottom-bar")) == ["Головна", "Показання", "Рахунки", "Статистика", "Профіль"]


@pytest.mark.covers(
    "K16",
    instead="the sections stand below the accounts on the left and have words on phones too; contacts and the way"
    " out are in the person's menu",
)
@pytest.mark.covers("K25")
async def test_accounts_are_in_the_left_menu_where_the_portal_keeps_them_there(
    browser: Browser, portal: APortal, flat: AnAccount, parents: AnAccount
):
    assert not (await browser.get("/cabinet")).html.select_one(".side-accounts")
    await portals.change_policy(portal.id, LEFT)
    page = await browser.get("/cabinet")
    assert page.html.select_one(".side-accounts p").text == "Мої рахунки:"
    assert links(page, ".side-accounts") == {
        "вул. Садова, 18, кв. 42 0910204517": f"/cabinet?account={flat.id}",
        "вул. Лугова, 9 0910311208": f"/cabinet?account={parents.id}",
        "Додати рахунок": "/linking",
        "Усі рахунки": "/accounts",
    }
    (now,) = page.html.select(".side-accounts a[aria-current]")
    assert now["href"] == f"/cabinet?account={flat.id}"
    other = await browser.get(f"/cabinet?account={parents.id}")
    (now,) = other.html.select(".side-accounts a[aria-current]")
    assert now["href"] == f"/cabinet?account={parents.id}" and "Лугова, 9" in other.html.h1.text


@pytest.mark.parametrize("policy", [LEFT, {}], ids=["left", "switcher"])
@pytest.mark.parametrize(
    "path", ["/cabinet", "/readings", "/readings/new", "/bills", "/statistics", "/profile", "/linking",
             "/linking/company", "/linking/company/asked"]
)  # fmt: skip
async def test_every_page_of_the_cabinet_knows_all_accounts(
    browser: Browser, portal: APortal, parents: AnAccount, path: str, policy: dict[str, object]
):
    await portals.change_policy(portal.id, policy)
    page = await browser.get(path)
    menu = ".side-accounts" if policy else ".switcher-drop"
    assert page.status == 200
    assert len(page.html.select(f"{menu} a[href^='/cabinet?account=']")) == 2
    assert "Рахунків ще немає" not in page.words


async def test_the_page_that_the_device_keeps_names_no_account(
    http: httpx.AsyncClient, portal: APortal, olena: SignedIn, parents: AnAccount
):
    await portals.change_policy(portal.id, LEFT)
    page = await http.get("/offline", headers={"Cookie": f"sid={olena.token}"})
    assert page.status_code == 200
    assert "side-menu" in page.text and "side-accounts" not in page.text and "Садова" not in page.text


@pytest.mark.parametrize("path", ["/cabinet", "/readings", "/bills", "/statistics", "/profile", "/appeals"])
async def test_a_page_that_another_page_asks_for_is_the_whole_document(
    browser: Browser, visitor: Browser, path: str
):
    """What a device keeps of it opens by itself later, and holds nothing that counts once."""
    alone, moved = await browser.get(path), await browser.get(path, **MOVE)
    assert str(moved.html) == str(alone.html)
    kept = ("x-offline", "x-partition", "vary")
    assert [moved.headers.get(name) for name in kept] == [alone.headers.get(name) for name in kept]
    assert moved.html.select_one("html[data-build] body[data-person] main[data-moves]")
    assert "x-offline" not in moved.headers or not moved.html.select("[name=submission_id], [name*=token]")
    out = await visitor.get(path, **MOVE)
    assert (out.status, out.headers["location"].partition("?")[0]) == (303, "/sign-in")


@pytest.mark.parametrize("path", ["/offline", "/check", "/help", "/business/new"])
async def test_pages_of_other_frames_are_documents_of_their_own(browser: Browser, portal: APortal, path: str):
    await portals.change_policy(portal.id, {"accounts": {"business": True}})
    page = await browser.fetch(path)
    assert (page.status_code, "data-moves" in page.text) == (200, False)


async def test_who_has_no_account_yet_is_shown_the_way_to_one(http: httpx.AsyncClient, portal: APortal):
    await portals.change_policy(portal.id, LEFT)
    taras = await people.person(portal.id, "Тарас", "taras@example.com")
    page = await Browser(http, taras.token).get("/cabinet")
    assert links(page, ".side-accounts") == {"Додати рахунок": "/linking", "Усі рахунки": "/accounts"}


@pytest.mark.parametrize("path", ["/", "/sign-in", "/sign-up", "/help", "/legal/privacy", "/nothing-here"])
async def test_a_visitor_finds_the_ways_in_on_every_public_page(visitor: Browser, path: str):
    page = await visitor.get(path)
    if page.status == 303:
        page = await visitor.follow(page)
    ways = {"Увійти": "/sign-in", "Реєстрація": "/sign-up"}
    assert ways.items() <= links(page, "header.topbar").items()
    assert ways.items() <= links(page, "footer").items()


async def test_the_signed_in_are_not_asked_in_again(browser: Browser):
    page = await browser.get("/help")
    assert "Увійти" not in page.words and not page.html.select_one("a[href='/sign-up']")
