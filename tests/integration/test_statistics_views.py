"""Charts, forecasts, alerts and odd histories on the page of statistics."""

import re
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from tests.browser import HTMX, Browser, Page
from tests.factories import accounts
from tests.factories.accounts import AnAccount
from tests.factories.people import SignedIn
from tests.factories.portals import APortal, change_policy
from webapp.database.engine import DB
from webapp.database.tables.charges import Charge
from webapp.database.tables.readings import Meter

HEIGHT = re.compile(r"M[\d.-]+ ([\d.]+)v([+-]?[\d.]+)q0([+-][\d.]+)")


def cells(page: Page, where: str) -> list[list[str]]:
    rows = page.html.select(f"{where} table tbody tr")
    return [[" ".join(cell.get_text(" ").split()) for cell in row.select("th, td")] for row in rows]


def columns(page: Page, size: str = "desk") -> list[tuple[str, str, str]]:
    """Of the chart, as they are told on hover, on focus and to who does not see: month, now, before."""
    found = []
    for group in page.html.select(f".chart-{size} .column"):
        assert group["tabindex"] == "0"
        month, _, told = " ".join(group.title.text.split()).partition(": ")
        now, _, before = told.partition("; ")
        found.append((month, now, before.partition(": ")[2]))
    return found


@pytest.mark.covers("K11", "H03")
async def test_the_chart_says_what_the_table_beneath_it_says(browser: Browser, flat: AnAccount):
    of_the_year = cells(await browser.get("/statistics?year=2026"), "#months")
    earlier = cells(await browser.get("/statistics?year=2025"), "#months")
    for unit, column in {"m3": 1, "money": 2, "balance": 4, "kwh": 0, "plan": 0}.items():
        page = await browser.get(f"/statistics?unit={unit}&year=2026")
        beneath = cells(page, "section[aria-labelledby=chart-title]")
        for size in ("phone", "desk"):
            drawn = [[month, now, before or "–"] for month, now, before in columns(page, size)]
            assert [one[: len(row)] for one, row in zip(drawn, beneath, strict=True)] == beneath, (unit, size)
        if column:
            assert [row[1] for row in beneath] == [row[column] for row in of_the_year]
        if unit == "m3":
            assert [row[2] for row in beneath[:9]] == [row[1] for row in earlier[:9]]


async def test_bars_are_as_high_as_the_numbers(browser: Browser, flat: AnAccount):
    page = await browser.get("/statistics?year=2026")
    told = [int(now.removesuffix(" м³")) for _, now, _ in columns(page)[:9]]
    high = []
    for path in page.html.select(".chart-desk .now"):
        _, up, corner = HEIGHT.match(path["d"]).groups()
        high.append(-(float(up) + float(corner)))
    assert len(told) == len(high) == 9
    for value, pixels in zip(told, high, strict=True):
        assert pixels / high[0] == pytest.approx(value / told[0], abs=0.02)


@pytest.mark.covers("K29")
async def test_all_years_stand_in_one_table(browser: Browser, flat: AnAccount):
    page = await browser.get("/statistics?by=year")
    rows = cells(page, "#months")
    assert [row[0] for row in rows] == ["2024", "2025", "2026"]
    months = cells(await browser.get("/statistics?year=2025"), "#months")
    assert int(rows[1][1].split()[0]) == sum(int(row[1].split()[0]) for row in months)
    assert rows[1][4] == months[-1][4]


async def test_the_factor_of_energy_is_the_portals_own_and_told(
    browser: Browser, portal: APortal, flat: AnAccount
):
    before = await browser.get("/statistics?unit=kwh")
    assert "1 м³ = 10,5 кВт·год" in before.words
    await change_policy(portal.id, {"languages": ["uk", "ru", "en"], "energy": {"kwh_per_m3": "11"}})
    after = await browser.get("/statistics?unit=kwh")
    assert "1 м³ = 11 кВт·год" in after.words
    m3 = [
        int(row[1].split()[0]) for row in cells(await browser.get("/statistics"), "#months") if row[1] != "–"
    ]
    assert columns(after)[0][1] == f"{m3[0] * 11} кВт·год"


async def test_the_year_before_is_compared_for_the_same_months(browser: Browser, flat: AnAccount):
    page = await browser.get("/statistics?year=2026")
    title = " ".join(page.html.select_one("#chart-title").text.split())
    assert title.startswith("За 2026 рік спожито")
    assert "Порівняно 9 однакових місяців" in page.words and "дн. роком раніше" in page.words


@pytest.mark.covers("A41")
async def test_readings_stand_with_source_and_state(browser: Browser, portal: APortal, flat: AnAccount):
    await accounts.reading(flat.meter_id, flat.company_id, 4100, date(2026, 8, 1), source="inspector")
    await accounts.reading(flat.meter_id, flat.company_id, 4110, date(2026, 9, 1), source="planned")
    await accounts.reading(flat.meter_id, flat.company_id, 4090, date(2026, 7, 1), source="remote")
    await accounts.reading(flat.meter_id, flat.company_id, 4080, date(2026, 6, 1), source="staff")
    await DB.do("UPDATE readings SET received_at = taken_at + interval '2 days' WHERE value = 4127")
    words = " ".join((await browser.get("/statistics")).html.select_one("#readings").text.split())
    for said in ("з черги на пристрої", "Записав контролер", "Плановий обсяг", "04 127", "Прийнято"):
        assert said in words.replace("\u00a0", " "), said
    assert "Показань за цей час немає" in (await browser.get("/statistics?year=2024")).words


async def test_long_lists_of_readings_have_pages_that_are_links(browser: Browser, flat: AnAccount):
    for month in range(1, 9):
        for year in (2024, 2025):
            await accounts.reading(flat.meter_id, flat.company_id, 3000 + month, date(year, month, 3))
    page = await browser.get("/statistics?by=year")
    assert len(page.html.select("#readings li")) == 12
    (second,) = page.html.select("#readings .pages a")
    more = await browser.get(second["href"])
    assert len(more.html.select("#readings li")) == 5
    part = await browser.get(second["href"], **HTMX)
    assert part.html.select_one("#statistics") and not part.html.select_one("html")
    assert len(part.html.select("#readings li")) == 5


async def test_a_period_of_ones_own(browser: Browser, flat: AnAccount):
    page = await browser.get("/statistics?from=2025-11&to=2026-02")
    assert [row[0] for row in cells(page, "#months")] == [
        "Листопад 2025",
        "Грудень 2025",
        "Січень 2026",
        "Лютий 2026",
    ]
    assert "На 1 листопада 2025 року" in page.words
    form = page.form("/statistics")
    assert form.select_one("#from")["value"] == "2025-11"
    long = await browser.get("/statistics?from=2024-10")
    assert len(cells(long, "#months")) == 12
    last = long.html.select("#months .pages a")[-1]
    assert cells(await browser.get(last["href"]), "#months")[-1][0] == "Жовтень 2026"


async def test_a_period_that_is_none_gets_a_sentence(browser: Browser):
    for query, field, said in (
        ("from=now", "from", "Введіть рік і місяць"),
        ("to=2025-99", "to", "Введіть рік і місяць"),
        ("from=2026-02&to=2025-02", "to", "поміняйте місяці"),
        ("from=2030-01", "from", "нижче є прогноз"),
        ("from=<b>", "from", "Введіть рік і місяць"),
    ):
        page = await browser.get(f"/statistics?{query}")
        assert page.status == 422 and said in page.mistakes[field]
        assert page.form("/statistics").select_one(f"#{field}")["value"]
        assert "x-offline" not in page.headers and cells(page, "#months"), "the usual period stands below"


async def test_an_empty_period_says_from_when_there_is_something(browser: Browser, flat: AnAccount):
    page = await browser.get("/statistics?from=2019-01&to=2019-12")
    assert page.status == 200 and "За цей період нарахувань немає" in page.words
    assert "Є дані за такий час: жовтень 2024 – жовтень 2026" in page.words


async def test_what_nobody_chose_is_the_usual(browser: Browser):
    for query in (
        "unit=gold",
        "by=week",
        "page=x",
        "page=999999",
        "readings=-1",
        "unit=plan&by=year",
        "to=%00",
    ):
        page = await browser.get(f"/statistics?{query}")
        assert page.status == 200 and cells(page, "#months"), query


async def test_somebody_elses_meter_does_not_exist(browser: Browser, other_flat: AnAccount, flat: AnAccount):
    assert (await browser.get(f"/statistics?meter={other_flat.meter_id}")).status == 404
    assert (await browser.get(f"/statistics?meter={flat.meter_id}")).status == 200


async def test_a_meter_that_was_replaced_twice(browser: Browser, portal: APortal, flat: AnAccount):
    """Its readings stay in the history; each meter can be looked at alone."""
    (first,) = await Meter.select().where(Meter.id == flat.meter_id)
    for n, (value, day) in enumerate(((10, date(2026, 3, 1)), (20, date(2026, 5, 1)))):
        meter = Meter(**{**first, "id": uuid4(), "serial": f"777{n}", "removed_on": date(2026, 4 + n, 1)})
        await meter.save()
        await accounts.reading(meter.id, flat.company_id, value, day)
    page = await browser.get("/statistics")
    assert {"№ 7770", "№ 7771"} <= set(re.findall("№ 777[01]", page.words))
    options = page.form("/statistics").select("select[name=meter] option")
    assert len(options) == 4 and "(знято)" in options[-1].text
    alone = await browser.get(f"/statistics?meter={options[-1]['value']}")
    assert len(alone.html.select("#readings li")) == 1


async def charge(flat: AnAccount, portal: APortal, month: date, volume: int, kind: str = "actual") -> None:
    await Charge(
        company_id=portal.supplier, contract_id=flat.supply_id, month=month, kind=kind, volume=volume,
        price=Decimal("7.96"), amount=Decimal("7.96") * volume, charged_on=month + timedelta(days=38),
    ).save()  # fmt: skip


async def test_a_recalculation_below_zero_is_shown_as_it_is(
    browser: Browser, portal: APortal, flat: AnAccount
):
    await charge(flat, portal, date(2026, 10, 1), -40, "recalculation")
    page = await browser.get("/statistics")
    assert cells(page, "#months")[-1][1:3] == ["−40 м³", "−318,40 грн"]
    assert columns(page)[-1][1] == "−40 м³"


async def test_a_short_history_says_so(browser: Browser, portal: APortal, flat: AnAccount):
    await DB.do("DELETE FROM charges")
    assert "Для прогнозу потрібен хоча б один місяць з обсягом" in (await browser.get("/statistics")).words
    await charge(flat, portal, date(2026, 9, 1), 20)
    assert "Історії лише 1 місяць" in (await browser.get("/statistics")).words
    await charge(flat, portal, date(2026, 8, 1), 20)
    assert "Історії лише 2 місяці" in (await browser.get("/statistics")).words


async def test_a_forecast_is_a_range_with_its_reason(browser: Browser, flat: AnAccount):
    ahead = " ".join((await browser.get("/statistics")).html.select_one("#ahead").text.split())
    assert "Рахунок за жовтень 2026" in ahead and re.search(r"\d+–\d+ грн", ahead)
    assert "Зима 2026/27" in ahead and "Рівний платіж на місяць" in ahead
    assert "помилявся не більш як на" in ahead and "Ціна – сьогоднішня" in ahead


async def test_a_history_that_ended_long_ago_is_not_forecast(browser: Browser, flat: AnAccount):
    await DB.do("DELETE FROM charges WHERE month > '2025-06-01'")
    assert "надто давно, щоб за ним прогнозувати" in (await browser.get("/statistics")).words


@pytest.mark.parametrize(("level", "role"), [("basic", "owner"), ("extended", "reader")])
async def test_volumes_without_money(
    browser: Browser, olena: SignedIn, flat: AnAccount, level: str, role: str
):
    await DB.do("UPDATE links SET level = $2, role = $3 WHERE person_id = $1", olena.id, level, role)
    for query in ("", "?unit=money", "?by=year", "?unit=balance"):
        page = await browser.get(f"/statistics{query}")
        main = page.html.select_one("main").text
        assert page.status == 200 and "грн" not in main and "71,68" not in main
        assert cells(page, "#months") and all(len(row) == 2 for row in cells(page, "#months"))
    assert re.search(r"\d+–\d+ м³", page.words)
