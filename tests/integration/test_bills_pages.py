"""Bills: by company and month, as page, PDF, JSON and table; explained, and shown to whoever may see money."""

from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from io import BytesIO
from uuid import UUID, uuid4

import pypdf
import pytest
from litestar import Litestar

from tests.browser import Browser, Page
from tests.factories import bills as made
from tests.factories.accounts import AnAccount
from tests.factories.people import NOW, SignedIn
from tests.factories.portals import APortal, change_policy
from tests.integration.test_ledger_actions import WRONG
from tests.integration.test_statistics_pages import at_home
from webapp.actions import ledger, pins
from webapp.database.engine import DB
from webapp.demo import load
from webapp.outside import Outside
from webapp.outside.clock import StoppedClock
from webapp.settings import Settings

NBSP = "\N{NO-BREAK SPACE}"
SEPTEMBER, AUGUST = date(2026, 9, 1), date(2026, 8, 1)


@pytest.fixture
async def september(flat: AnAccount, outside: Outside) -> UUID:
    """Olena's bill: 191.04 left over and paid, 24 m³ by the meter, a recalculation and a subsidy."""
    gas = flat.supply_id
    await made.afresh(gas, "191.04")
    await DB.do("UPDATE companies SET iban = 'UA143000010000002600000000202', edrpou = '12345678'")
    charge = await made.charged(gas, SEPTEMBER, "191.04", volume=24)
    await DB.do(READ, charge)
    await made.charged(gas, AUGUST, "-23.88", volume=-3, kind="recalculation", on=date(2026, 10, 6))
    await made.charged(gas, SEPTEMBER, "-35.00", kind="subsidy", price="0")
    await made.paid(gas, date(2026, 9, 17), "191.04")
    await made.issued(gas, outside)
    return await made.bill_id(gas, SEPTEMBER)


READ = """
UPDATE charges SET meter = '12345678', read_from = '2026-09-04', read_to = '2026-10-03', reading_from = 4075,
       reading_to = 4099, source = 'consumer' WHERE id = $1
"""


@pytest.fixture
async def demo(built: Litestar, settings: Settings, outside: Outside) -> AsyncIterator[Litestar]:
    await load(settings.database_url, settings, StoppedClock(NOW))
    built.state.settings, built.state.outside = settings, outside
    async with built.lifespan():
        yield built


def bills_of(page: Page) -> list[tuple[str, str]]:
    """Of the first company: the month, and where its bill is."""
    section = page.html.select_one("main section.stack")
    return [(link.text, link["href"]) for link in section.select(".rows a[href^='/bills/']")]


@pytest.mark.covers("A40", "B25")
async def test_a_bill_is_downloaded_as_a_pdf_and_as_data_with_the_same_sums(
    browser: Browser, september: UUID
):
    page = await browser.get("/bills")
    assert bills_of(page) == [("Вересень 2026", f"/bills/{september}")]
    bill = await browser.get(f"/bills/{september}")
    assert bill.html.select_one(f"main a[href='/bills/{september}.pdf']")
    assert f"132,16{NBSP}грн" in bill.html.select_one("#explained").text
    file = await browser.fetch(f"/bills/{september}.pdf")
    assert file.headers["content-type"] == "application/pdf" and file.headers["cache-control"] == "no-store"
    assert 'filename="gas-0910204517-2026-09.pdf"' in file.headers["content-disposition"]
    said = pypdf.PdfReader(BytesIO(file.content)).pages[0].extract_text().replace(NBSP, " ")
    assert "132,16 грн" in said and "вул. Садова, 18, кв. 42" in said and "−23,88" in said
    told = (await browser.fetch(f"/bills/{september}.json")).json()
    assert (told["closing"], told["charged"], told["paid"]) == ("132.16", "132.16", "191.04")
    table = (await browser.fetch(f"/bills/{september}.csv")).text
    assert "closing;;;;;132,16" in table and "recalculation;2026-08;2026-10-06;-3;7,96000;-23,88" in table


async def test_the_bill_is_explained_line_by_line_without_javascript(browser: Browser, september: UUID):
    page = await browser.get(f"/bills/{september}")
    card = page.html.select_one("#explained")
    words = " ".join(card.text.replace(NBSP, " ").split())
    assert "4 099 − 4 075 = 24 м³; 24 м³ × 7,96 грн" in words
    assert "Лічильник № 12345678 показав 4 099 (3 жовтня 2026). Передано з кабінету." in words
    assert "До того було 4 075 (4 вересня 2026)" in words
    assert "Перерахунок за серпень 2026" in words and "Субсидія за вересень 2026" in words
    sums = [row.dd.text.replace(NBSP, " ") for row in card.select("dl.facts > div")]
    assert sums == [
        "191,04 грн", "−23,88 грн", "191,04 грн", "−35,00 грн", "−191,04 грн", "борг 132,16 грн",
    ]  # fmt: skip
    assert card.select_one("details.more > summary")


async def test_a_coefficient_is_told_only_where_it_is_not_one(browser: Browser, september: UUID):
    assert "оефіцієнт" not in (await browser.get(f"/bills/{september}")).words
    await DB.do("UPDATE charges SET coefficient = 1.02, volume = 24 WHERE volume = 24")
    words = (await browser.get(f"/bills/{september}")).words.replace(NBSP, " ")
    assert "4 099 − 4 075 = 24 м³ × 1,02 = 24 м³; 24 м³ × 7,96 грн" in words
    assert "Коефіцієнт приведення до стандартних умов – 1,02" in words


@pytest.mark.parametrize("ending", ["", ".pdf", ".json", ".csv"])
async def test_nobody_elses_bill_exists(
    stranger: Browser, visitor: Browser, browser: Browser, september: UUID, olena: SignedIn, ending: str
):
    assert (await stranger.fetch(f"/bills/{september}{ending}")).status_code == 404
    assert (await visitor.fetch(f"/bills/{september}{ending}")).status_code == 303
    assert (await browser.fetch(f"/bills/{uuid4()}{ending}")).status_code == 404
    for level, role in (("basic", "owner"), ("extended", "reader")):
        await DB.do("UPDATE links SET level = $2, role = $3 WHERE person_id = $1", olena.id, level, role)
        assert (await browser.fetch(f"/bills/{september}{ending}")).status_code == 404


@pytest.mark.parametrize("name", ["1", "now.pdf", f"{UUID(int=1)}.exe", f"{UUID(int=1)}.pdf.pdf", "%00"])
async def test_nonsense_in_the_address_is_not_found(browser: Browser, name: str):
    assert (await browser.fetch(f"/bills/{name}")).status_code == 404


async def test_what_was_before_the_holder_came_is_not_shown(
    browser: Browser, flat: AnAccount, september: UUID
):
    await DB.do("UPDATE accounts SET held_since = '2026-10-01' WHERE id = $1", flat.id)
    assert (await browser.fetch(f"/bills/{september}")).status_code == 404


@pytest.mark.parametrize(
    ("qr", "begins"), [("003", "https://qr.bank.gov.ua/"), ("002", "https://bank.gov.ua/qr/"), ("none", "")]
)
async def test_the_banks_code_is_of_the_format_that_the_policy_names(
    browser: Browser, portal: APortal, september: UUID, qr: str, begins: str, monkeypatch: pytest.MonkeyPatch
):
    await change_policy(portal.id, {"bills": {"qr": qr}})
    drawn: list[str] = []
    monkeypatch.setattr("webapp.documents.squares.of_bank", lambda link: drawn.append(link) or "<svg/>")
    page = await browser.get(f"/bills/{september}")
    assert bool(page.html.select_one("img.qr")) is bool(begins)
    assert [link.startswith(begins) for link in drawn] == ([True] if begins else [])


async def test_the_pin_is_printed_for_the_owner_where_the_policy_says(
    browser: Browser, portal: APortal, olena: SignedIn, flat: AnAccount, september: UUID, outside: Outside
):
    async with DB.transaction():
        pin = await pins.issue(flat.id, key=outside.key, now=NOW)
    shown = f"{pin[:3]} {pin[3:]}"
    assert shown not in (await browser.get(f"/bills/{september}")).words
    await change_policy(portal.id, {"bills": {"pin": True}})
    page = await browser.get(f"/bills/{september}")
    assert shown in page.words and "x-offline" not in page.headers
    file = await browser.fetch(f"/bills/{september}.pdf")
    assert shown in pypdf.PdfReader(BytesIO(file.content)).pages[0].extract_text()
    await DB.do("UPDATE links SET role = 'payer' WHERE person_id = $1", olena.id)
    assert shown not in (await browser.get(f"/bills/{september}")).words


@pytest.mark.parametrize(
    ("service", "charged_on", "due_day"),
    [("supply", date(2026, 10, 6), "12 жовтня"), ("distribution", date(2026, 9, 6), "15 вересня")],
)
async def test_when_it_is_due_is_the_policys(
    browser: Browser,
    portal: APortal,
    flat: AnAccount,
    outside: Outside,
    service: str,
    charged_on: date,
    due_day: str,
):
    policy = await change_policy(portal.id, {"bills": {"supply_due_day": 12, "distribution_due_day": 15}})
    contract = await DB.one("SELECT to_json(id) FROM contracts WHERE service = $1", service, into=UUID)
    assert contract
    await made.afresh(contract)
    await made.charged(contract, SEPTEMBER, "10.00", on=charged_on)
    await made.issued(contract, outside, policy)
    page = await browser.get(f"/bills/{await made.bill_id(contract, SEPTEMBER)}")
    assert f"До кінця дня {due_day} 2026" in page.words.replace(NBSP, " ")


async def test_markup_in_an_address_stays_text(browser: Browser, flat: AnAccount, september: UUID):
    await DB.do(
        "UPDATE accounts SET holder = $2, address = $2 WHERE id = $1", flat.id, '#eval("1") <b>*x*</b>'
    )
    file = await browser.fetch(f"/bills/{september}.pdf")
    assert '#eval("1") <b>*x*</b>' in pypdf.PdfReader(BytesIO(file.content)).pages[0].extract_text()
    assert not (await browser.get(f"/bills/{september}")).html.select("main b b")


async def test_what_is_due_is_told_by_creditor_and_never_as_one_sum(
    browser: Browser, flat: AnAccount, september: UUID
):
    await made.paid(flat.supply_id, date(2026, 11, 2), "32.16", under_way=True)
    page = await browser.get("/bills/due")
    gas, delivery = page.html.select("main section.card")
    assert f"ТОВ «Миколаївгаз Збут»: 100,00{NBSP}грн" in gas.h2.text and "обробляється" in gas.text
    assert "АТ «Миколаївгаз»: 0,00" in delivery.text and "боргу немає" in delivery.text
    assert "Станом на" in gas.text and f"31{NBSP}жовтня 2026" in gas.text


@pytest.mark.covers("A42", page="/subsidy")
async def test_the_subsidy_is_shown_with_what_is_left_to_pay(
    browser: Browser, stranger: Browser, flat: AnAccount, september: UUID
):
    assert "нічого не відомо" in (await browser.get("/subsidy")).words
    company = await DB.speaker.fetchval("SELECT company_id FROM contracts WHERE id = $1", flat.supply_id)
    await DB.do(GRANT, uuid4(), company, flat.id)
    page = await browser.get(f"/subsidy?account={flat.id}")
    words = page.words.replace(NBSP, " ")
    assert "100,00 грн" in words and "Пенсійний фонд" in words and "призначено" in words
    assert "Лишилося сплатити з власних коштів 32,16 грн" in words
    assert (await stranger.get(f"/subsidy?account={flat.id}")).status == 404
    bill = await browser.get(f"/bills/{september}")
    assert f"100,00{NBSP}грн" in bill.html.select_one("#explained details").text
    await DB.do("UPDATE links SET level = 'basic' WHERE account_id = $1", flat.id)
    assert "грн" not in (await browser.get("/subsidy")).html.select_one("main").text


GRANT = """
INSERT INTO subsidies (id, company_id, account_id, kind, starts_on, ends_on, monthly, way, decided_on, number)
VALUES ($1, $2, $3, 'subsidy', '2026-09-01', '2027-04-30', 100, 'cash', '2026-08-20', '5177')
"""


async def test_a_refund_is_no_payment(browser: Browser, flat: AnAccount, september: UUID):
    payment = await made.paid(flat.supply_id, date(2026, 11, 1), "50.00")
    async with DB.transaction():
        await ledger.reverse_payment(
            id=uuid4(),
            payment_id=payment,
            amount=Decimal("50"),
            paid_on=date(2026, 11, 2),
            channel="card",
            now=NOW,
        )
    page = await browser.get("/bills")
    payments = page.html.select_one("#payments").text.replace(NBSP, " ")
    assert "Повернення платежу" in payments and "−50,00 грн" in payments


@pytest.mark.covers("K12", "K26", "K31", portal="kremenchuk")
async def test_a_bill_of_a_chosen_month_and_the_panel_of_the_account(demo: Litestar, settings: Settings):
    async for kateryna in at_home(demo, settings, "kremenchuk", "kateryna"):
        panel = (await kateryna.get("/cabinet")).html.select_one(".balance")
        assert "За вересень 2026:" in panel.text and "м³, нараховано" in panel.text
        link = panel.select_one("a[href^='/bills/']")
        assert "Рахунок за вересень 2026" in (await kateryna.get(link["href"])).html.h1.text
        form = (await kateryna.get("/bills")).form("/bills")
        assert form["method"] == "get" and form.select_one("option[value='2020-03']")
        page = await kateryna.get("/bills?month=2020-03")
        ((month, address),) = bills_of(page)
        assert month == "Березень 2020"
        bill = (await kateryna.get(address)).html.select_one("#explained").text.replace(NBSP, " ")
        assert "67,14 грн" in bill and "5 м³ × 4,326 грн" in bill and "21,63 грн" in bill
        assert "−17,09 грн" in bill and "борг 71,68 грн" in bill
        assert "рахунку немає" in (await kateryna.get("/bills?month=2020-03")).words, (
            "of delivery, there then"
        )
        assert (await kateryna.get("/bills?month=now")).status == 200


async def test_every_bill_and_balance_of_the_demo_adds_up(demo: Litestar):
    assert await DB.speaker.fetch(WRONG) == []
    counted = await DB.one("SELECT to_json(count(*)) FROM bills", into=int)
    assert counted and counted > 2000
    unread = await DB.one(
        "SELECT to_json(count(*)) FROM charges WHERE bill_id IS NULL AND charged_on <= '2026-11-03'", into=int
    )
    assert unread == 0
