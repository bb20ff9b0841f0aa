"""Olena is told in the cabinet and by the ways she likes, once; the Stranger learns and changes nothing of it."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID, uuid4

import pytest
from pgqueuer.errors import RetryRequested

from tests.browser import HTMX, Browser
from tests.factories import people
from tests.factories.accounts import AnAccount
from tests.factories.people import SignedIn
from tests.factories.portals import APortal
from webapp.actions import leaving, messages, notifications
from webapp.database.engine import DB
from webapp.jobs import telling
from webapp.outside import Outside
from webapp.outside.mail import MailError, MailTrouble
from webapp.outside.push import PushError, PushTrouble

NOW = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)
NIGHT = NOW.replace(hour=21)
HERE = "/profile/notifications"
BROWSER = {
    "endpoint": "https://fcm.googleapis.com/fcm/send/olena",
    "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    "auth": "BTBZMqHH6r4Tts7J_aSIgg",
}
SAME = {"Sec-Fetch-Site": "same-origin"}


async def tell(notice: str, olena: SignedIn, about: UUID | None = None, now: datetime = NOW) -> None:
    async with DB.transaction():
        await messages.tell(cast(Any, notice), olena.id, now=now, about=about)


async def work(outside: Outside, now: datetime = NOW) -> list[str]:
    """What leaves, each to where: of mail, SMS and pushes together."""
    cast(Any, outside.clock).moment = now
    for row in await DB.pool.fetch("SELECT payload FROM pgqueuer WHERE entrypoint = 'notice' ORDER BY id"):
        await telling.send(cast(Any, SimpleNamespace(payload=row["payload"], attempts=0)), outside)
    sent: Any = outside
    return [
        *(letter.to for letter in sent.mail.sent),
        *(sms.to for sms in sent.sms.sent),
        *(push.endpoint for push in sent.push.sent),
    ]


@pytest.mark.parametrize(
    ("ways", "told"),
    [
        (None, ["olena@example.com", BROWSER["endpoint"]]),
        ({"sms"}, ["+380671234567"]),
        ({"cabinet", "push"}, [BROWSER["endpoint"]]),
        (set(), []),
    ],
)
async def test_what_was_chosen_is_honoured_and_security_goes_by_every_way(
    portal: APortal,
    olena: SignedIn,
    browser: Browser,
    outside: Outside,
    ways: set[Any] | None,
    told: list[str],
):
    await people.add_login(portal.id, olena.id, "+380671234567")
    assert (await browser.post(f"{HERE}/push", BROWSER, **SAME)).status == 303
    if ways is not None:
        await notifications.choose(olena.id, {"usage": frozenset(ways)}, NOW)
    await tell("balance-above", olena)
    assert await work(outside) == told
    assert await DB.pool.fetchval("SELECT listed FROM notifications") is (ways is None or "cabinet" in ways)
    await DB.do("DELETE FROM pgqueuer")
    await tell("password-changed", olena)
    assert (
        sorted((await work(outside, NIGHT))[-3:]) != [] and len(await work(outside, NIGHT)) == len(told) + 3
    )


async def test_at_night_nothing_leaves_and_in_the_morning_it_does_once(olena: SignedIn, outside: Outside):
    await tell("balance-above", olena)
    with pytest.raises(RetryRequested) as put_off:
        await work(outside, NIGHT)
    assert put_off.value.delay == timedelta(hours=9)
    for _ in range(2):
        assert await work(outside, NIGHT + timedelta(hours=9)) == ["olena@example.com"]


async def test_what_happens_once_is_told_once_however_often_it_is_asked_for(
    olena: SignedIn, outside: Outside
):
    entry = uuid4()
    await asyncio.gather(*[tell("new-sign-in", olena, entry) for _ in range(6)])
    await tell("new-sign-in", olena, entry, NOW + timedelta(days=1))
    assert await DB.pool.fetchval("SELECT count(*) FROM notifications") == 1
    assert await work(outside) == ["olena@example.com"]
    await tell("balance-above", olena, entry)
    await tell("balance-above", olena, entry)
    assert await DB.pool.fetchval("SELECT count(*) FROM notifications") == 3, "a debt may come twice"


async def test_without_the_unique_row_two_would_tell_twice(olena: SignedIn, monkeypatch: pytest.MonkeyPatch):
    """What the test above would not see if the database did not hold it."""
    without = notifications.NOTE.replace("ON CONFLICT (person_id, notice, subject) DO NOTHING", "")
    monkeypatch.setattr(notifications, "NOTE", without)
    await DB.do("ALTER TABLE notifications DROP CONSTRAINT notification_once")
    try:
        payment = uuid4()
        await asyncio.gather(*[tell("payment-received", olena, payment) for _ in range(2)])
        assert await DB.pool.fetchval("SELECT count(*) FROM notifications") == 2
    finally:
        await DB.do("DELETE FROM notifications")
        await DB.do(
            "ALTER TABLE notifications ADD CONSTRAINT notification_once UNIQUE (person_id, notice, subject)"
        )


async def test_olena_reads_what_she_was_told_and_the_badge_goes(
    browser: Browser, stranger: Browser, olena: SignedIn, flat: AnAccount
):
    await tell("account-linked", olena, flat.id)
    await tell("password-changed", olena, now=NOW + timedelta(hours=1))
    assert (await browser.get("/cabinet")).html.select_one(
        ".person-drop .count"
    ).get_text() == "Нових сповіщень: 2"
    page = await browser.get("/notifications")
    assert "0910204517" in page.words and "пароль" in page.words.lower() and page.words.count("нове") == 2
    form = page.html.select_one("main form[action$=opening]")
    assert (await stranger.post(str(form["action"]), {}, **SAME)).status == 404
    assert (
        await stranger.post("/notifications", {"id": str(form["action"]).split("/")[2]}, **SAME)
    ).status == 404
    assert (await browser.submit(form)).headers["location"] == "/profile"
    assert (await browser.get("/notifications")).words.count("нове") == 1
    assert (await browser.submit(page.form("/notifications"))).status == 303
    page = await browser.get("/notifications")
    assert "нове" not in page.words and not page.html.select(".person-drop .count")
    assert "Сповіщень немає" in (await stranger.get("/notifications")).words


async def test_the_list_goes_page_by_page_and_htmx_gets_the_list_alone(browser: Browser, olena: SignedIn):
    for hour in range(25):
        await tell("password-changed", olena, now=NOW - timedelta(hours=hour))
    page = await browser.get("/notifications")
    assert "1 з 2" in page.words and len(page.html.select("main .rows li")) == 20
    older = await browser.get("/notifications?page=2", **HTMX)
    assert older.html.select_one("html") is None and len(older.html.select("#notifications li")) == 5
    for strange in ("0", "-1", "99999", "x", "²"):
        assert (await browser.get(f"/notifications?page={strange}")).status == 200


async def test_every_notice_can_be_listed_in_every_language(
    browser: Browser, olena: SignedIn, flat: AnAccount
):
    """Also what was noted down by an older version, without the words of today."""
    for notice in notifications.rules.KIND_OF:
        await tell(notice, olena, flat.id)
    await tell("case-decided", olena)
    words = {"short_day": "5.11", "month": "2026-10-01", "due_on": "2026-11-30"}
    await DB.do(
        "UPDATE notifications SET words = $1::jsonb WHERE notice LIKE '%-reminder'", json.dumps(words)
    )
    for language in ("uk", "ru", "en"):
        await DB.do("UPDATE people SET language = $1", language)
        for page in ("1", "2"):
            listed = await browser.get(f"/notifications?page={page}")
            assert listed.status == 200 and "None" not in listed.words and "{" not in listed.words
            assert all(
                row.select_one("b").get_text(strip=True) for row in listed.html.select("main .rows li")
            )


@pytest.mark.parametrize(
    "broken",
    [
        {"endpoint": "https://169.254.169.254/latest"},
        {"endpoint": "http://fcm.googleapis.com/x"},
        {"p256dh": "short"},
        {"auth": ""},
    ],
)
async def test_a_browser_that_names_another_place_is_not_believed(browser: Browser, broken: dict[str, str]):
    assert (await browser.post(f"{HERE}/push", BROWSER | broken, **SAME)).status == 422
    assert await DB.pool.fetchval("SELECT count(*) FROM push_subscriptions") == 0


async def test_a_browser_takes_pushes_until_it_is_turned_off_gone_or_signed_out(
    browser: Browser, stranger: Browser, olena: SignedIn, outside: Outside
):
    async def devices() -> int:
        return await DB.pool.fetchval("SELECT count(*) FROM push_subscriptions")

    saved = [browser.post(f"{HERE}/push", BROWSER, **SAME) for _ in range(3)]
    assert {one.status for one in await asyncio.gather(*saved)} == {303} and await devices() == 1
    page = await browser.get(HERE)
    off = page.html.select_one("form[action$=removal]")
    assert (await stranger.post(str(off["action"]), {}, **SAME)).status == 404
    assert (
        await stranger.post(f"{HERE}/push/removal", BROWSER, **SAME)
    ).status == 303 and await devices() == 1
    assert "більше не показує" in (await browser.follow(await browser.submit(off))).words
    assert await devices() == 0
    await browser.post(f"{HERE}/push", BROWSER, **SAME)
    cast(Any, outside.push).troubles = [PushError(PushTrouble.GONE, permanent=True)]
    await tell("balance-above", olena)
    assert await work(outside) == ["olena@example.com"] and await devices() == 0
    await browser.post(f"{HERE}/push", BROWSER, **SAME)
    await DB.do("UPDATE sign_ins SET revoked_at = $1", NOW)
    await tell("balance-above", olena)
    assert len(await work(outside)) == 2 and not cast(Any, outside.push).sent


async def test_nobody_subscribes_on_a_shared_device_and_ten_browsers_are_enough(
    browser: Browser, olena: SignedIn
):
    many = [BROWSER | {"endpoint": f"{BROWSER['endpoint']}{number}"} for number in range(12)]
    await asyncio.gather(*[browser.post(f"{HERE}/push", one, **SAME) for one in many])
    assert await DB.pool.fetchval("SELECT count(*) FROM push_subscriptions") == 10
    await DB.do("UPDATE sign_ins SET shared = true")
    assert (await browser.post(f"{HERE}/push", BROWSER, **SAME)).status == 422
    assert (await browser.get(HERE)).html.select_one("push-switch") is None


async def test_a_mailbox_that_is_no_more_is_told_on_the_profile(
    browser: Browser, olena: SignedIn, outside: Outside
):
    cast(Any, outside.mail).troubles = [MailError(MailTrouble.NO_SUCH_ADDRESS, permanent=True)]
    await tell("balance-above", olena)
    await work(outside)
    for path in ("/profile", HERE):
        assert "не доходять на olena@example.com" in (await browser.get(path)).words
    await DB.do("DELETE FROM pgqueuer")
    await tell("balance-above", olena, now=NOW + timedelta(days=1))
    await work(outside, NOW + timedelta(days=1))
    assert "не доходять" not in (await browser.get("/profile")).words


async def test_one_press_ends_one_kind_and_security_cannot_be_ended(
    olena: SignedIn, visitor: Browser, outside: Outside, portal: APortal
):
    await tell("balance-above", olena)
    await work(outside)
    path = cast(Any, outside.mail).sent[0].unsubscribe.removeprefix(portal.address)
    assert path.startswith("/unsubscribe/") and "Незвичне споживання" in (await visitor.get(path)).words
    for _ in range(2):
        assert (await visitor.post(path, {"List-Unsubscribe": "One-Click"})).status == 200
    await tell("balance-above", olena)
    await tell("no-access", olena)
    await tell("password-changed", olena)
    await work(outside)
    letters = cast(Any, outside.mail).sent
    assert len(letters) == 3 and [bool(letter.unsubscribe) for letter in letters] == [True, True, False]


async def test_who_has_left_leaves_nothing_of_it(browser: Browser, olena: SignedIn):
    await browser.post(f"{HERE}/push", BROWSER, **SAME)
    await tell("balance-above", olena)
    await notifications.choose(olena.id, {"news": frozenset()}, NOW)
    await leaving.leave(olena.id, NOW)
    await notifications.choose(olena.id, {"news": frozenset()}, NOW)
    for table in ("notifications", "notification_choices", "push_subscriptions"):
        assert await DB.pool.fetchval(f"SELECT count(*) FROM {table}") == 0
