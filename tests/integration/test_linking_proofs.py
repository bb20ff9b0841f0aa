"""Every proof a company may ask for links the account, and no proof may be guessed by way of another."""

from datetime import date
from decimal import Decimal

import pytest

from tests import door
from tests.browser import Browser, Page
from tests.factories import accounts, people, portals
from tests.factories.accounts import AnAccount
from tests.factories.people import KEY, NOW, SignedIn
from tests.factories.portals import APortal
from webapp.actions import linking, pins
from webapp.actions.identifying import Claim
from webapp.database.engine import DB
from webapp.database.tables.accounts import Link
from webapp.database.tables.charges import Charge, Payment
from webapp.rules.answers import Answer
from webapp.rules.policy import Accounts

NUMBER, SERIAL = "0910204517", "0204517"
ALL = ["last_payment", "previous_payment", "meter_serial", "last_charge", "pin", "eic"]


@pytest.fixture
async def portal(app) -> APortal:
    return await portals.portal(policy={"proofs": ALL, "money": {"typed_in": "kopeck"}})


@pytest.fixture
async def taras(portal: APortal) -> SignedIn:
    return await people.person(portal.id, "Тарас", "taras@example.com")


@pytest.fixture
async def flat(portal: APortal) -> AnAccount:
    made = await accounts.account(portal, NUMBER, "вул. Садова, 18, кв. 42")
    await DB.do("UPDATE meter_points SET eic = '56XM26000001237T'")
    await Charge.update({Charge.amount: Decimal("58.68")}).where(Charge.month == accounts.LAST_MONTH)
    return made


@pytest.fixture
def browser(http, taras: SignedIn, flat: AnAccount) -> Browser:
    return Browser(http, taras.token)


async def pin_of(flat: AnAccount) -> str:
    async with DB.transaction():
        return await pins.issue(flat.id, key=KEY, now=NOW)


async def prove(browser: Browser, portal: APortal, proof: str, **typed: str) -> Page:
    form = (await browser.get(f"/linking?proof={proof}")).form("/linking")
    return await browser.submit(form, **({"company": str(portal.supplier), "number": NUMBER} | typed))


async def claim_of(portal: APortal, *answers: Answer, by: SignedIn, ip: str = "10.0.0.1") -> linking.Outcome:
    claim = Claim((portal.supplier,), NUMBER, answers)
    return await linking.link(
        claim, by=by.id, portal_id=portal.id, policy=Accounts(), ip=ip, now=NOW, key=KEY
    )


@pytest.mark.covers("R09", "R14")
@pytest.mark.parametrize(
    ("proof", "field", "value"),
    [
        ("last_payment", "amount", "186,40"),
        ("meter_serial", "serial", SERIAL.lstrip("0")),
        ("last_charge", "charge", "5868"),
        ("eic", "eic", "56xm26000001237t"),
    ],
)
async def test_each_proof_links_the_account(
    browser: Browser, portal: APortal, proof: str, field: str, value: str
):
    linked = await prove(browser, portal, proof, **{field: value})
    assert "вул. Садова, 18, кв. 42" in (await browser.follow(linked)).words
    assert (await Link.objects().first()).level == "extended"


@pytest.mark.covers("R14")
async def test_the_pin_of_a_qr_code_fills_the_form_and_the_person_sends_it(
    browser: Browser, portal: APortal, flat: AnAccount
):
    pin = await pin_of(flat)
    page = await browser.get(f"/linking?number={NUMBER}&pin={pin}")
    assert page.html.select_one("#pin")["value"] == pin and page.html.select_one("#number")["value"] == NUMBER
    assert await Link.count() == 0, "looking links nothing"
    linked = await browser.submit(page.form("/linking"), company=str(portal.supplier))
    assert linked.headers["location"] == f"/cabinet?account={flat.id}"


async def test_the_operator_knows_an_account_by_the_number_on_either_of_its_papers(
    browser: Browser, portal: APortal, flat: AnAccount
):
    await DB.do("UPDATE contracts SET number = '0930204517' WHERE company_id = $1", portal.operator)
    for number in (NUMBER, "0930204517"):
        done = await prove(
            browser, portal, "meter_serial", company=str(portal.operator), number=number, serial=SERIAL
        )
        assert done.headers["location"] == f"/cabinet?account={flat.id}"
        await DB.do("DELETE FROM links")


async def test_a_new_pin_ends_the_one_before(browser: Browser, portal: APortal, flat: AnAccount):
    before, now = await pin_of(flat), await pin_of(flat)
    stored = await DB.pool.fetchval("SELECT pin_hmac FROM pins")
    assert now.encode() not in stored and await door.rows("pins") == 1
    if before != now:
        assert (await prove(browser, portal, "pin", pin=before)).status == 422
    assert (await prove(browser, portal, "pin", pin=f"{now[:3]} {now[3:]}")).status == 303


@pytest.mark.parametrize(
    ("proof", "field", "typed", "said"),
    [
        ("meter_serial", "serial", "", "Введіть заводський номер"),
        ("last_charge", "charge", "багато", "лише цифрами"),
        ("pin", "pin", "1234", "6 цифр"),
        ("eic", "eic", "56ХM26000001237T", "українські літери"),
        ("eic", "eic", "56XM260000012370", "описка"),
    ],
)
async def test_a_slip_is_told_beside_its_field(browser: Browser, portal: APortal, proof, field, typed, said):
    for htmx in (False, True):
        form = (await browser.get(f"/linking?proof={proof}")).form("/linking")
        page = await browser.submit(
            form, htmx=htmx, company=str(portal.supplier), number=NUMBER, **{field: typed}
        )
        assert page.status == 422 and said in page.mistakes[field]
        assert page.html.select_one(f"#{field}")["value"] == typed
    assert await door.rows("limits") == 0, "what is no answer is no try"


async def test_p06_the_proofs_stand_in_the_order_of_the_policy(browser: Browser, portal: APortal):
    for proofs, first in (
        (ALL, "last_payment"),
        (["pin", "meter_serial"], "pin"),
        (["number", "eic"], "number"),
    ):
        await portals.change_policy(portal.id, {"proofs": proofs})
        page = await browser.get("/linking")
        shown = [link["href"].partition("=")[2] for link in page.html.select("main .tabs a")]
        assert shown == [proof for proof in proofs if proof != "previous_payment"]
        assert page.html.select_one(".tabs [aria-current]")["href"] == f"/linking?proof={first}"
        assert page.html.select_one("input[name=proof]")["value"] == first
    assert (await browser.get("/linking?proof=address")).html.select_one("input[name=proof]")[
        "value"
    ] == "number"


async def test_what_came_before_the_present_holder_proves_nothing(
    browser: Browser, portal: APortal, flat: AnAccount
):
    await DB.do("UPDATE accounts SET held_since = '2026-10-13'")
    assert (await prove(browser, portal, "last_payment", amount="186,40")).status == 422
    assert (await prove(browser, portal, "last_charge", charge="5868")).status == 422
    await Payment(
        company_id=portal.supplier,
        contract_id=flat.supply_id,
        amount=Decimal("12.30"),
        paid_on=date(2026, 10, 20),
    ).save()
    assert (await prove(browser, portal, "last_payment", amount="12,30")).status == 303


@pytest.mark.covers("A26")
async def test_an_account_of_somebody_else_offers_to_join_or_to_dispute(
    browser: Browser, portal: APortal, flat: AnAccount
):
    await portals.change_policy(portal.id, {"accounts": {"maximum": 1, "exclusive": True}})
    olena = await people.person(portal.id, "Олена", "olena@example.com")
    await accounts.link(olena.id, flat.id)
    page = await prove(browser, portal, "last_payment", amount="186,40")
    links = {link.text: link["href"] for link in page.html.select("main .notice a")}
    assert links == {
        "Приєднатися": f"/joining?number={NUMBER}",
        "Оскаржити": f"/disputes/new?number={NUMBER}",
    }


async def test_a_guest_who_proves_the_account_is_an_owner(
    browser: Browser, portal: APortal, flat: AnAccount, taras: SignedIn
):
    await accounts.link(taras.id, flat.id)
    await DB.do("UPDATE links SET role = 'reader'")
    await prove(browser, portal, "last_payment", amount="186,40")
    assert (await Link.objects().first()).role == "owner"


@pytest.mark.parametrize(
    "query", ["proof=x&second=y", "number=%00%00&pin=%00", "company=x", "proof=pin&proof=eic"]
)
async def test_odd_addresses_are_the_plain_form(browser: Browser, query: str):
    assert (await browser.get(f"/linking?{query}")).status == 200
