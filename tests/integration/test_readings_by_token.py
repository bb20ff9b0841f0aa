"""A reading that Olena's program handed in says so wherever readings are listed, and stays her own."""

import csv
import io
import json
from uuid import uuid4

import httpx
import pytest

from tests.browser import Browser
from tests.factories import accounts, staff
from tests.factories.accounts import AnAccount
from tests.factories.people import SignedIn
from tests.factories.portals import APortal
from tests.integration.test_consumers_office import look, of
from tests.integration.test_personal_api import Program, program, reading
from tests.integration.test_profile_leaving import copy_of
from webapp.database.engine import DB
from webapp.database.migrations import m2026_12_03_by_token_rules as migration
from webapp.rules.receipts import giver

__all__ = ["program"]
BY_PROGRAM, FROM_CABINET = "Передано програмою за токеном", "Передано з кабінету"


@pytest.fixture
async def sent(program: Program, flat: AnAccount) -> str:
    """The address of its receipt."""
    answer = await program.hand_in(reading(flat, submission_id=str(uuid4())))
    (told,) = answer.json()["results"]
    assert told["outcome"] == "accepted"
    return str(told["receipt"])


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))


@pytest.mark.parametrize("path", ["/readings", "/cabinet", "/statistics"])
async def test_each_list_tells_the_program_from_the_cabinet(browser: Browser, sent: str, path: str):
    page = await browser.get(path)
    assert page.words.count(BY_PROGRAM) == 1 and FROM_CABINET in page.words, page.words


async def test_a_reading_that_waited_with_the_program_came_from_no_queue_of_a_device(
    browser: Browser, program: Program, flat: AnAccount
):
    told = await program.hand_in(
        reading(flat, submission_id=str(uuid4()), taken_at="2026-11-02T08:00:00+02:00")
    )
    assert told.json()["results"][0]["outcome"] == "accepted"
    (line,) = [
        one.text
        for one in (await browser.get("/statistics")).html.select("#readings li")
        if BY_PROGRAM in one.text
    ]
    assert "з черги пристрою" not in line


async def test_olenas_correction_takes_its_place_and_is_from_the_cabinet(browser: Browser, sent: str):
    (link,) = (await browser.get("/readings")).html.select("a[href*='corrects=']")
    form = (await browser.get(str(link["href"]))).form("/readings")
    assert (await browser.submit(form, value="4150")).status == 303
    first = (await browser.get("/readings")).html.select_one(".readings > li")
    counts, before = first.select_one("small").text, first.select_one("details").text
    assert FROM_CABINET in counts and "Виправлено Вами" in before and BY_PROGRAM in before


async def test_the_receipt_and_its_check_name_the_program(browser: Browser, visitor: Browser, sent: str):
    page = await browser.get(sent)
    check = str(page.html.select_one("a[href*='/check?r=']")["href"])
    checked = await visitor.get(check[check.index("/check") :])
    for one in (page, checked):
        assert "програма споживача" in one.html.select_one("[data-fill=source]").text
    assert "Квитанція справжня" in checked.words or "Справжня квитанція" in checked.words


async def test_a_receipt_made_at_the_first_look_names_it_too(browser: Browser, sent: str, flat: AnAccount):
    await DB.do("UPDATE readings SET receipt = NULL WHERE meter_id = $1", flat.meter_id)
    assert "програма споживача" in (await browser.get(sent)).words
    assert giver("inspector", False) == "inspector"


async def test_olenas_copy_has_it_in_a_column(http: httpx.AsyncClient, browser: Browser, sent: str):
    pack = await copy_of(http, browser)
    known = {one["value"]: one for one in json.loads(pack["data.json"])["readings"]}
    assert [(one["source"], one["by_token"]) for one in (known[4152], known[4127])] == [
        ("consumer", True), ("consumer", False)
    ]  # fmt: skip
    rows = table(pack["readings.csv"].decode())
    assert {row["показання"]: row["програмою"] for row in rows if row["показання"] in ("4152", "4127")} == {
        "4152": "1", "4127": "0"
    }  # fmt: skip


async def test_the_company_sees_it_on_the_card_and_in_what_it_takes_away(
    http: httpx.AsyncClient, portal: APortal, flat: AnAccount, sent: str
):
    card = await look(of(http, await staff.colleague(portal)), flat)
    assert card.words.count(BY_PROGRAM) == 1
    boss = of(http, await staff.colleague(portal, "company_admin", "boss@example.com"))
    answer = await boss.fetch("/office/exports/readings?after=-1")
    rows = {row["value"]: (row["source"], row["by_token"]) for row in table(answer.text)}
    assert rows["4152"] == ("consumer", "1") and rows["4127"] == ("consumer", "0")


async def test_the_mark_outlives_the_program_and_its_person(
    http: httpx.AsyncClient, program: Program, flat: AnAccount, other: SignedIn, sent: str
):
    """Taras has the flat too; Olena's token is gone with her, and he still reads how the reading came."""
    await accounts.link(other.id, flat.id)
    await DB.do("DELETE FROM tokens")
    page = await Browser(http, other.token).get("/readings")
    assert BY_PROGRAM in page.words


async def test_what_came_before_the_mark_gets_it_from_its_token(browser: Browser, sent: str):
    await DB.do("UPDATE readings SET by_token = false")
    await migration.known()
    assert (await browser.get("/readings")).words.count(BY_PROGRAM) == 1
