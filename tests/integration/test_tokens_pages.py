"""Olena lets a program in, and out again; nobody else does it for her."""

import asyncio
from datetime import timedelta

from tests.browser import Browser
from tests.factories.accounts import AnAccount
from tests.factories.people import NOW, SignedIn
from tests.factories.portals import APortal
from webapp.actions import tokens as actions
from webapp.database.engine import DB

OURS = {"Sec-Fetch-Site": "same-origin"}


async def confirmed() -> None:
    """The password was typed a minute ago."""
    await DB.do("UPDATE sign_ins SET confirmed_at = $1", NOW - timedelta(minutes=1))


async def test_olena_makes_a_token_uses_it_and_takes_it_back(
    http, browser: Browser, stranger: Browser, flat: AnAccount, portal: APortal
):
    first = await browser.get("/profile/tokens/new")
    assert first.headers["location"].startswith("/profile/confirm"), "the password first"
    await confirmed()
    page = await browser.get("/profile/tokens/new")
    assert "Що програмі дозволено" in page.words
    refused = await browser.post("/profile/tokens/new", {"name": "Дім <b>", "days": "4"}, **OURS)
    assert refused.status == 422 and set(refused.mistakes) == {"scopes", "accounts", "days"}
    assert refused.html.select_one("#name")["value"] == "Дім <b>", "what was typed stays"
    foreign = {
        f"account-{(await DB.pool.fetchval('SELECT account_id FROM links WHERE account_id <> $1', flat.id))}": "1"
    }
    again = await browser.post(
        "/profile/tokens/new", {"name": "Дім", "days": "30", "usage:read": "1"} | foreign, **OURS
    )
    assert "accounts" in again.mistakes, "nobody lets a program into somebody else's account"
    made = await browser.submit(page.form("/profile/tokens/new"), name="Розумний дім", **{"bills:read": "1"})
    token = made.html.select_one("code").text
    assert made.status == 200 and "лише цього разу" in made.words and token.startswith("blk_")
    kept = await DB.pool.fetchrow("SELECT * FROM tokens")
    assert token not in str(dict(kept)) and kept["scopes"] == ["bills:read", "usage:read"]
    assert await DB.pool.fetchval("SELECT convert_from(payload, 'UTF8') LIKE '%token-made%' FROM pgqueuer")

    bearer = {"Authorization": f"Bearer {token}"}
    assert (await http.get("/api/v1/me/usage", headers=bearer)).status_code == 200
    listed = await browser.get("/profile/tokens")
    for said in ("Розумний дім", token[:10], "Бачити рахунки й суми", "0910204517", "Востаннє"):
        assert said in listed.words.replace("\u00a0", " "), said
    form = listed.form(f"/profile/tokens/{kept['id']}/removal")
    assert (await stranger.submit(form)).status == 404
    assert "Токен відкликано" in (await browser.follow(await browser.submit(form))).words
    assert (await browser.submit(form)).status == 404, "a replay finds nothing"
    gone = await http.get("/api/v1/me/usage", headers=bearer)
    assert gone.status_code == 401 and gone.json()["code"] == "unknown_token"


async def test_of_twenty_tokens_made_at_once_ten_are_made(
    portal: APortal, olena: SignedIn, flat: AnAccount, other_flat: AnAccount
):
    def make(*accounts):
        return actions.make(olena.id, portal.id, "Дім", ["usage:read"], accounts or [flat.id], 30, now=NOW)

    made = await asyncio.gather(*(make() for _ in range(20)))
    assert sum(isinstance(one, actions.Made) for one in made) == 10
    await DB.do("DELETE FROM tokens")
    assert isinstance(await make(flat.id, other_flat.id), actions.Absent)


async def test_the_page_for_developers_needs_no_sign_in_and_tells_every_address(visitor: Browser):
    page = await visitor.get("/api")
    for said in (
        "/api/v1/me/readings",
        "Idempotency-Key",
        "duplicate_reading",
        "reading.accepted",
        "webhook-signature",
    ):
        assert said in page.words, said
    told = (await visitor.fetch("/api/v1/openapi.json")).json()
    assert {path.rpartition("/api/v1/me")[2] for path in told["paths"]} == {
        "/accounts", "/bills", "/bills/{bill_id}", "/readings", "/usage",
    }  # fmt: skip
