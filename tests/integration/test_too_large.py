"""More than is taken at once: what was too large, how large it may be, and in whose frame it is said."""

import httpx
import pytest

from tests.browser import Browser, Page
from tests.factories.portals import APortal
from tests.integration.test_imports_pages import entered, outside

__all__ = ["outside"]
OURS = {"Sec-Fetch-Site": "same-origin"}
FILES, FORM = "multipart/form-data; boundary=b", "application/x-www-form-urlencoded"
MORE = str(40 * 1024**2)
MENU = {"sid": ".topbar a[href='/cabinet']", "staff": ".office nav a[href='/office/audit']"}


async def sent(browser: Browser, http: httpx.AsyncClient, path: str, kind: str, length: str) -> Page:
    """Whoever says that so much is coming is not listened to."""
    cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    headers = OURS | {"Cookie": cookie, "Content-Type": kind, "Content-Length": length}
    return browser._look(await http.post(path, content=b"--b", headers=headers))


@pytest.mark.parametrize(
    ("path", "kind", "most"),
    [("/readings", FILES, "до 10 МБ"), ("/appeals", FILES, "до 30 МБ"), ("/support", FILES, "до 30 МБ"),
     ("/linking", FILES, "до 64 КБ"), ("/appeals", FORM, "до 64 КБ")],
)  # fmt: skip
async def test_olena_is_told_how_much_is_taken_inside_her_cabinet(
    http: httpx.AsyncClient, browser: Browser, path: str, kind: str, most: str
):
    page = await sent(browser, http, path, kind, MORE)
    assert page.status == 413 and most in page.words and "Нічого не збережено" in page.words, page.words
    assert page.html.select_one(MENU["sid"]) and page.html.select_one("main a[href='/cabinet']")


async def test_a_long_text_is_measured_where_no_size_was_said(browser: Browser):
    page = await browser.post("/appeals", {"text": "а" * 50_000}, **OURS)
    assert page.status == 413 and "до 64 КБ" in page.words and page.html.select_one(MENU["sid"])


async def test_a_visitor_is_told_in_the_visitors_frame(http: httpx.AsyncClient, visitor: Browser):
    page = await sent(visitor, http, "/support", FILES, MORE)
    assert page.status == 413 and "до 30 МБ" in page.words
    assert not page.html.select_one(MENU["sid"]) and page.html.select_one("main a[href='/']")


@pytest.mark.parametrize(
    ("path", "kind", "most"),
    [("/office/imports", FILES, "до 128 МБ"), ("/office/keys", FORM, "до 64 КБ")],
)
async def test_the_administrator_is_told_inside_the_office(
    http: httpx.AsyncClient, portal: APortal, path: str, kind: str, most: str
):
    office = await entered(http, portal, "company_admin", portal.supplier)
    page = await sent(office, http, path, kind, str(200 * 1024**2))
    assert page.status == 413 and most in page.words, page.words
    assert page.html.select_one(MENU["staff"]) and page.html.select_one("main a[href='/office']")
