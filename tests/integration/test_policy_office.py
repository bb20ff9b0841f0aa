"""The policy of a portal as its companies change it: looked at first, a version with a day, and nothing to run."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import asyncpg
import httpx
import pytest

from tests.browser import Browser, Page
from tests.factories import staff
from tests.factories.portals import APortal
from webapp.actions import policies
from webapp.actions.audit import By
from webapp.actions.policies import NothingNew, Quicker, Saved
from webapp.database.engine import DB
from webapp.rules.policy import Passwords, Policy

SAME = {"Sec-Fetch-Site": "same-origin"}
THERE = "/office/policy"
LATER = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


async def at(http: httpx.AsyncClient, portal: APortal, role: str = "company_admin", **told) -> Browser:
    browser = Browser(http)
    browser.cookies = {"staff": (await staff.colleague(portal, role, **told)).token}
    return browser


async def change(desk: Browser, **typed: str) -> Page:
    """Looked at, then kept; the page where it went wrong, if it did."""
    shown = await desk.submit((await desk.get(THERE)).form(THERE), **typed)
    return (
        await desk.submit(shown.form(THERE))
        if shown.status == 200 and "Зберегти версію" in shown.words
        else shown
    )


async def is_called(visitor: Browser) -> bool:
    """Whether the page of contacts says the new phone."""
    page = await visitor.get("/help/contacts")
    return page.html.select_one("a[href='tel:+380512112233']") is not None


async def versions() -> int:
    return int(await DB.pool.fetchval("SELECT count(*) FROM policy_versions"))


async def test_a_change_is_looked_at_kept_and_holds_at_once(http, portal: APortal, visitor: Browser):
    desk = await at(http, portal)
    form = (await desk.get(THERE)).form(THERE)
    shown = await desk.submit(form, **{"contacts.phone": "+380512112233", "passwords.minimum": "14"})
    told = shown.html.select_one("#difference")
    assert (
        told and "+380512112233" in told.text and "14" in told.text and told.select_one("a[href='/sign-up']")
    )
    assert await versions() == 0, "only looked at"
    other = await desk.submit(shown.form(THERE), **{"passwords.minimum": "16"})
    assert other.status == 200 and await versions() == 0, "what is typed afterwards is shown first"
    kept = await desk.submit(other.form(THERE), note="нові телефони")
    assert kept.status == 303 and "Версію збережено" in (await desk.follow(kept)).words
    assert (
        await desk.submit(other.form(THERE), note="нові телефони")
    ).status == 303 and await versions() == 1
    assert await is_called(visitor)
    (row,) = await DB.pool.fetch("SELECT * FROM audit")
    assert (
        row["deed"] == "policy_changed"
        and "contacts.phone" in row["changed"]
        and row["reason"] == "нові телефони"
    )
    history = (await desk.get(THERE)).words
    assert "нові телефони" in history and "набула чинності" in history


async def test_a_change_with_a_day_begins_by_itself(http, portal: APortal, visitor: Browser, outside):
    desk = await at(http, portal)
    assert (await change(desk, **{"contacts.phone": "+380512112233", "starts": "2026-11-20"})).status == 303
    assert not await is_called(visitor)
    now, outside.clock.moment = outside.clock.moment, LATER
    assert await is_called(visitor)
    outside.clock.moment = now
    page = await desk.get(THERE)
    assert "Форму заповнено з версії 1" in page.words
    early = await change(desk, **{"contacts.phone": "+380512445566"})
    assert early.status == 422 and "Вже заплановано" in early.mistakes["starts"]
    off = page.html.select_one("form[action$='/withdrawal']")
    assert off and (await desk.submit(off)).status == 303
    assert (await desk.submit(off)).status == 404, "called off once"
    outside.clock.moment = LATER
    assert not await is_called(visitor)


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"accounts.maximum": "багато"}, "accounts.maximum", "ціле число"),
        ({"passwords.minimum": "3"}, "passwords.minimum", "від 5 до 64"),
        ({"proofs:last_payment": "", "proofs:previous_payment": ""}, "proofs", "хоча б одне"),
        ({"languages:uk": "2", "languages:en": "1"}, "languages", "Українська стоїть першою"),
        ({"contacts.phone": "0512"}, "contacts.phone", "+380512701804"),
        ({"starts": "2026-01-01"}, "starts", "минув"),
    ],
)
async def test_what_contradicts_itself_is_said_beside_its_field(
    http, portal: APortal, typed: dict[str, str], field: str, said: str
):
    page = await change(await at(http, portal), **typed)
    assert page.status == 422 and said in page.mistakes[field] and await versions() == 0
    assert page.html.select_one(f"#mistakes a[href='#{field}']")


async def test_order_is_what_people_see(http, portal: APortal, browser: Browser):
    desk = await at(http, portal)
    asked = {"proofs:pin": "1", "proofs:last_payment": "2", "proofs:previous_payment": "3"}
    assert (await change(desk, **asked)).status == 303
    tabs = [link["href"] for link in (await browser.get("/linking")).html.select("#linking nav.tabs a")]
    assert tabs == ["/linking?proof=pin", "/linking?proof=last_payment"]


async def test_of_two_at_once_one_has_not_seen_the_other(portal: APortal):
    by = By(
        (await staff.colleague(portal, "company_admin")).id,
        portal.operator,
        "company_admin",
        portal.id,
        "::1",
    )
    now = datetime(2026, 11, 3, 18, tzinfo=UTC)
    wanted = [replace(Policy(), passwords=Passwords(minimum=n)) for n in range(11, 16)]
    done = await asyncio.gather(
        *(policies.save(uuid4(), one, "", "", seen=0, by=by, now=now) for one in wanted)
    )
    assert sorted(type(one).__name__ for one in done) == ["Quicker"] * 4 + ["Saved"] and await versions() == 1
    current = wanted[done.index(Saved())]
    assert await policies.save(uuid4(), current, "", "", seen=1, by=by, now=now) == NothingNew()
    assert await policies.save(uuid4(), wanted[0], "", "", seen=0, by=by, now=now) == Quicker()
    with pytest.raises(asyncpg.RaiseError):
        await DB.do("UPDATE policy_versions SET policy = '{}'")


async def test_the_keeper_of_the_platform_may_and_strangers_may_not(http, portal: APortal):
    assert (await (await at(http, portal, "platform_admin")).get(THERE)).status == 200
    for role in ("clerk", "supervisor", "auditor"):
        assert (await (await at(http, portal, role, mail=f"{role}@x.example")).get(THERE)).status == 403
    desk = await at(http, portal, mail="two@example.com")
    assert (await desk.post(f"{THERE}/{uuid4()}/withdrawal", {}, **SAME)).status == 404
    assert (await desk.post(THERE, {}, **SAME)).status == 404, "a form that is not ours"
