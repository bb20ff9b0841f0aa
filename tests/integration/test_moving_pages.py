"""Moving out: the last reading, the request, the end of it; and what the next holder sees."""

import asyncio
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.browser import Browser, Page
from tests.door import jobs
from tests.factories import accounts, people
from tests.factories.accounts import AnAccount
from tests.factories.people import NOW, SignedIn
from tests.factories.portals import APortal, change_policy
from webapp.actions import accounts as actions
from webapp.actions import identifying
from webapp.actions.identifying import Claim, Identified, NotIdentified
from webapp.database.engine import DB
from webapp.database.tables.accounts import Account, Contract, Invitation, Link, Pin
from webapp.database.tables.cases import Case
from webapp.database.tables.charges import Charge
from webapp.database.tables.readings import Reading

LAST_DAY = date(2026, 11, 3)


async def move_out(browser: Browser, flat: AnAccount, value: str = "4152", **typed: str) -> Page:
    form = (await browser.get(f"/accounts/{flat.id}/moving")).form(f"/accounts/{flat.id}/moving")
    return await browser.submit(form, **({f"value-{flat.meter_id}": value, "agree": "1"} | typed))


async def test_moving_out_sends_the_last_reading_and_asks_the_company(
    browser: Browser, portal, olena, flat: AnAccount
):
    asked = await browser.follow(await move_out(browser, flat))
    (case,) = await Case.select()
    assert case["number"] in asked.words and "Виїзд" in asked.words
    assert (case["kind"], case["person_id"], case["account_id"]) == ("moving", olena.id, flat.id)
    assert (
        case["company_id"] == portal.supplier
        and '"2026-11-03"' in case["typed"]
        and '"4152"' in case["typed"]
    )
    (sent,) = await Reading.select().where(Reading.person_id == olena.id)
    assert (sent["value"], sent["read_on"]) == (4152, LAST_DAY)
    assert (await browser.get(f"/cabinet?account={flat.id}")).status == 200
    again = await browser.get(f"/accounts/{flat.id}/moving")
    assert f"№ {case['number']}" in again.words and not again.html.select("main form")


async def test_a_repeated_form_is_one_reading_and_one_request(
    browser: Browser, flat: AnAccount, olena: SignedIn
):
    form = (await browser.get(f"/accounts/{flat.id}/moving")).form(f"/accounts/{flat.id}/moving")
    typed = {f"value-{flat.meter_id}": "4152", "agree": "1"}
    answers = await asyncio.gather(*(browser.submit(form, **typed) for _ in range(5)))
    assert len({one.headers["location"] for one in answers}) == 1
    assert await Case.count() == 1 and await Reading.count().where(Reading.person_id == olena.id) == 1


async def test_what_is_wrong_is_told_beside_its_field(browser: Browser, flat: AnAccount):
    wrong = await move_out(browser, flat, "куб", on="2026-12-31", agree="")
    value = f"value-{flat.meter_id}"
    assert wrong.status == 422 and {"on", "agree"} <= set(wrong.mistakes)
    assert wrong.html.select_one(f"#{value}")["value"] == "куб"
    wrong = await move_out(browser, flat, "куб")
    assert set(wrong.mistakes) == {value} and await Case.count() == 0
    early = await move_out(browser, flat, on="1.9.2026")
    assert "понад місяць тому" in early.mistakes["on"]


async def test_a_doubtful_last_reading_is_asked_about(browser: Browser, flat: AnAccount):
    form = (await browser.get(f"/accounts/{flat.id}/moving")).form(f"/accounts/{flat.id}/moving")
    doubted = await browser.submit(form, htmx=True, **{f"value-{flat.meter_id}": "9999", "agree": "1"})
    assert doubted.status == 422 and [tag["id"] for tag in doubted.html.find_all(recursive=False)] == [
        "moving"
    ]
    assert await Case.count() == 0
    sure = await browser.submit(doubted.form(f"/accounts/{flat.id}/moving"), confirmed="1", agree="1")
    assert sure.status == 303 and await Case.count() == 1


async def test_where_the_month_has_its_reading_or_none_are_taken_the_value_goes_with_the_request(
    browser: Browser, portal: APortal, flat: AnAccount
):
    await change_policy(portal.id, {"readings": {"taken_by": []}})
    assert (await move_out(browser, flat)).status == 303
    assert await Case.count() == 1


@pytest.mark.parametrize("role", ["family", "payer", "reader"])
async def test_only_an_owner_moves_out(http, portal: APortal, flat: AnAccount, role: str):
    taras = await people.person(portal.id, "Тарас", "taras@example.com")
    await accounts.link(taras.id, flat.id, role=role)
    assert (await Browser(http, taras.token).get(f"/accounts/{flat.id}/moving")).status == 404


async def test_when_it_is_granted_nobody_has_the_account_any_more(
    browser: Browser, portal: APortal, olena, flat: AnAccount
):
    taras = await people.person(portal.id, "Тарас", "taras@example.com")
    await accounts.link(taras.id, flat.id, role="family")
    await Invitation(
        portal_id=portal.id, account_id=flat.id, role="family", invited_by=olena.id, created_at=NOW,
        expires_at=NOW.replace(day=9),
    ).save()  # fmt: skip
    await Pin(account_id=flat.id, pin_hmac=b"x", issued_at=NOW).save()
    closed = await asyncio.gather(*(actions.close(flat.id, LAST_DAY, now=NOW) for _ in range(4)))
    assert sorted(closed) == [False, False, False, True]
    assert await Link.count() == await Pin.count() == 0
    assert await Invitation.count().where(Invitation.revoked_at.is_null()) == 0
    row = await Account.objects().get(Account.id == flat.id)
    assert (row.closed_on, row.held_since) == (LAST_DAY, date(2026, 11, 4))
    assert await jobs() == ["notice", "notice"]
    assert (await browser.get(f"/cabinet?account={flat.id}")).status == 404


async def identify(portal: APortal, flat: AnAccount) -> Any:
    claim = Claim.by_payment(portal.supplier, flat.number, accounts.LAST_PAYMENT)
    return await identifying.identify(claim, ip="10.0.0.1", now=NOW)


async def test_who_has_left_comes_in_by_no_proof_of_the_old_days(portal: APortal, flat: AnAccount):
    assert await identify(portal, flat) == Identified(flat.id)
    await actions.close(flat.id, LAST_DAY, now=NOW)
    assert await identify(portal, flat) == NotIdentified()
    assert await actions.reopen(flat.id, date(2026, 11, 4)) and not await actions.reopen(flat.id, LAST_DAY)
    assert await identify(portal, flat) == NotIdentified()


@pytest.fixture
async def next_holder(http, portal: APortal, olena: SignedIn, flat: AnAccount) -> Browser:
    """Taras, who moved in when Olena had left."""
    await accounts.reading(flat.meter_id, portal.operator, 4152, LAST_DAY)
    await actions.close(flat.id, LAST_DAY, now=NOW)
    await actions.reopen(flat.id, date(2026, 11, 4))
    taras = await people.person(portal.id, "Тарас", "taras@example.com")
    await accounts.link(taras.id, flat.id)
    return Browser(http, taras.token)


async def test_the_next_holder_sees_nothing_of_the_history_but_where_the_meter_stood(
    next_holder: Browser, flat: AnAccount
):
    cabinet = await next_holder.get("/cabinet")
    words = cabinet.words.replace("\u00a0", " ")
    assert "04 152" in words and "04 127" not in words
    assert "Даних ще немає" in words and "71,68" not in words and "186,40" not in words
    readings = (await next_holder.get("/readings")).words.replace("\u00a0", " ")
    assert "04 152" in readings and "04 127" not in readings
    for path in ("/bills", "/statistics"):
        page = await next_holder.get(path)
        words = page.words.replace("наприклад 2025-10", "")
        assert "Даних ще немає" in words and "186,40" not in words and "2025" not in words
    new = (await next_holder.get(f"/readings/new?meter={flat.meter_id}")).words.replace("\u00a0", " ")
    assert "04 152" in new


async def test_the_usual_consumption_of_the_one_before_is_not_told_either(
    next_holder: Browser, flat: AnAccount
):
    """The device keeps what is usual: of the profile, not of the person who lived there."""
    await DB.do("UPDATE charges SET volume = volume * 5 WHERE contract_id = $1", flat.supply_id)
    kept = (await next_holder.get("/cabinet")).html.select_one("#meters").text
    await DB.do("DELETE FROM charges WHERE contract_id = $1", flat.supply_id)
    assert (await next_holder.get("/cabinet")).html.select_one("#meters").text == kept


async def test_what_is_the_next_holders_own_is_shown(next_holder: Browser, portal: APortal, flat: AnAccount):
    await Contract.update(
        {Contract.as_of: datetime(2026, 12, 2, tzinfo=UTC), Contract.balance: Decimal("12.34")}
    ).where(Contract.id == flat.supply_id)
    await Charge(
        company_id=portal.supplier, contract_id=flat.supply_id, month=date(2026, 12, 1), kind="actual", volume=7,
        price=Decimal("7.96"), amount=Decimal("55.72"), charged_on=date(2027, 1, 9),
    ).save()  # fmt: skip
    words = (await next_holder.get("/bills")).words
    assert "12,34" in words and "55,72" in words and "Грудень 2026".lower() in words.lower()
    assert "вересень 2026" not in words.lower()
    statistics = (await next_holder.get("/statistics")).words
    assert "55,72" in statistics and "186,40" not in statistics
