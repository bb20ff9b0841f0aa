"""The Supervisor at the desk of imports and exports: from an empty company to what Olena sees, and back to billing."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from uuid import uuid4

import httpx
import openpyxl
import pytest
from litestar.handlers import HTTPRouteHandler

from tests.browser import HTMX, Browser, Page
from tests.factories import accounts, people, staff
from tests.factories.accounts import AnAccount
from tests.factories.billing import all_have_ended
from tests.factories.portals import APortal, change_policy
from webapp.database.engine import DB
from webapp.jobs import importing
from webapp.outside import Outside
from webapp.pages.office import imports

NOW = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)
EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
DESK = "/office/imports"
SAME = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
async def outside() -> Outside:
    return people.outside(NOW)


async def entered(http: httpx.AsyncClient, portal: APortal, role: str, company: Any = None) -> Browser:
    browser = Browser(http)
    mail = f"{role}-{uuid4().hex[:6]}@example.com"
    browser.cookies["staff"] = (await staff.colleague(portal, role, mail, now=NOW, company_id=company)).token
    return browser


async def send(http: httpx.AsyncClient, browser: Browser, kind: str, content: bytes) -> Page:
    """As the form of the desk sends it."""
    answer = await http.post(
        DESK, data={"kind": kind}, files={"file": (f"{kind}.csv", content)},
        headers=SAME | {"Cookie": f"staff={browser.cookies['staff']}"},
    )  # fmt: skip
    return browser._look(answer)


async def work(outside: Outside) -> None:
    rows = await DB.pool.fetch("DELETE FROM pgqueuer WHERE entrypoint = 'import' RETURNING payload")
    for row in rows:
        await importing.work(cast(Any, SimpleNamespace(payload=row["payload"])), outside)


@pytest.mark.covers("K18", "K19", page="/cabinet")
async def test_from_an_empty_company_to_what_olena_sees(
    http: httpx.AsyncClient, portal: APortal, outside: Outside, olena: people.SignedIn
):
    operator = await entered(http, portal, "supervisor")
    supplier = await entered(http, portal, "company_admin", portal.supplier)
    assert "Файлів ще не було" in (await operator.get(DESK)).words
    steps = [(operator, kind) for kind in ("accounts", "meters", "readings")]
    steps += [(supplier, kind) for kind in ("contracts", "charges", "payments")]
    for who, kind in steps:
        page = await send(http, who, kind, (EXAMPLES / f"{kind}.csv").read_bytes())
        assert page.status == 303, page.mistakes
        here = page.headers["location"]
        waits = await who.get(here, **HTMX)
        assert waits.html.select_one(f"section[hx-get='{here}']") and "Порівнюється" in waits.words
        await work(outside)
        told = await who.get(here)
        assert "Нові 2" in told.words or "Нові 3" in told.words, told.words
        assert not told.html.select_one("section[hx-get]"), "nothing moves any more"
        assert (await who.submit(told.form(f"{here}/application"))).status == 303
        await work(outside)
        assert "Застосовано" in (await who.get(here)).words
    stranger = await entered(http, portal, "supervisor", portal.supplier)
    assert (await operator.get(here)).status == 404, "another company's file"
    for deed in ("application", "reversal", "cancellation"):
        assert (await operator.post(f"{here}/{deed}", {}, **SAME)).status == 404
    assert (await stranger.get(here)).status == 200
    account = await DB.pool.fetchval("SELECT id FROM accounts WHERE number = '0910209901'")
    await accounts.link(olena.id, account)
    cabinet = await Browser(http, olena.token).get("/cabinet")
    assert "22,88" in cabinet.words and "222,88" in cabinet.words
    assert "Нарахування оновлено 3 листопада" in cabinet.words
    assert "Платежі оновлено 3 листопада" in cabinet.words
    readings = await Browser(http, olena.token).get("/readings")
    assert "04127" in readings.words.replace(" ", "") or "4 127" in readings.words or "4127" in readings.words
    payments = await DB.pool.fetchval("SELECT id FROM import_batches WHERE kind = 'payments'")
    page = await supplier.get(f"{DESK}/{payments}")
    await supplier.submit(page.form(f"{DESK}/{payments}/reversal"))
    await work(outside)
    assert "Платежі оновлено" not in (await Browser(http, olena.token).get("/cabinet")).words
    deeds = await DB.pool.fetch(
        "SELECT deed, count(*) FROM audit WHERE deed LIKE 'import%' GROUP BY 1 ORDER BY 1"
    )
    assert [tuple(row) for row in deeds] == [
        ("import_applied", 6),
        ("import_brought", 6),
        ("import_undone", 1),
    ]


async def test_a_wrong_file_is_told_beside_the_field_or_row_by_row(
    http: httpx.AsyncClient, portal: APortal, outside: Outside
):
    office = await entered(http, portal, "supervisor", portal.supplier)
    empty = await office.post(DESK, {"kind": "charges"}, **SAME)
    assert empty.status == 422 and {"kind", "file"} <= set(empty.mistakes)
    half = await send(http, office, "tariffs", b"starts_on;price\n2026-05-01;7,9")
    assert half.status == 422 and "Файл обривається" in half.mistakes["file"]
    assert half.html.select_one("option[value=tariffs][selected]"), "what was chosen stays"
    named = await send(http, office, "tariffs", b"starts_on;price;extra\n2026-05-01;7,9;1\n")
    assert "Рядок 1. Стовпець «extra»." in named.mistakes["file"]
    assert "оператор" in (await send(http, office, "accounts", b"number\n1\n")).mistakes["kind"]
    here = (await send(http, office, "tariffs", b"starts_on;price\n2026-05-32;=1\n")).headers["location"]
    await work(outside)
    page = await office.get(here)
    assert "2 помилки: нічого не змінено" in page.words and "Такого дня немає" in page.words
    found = (await office.fetch(f"{here}/mistakes.csv")).content.decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(found), delimiter=";"))[1:] == [
        ["2", "price", "formula", "'=1"], ["2", "starts_on", "not_a_day", "2026-05-32"]
    ]  # fmt: skip
    assert (await office.get(f"{DESK}/{uuid4()}/mistakes.csv")).status == 404
    await DB.do(APPLIED, portal.supplier, datetime(2026, 10, 20, tzinfo=UTC))
    assert "старіше, ніж обіцяно" in (await office.get(DESK)).words
    await change_policy(portal.id, {"freshness": {"payments_days": 14}})
    assert "старіше, ніж обіцяно" not in (await office.get(DESK)).words


APPLIED = """
INSERT INTO import_batches (id, company_id, kind, state, sha256, created_at, applied_at)
VALUES (gen_random_uuid(), $1, 'charges', 'applied', '', $2, $2)
"""


async def taken(office: Browser, kind: str, after: int | str = "") -> tuple[list[dict[str, str]], int]:
    answer = await office.fetch(f"/office/exports/{kind}?after={after}")
    assert answer.status_code == 200, answer.text
    rows = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";")
    return list(rows), int(answer.headers["x-upto"])


async def test_an_export_continues_where_the_last_one_ended_and_leaves_nothing_out(
    http: httpx.AsyncClient, portal: APortal, flat: AnAccount, other_flat: AnAccount
):
    """Two who write at once: the one that began first ends last, and is in the next file."""
    office = await entered(http, portal, "supervisor")
    await all_have_ended()
    first, upto = await taken(office, "readings")
    assert [one["account"] for one in first] == ["0910204517", "0910204518"]
    assert (await taken(office, "readings", upto))[0] == []
    slow = await DB.pool.acquire()
    await slow.execute("BEGIN")
    await slow.execute(WRITE, flat.meter_id, portal.operator, 4141, "2026-08-01")
    await DB.pool.execute(WRITE, flat.meter_id, portal.operator, 4142, "2026-07-01")
    during, between = await taken(office, "readings", upto)
    assert during == [] and between >= upto, "the later one waits for the earlier one"
    await slow.execute("COMMIT")
    await DB.pool.release(slow)
    await all_have_ended()
    after, last = await taken(office, "readings", between)
    assert sorted(one["value"] for one in after) == ["4141", "4142"]
    assert (await taken(office, "readings"))[0] == [], "without a number it goes on where the last one ended"
    assert (await taken(office, "readings", last))[0] == []
    everything = await asyncio.gather(*[taken(office, kind, -1) for kind in ("payments", "appeals", "links")])
    assert [len(rows) for rows, _ in everything] == [0, 0, 2]
    supplier = await entered(http, portal, "company_admin", portal.supplier)
    assert len((await taken(supplier, "readings", -1))[0]) == 4, "of the accounts of its contracts"
    assert len((await taken(supplier, "payments", -1))[0]) == 4
    book = await office.fetch("/office/exports/readings?after=-1&format=xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(book.content)).active
    assert sheet is not None and sheet.max_row == 5 and sheet["C2"].value == "0910204517"
    for wrong in ("readings?after=x", "readings?format=pdf"):
        assert (await office.fetch(f"/office/exports/{wrong}")).status_code == 400
    assert (await office.fetch("/office/exports/people")).status_code == 404
    page = await office.get("/office/exports")
    found = str(page.html.select_one("a[href^='/office/exports/readings?after=']")["href"])
    assert int(found.partition("after=")[2]) >= last
    assert await DB.pool.fetchval("SELECT count(*) FROM audit WHERE deed = 'exported'") >= 8


WRITE = """
INSERT INTO readings (id, company_id, meter_id, source, month, value, read_on, taken_at, received_at, state, digest)
VALUES (gen_random_uuid(), $2, $1, 'consumer', $4::text::date, $3, $4::text::date, now(), now(), 'accepted', '')
"""


async def too_much(desk: Browser, http: httpx.AsyncClient, pieces: Any, **headers: str) -> Page:
    told = SAME | {
        "Cookie": f"staff={desk.cookies['staff']}",
        "Content-Type": "multipart/form-data; boundary=b",
    }
    return desk._look(await http.post(DESK, content=pieces, headers=told | headers))


async def test_a_file_over_the_limit_is_refused_before_it_is_read_or_when_it_passes_the_limit(
    http: httpx.AsyncClient, portal: APortal, monkeypatch: pytest.MonkeyPatch
):
    taken: list[int] = []

    async def pieces() -> AsyncIterator[bytes]:
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
        for _ in range(64):
            taken.append(16 * 1024)
            yield b"0" * 16 * 1024

    desk = await entered(http, portal, "supervisor")
    page = await too_much(desk, http, pieces(), **{"Content-Length": str(imports.MOST_FORM + 1)})
    assert page.status == 413 and "до 128 МБ" in page.words and "менший файл" in page.words, page.words
    assert page.html.select_one(".office nav a[href='/office/imports']"), "the menu of the office stays"
    assert not taken, "what says that it is too large is not read"
    monkeypatch.setattr(HTTPRouteHandler, "resolve_request_max_body_size", lambda _: 64 * 1024)
    page = await too_much(desk, http, pieces())
    assert page.status == 413 and "менший файл" in page.words, page.words
    assert 64 * 1024 <= sum(taken) <= 96 * 1024, "what does not say its size is cut at the limit"
    assert await DB.pool.fetchval("SELECT count(*) FROM import_batches") == 0


async def test_the_list_is_narrowed_to_how_the_data_came(http: httpx.AsyncClient, portal: APortal):
    office = await entered(http, portal, "supervisor", portal.supplier)
    assert not (await office.get(DESK)).html.select("nav a[href*='source=']"), "nothing to choose among"
    for source, many in (("file", 1), ("api", 21)):
        await DB.do(CAME, portal.supplier, source, many)
    await DB.do(CAME, portal.operator, "file", 3)
    desk = await office.get(DESK)
    assert len(names(desk)) == 20 and set(names(desk)) == {"file", "api"}
    links = {link.text: link["href"] for link in desk.html.select("#imports .tabs a")}
    assert links == {"Усе": DESK, "Файлами": f"{DESK}?source=file", "Від програм": f"{DESK}?source=api"}
    assert names(await office.get(links["Файлами"])) == ["file"], "the company's own"
    part = await office.get(links["Від програм"], **HTMX)
    assert not part.html.select("h1, header") and names(part) == ["api"] * 20
    assert part.html.select_one("[aria-current=page]").text == "Від програм"
    (further,) = part.html.select("a[rel=next]")
    assert names(await office.get(further["href"])) == ["api"], "the next page is narrowed too"
    await DB.do("DELETE FROM import_batches WHERE source = 'file'")
    assert "За цим фільтром нічого немає" in (await office.get(links["Файлами"])).words
    assert len(names(await office.get(f"{DESK}?source=nonsense"))) == 20, "no filter that is known: all"


def names(page: Page) -> list[str]:
    return [link.text for link in page.html.select("#imports th a")]


CAME = """
INSERT INTO import_batches (id, company_id, kind, state, source, name, sha256, created_at, applied_at)
SELECT gen_random_uuid(), $1, 'charges', 'applied', $2::text, $2::text, sha256(($2 || n)::bytea),
    now() - n * interval '1 hour', now()
FROM generate_series(1, $3::int) n
"""
