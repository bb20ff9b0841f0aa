"""The Supervisor writes to many: sees whom and for how much, confirms once; codes and budgets are kept."""

import asyncio
from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID, uuid4

import httpx
import pytest

from tests.browser import Browser
from tests.factories import accounts, people, staff
from tests.factories.accounts import AnAccount
from tests.factories.people import SignedIn
from tests.factories.portals import APortal
from webapp.actions import broadcasts as actions
from webapp.actions import budgets, notifications
from webapp.actions.audit import By
from webapp.database.engine import DB
from webapp.jobs import broadcasts as jobs
from webapp.outside import Outside
from webapp.outside.sms import SmsError, SmsTrouble

NOW = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)
NEW = "/office/broadcasts/new"
WRITTEN = {
    "kind": "outage",
    "title": "Газу не буде 5 листопада",
    "text": "З 9:00 до 18:00.\n<b>Ремонт</b>",
    "place": "",
}
SAME = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
async def outside() -> Outside:
    return people.outside(NOW)


@pytest.fixture
async def office(http: httpx.AsyncClient, portal: APortal) -> Browser:
    return await entered(http, portal, "supervisor")


async def entered(http: httpx.AsyncClient, portal: APortal, role: str, **more: Any) -> Browser:
    browser = Browser(http)
    browser.cookies["staff"] = (await staff.colleague(portal, role, now=NOW, **more)).token
    return browser


@pytest.fixture
async def taras(portal: APortal, flat: AnAccount) -> SignedIn:
    """A neighbour who has a phone alone."""
    taras = await people.person(portal.id, "Тарас", "+380671234567")
    home = await accounts.account(portal, "0910204600", "вул. Лугова, 7")
    await accounts.link(taras.id, home.id)
    return taras


async def drafted(office: Browser, **fields: str) -> str:
    answer = await office.post(NEW, WRITTEN | fields, **SAME)
    assert answer.status == 303, answer.mistakes
    return answer.headers["location"]


async def work(outside: Outside) -> list[str]:
    """All of it: portions until there are none, then the messages; returns to whom."""
    while portions := await DB.pool.fetch(
        "DELETE FROM pgqueuer WHERE entrypoint = 'broadcast' RETURNING payload"
    ):
        for row in portions:
            await jobs.walk(cast(Any, SimpleNamespace(payload=row["payload"], attempts=0)), outside)
    for row in await DB.pool.fetch("SELECT payload FROM pgqueuer WHERE entrypoint = 'news' ORDER BY id"):
        await jobs.send(cast(Any, SimpleNamespace(payload=row["payload"], attempts=0)), outside)
    sent: Any = outside
    return [letter.to for letter in sent.mail.sent] + [one.to for one in sent.sms.sent]


async def test_the_supervisor_sees_the_numbers_confirms_and_each_is_told_once(
    office: Browser, browser: Browser, taras: SignedIn, outside: Outside, other_flat: AnAccount
):
    await DB.do("DELETE FROM links WHERE account_id = $1", other_flat.id)
    page = await office.get(await drafted(office, by_sms="1"))
    assert "Людей 2" in page.words and "Листів 1" in page.words and "SMS 1" in page.words
    assert "0,85" in page.words and "<b>Ремонт</b>" in page.words, "markup is text"
    unsure = await office.submit(page.form(str(page.html.select_one("form[action$=sending]")["action"])))
    assert unsure.status == 422 and "Поставте позначку" in unsure.mistakes["sure"]
    assert await DB.pool.fetchval("SELECT count(*) FROM pgqueuer") == 0, (
        "nothing leaves before the second step"
    )
    action = str(page.html.select_one("form[action$=sending]")["action"])
    both = await asyncio.gather(*[office.post(action, {"sure": "1"}, **SAME) for _ in range(4)])
    assert {answer.status for answer in both} == {303}
    assert await DB.pool.fetchval("SELECT count(*) FROM pgqueuer WHERE entrypoint = 'broadcast'") == 1
    assert await work(outside) == ["olena@example.com", "+380671234567"]
    assert len(await work(outside)) == 2, "a job that comes twice sends once"
    assert cast(Any, outside.sms).sent[0].text == "104UA. Газу не буде 5 листопада"
    done = await office.get(action.removesuffix("/sending"))
    assert "надіслано всім" in done.words and "передано оператору" in done.words
    listed = await browser.get("/notifications")
    assert "Газу не буде 5 листопада" in listed.words and "<b>Ремонт</b>" in listed.words
    assert await DB.pool.fetchval("SELECT count(*) FROM audit WHERE deed = 'broadcast_sent'") == 1


async def test_preferences_are_honoured_and_only_who_lives_there_is_told(
    office: Browser, portal: APortal, olena: SignedIn, taras: SignedIn, outside: Outside
):
    parts = accounts.placed("с. Весняне", "вул. Лугова, 7", "Весняне")
    assert parts
    await DB.do("UPDATE accounts SET branch = 'Миколаївська', settlement = 'м. Миколаїв'")
    await DB.do("UPDATE accounts SET settlement = 'с. Весняне' WHERE number = '0910204600'")
    assert (await office.post(NEW, WRITTEN | {"place": "Немає|"}, **SAME)).mistakes["place"]
    await notifications.choose(taras.id, {"outage": frozenset({"cabinet"})}, NOW)
    page = await office.get(await drafted(office, place="Миколаївська|с. Весняне", by_sms="1"))
    assert "Людей 1" in page.words and "SMS 0" in page.words
    await office.post(str(page.html.select_one("form[action$=sending]")["action"]), {"sure": "1"}, **SAME)
    assert await work(outside) == []
    assert await DB.pool.fetchval("SELECT person_id FROM notifications") == taras.id


async def test_two_workers_at_one_broadcast_walk_one_after_the_other(
    office: Browser, taras: SignedIn, outside: Outside, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(actions.rules, "AT_ONCE", 1)

    async def race() -> int:
        path = await drafted(office)
        await office.post(f"{path}/sending", {"sure": "1"}, **SAME)
        id = UUID(path.rpartition("/")[2])
        await asyncio.gather(*[actions.portion(id, NOW) for _ in range(8)])
        return await DB.pool.fetchval("SELECT told FROM broadcasts WHERE id = $1", id)

    assert await race() == await DB.pool.fetchval("SELECT count(*) FROM notifications") == 2
    assert await DB.pool.fetchval("SELECT state FROM broadcasts") == "done"


async def test_what_was_called_off_leaves_nothing_more(office: Browser, taras: SignedIn, outside: Outside):
    path = await drafted(office)
    await office.post(f"{path}/sending", {"sure": "1"}, **SAME)
    assert "скасовано" in (await office.follow(await office.post(f"{path}/cancellation", {}, **SAME))).words
    assert await work(outside) == []
    assert (await office.post(f"{path}/sending", {"sure": "1"}, **SAME)).status == 303
    assert await work(outside) == [], "nor can it be sent again"


@pytest.mark.parametrize(
    "bad",
    [
        {"title": ""},
        {"title": "ї" * 51},
        {"text": " "},
        {"text": "ї" * 2001},
        {"kind": "security"},
        {"place": "x|y"},
    ],
)
async def test_a_broadcast_that_cannot_be_sent_is_told_why_and_kept(office: Browser, bad: dict[str, str]):
    page = await office.post(NEW, WRITTEN | bad, **SAME)
    assert page.status == 422 and list(page.mistakes) == list(bad)
    if "text" not in bad:
        assert "З 9:00 до 18:00." in page.html.select_one("textarea").text


async def test_other_companies_and_other_roles_see_none_of_it(
    http: httpx.AsyncClient, portal: APortal, office: Browser, flat: AnAccount
):
    path = await drafted(office)
    supplier = await entered(http, portal, "supervisor", mail="other@example.com", company_id=portal.supplier)
    assert (await supplier.get(path)).status == 404
    for deed in ("sending", "cancellation"):
        assert (await supplier.post(f"{path}/{deed}", {"sure": "1"}, **SAME)).status == 404
    assert (await office.get(f"/office/broadcasts/{uuid4()}")).status == 404
    clerk = await entered(http, portal, "clerk")
    assert (await clerk.get("/office/broadcasts")).status == 403
    assert (
        await office.post("/office/messages/budget", {"monthly": "1", "price": "1"}, **SAME)
    ).status == 403


async def test_sms_stop_at_the_sum_of_the_month_and_what_is_urgent_does_not(
    http: httpx.AsyncClient, portal: APortal, office: Browser, taras: SignedIn, outside: Outside
):
    admin = await entered(http, portal, "company_admin")
    page = await admin.get("/office/messages")
    wrong = await admin.submit(page.form("/office/messages/budget"), monthly="багато", price="-1")
    assert wrong.status == 422 and set(wrong.mistakes) == {"monthly", "price"}
    saved = await admin.submit(page.form("/office/messages/budget"), monthly="2,00", price="0,85")
    assert "Збережено" in (await admin.follow(saved)).words
    took = await asyncio.gather(*[budgets.take(portal.operator, 1, urgent=False, now=NOW) for _ in range(6)])
    assert sum(took) == 2, "two parts are paid for, however many ask at once"
    path = await drafted(office, by_sms="1")
    dear = await office.post(f"{path}/sending", {"sure": "1"}, **SAME)
    assert dear.status == 422 and "більше, ніж залишилося" in dear.words
    assert await budgets.take(portal.operator, 1, urgent=True, now=NOW)
    assert await budgets.take(portal.operator, 1, urgent=False, now=NOW.replace(month=12))
    assert "вичерпано" in (await admin.get("/office/messages")).words


async def test_without_the_one_row_a_month_would_be_passed(portal: APortal, monkeypatch: pytest.MonkeyPatch):
    by = By(uuid4(), portal.operator, "company_admin", portal.id, "")
    monkeypatch.setattr(budgets.audit, "write", lambda *_, **__: asyncio.sleep(0))
    await budgets.decide(Decimal("2.00"), Decimal("0.85"), by=by, now=NOW)
    monkeypatch.setattr(budgets, "TAKE", budgets.TAKE.partition("WHERE")[0] + "WHERE $5::int > 0")
    took = await asyncio.gather(*[budgets.take(portal.operator, 1, urgent=False, now=NOW) for _ in range(6)])
    assert sum(took) == 6


async def test_the_staff_sees_what_was_delivered_and_what_was_not(
    http: httpx.AsyncClient, portal: APortal, office: Browser, taras: SignedIn, outside: Outside
):
    cast(Any, outside.sms).troubles = [SmsError(SmsTrouble.NO_SUCH_NUMBER, permanent=True)]
    path = await drafted(office, by_sms="1")
    await office.post(f"{path}/sending", {"sure": "1"}, **SAME)
    await work(outside)
    assert await DB.pool.fetchval("SELECT parts FROM sms_months") == 0, "what was not taken costs nothing"
    await DB.do("UPDATE messages SET state = 'delivered' WHERE kind = 'mail'")
    page = await office.get("/office/messages")
    assert (
        "доставлено" in page.words and "не доставлено" in page.words and "такого номера немає" in page.words
    )
    assert "olena@example.com" not in page.words and "+380671234567" not in page.words
    failed = await office.get("/office/messages?state=failed")
    assert len(failed.html.select("main .table-fold tbody tr")) == 1
    assert "не доставлено" in (await office.get(path)).words
    supplier = await entered(http, portal, "supervisor", mail="other@example.com", company_id=portal.supplier)
    assert "Таких повідомлень немає" in (await supplier.get("/office/messages")).words
