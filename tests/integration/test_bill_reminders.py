"""A bill that is due is called to mind once, to who may see it and has not paid; and bills are issued by time."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import pytest
from bs4 import BeautifulSoup
from pgqueuer.errors import RetryRequested

from tests.browser import Browser
from tests.factories import bills as made
from tests.factories.accounts import AnAccount
from tests.factories.people import SignedIn
from tests.factories.portals import APortal, change_policy
from webapp.actions import bill_reminders as actions
from webapp.database.engine import DB
from webapp.database.queries import visits
from webapp.jobs import billing, reminding
from webapp.outside import Outside

SEPTEMBER = date(2026, 9, 1)
MORNING = datetime(2026, 10, 29, 8, 0, tzinfo=UTC)
"""10:00 in Kyiv, two days before the last day to pay for September."""


@pytest.fixture
async def due(flat: AnAccount, outside: Outside) -> UUID:
    """Olena owes 71.68 for gas by 31 October."""
    for contract in await DB.one("SELECT json_agg(id) FROM contracts", into=list[UUID]) or []:
        await made.afresh(contract)
    await made.charged(flat.supply_id, SEPTEMBER, "71.68")
    await made.issued(flat.supply_id, outside)
    return flat.supply_id


async def remind(portal: APortal, now: datetime = MORNING) -> int:
    found = await visits.portal(portal.id)
    assert found
    return await actions.remind(portal.id, found.policy, now)


async def work(outside: Outside, now: datetime = MORNING) -> list[str]:
    """What leaves: the texts, of letters and SMS together."""
    cast(Any, outside.clock).moment = now
    rows = await DB.pool.fetch("SELECT payload FROM pgqueuer WHERE entrypoint = 'bill_reminder' ORDER BY id")
    for row in rows:
        await reminding.send_of_bills(cast(Any, SimpleNamespace(payload=row["payload"], attempts=0)), outside)
    return [one.text for one in [*cast(Any, outside.mail).sent, *cast(Any, outside.sms).sent]]


async def test_who_has_not_paid_gets_one_letter_that_names_the_creditor(
    portal: APortal, due: UUID, outside: Outside
):
    done = await asyncio.gather(*(remind(portal) for _ in range(6)))
    assert sorted(done) == [0, 0, 0, 0, 0, 1]
    (text,) = await work(outside)
    words = text.replace("\N{NO-BREAK SPACE}", " ")
    assert "ТОВ «Миколаївгаз Збут», вул. Садова, 18: 71,68 грн" in words and "31 жовтня" in words
    assert f"{portal.address}/bills/due" in text and f"{portal.address}/profile/notifications" in text
    assert cast(Any, outside.mail).sent[0].unsubscribe.startswith(f"{portal.address}/unsubscribe/")
    for private in ("0910204517", "кв. 42", "Олена"):
        assert private not in text


@pytest.mark.parametrize(
    "now", [MORNING - timedelta(days=5), MORNING + timedelta(days=3), MORNING.replace(hour=20)]
)
async def test_not_too_early_not_afterwards_and_not_at_night(portal: APortal, due: UUID, now: datetime):
    assert await remind(portal, now) == 0


async def test_who_has_paid_meanwhile_hears_nothing(portal: APortal, due: UUID, outside: Outside):
    assert await remind(portal) == 1
    await made.paid(due, date(2026, 10, 29), "71.68", under_way=True)
    assert await work(outside) == []


async def test_what_was_put_off_into_the_night_waits_for_the_morning(
    portal: APortal, due: UUID, outside: Outside
):
    await remind(portal)
    with pytest.raises(RetryRequested):
        await work(outside, MORNING.replace(hour=21))


@pytest.mark.parametrize(("level", "role"), [("basic", "owner"), ("extended", "reader")])
async def test_who_may_not_see_money_is_not_reminded(
    portal: APortal, olena: SignedIn, due: UUID, level: str, role: str
):
    await DB.do("UPDATE links SET level = $2, role = $3 WHERE person_id = $1", olena.id, level, role)
    assert await remind(portal) == 0


async def test_the_policy_says_how_many_days_before(portal: APortal, browser: Browser, due: UUID):
    await change_policy(portal.id, {"bills": {"remind_days": 1}})
    assert await remind(portal) == 0
    assert "За 1 день" in (await browser.get("/profile/notifications")).words
    await change_policy(portal.id, {"bills": {"remind_days": None}})
    assert await remind(portal, MORNING + timedelta(days=2)) == 0
    assert "Нагадування про оплату" not in (await browser.get("/profile/notifications")).words


async def test_how_one_is_reminded_is_chosen_on_the_page_of_all_notifications(
    portal: APortal, browser: Browser, visitor: Browser, due: UUID
):
    page = await browser.follow(await browser.submit(_old_form(), way="none"))
    form = page.form("/profile/notifications")
    for box in form.select('[name^="bill_reminder."][checked]'):
        del box["checked"]
    assert "Збережено" in (await browser.follow(await browser.submit(form))).words
    assert await remind(portal) == 0
    assert (await visitor.get("/bills/reminders")).status == 303


def _old_form() -> Any:
    """That was open while the page moved."""
    page = BeautifulSoup(
        '<form action="/bills/reminders"><input name="way" value="sms"></form>', "html.parser"
    )
    return page.form


async def test_time_issues_the_bills_of_what_was_charged(portal: APortal, due: UUID, outside: Outside):
    await made.charged(due, date(2026, 8, 1), "1.00", kind="correction", on=date(2026, 10, 20))
    cast(Any, outside.clock).moment = MORNING
    assert await billing.issue(outside) == 1
    assert await billing.issue(outside) == 0
