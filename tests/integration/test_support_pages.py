"""Technical support, from every door: what is sent along is seen, and may be taken away."""

from typing import Any

import pytest

from tests.browser import Browser
from tests.factories.accounts import AnAccount
from tests.factories.people import NOW
from tests.factories.portals import APortal, change_policy
from tests.integration.test_appeals_pages import CONTACTS, the_appeal
from tests.letters import number_of_rows, picture, send
from webapp.actions import limiting
from webapp.database.engine import DB
from webapp.rules import limits

PHONE = (
    "Mozilla/5.0 (Linux; Android 14; SM-G991B) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/129.0.0.0 Mobile Safari/537.36"
)
SAID = {"title": "Не надходить лист з кодом", "text": "Відновлюю пароль, а лист із кодом не надходить."}


async def details() -> dict[str, Any]:
    return await DB.one("SELECT details FROM appeals", into=dict[str, Any]) or {}


@pytest.mark.covers("R20", page="/support")
async def test_whoever_cannot_sign_up_asks_support(visitor: Browser, portal: APortal):
    await change_policy(portal.id, {"contacts": CONTACTS})
    door = await visitor.get("/sign-up/form") if (await visitor.get("/sign-up")).status == 303 else None
    page = door if door and door.status == 200 else await visitor.get("/sign-in")
    way = page.html.select_one("footer a[href^='/support']")["href"]
    form = await visitor.get(way, **{"User-Agent": PHONE})
    assert CONTACTS["mail"] in form.words and form.html.select_one("#page")["value"] == way.partition("=")[2]
    refused = await send(visitor, form.form("/support"), **SAID, contact="не телефон")
    assert refused.status == 422 and set(refused.mistakes) == {"contact"}
    assert refused.form("/support").select_one("textarea").text.strip() == SAID["text"], "the draft is kept"
    page = await visitor.follow(await send(visitor, refused.form("/support"), contact="067 123 45 67"))
    row = await the_appeal()
    assert f"Надіслано, № {row['number']}" in page.words
    assert (row["contact"], row["person_id"], row["kind"]) == ("+380671234567", None, "technical")
    (number, mailbox) = await DB.pool.fetch(
        "SELECT payload FROM pgqueuer WHERE entrypoint = 'written' ORDER BY id"
    )
    assert b"+380671234567" in number["payload"] and CONTACTS["mail"].encode() in mailbox["payload"]
    assert SAID["text"].encode() not in mailbox["payload"], "what was written stays at the desk"
    assert (await visitor.get("/support/sent?number=%3Cb%3E")).status == 404
    while await limiting.take(limits.SUPPORT_PER_ADDRESS, limits.address_alone("127.0.0.1"), NOW):
        pass
    form = (await visitor.get("/support")).form("/support")
    last = await send(visitor, form, **SAID, contact="olena@example.com")
    assert last.status == 429 and "Це забагато за раз" in last.words and SAID["text"] in last.words


@pytest.mark.covers("B18", "B19", "B20", "B21", "B22", "H09", page="/support")
async def test_a_letter_from_the_cabinet_brings_its_circumstances(browser: Browser, flat: AnAccount, olena):
    assert (await browser.get("/cabinet")).html.select_one(".side-menu a[href='/support']")
    referer = {"User-Agent": PHONE, "Referer": "http://localhost/bills?month=2026-10"}
    page = await browser.get("/support", **referer)
    known = {one["name"]: one.get("value", "") for one in page.form("/support").select("input[type=text]")}
    assert (known["page"], known["login"], known["account"]) == ("/bills", olena.login, flat.number)
    assert (known["browser"], known["system"], known["device"]) == ("Chrome 129", "Android 14", "SM-G991B")
    typed = SAID | {
        "title": "Не завантажується рахунок", "action": "відкриваю рахунок", "service": "app", "company": "Миколаївгаз",
        "meter": "0204517", "device": "", "version": "",
    }  # fmt: skip
    shot = ("знімок.png", picture(kind="PNG"), "image/png")
    shown = await browser.follow(await send(browser, page.form("/support"), shot, **typed))
    assert "Не завантажується рахунок" in shown.html.h1.text and "знімок.jpg" in shown.words
    assert await details() == {
        "service": "app", "page": "/bills", "action": "відкриваю рахунок", "login": olena.login,
        "account": flat.number, "company": "Миколаївгаз", "meter": "0204517", "browser": "Chrome 129",
        "system": "Android 14",
    }, "what was cleared is not sent"  # fmt: skip
    assert (await the_appeal())["account_id"] == flat.id


async def test_support_can_be_asked_from_a_page_that_is_not_there(browser: Browser, visitor: Browser):
    lost = await visitor.get("/nothing/here")
    way = lost.html.select_one("main a[href^='/support']")["href"]
    assert (await visitor.get(way)).html.select_one("#page")["value"] == "/nothing/here"
    for trick in ("//evil.example/x", "https://evil.example", "/password/" + "x" * 60, "/a\n"):
        told = (await visitor.get("/support?from=" + trick.replace("\n", "%0A"))).html.select_one("#page")[
            "value"
        ]
        assert "evil" not in told and "xxx" not in told
    assert await number_of_rows("appeals") == 0
