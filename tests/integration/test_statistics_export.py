"""Tables to take away: all accounts at once, one's own alone, and nothing in them that is a formula."""

import csv
import io
import json
import re
import zipfile
from datetime import timedelta

import httpx
import pytest

from tests.browser import Browser
from tests.factories import accounts
from tests.factories.accounts import AnAccount
from tests.factories.people import SignedIn
from tests.factories.portals import APortal
from webapp.database.engine import DB
from webapp.rules import limits


async def file(http: httpx.AsyncClient, who: SignedIn, kind: str, query: str = "") -> httpx.Response:
    answer = await http.get(f"/statistics/export.{kind}{query}", headers={"Cookie": f"sid={who.token}"})
    assert answer.status_code == 200 and f".{kind}" in answer.headers["content-disposition"]
    assert answer.headers["cache-control"] == "no-store" and "x-offline" not in answer.headers
    return answer


def lines(answer: httpx.Response) -> list[dict[str, str]]:
    assert answer.text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";"))


@pytest.fixture
async def parents(portal: APortal, olena: SignedIn, flat: AnAccount) -> AnAccount:
    made = await accounts.account(portal, "0910311208", "=HYPERLINK(1)", profile="heating")
    await accounts.link(olena.id, made.id, position=1)
    await DB.do("UPDATE links SET name = '@SUM(A1)' WHERE account_id = $1", made.id)
    return made


@pytest.mark.covers("K29", "H03", page="/statistics")
async def test_the_three_files_say_the_same_as_the_page(
    http: httpx.AsyncClient, browser: Browser, olena: SignedIn, flat: AnAccount, parents: AnAccount
):
    rows = lines(await file(http, olena, "csv"))
    assert {row["особовий рахунок"] for row in rows} == {flat.number, parents.number}
    told = json.loads((await file(http, olena, "json")).text)
    months = [
        one for account in told["accounts"] for contract in account["contracts"] for one in contract["months"]
    ]
    assert [one["charged"].replace(".", ",") for one in months] == [row["нараховано, грн"] for row in rows]
    book = sheet((await file(http, olena, "xlsx")).content)
    assert len(book) == len(rows) + 1 and book[0][0] == "особовий рахунок"
    assert [float(row[-3]) for row in book[1:]] == [float(one["charged"]) for one in months]
    page = await browser.get("/statistics?year=2026")
    (september,) = (
        row
        for row in rows
        if row["місяць"] == "2026-09-01" and row["обсяг, м³"] and row["особовий рахунок"] == flat.number
    )
    assert (
        f"{september['обсяг, м³']} м³" in page.words and f"{september['нараховано, грн']} грн" in page.words
    )


def sheet(content: bytes) -> list[list[str]]:
    """Row by row what the cells hold."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        xml = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in xml, "no formula"
    rows = re.findall(r"<row [^>]*>(.*?)</row>", xml)
    return [re.findall(r"<(?:v|t)(?: [^>]*)?>(.*?)</(?:v|t)>", row) for row in rows]


async def test_what_people_typed_is_no_formula(http: httpx.AsyncClient, olena: SignedIn, parents: AnAccount):
    (text, _) = {row["назва рахунку"] for row in lines(await file(http, olena, "csv"))}, None
    assert "'@SUM(A1)" in text and "@SUM(A1)" not in text
    assert "'=HYPERLINK(1)" in {row["адреса"] for row in lines(await file(http, olena, "csv"))}
    book = sheet((await file(http, olena, "xlsx", f"?account={parents.id}")).content)
    assert "@SUM(A1)" in book[1] and "=HYPERLINK(1)" in book[1], "as texts"


async def test_a_period_of_one_account(
    http: httpx.AsyncClient, olena: SignedIn, flat: AnAccount, parents: AnAccount
):
    rows = lines(await file(http, olena, "csv", f"?account={flat.id}&from=2026-01&to=2026-02"))
    assert [row["місяць"] for row in rows if row["обсяг, м³"]] == ["2026-01-01", "2026-02-01"]
    assert {row["особовий рахунок"] for row in rows} == {flat.number}


async def test_the_stranger_gets_nothing(stranger: Browser, visitor: Browser, flat: AnAccount):
    for kind in ("csv", "json", "xlsx"):
        assert (await stranger.get(f"/statistics/export.{kind}?account={flat.id}")).status == 404
        assert (await visitor.get(f"/statistics/export.{kind}")).status == 303
    assert flat.number not in str((await stranger.get("/statistics/export.csv")).html)


async def test_bad_input_is_told(browser: Browser):
    for query in ("from=x", "to=2025-13", "account=1", "from=2026-02&to=2025-01"):
        assert (await browser.get(f"/statistics/export.csv?{query}")).status == 400, query


async def test_without_money_there_are_volumes_alone(
    http: httpx.AsyncClient, olena: SignedIn, flat: AnAccount
):
    await DB.do("UPDATE links SET level = 'basic' WHERE person_id = $1", olena.id)
    rows = lines(await file(http, olena, "csv"))
    assert rows and all(
        row["обсяг, м³"] and not row["нараховано, грн"] and not row["залишок, грн"] for row in rows
    )
    assert "Садова" not in str(rows) and "Миколаївгаз" not in str(rows)


async def test_it_is_no_way_to_keep_the_database_busy(
    browser: Browser, olena: SignedIn, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(limits, "EXPORT_PER_PERSON", limits.Limit("export_person", 2, timedelta(hours=1)))
    statuses = [(await browser.get("/statistics/export.csv")).status for _ in range(3)]
    assert statuses == [200, 200, 429]
