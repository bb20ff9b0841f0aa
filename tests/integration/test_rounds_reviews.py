"""The supervisor looks at doubtful values and judges them; another company sees nothing of all this."""

import asyncio
from datetime import date, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from PIL import Image

from tests.browser import Browser, Page
from tests.factories import accounts, rounds, staff
from tests.factories.accounts import AnAccount
from tests.factories.people import NOW
from tests.factories.portals import APortal
from tests.factories.rounds import ARound, Phone, entry
from tests.factories.staff import AColleague
from webapp.database.engine import DB

OURS = {"Sec-Fetch-Site": "same-origin"}
STREET = "м. Миколаїв, вул. Садова"


@pytest.fixture
async def taras(portal: APortal) -> AColleague:
    return await staff.colleague(portal, "inspector")


@pytest.fixture
async def desk(http: httpx.AsyncClient, portal: APortal) -> Browser:
    """The supervisor's."""
    browser = Browser(http)
    browser.cookies = {"staff": (await staff.colleague(portal, "supervisor")).token}
    return browser


@pytest.fixture
async def walk(portal: APortal, taras: AColleague, flat: AnAccount, other_flat: AnAccount) -> ARound:
    return await rounds.round_of(portal, taras, flat, other_flat)


@pytest.fixture
def phone(http: httpx.AsyncClient, taras: AColleague) -> Phone:
    return Phone(http, taras.token)


async def deeds() -> list[str]:
    return [row[0] for row in await DB.pool.fetch("SELECT deed FROM audit ORDER BY at, id")]


@pytest.fixture
async def doubtful(phone: Phone, walk: ARound, flat: AnAccount) -> UUID:
    item = entry(
        walk,
        flat.meter_id,
        "09999",
        reason="heating",
        position={"lat": 46.975, "lon": 31.9946, "accuracy": 8},
    )
    (answer,) = await phone.results(item)
    assert answer["doubts"]
    return UUID(item["id"])


async def judge(desk: Browser, visit: UUID, **typed: str) -> Page:
    page = await desk.get(f"/office/rounds/visits/{visit}")
    return await desk.submit(page.form(f"/office/rounds/visits/{visit}/review"), **typed)


async def test_a_doubtful_value_is_looked_at_with_all_that_tells(desk: Browser, walk, doubtful: UUID):
    listed = await desk.get("/office/rounds/doubts")
    assert "вул. Садова, 18, кв. 42" in listed.words and "Без фото" in listed.words
    page = await desk.get(f"/office/rounds/visits/{doubtful}")
    for told in ("09 999", "04 127", "46.97500, 31.99460", "з точністю до 8 м", "Контролер не робив фото"):
        assert told in page.words, told
    assert "Коваленко" not in page.words
    assert "Оберіть рішення" in (await judge(desk, doubtful, word="")).words
    refused = await judge(desk, doubtful, word="again", reason=" ")
    assert refused.status == 422 and "це прочитає контролер" in refused.mistakes["reason"]
    done = await desk.follow(await judge(desk, doubtful, word="accepted"))
    assert "Показання зараховано" in done.words and "Тут нічого не чекає" in done.words
    assert "Зараховано" in (await desk.get("/office/rounds/doubts?state=decided")).words
    assert await deeds() == ["visit_reviewed"]


async def test_to_be_read_again_opens_the_door_with_the_words(desk, walk, phone, doubtful, flat):
    await judge(desk, doubtful, word="again", reason="Переплутано лічильник із сусіднім.")
    door = (await phone.fetch())["rounds"][0]["stops"][0]
    assert door["note"] == "Переплутано лічильник із сусіднім."
    page = await desk.get(f"/office/rounds/{walk.id}")
    assert [one.text for one in page.html.select("#progress .facts dd")] == ["0", "0", "2"]
    later = entry(walk, flat.meter_id, "04152", taken_at=(NOW + timedelta(minutes=1)).isoformat())
    assert (await phone.results(later))[0]["standing"] is True
    page = await desk.get(f"/office/rounds/{walk.id}")
    assert [one.text for one in page.html.select("#progress .facts dd")] == ["1", "0", "1"]


async def test_what_does_not_count_gives_way_to_the_consumer_s(desk, phone, walk, flat, olena):
    await accounts.reading(flat.meter_id, flat.company_id, 4150, date(2026, 11, 2))
    item = entry(walk, flat.meter_id, "09999")
    await phone.results(item)
    await judge(desk, UUID(item["id"]), word="refused", reason="Інший лічильник на фото.")
    states = await DB.pool.fetch(
        "SELECT value, state FROM readings WHERE month = '2026-10-01' ORDER BY value"
    )
    assert [tuple(row) for row in states] == [(4150, "accepted"), (9999, "replaced")]
    assert [one["standing"] for one in await phone.results(item)] == [False]


async def test_of_two_who_judge_one_is_told(desk: Browser, doubtful: UUID):
    page = await desk.get(f"/office/rounds/visits/{doubtful}")
    form = page.form(f"/office/rounds/visits/{doubtful}/review")
    pages = await asyncio.gather(
        desk.submit(form, word="accepted"), desk.submit(form, word="refused", reason="Ні.")
    )
    assert sorted(page.status for page in pages) == [303, 409]
    assert (await deeds()).count("visit_reviewed") == 1
    (lost,) = [page for page in pages if page.status == 409]
    assert "Колега вирішив раніше" in lost.words


async def test_another_company_sees_nothing_of_it(http, portal: APortal, walk, doubtful, taras, flat):
    stranger = Browser(http)
    stranger.cookies = {
        "staff": (await staff.colleague(portal, "company_admin", company_id=portal.supplier)).token
    }
    assert "Обходів не заплановано" in (await stranger.get("/office/rounds")).words
    assert "немає лічильників" in (await stranger.get("/office/rounds/new")).words
    assert "Тут нічого не чекає" in (await stranger.get("/office/rounds/doubts")).words
    for path in (f"{walk.id}", f"visits/{doubtful}", f"visits/{doubtful}/photos/{uuid4()}"):
        assert (await stranger.get(f"/office/rounds/{path}")).status == 404
    posts: dict[str, dict[str, Any]] = {
        f"{walk.id}/inspector": {"seen": "1", "inspector": str(taras.id)},
        f"{walk.id}/cancellation": {},
        f"{walk.id}/lost-phone": {},
        f"visits/{doubtful}/review": {"word": "accepted"},
    }
    for path, fields in posts.items():
        page = await stranger.post(f"/office/rounds/{path}", fields, **OURS)
        assert page.status in (404, 422), path
    sent = {"id": str(uuid4()), "choice": "street", "streets": STREET, "day": "2026-11-04"}
    page = await stranger.post("/office/rounds", sent | {"inspector": str(taras.id)}, **OURS)
    assert page.status == 422 and await deeds() == []


async def test_the_photo_is_the_company_s_alone(desk: Browser, portal, http, phone, walk, flat, outside):
    item = entry(walk, flat.meter_id, "09999", has_photo=True)
    await phone.results(item)
    page = await desk.get(f"/office/rounds/visits/{item['id']}")
    assert "Фото ще в телефоні" in page.words
    made = BytesIO()
    Image.new("RGB", (64, 48), "#88a").save(made, "JPEG")
    kept = await phone.photo(item["id"], made.getvalue())
    assert kept.status_code == 200, kept.text
    page = await desk.get(f"/office/rounds/visits/{item['id']}")
    address = page.html.select_one("img.seen")["src"]
    shown = await http.get(address, headers={"Cookie": f"staff={desk.cookies['staff']}"})
    assert shown.status_code == 200 and shown.content.startswith(b"\xff\xd8")
    foreign = await staff.colleague(portal, "company_admin", company_id=portal.supplier)
    assert (await http.get(address, headers={"Cookie": f"staff={foreign.token}"})).status_code == 404
