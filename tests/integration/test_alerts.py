"""What people are told unasked: on the pages, and by messages, each thing once."""

import asyncio
from datetime import date, timedelta
from decimal import Decimal

import msgspec
import pytest

from tests.browser import Browser
from tests.factories import accounts
from tests.factories.accounts import AnAccount
from tests.factories.people import NOW, SignedIn
from webapp.actions import alerts
from webapp.actions.messages import Told
from webapp.database.engine import DB

DAY = timedelta(days=1)


async def told() -> list[tuple[str, object]]:
    """What lies in the queue: which notice, and to whom."""
    rows = await DB.pool.fetch("SELECT payload FROM pgqueuer WHERE entrypoint = 'notice' ORDER BY id")
    found = [msgspec.json.decode(row["payload"], type=Told) for row in rows]
    return [(one.notice, one.person_id) for one in found]


async def use(flat: AnAccount, **volumes: int) -> None:
    """Of m8 and m9: what went through the meter in August and September, charged the day before."""
    for name, volume in volumes.items():
        month = date(2026, int(name[1:]), 1)
        await DB.do(
            "UPDATE charges SET volume = $3 WHERE contract_id = $1 AND month = $2",
            flat.supply_id,
            month,
            volume,
        )
    await DB.do(
        "UPDATE charges SET charged_on = $2 WHERE contract_id = $1", flat.supply_id, (NOW - DAY).date()
    )


async def verified(flat: AnAccount, days: int) -> None:
    until = NOW.date() + timedelta(days=days)
    await DB.do("UPDATE meters SET verified_until = $2 WHERE id = $1", flat.meter_id, until)


async def test_a_leak_stands_above_everything_with_104(browser: Browser, flat: AnAccount):
    await use(flat, m8=90, m9=95)
    for path in ("/statistics", "/cabinet"):
        page = await browser.get(path)
        alert = page.html.select_one("main .notice-bad")
        assert "Газ кудись іде" in alert.text and "95 м³" in alert.text.replace("\u00a0", " ")
        assert alert.select_one("a[href='tel:104']")


async def test_once_is_only_unusual_and_the_usual_is_nothing(browser: Browser, flat: AnAccount):
    assert not (await browser.get("/statistics")).html.select("main .notice")
    await use(flat, m9=95)
    assert "Газу значно більше" in (await browser.get("/cabinet")).words


async def test_a_meter_that_is_due_is_told_on_both_pages(browser: Browser, flat: AnAccount):
    await verified(flat, 30)
    for path in ("/statistics", "/cabinet"):
        assert "Строк повірки лічильника" in (await browser.get(path)).words
    await verified(flat, -1)
    assert "минув" in (await browser.get("/cabinet")).words


async def test_a_limit_is_said_kept_and_shown(browser: Browser, flat: AnAccount):
    form = (await browser.get("/statistics")).form("/statistics/limit")
    page = await browser.follow(await browser.submit(form, limit="50,5"))
    assert (
        "Збережено" in page.words and page.form("/statistics/limit").select_one("#limit")["value"] == "50,50"
    )
    for path in ("/statistics", "/cabinet"):
        assert "Борг більший за Вашу межу" in (await browser.get(path)).words
    again = await browser.submit(form, limit="50,5")
    assert again.status == 303
    page = await browser.follow(await browser.submit(form, limit=""))
    assert "не повідомлятимемо" in page.words and "Борг більший" not in page.words


@pytest.mark.parametrize("typed", ["багато", "5,123", "99999999999", "-5", "NaN", "1e3"])
async def test_a_limit_that_is_no_sum_stays_typed(browser: Browser, flat: AnAccount, typed: str):
    page = await browser.submit((await browser.get("/statistics")).form("/statistics/limit"), limit=typed)
    assert page.status == 422 and page.mistakes["limit"]
    assert page.form("/statistics/limit").select_one("#limit")["value"] == typed
    assert await DB.pool.fetchval("SELECT count(*) FROM links WHERE balance_limit IS NOT NULL") == 0


async def test_nobody_sets_a_limit_for_others_or_without_seeing_money(
    browser: Browser, stranger: Browser, olena: SignedIn, flat: AnAccount
):
    form = (await browser.get("/statistics")).form("/statistics/limit")
    assert (await stranger.submit(form, limit="1")).status == 404
    assert (await stranger.submit(form, limit="x")).status == 404
    await DB.do("UPDATE links SET role = 'reader' WHERE person_id = $1", olena.id)
    assert (await browser.submit(form, limit="1")).status == 404
    assert not (await browser.get("/statistics")).html.select("#limit-card")
    assert await DB.pool.fetchval("SELECT count(*) FROM links WHERE balance_limit IS NOT NULL") == 0


async def test_each_thing_is_told_once_however_many_look(olena: SignedIn, flat: AnAccount):
    """Four workers at the same moment, and again the day after."""
    await use(flat, m8=90, m9=95)
    await verified(flat, 20)
    assert await alerts.set_limit(olena.id, flat.id, Decimal(50))
    await asyncio.gather(*(alerts.look(NOW) for _ in range(4)))
    await alerts.look(NOW + DAY)
    assert sorted(await told()) == sorted(
        [("usage-leak", olena.id), ("balance-above", olena.id), ("verification-due", olena.id)]
    )


async def test_a_verification_is_told_at_60_30_and_7_days(olena: SignedIn, flat: AnAccount):
    await verified(flat, 70)
    for days in (0, 10, 11, 39, 40, 62, 63, 64, 71, 80):
        await alerts.look(NOW + days * DAY)
    assert await told() == [("verification-due", olena.id)] * 3
    await DB.do("UPDATE meters SET removed_on = $2 WHERE id = $1", flat.meter_id, NOW.date())


async def test_a_debt_that_was_paid_and_grew_again_is_told_again(olena: SignedIn, flat: AnAccount):
    await alerts.set_limit(olena.id, flat.id, Decimal(50))
    for balance, times in (("71.68", 1), ("80", 1), ("0", 1), ("49.99", 1), ("50.01", 2)):
        await DB.do("UPDATE contracts SET balance = $2 WHERE id = $1", flat.supply_id, Decimal(balance))
        await alerts.look(NOW)
        assert len(await told()) == times, balance


async def test_only_those_are_told_who_may_see_it(olena: SignedIn, other: SignedIn, flat: AnAccount):
    await accounts.link(other.id, flat.id, role="payer")
    await DB.do("UPDATE links SET balance_limit = 1, role = 'reader' WHERE person_id = $1", olena.id)
    await use(flat, m8=90, m9=95)
    await verified(flat, 5)
    await alerts.look(NOW)
    assert {who for notice, who in await told()} == {olena.id}
    assert {notice for notice, _ in await told()} == {"usage-leak", "verification-due"}


async def test_an_old_charge_is_no_news(olena: SignedIn, flat: AnAccount):
    await use(flat, m8=90, m9=95)
    await alerts.look(NOW + 10 * DAY)
    assert await told() == []


async def test_what_is_told_goes_with_the_transaction(olena: SignedIn, flat: AnAccount, monkeypatch):
    """A worker that is killed between the two has told nothing, and the next one does."""
    await verified(flat, 5)

    async def dies(*_: object, **__: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patched:
        patched.setattr(alerts.messages, "tell", dies)
        with pytest.raises(RuntimeError):
            await alerts.look(NOW)
    assert await told() == [] and await DB.pool.fetchval("SELECT count(*) FROM alerts") == 0
    await alerts.look(NOW)
    assert len(await told()) == 1
