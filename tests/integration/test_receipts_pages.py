"""The receipt of a reading: for those who may see the account, and a check for everybody."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import httpx
import pytest

from tests.browser import Browser
from tests.factories import accounts, people, portals
from tests.factories.accounts import AnAccount
from tests.factories.people import SignedIn
from tests.factories.portals import APortal
from tests.integration.test_readings_api import answers, queued
from tests.integration.test_round_trips import Statements, statements
from webapp.database.engine import DB
from webapp.database.tables.accounts import Link
from webapp.database.tables.portals import Company
from webapp.database.tables.readings import Reading
from webapp.outside import Outside
from webapp.outside.receipt_keys import EmbeddedKeys, verify

__all__ = ["statements"]
PRIVATE = ("Коваленко", "Садова", "0910204517", "Миколаїв,")


@pytest.fixture
async def receipt(browser: Browser, flat: AnAccount) -> str:
    """The address of the receipt that Olena got for 04 152."""
    (said,) = await answers(browser, queued(flat, "04152"))
    return str(said["receipt"])


async def link_on(browser: Browser, receipt: str) -> str:
    """Path and query of the check."""
    page = await browser.get(receipt)
    assert page.status == 200, page.words
    told = urlsplit(str(page.html.select_one("a[href*='/check?r=']")["href"]))
    return f"{told.path}?{told.query}"


def seal_in(link: str) -> bytes:
    raw = parse_qs(urlsplit(link).query)["r"][0]
    return urlsafe_b64decode(raw + "=" * (-len(raw) % 4))


async def first_reading(flat: AnAccount) -> UUID:
    """The one of the factory, from before there were receipts."""
    sql = "SELECT to_json(id) FROM readings WHERE meter_id = $1 AND value = 4127"
    found = await DB.one(sql, flat.meter_id, into=UUID)
    assert found
    return found


async def test_who_sends_a_reading_is_led_to_its_receipt(browser: Browser):
    form = (await browser.get("/readings/new")).form("/readings")
    plain = await browser.follow(await browser.submit(form, value="4152"))
    link = plain.html.select_one("main [role=status] a")
    assert link and link.text == "Квитанція"
    page = await browser.get(str(link["href"]))
    assert page.status == 200 and "Показання прийнято" in page.words
    for told in ("04152", "АТ «Миколаївгаз»", "···· 4517", "№ 0204517", "3 листопада 2026", "жовтень 2026", "споживач",
                 "3 листопада 2026 20:00:00"):  # fmt: skip
        assert told in page.words.replace("\u00a0", " "), told
    assert page.html.select_one("img.qr[src^='data:image/svg']") and "Садова" not in page.words


async def test_the_partial_leads_there_too_and_so_does_every_row(browser: Browser):
    form = (await browser.get("/readings/new")).form("/readings")
    partial = await browser.submit(form, htmx=True, value="4152")
    address = str(partial.html.select_one("a[href^='/receipts/']")["href"])
    rows = (await browser.get("/readings")).html.select("main a.reading-link[href^='/receipts/']")
    assert len(rows) == 2 and address in [row["href"] for row in rows]
    assert "прийнято" in (await browser.get(address)).words


async def test_the_device_is_told_where_the_receipt_is_also_at_a_replay(browser: Browser, flat: AnAccount):
    item = queued(flat, "04152")
    first, again = await answers(browser, item), await answers(browser, item)
    assert first[0]["receipt"] == again[0]["receipt"] == f"/receipts/{item['submission_id']}"
    (refused,) = await answers(browser, queued(flat, "04160"))
    assert refused["outcome"] == "rejected" and "receipt" not in refused


async def test_a_stranger_and_a_visitor_do_not_get_it(browser, stranger, visitor, receipt: str):
    assert (await browser.get(receipt)).status == 200
    assert (await stranger.get(receipt)).status == 404
    asked = await visitor.get(receipt)
    assert asked.status == 303 and asked.headers["location"].startswith("/sign-in?next=")
    for odd in (f"/receipts/{uuid4()}", "/receipts/x", "/receipts/"):
        assert (await browser.get(odd)).status == 404, odd


@pytest.mark.parametrize(("role", "status"), [("family", 200), ("reader", 200), ("payer", 404)])
async def test_of_the_family_those_see_it_who_see_readings(
    http: httpx.AsyncClient, portal: APortal, flat: AnAccount, receipt: str, role: str, status: int
):
    taras = await people.person(portal.id, "Тарас Коваленко", "taras@example.com")
    await accounts.link(taras.id, flat.id, role=role)
    assert (await Browser(http, taras.token).get(receipt)).status == status


async def test_what_was_not_accepted_or_not_given_has_no_receipt(browser: Browser, flat: AnAccount):
    (_, refused) = await answers(browser, first := queued(flat, "04152"), second := queued(flat, "04160"))
    refused_id = second["submission_id"] if refused["outcome"] == "rejected" else first["submission_id"]
    planned = await first_reading(flat)
    await Reading.update({Reading.source: "planned"}).where(Reading.id == planned)
    for id in (refused_id, planned):
        assert (await browser.get(f"/receipts/{id}")).status == 404
    assert len((await browser.get("/readings")).html.select("a.reading-link[href^='/receipts/']")) == 1


async def test_where_a_portal_takes_no_readings_it_signs_none(
    browser: Browser, portal: APortal, receipt: str
):
    await portals.change_policy(portal.id, {"languages": ["uk"], "readings": {"taken_by": []}})
    assert (await browser.get(receipt)).status == 404
    assert not (await browser.get("/readings")).html.select("a[href^='/receipts/']")


async def test_it_names_the_company_that_took_the_reading(browser: Browser, portal: APortal, flat: AnAccount):
    await portals.change_policy(portal.id, {"languages": ["uk"], "readings": {"taken_by": ["supplier"]}})
    (said,) = await answers(browser, queued(flat, "04152"))
    assert "ТОВ «Миколаївгаз Збут»" in (await browser.get(said["receipt"])).words


async def test_anybody_checks_it_and_learns_no_name(browser: Browser, visitor: Browser, receipt: str):
    page = await visitor.get(await link_on(browser, receipt))
    assert page.status == 200 and "Квитанція справжня" in page.words
    words = page.words.replace("\u00a0", " ")
    for told in ("04152", "···· 4517", "№ 0204517", "АТ «Миколаївгаз»", "жовтень 2026"):
        assert told in words, told
    assert not any(private in str(page.html.main) for private in PRIVATE)
    assert (await browser.get(await link_on(browser, receipt))).status == 200, "also who is signed in"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("\n04152\n", "\n04153\n"),
        ("\n2026-11-03\n", "\n2026-11-02\n"),
        ("\n4517\n", "\n4518\n"),
        ("Миколаївгаз", "Київгаз"),
    ],
)
async def test_one_changed_digit_is_seen_and_not_repeated(
    browser, visitor: Browser, receipt: str, before: str, after: str
):
    seal = seal_in(await link_on(browser, receipt))
    assert seal.count(before.encode()) == 1
    forged = seal.replace(before.encode(), after.encode())
    page = await visitor.get("/check?r=" + urlsafe_b64encode(forged).decode().rstrip("="))
    assert (
        page.status == 200 and "Підпис не збігається" in page.words and "справжня" not in page.html.main.text
    )
    assert not page.html.select(".slip"), "what is not genuine is not shown on our page"


async def test_a_receipt_of_another_cabinet_says_so(browser, visitor, outside: Outside, receipt: str):
    link = await link_on(browser, receipt)
    id = outside.receipts.current().id
    object.__setattr__(outside, "receipts", EmbeddedKeys())
    page = await visitor.get(link)
    assert "не цього кабінету" in page.words and id in page.words and not page.html.select(".slip")


@pytest.mark.parametrize(
    "typed",
    ["", "x", "%00", "%ff%fe", "А" * 50, "9" * 5000, "AAAA&r=BBBB", "%3Cscript%3Ealert(1)%3C/script%3E",
     "http://localhost/check?r=", "_-" * 150],
)  # fmt: skip
async def test_what_is_no_receipt_is_answered_with_a_sentence(visitor: Browser, typed: str):
    page = await visitor.get(f"/check?r={typed}")
    assert page.status == 422 and "Це не повна квитанція" in page.words
    assert page.form("/check").select_one("textarea") is not None


async def test_an_old_reading_gets_its_receipt_at_the_first_look_and_keeps_it(
    browser: Browser, visitor, outside: Outside, flat: AnAccount, statements: Statements
):
    address = f"/receipts/{await first_reading(flat)}"
    statements.clear()
    first = await link_on(browser, address)
    assert len(statements) == 3, statements
    await Company.update({Company.name: "АТ «Інша назва»"}, force=True)
    outside.receipts.rotate()  # type: ignore[attr-defined]
    statements.clear()
    assert await link_on(browser, address) == first
    assert len(statements) == 2, statements
    assert "Квитанція справжня" in (await visitor.get(first)).words, "also after the key has changed"


async def test_a_new_holder_has_receipts_of_what_the_journal_shows(
    browser: Browser, olena: SignedIn, flat: AnAccount, receipt: str
):
    """From the reading they started with on; nothing of the household before, and nothing without the account."""
    start = await first_reading(flat)
    before = (await answers(browser, queued(flat, "04100")))[0]["submission_id"]
    await DB.do("UPDATE readings SET state = 'accepted', reason = NULL, month = '2026-07-01', "
                "read_on = '2026-08-01' WHERE id = $1", UUID(before))  # fmt: skip
    assert (await browser.get(f"/receipts/{before}")).status == 200
    await DB.do("UPDATE accounts SET held_since = '2026-11-01' WHERE id = $1", flat.id)
    seen = [(await browser.get(f"/receipts/{id}")).status for id in (before, start)]
    assert seen == [404, 200] and (await browser.get(receipt)).status == 200
    await Link.delete().where(Link.person_id == olena.id)
    assert (await browser.get(receipt)).status == 404


async def test_by_the_published_keys_anybody_checks_with_a_program_of_their_own(
    http: httpx.AsyncClient, browser: Browser, receipt: str
):
    told = (await http.get("/receipts/keys.json")).json()
    seal = seal_in(await link_on(browser, receipt))
    form, *_, key = seal[64:].decode().splitlines()
    (public,) = [one["public"] for one in told["keys"] if one["id"] == key]
    assert told["algorithm"] == "Ed25519" and form == told["form"]
    assert verify(urlsafe_b64decode(public + "="), seal[:64], seal[64:])


async def test_the_page_that_devices_keep_is_nobodys(http: httpx.AsyncClient, browser: Browser):
    cookie = {"Cookie": f"sid={browser.cookies['sid']}"}
    bare = await http.get("/check", headers=cookie)
    assert bare.status_code == 200 and 'id="receipt-keys"' in bare.text and "X-Offline" not in bare.headers
    for private in (*PRIVATE, 'data-person="0'):
        assert private not in bare.text
    assert '"/check"' in (await http.get("/sw.js")).text


async def test_the_check_asks_nobody_but_who_comes(visitor: Browser, statements: Statements):
    await visitor.get("/check?r=x")
    assert len(statements) == 1, "the portal and the language"
