"""Olena's program is called when something happens, once and signed; and is left alone when it does not answer."""

import asyncio
import json
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast
from uuid import uuid4

import pytest

from tests.browser import Browser
from tests.factories import accounts, bills
from tests.factories.accounts import AnAccount
from tests.factories.people import NOW, SignedIn
from tests.factories.portals import APortal
from tests.integration.test_tokens_pages import OURS, confirmed
from tests.unit.rules.test_webhooks import verify
from webapp.actions import leaving
from webapp.actions import webhooks as actions
from webapp.database.engine import DB
from webapp.jobs import hooking
from webapp.outside import Outside
from webapp.outside.hooks import Answer
from webapp.outside.hooks.embedded import EmbeddedHooks
from webapp.rules.webhooks import EVENTS, Event

ADDRESS = "https://home.example.com/hook"


def twin(outside: Outside) -> EmbeddedHooks:
    return cast(EmbeddedHooks, outside.hooks)


async def listening(
    who: SignedIn, portal: APortal, outside: Outside, *events: Event, at: str = ADDRESS
) -> actions.Made:
    made = await actions.add(
        who.id,
        portal.id,
        at,
        events or EVENTS,
        hooks=outside.hooks,
        key=outside.key,
        now=NOW - timedelta(days=9),
    )
    assert isinstance(made, actions.Made)
    return made


async def jobs() -> list[tuple[bytes, timedelta]]:
    rows = await DB.pool.fetch(
        "SELECT payload, execute_after - created AS wait FROM pgqueuer WHERE entrypoint = 'webhook' ORDER BY id"
    )
    return [(row["payload"], row["wait"]) for row in rows]


async def work(outside: Outside) -> list[timedelta]:
    """All calls that wait now; returns after what time the next ones come."""
    waiting = await jobs()
    await DB.do("DELETE FROM pgqueuer WHERE entrypoint = 'webhook'")
    for payload, _ in waiting:
        await hooking.send(cast(Any, SimpleNamespace(payload=payload)), outside)
    return [wait for _, wait in await jobs()]


async def send_reading(browser: Browser, flat: AnAccount, value: str = "04152") -> None:
    page = await browser.get("/readings/new")
    sent = await browser.submit(page.form("/readings"), value=value)
    assert sent.status in (200, 303), sent.words


async def deliveries() -> list[Any]:
    return cast(list[Any], await DB.pool.fetch("SELECT * FROM webhook_deliveries ORDER BY created_at, event"))


async def test_olena_adds_an_address_sees_what_was_called_and_removes_it(
    browser: Browser, stranger: Browser, flat: AnAccount, outside: Outside
):
    assert (await browser.get("/profile/webhooks/new")).headers["location"].startswith("/profile/confirm")
    await confirmed()
    page = await browser.get("/profile/webhooks/new")
    form = page.form("/profile/webhooks/new")
    wrong = await browser.submit(form, address="http://10.0.0.1/<b>")
    assert wrong.status == 422 and "https://" in wrong.mistakes["address"]
    assert wrong.html.select_one("#address")["value"] == "http://10.0.0.1/<b>"
    none = await browser.post("/profile/webhooks/new", {"address": ADDRESS}, **OURS)
    assert none.status == 422 and set(none.mistakes) == {"events"}
    added = await browser.submit(form, address=ADDRESS)
    secret = added.html.select_one("code").text
    id = await DB.pool.fetchval("SELECT id FROM webhooks")
    assert secret.startswith("whsec_") and "лише зараз" in added.words

    await send_reading(browser, flat)
    twin(outside).answers = [Answer(503)]
    (wait,) = await work(outside)
    assert wait == timedelta(minutes=1)
    here = await browser.get(f"/profile/webhooks/{id}")
    assert (
        "Прийнято показання" in here.words
        and "відповідь 503" in here.words
        and "спробуємо ще раз" in here.words
    )
    await work(outside)
    first, second = twin(outside).called
    assert first.body == second.body and first.headers["webhook-id"] == second.headers["webhook-id"]
    assert verify(secret, second.headers, second.body)
    told = json.loads(second.body)
    assert told["type"] == "reading.accepted" and told["data"]["value"] == "04152"
    assert told["data"]["account"] == "0910204517" and told["data"]["counts"] is True

    here = await browser.get(f"/profile/webhooks/{id}")
    again = here.form(f"/profile/webhooks/{id}/deliveries/{(await deliveries())[0]['id']}/replay")
    assert (await stranger.submit(again)).status == 404
    assert "Надсилаємо ще раз" in (await browser.follow(await browser.submit(again))).words
    await browser.submit(again)
    assert len(await jobs()) == 1, "pressed twice, sent once"
    await work(outside)
    assert twin(outside).called[-1].headers["webhook-id"] == first.headers["webhook-id"]

    rotation = here.form(f"/profile/webhooks/{id}/secret")
    assert (await stranger.submit(rotation)).status in (303, 404)
    fresh = (await browser.submit(rotation)).html.select_one("code").text
    assert fresh != secret and (await browser.submit(rotation)).status == 404, "a replay makes no third one"
    await browser.submit(again)
    await work(outside)
    last = twin(outside).called[-1]
    assert verify(secret, last.headers, last.body) and verify(fresh, last.headers, last.body), (
        "both, for a day"
    )
    assert "попереднім секретом" in (await browser.get(f"/profile/webhooks/{id}")).words

    off = here.form(f"/profile/webhooks/{id}/state")
    assert (await stranger.submit(off)).status == 404
    assert "вимкнено" in (await browser.follow(await browser.submit(off))).words
    removal = here.form(f"/profile/webhooks/{id}/removal")
    assert (await stranger.submit(removal)).status == 404
    assert "Адресу вилучено" in (await browser.follow(await browser.submit(removal))).words
    assert (await browser.submit(removal)).status == 404 and not await deliveries()


async def test_each_event_is_told_once_to_those_who_may_know_it(
    browser: Browser, portal: APortal, olena: SignedIn, other: SignedIn, flat: AnAccount, outside: Outside
):
    """Taras, who only reads the meter, hears of the reading and of no money."""
    await accounts.link(other.id, flat.id, role="reader")
    await listening(olena, portal, outside)
    await listening(other, portal, outside, at="https://taras.example.com/")
    await send_reading(browser, flat)
    await bills.afresh(flat.supply_id)
    await bills.charged(flat.supply_id, date(2026, 9, 1), "222.88", volume=28)
    await bills.issued(flat.supply_id, outside)
    await bills.issued(flat.supply_id, outside)
    await bills.paid(flat.supply_id, date(2026, 11, 2), "222.88", under_way=True)
    outside.clock.moment = datetime(2026, 10, 28, 6, tzinfo=UTC)  # type: ignore[attr-defined]
    for _ in range(2):
        await hooking.announce(outside)
    await work(outside)
    called = [(one.address, json.loads(one.body)) for one in twin(outside).called]
    hers = {told["type"]: told["data"] for address, told in called if address == ADDRESS}
    assert sorted(hers) == sorted(EVENTS) and len(called) == 6
    assert hers["bill.issued"]["charged"] == "222.88" and hers["payment.posted"]["credited"] is False
    assert hers["window.opening"] == {"month": "2026-10", "opens_on": "2026-10-28", "closes_on": "2026-11-05"}
    his = [told["type"] for address, told in called if address != ADDRESS]
    assert sorted(his) == ["reading.accepted", "window.opening"]


async def test_what_is_no_longer_theirs_is_not_told(
    browser: Browser, portal: APortal, olena: SignedIn, other: SignedIn, flat: AnAccount, outside: Outside
):
    await accounts.link(other.id, flat.id, role="family")
    await listening(other, portal, outside)
    await send_reading(browser, flat)
    await DB.do("DELETE FROM links WHERE person_id = $1", other.id)
    await work(outside)
    (one,) = await deliveries()
    assert one["state"] == "dropped" and not twin(outside).called and one["body"] is None
    assert await leaving.leave(other.id, NOW)
    assert not await deliveries() and not await DB.pool.fetchval("SELECT count(*) FROM webhooks")


async def test_a_program_that_does_not_answer_is_left_alone_after_two_days(
    browser: Browser, portal: APortal, olena: SignedIn, flat: AnAccount, outside: Outside
):
    made = await listening(olena, portal, outside)
    await send_reading(browser, flat)
    twin(outside).answers = [Answer(None, "too_slow")] * 8
    waits = []
    while left := await work(outside):
        waits += left
    assert [int(wait.total_seconds() // 60) for wait in waits] == [1, 5, 30, 120, 360, 720, 1440]
    (one,) = await deliveries()
    assert one["state"] == "failed" and one["tries"] == 8
    assert await DB.pool.fetchval("SELECT state || off_because FROM webhooks") == "offfailing"
    told = "SELECT count(*) FROM pgqueuer WHERE convert_from(payload, 'UTF8') LIKE '%webhook-off%'"
    assert await DB.pool.fetchval(told) == 1
    await bills.paid(flat.supply_id, date(2026, 11, 2), "10.00")
    assert len(await deliveries()) == 1, "what happens meanwhile is not kept"
    page = await browser.get(f"/profile/webhooks/{made.id}")
    assert "два дні" in page.words
    await browser.submit(page.form(f"/profile/webhooks/{made.id}/state"))
    assert await actions.replay(olena.id, made.id, one["id"], NOW) is None
    twin(outside).answers = [Answer(410)]
    await work(outside)
    assert await DB.pool.fetchval("SELECT off_because FROM webhooks") == "gone", "410 is a no for good"


async def test_two_workers_at_one_call_count_it_once(
    browser: Browser, portal: APortal, olena: SignedIn, flat: AnAccount, outside: Outside
):
    await listening(olena, portal, outside)
    await send_reading(browser, flat)
    twin(outside).answers = [Answer(500)] * 5
    ((payload, _),) = await jobs()
    job = cast(Any, SimpleNamespace(payload=payload))
    await asyncio.gather(*(hooking.send(job, outside) for _ in range(5)))
    (one,) = await deliveries()
    assert one["tries"] == 1 and len(await jobs()) == 2, "the first one, and one repetition"


async def test_of_twenty_addresses_added_at_once_five_are_added(
    portal: APortal, olena: SignedIn, flat: AnAccount, outside: Outside
):
    def add(n: int):
        return actions.add(
            olena.id, portal.id, f"{ADDRESS}/{n}", EVENTS, hooks=outside.hooks, key=outside.key, now=NOW
        )

    made = await asyncio.gather(*map(add, range(20)))
    assert sum(isinstance(one, actions.Made) for one in made) == 5
    assert isinstance(await add(21), actions.TooMany), "each address is a name that we look up"


@pytest.mark.parametrize("address", ["x" * 5000, "https://\0/", "\x1b[31m", "https://x/\ny"])
async def test_an_odd_address_is_no_surprise(browser: Browser, flat: AnAccount, address: str):
    await confirmed()
    answer = await browser.post("/profile/webhooks/new", {"address": address, "bill.issued": "1"}, **OURS)
    assert answer.status in (400, 422)
    for path in (f"/profile/webhooks/{uuid4()}", "/profile/webhooks/x"):
        assert (await browser.get(path)).status == 404
    foreign = f"/profile/webhooks/{uuid4()}"
    for deed in ("state", "secret", "removal", f"deliveries/{uuid4()}/replay"):
        assert (await browser.post(f"{foreign}/{deed}", {"generation": "9" * 30}, **OURS)).status == 404
