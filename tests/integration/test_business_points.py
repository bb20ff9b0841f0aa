"""The bakery has many metering points: they stand on one page, and readings come in by table and by file."""

import asyncio
import time
from io import BytesIO
from uuid import UUID

import httpx
import pytest
import xlsxwriter
from bs4 import Tag

from tests.browser import Browser, Page
from tests.factories import businesses
from tests.factories.businesses import ABusiness, APoint
from tests.factories.people import SignedIn
from tests.factories.portals import APortal, change_policy
from tests.integration.test_round_trips import Statements, statements
from webapp.database.engine import DB
from webapp.rules.business_roles import RIGHTS, Right

__all__ = ["statements"]
POLICY = {"languages": ["uk", "ru", "en"], "accounts": {"business": True}}
SAME = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
async def bakery(portal: APortal, olena: SignedIn) -> ABusiness:
    await change_policy(portal.id, POLICY)
    made = await businesses.business(portal)
    await businesses.member(made.id, olena.id)
    return made


@pytest.fixture
async def points(portal: APortal, bakery: ABusiness) -> list[APoint]:
    return await businesses.points(portal, 60)


async def readings(state: str = "accepted") -> dict[UUID, int]:
    """Of October, by meter."""
    sql = "SELECT json_object_agg(meter_id, value) FROM readings WHERE month = '2026-10-01' AND state = $1"
    return await DB.one(sql, state, into=dict[UUID, int]) or {}


def table_in(page: Page) -> Tag:
    """The form with the readings; the other one of the page looks for points."""
    (form,) = page.html.select("#readings form")
    return form


async def upload(browser: Browser, bakery: ABusiness, name: str, body: bytes) -> Page:
    answer = await browser._http.post(
        f"/business/{bakery.id}/files", files={"file": (name, body)}, headers=browser._headers(SAME)
    )
    return browser._look(answer)


@pytest.mark.covers("B11", "B17", page="/business")
async def test_all_points_stand_on_one_page_with_what_they_usually_take(
    browser: Browser, stranger: Browser, bakery: ABusiness, points: list[APoint], statements: Statements
):
    statements.clear()
    page = await browser.get(f"/business/{bakery.id}/points")
    assert len(statements) <= 3
    assert "передано 0 із 60 точок" in page.words and len(page.html.select("tbody tr")) == 50
    assert "001 053 – 001 160" in page.words.replace("\xa0", " "), page.words[:900]
    second = await browser.get(f"/business/{bakery.id}/points?page=2")
    assert len(second.html.select("tbody tr")) == 10
    one = await browser.get(
        f"/business/{bakery.id}/points?words=700007", **{"HX-Request": "true", "HX-Request-Type": "partial"}
    )
    assert points[6].eic in one.words and len(one.html.select("tbody tr")) == 1 and not one.html.html
    assert (await stranger.get(f"/business/{bakery.id}/points")).status == 404


async def test_a_table_of_readings_takes_each_row_for_itself(
    browser: Browser, bakery: ABusiness, points: list[APoint]
):
    form = table_in(await browser.get(f"/business/{bakery.id}/readings"))
    good, doubtful, wrong = (f"value-{one.meter_id}" for one in points[:3])
    page = await browser.submit(form, **{good: "1100", doubtful: "9100", wrong: "12,5"})
    assert page.status == 422 and set(page.mistakes) == {doubtful, wrong}
    assert await readings() == {points[0].meter_id: 1100}
    assert page.html.select_one(f"#{wrong}")["value"] == "12,5"
    sure = {f"sure-{points[1].meter_id}": "9100", wrong: ""}
    again = await browser.submit(table_in(page), htmx=True, **sure)
    assert again.status == 200, again.words
    assert await readings() == {points[0].meter_id: 1100, points[1].meter_id: 9100}
    before = await DB.pool.fetchval("SELECT count(*) FROM readings")
    assert (await browser.submit(table_in(page), **sure)).status == 200
    assert await DB.pool.fetchval("SELECT count(*) FROM readings") == before
    correct = await browser.get(f"/business/{bakery.id}/readings?words={points[0].eic}")
    done = await browser.submit(table_in(correct), **{good: "1101"})
    assert done.status == 200 and (await readings())[points[0].meter_id] == 1101
    assert await readings("replaced") == {points[0].meter_id: 1100}


async def test_a_foreign_meter_in_the_table_is_not_there(
    browser: Browser, bakery: ABusiness, points: list[APoint], flat: object, other_flat: object
):
    foreign = await DB.pool.fetchval("SELECT meter_id FROM readings WHERE value = 4127 LIMIT 1")
    form = {"form_id": str(bakery.id), f"value-{foreign}": "4200"}
    assert (await browser.post(f"/business/{bakery.id}/readings", form, **SAME)).status == 404
    for broken in (
        {"form_id": "x"},
        {"form_id": str(bakery.id)},
        {"form_id": str(bakery.id), "value-x": "1"},
    ):
        assert (await browser.post(f"/business/{bakery.id}/readings", broken, **SAME)).status == 404
    assert await readings() == {}


def a_csv(points: list[APoint], values: list[str]) -> bytes:
    lines = [f"{one.eic};{one.serial};{value}" for one, value in zip(points, values, strict=False)]
    return "\r\n".join(["EIC;Лічильник;Нове показання", *lines]).encode("cp1251")


@pytest.mark.covers("B11", page="/business")
async def test_a_file_is_looked_at_first_and_the_same_file_changes_nothing(
    browser: Browser, stranger: Browser, bakery: ABusiness, points: list[APoint]
):
    body = a_csv(points, ["1100", "99100", "12.5", "", "1090"]) + b"\r\n56XNOBODY;1;5"
    page = await upload(browser, bakery, "жовтень.csv", body)
    report = await browser.follow(page)
    assert await readings() == {} and "Сумнівне" in report.words
    shown = [row.select("td")[-1].get_text(" ", strip=True) for row in report.html.select("tbody tr")]
    assert [words.split()[0] for words in shown] == ["Схоже", "Сумнівне", "Не", "Не", "Схоже", "Не"], shown
    path = page.headers["location"]
    assert (await stranger.get(path)).status == 404
    form = report.form(f"{path}/confirmation")
    first, second = await asyncio.gather(browser.submit(form), browser.submit(form))
    assert first.status == second.status == 303
    assert await readings() == {points[0].meter_id: 1100, points[4].meter_id: 1090}
    again = await upload(browser, bakery, "ще раз.csv", body)
    assert again.headers["location"] == f"{path}?again=1"
    assert "Цей самий файл уже подано" in (await browser.follow(again)).words
    table = (await browser.fetch(f"{path}/report.csv")).text
    assert "Прийнято" in table and "unknown" in table
    assert await DB.pool.fetchval("SELECT count(*) FROM readings WHERE month = '2026-10-01'") == 2


async def test_the_template_goes_out_and_comes_back_as_a_workbook(
    browser: Browser, bakery: ABusiness, points: list[APoint]
):
    body = (await browser.fetch(f"/business/{bakery.id}/files/template.xlsx")).content
    assert body[:2] == b"PK"
    told = (await browser.fetch(f"/business/{bakery.id}/files/template.csv")).text
    assert told.count("\r\n") == 61 and f"{points[0].eic};{points[0].serial};" in told
    filled = BytesIO()
    with xlsxwriter.Workbook(filled) as book:
        sheet = book.add_worksheet()
        for line, row in enumerate(
            [("EIC", "Нове показання"), (points[0].eic, 1100), (points[1].eic, "=1+1")]
        ):
            for column, value in enumerate(row):
                sheet.write(line, column, value)
    report = await browser.follow(await upload(browser, bakery, "x.xlsx", filled.getvalue()))
    assert report.words.count("Схоже на правду") >= 2 and "Не прийнято" in report.words


@pytest.mark.parametrize(
    "body",
    [b"", b"PK\x03\x04broken", b"EIC;Name\r\n1;2", b"\xff\xfe\0\0", b"EIC;value\r\n", b"a" * 2_100_000],
)
async def test_a_file_that_is_none_is_told_beside_its_field(
    browser: Browser, bakery: ABusiness, points: list[APoint], body: bytes
):
    page = await upload(browser, bakery, "x.csv", body)
    assert page.status == 422 and set(page.mistakes) == {"file"}


async def test_a_thousand_readings_of_one_file_take_about_a_second(
    browser: Browser, portal: APortal, bakery: ABusiness
):
    points = await businesses.points(portal, 1000)
    page = await upload(browser, bakery, "all.csv", a_csv(points, ["1100"] * 1000))
    form = (await browser.follow(page)).form(f"{page.headers['location']}/confirmation")
    started = time.process_time()
    assert (await browser.submit(form)).status == 303
    assert len(await readings()) == 1000
    assert time.process_time() - started < 5


DEEDS = [
    ("GET", "", Right.LOOK), ("GET", "/points", Right.LOOK), ("GET", "/volumes", Right.LOOK),
    ("GET", "/readings", Right.READINGS), ("POST", "/readings", Right.READINGS), ("GET", "/files", Right.READINGS),
    ("GET", "/files/template.csv", Right.READINGS), ("POST", "/files", Right.READINGS), ("GET", "/bills", Right.MONEY),
]  # fmt: skip


@pytest.mark.parametrize("role", RIGHTS)
async def test_a_colleague_does_what_the_role_allows(
    stranger: Browser,
    http: httpx.AsyncClient,
    bakery: ABusiness,
    points: list[APoint],
    other: SignedIn,
    role: str,
):
    """The same table that the pages ask; what is not allowed is not there."""
    await businesses.member(bakery.id, other.id, role)
    for method, path, right in DEEDS:
        address = f"/business/{bakery.id}{path}"
        if method == "GET":
            page = await stranger.get(address)
        else:
            fields = {"form_id": str(bakery.id), f"value-{points[0].meter_id}": ""}
            page = await stranger.post(address, fields, **SAME)
        assert (page.status != 404) == (right in RIGHTS[role]), (role, path, page.status)
