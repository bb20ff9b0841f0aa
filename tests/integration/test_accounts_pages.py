"""All accounts of a person: names, order, removal, the limit; and roles as each page keeps them."""

import asyncio
import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.browser import Browser
from tests.door import jobs
from tests.factories import accounts, people, portals
from tests.factories.accounts import AnAccount
from tests.factories.people import NOW, SignedIn
from tests.factories.portals import APortal
from webapp.actions import accounts as actions
from webapp.database.engine import DB
from webapp.database.tables.accounts import Invitation, Link


@pytest.fixture
async def cottage(portal: APortal, olena: SignedIn, flat: AnAccount) -> AnAccount:
    """Olena's second account."""
    made = await accounts.account(portal, "0910204599", "вул. Дачна, 3")
    await accounts.link(olena.id, made.id, position=1)
    return made


@pytest.fixture
async def taras(portal: APortal) -> SignedIn:
    return await people.person(portal.id, "Тарас", "taras@example.com")


async def order_of(person: SignedIn) -> list[str]:
    rows = await DB.pool.fetch(
        "SELECT number FROM links JOIN accounts ON accounts.id = account_id WHERE person_id = $1"
        " ORDER BY position, linked_at", person.id,
    )  # fmt: skip
    return [row["number"][-2:] for row in rows]


@pytest.mark.covers("B14")
async def test_all_accounts_stand_in_one_list_with_the_limit(browser: Browser, portal: APortal, cottage):
    page = await browser.get("/accounts")
    assert "вул. Садова, 18, кв. 42" in page.words and "вул. Дачна, 3" in page.words
    assert "Одночасно до 25 особових рахунків." in page.words
    assert page.html.select_one("main a[href='/linking']")
    await portals.change_policy(portal.id, {"accounts": {"maximum": 2}})
    full = await browser.get("/accounts")
    assert "Одночасно до 2 особових рахунків. Щоб додати ще один, спершу приберіть якийсь." in full.words
    assert not full.html.select_one("main a[href='/linking']")


@pytest.mark.covers("A07", "A45")
async def test_where_one_account_goes_with_one_mail_the_page_says_how_to_have_two(
    browser: Browser, portal: APortal
):
    await portals.change_policy(portal.id, {"accounts": {"maximum": 1, "exclusive": True}})
    words = (await browser.get("/accounts")).words
    assert "На один e-mail можна зареєструвати один особовий рахунок" in words
    assert "зареєструйтеся з іншою адресою" in words and "лише в різних браузерах" in words


async def test_the_list_is_found_from_the_switcher_and_from_the_profile(browser: Browser):
    assert (await browser.get("/cabinet")).html.select_one(".switcher-drop a[href='/accounts']")
    assert (await browser.get("/profile")).html.select_one("main a[href='/accounts']")


async def test_an_account_is_called_as_the_person_likes(browser: Browser, flat: AnAccount):
    page = await browser.get(f"/accounts/{flat.id}")
    saved = await browser.submit(page.form(f"/accounts/{flat.id}/name"), name="Дім " + "і" * 60)
    again = await browser.follow(saved)
    assert again.html.select_one("#name")["value"] == ("Дім " + "і" * 60)[:40]
    assert "Дім" in (await browser.get("/cabinet")).words


async def test_the_order_is_changed_step_by_step(browser: Browser, olena: SignedIn, flat, cottage: AnAccount):
    page = await browser.get("/accounts")
    form = page.form(f"/accounts/{cottage.id}/position")
    assert await order_of(olena) == ["17", "99"]
    piece = await browser.submit(form, htmx=True, way="up")
    assert [tag["id"] for tag in piece.html.find_all(recursive=False)] == ["accounts"]
    assert await order_of(olena) == ["99", "17"]
    await browser.submit(form, way="up")  # there is nothing above
    assert await order_of(olena) == ["99", "17"]
    await browser.submit(form, way="down")
    assert await order_of(olena) == ["17", "99"]


async def test_many_moves_at_once_lose_no_account(olena: SignedIn, flat: AnAccount, cottage: AnAccount):
    await asyncio.gather(
        *(actions.shift(olena.id, one.id, "down") for one in (flat, cottage) for _ in range(5))
    )
    rows = await DB.pool.fetch("SELECT position FROM links WHERE person_id = $1", olena.id)
    assert len({row["position"] for row in rows}) == 2


@pytest.mark.covers("B15")
async def test_an_account_is_removed_after_a_question_and_only_from_this_cabinet(
    browser: Browser, flat: AnAccount, cottage: AnAccount, taras: SignedIn
):
    await accounts.link(taras.id, flat.id)
    page = await browser.get(f"/accounts/{flat.id}/removal")
    assert "залишаться в компанії" in page.words and page.html.select_one("a[href='/profile/data']")
    gone = await browser.submit(page.form(f"/accounts/{flat.id}/removal"))
    assert "вул. Садова" not in (await browser.follow(gone)).words
    again = await browser.submit(page.form(f"/accounts/{flat.id}/removal"))
    assert again.status == 303
    assert (await browser.get(f"/cabinet?account={flat.id}")).status == 404
    assert await Link.count().where(Link.person_id == taras.id) == 1
    assert await jobs() == []


async def invitation(portal: APortal, flat: AnAccount, by: SignedIn, **values: Any) -> Invitation:
    made = Invitation(
        id=uuid4(), portal_id=portal.id, account_id=flat.id, role="family", invited_by=by.id, created_at=NOW,
        expires_at=NOW + timedelta(days=7), **values,
    )  # fmt: skip
    await made.save()
    return made


async def test_with_the_last_owner_go_the_guests_and_the_invitations(
    browser: Browser, portal: APortal, olena: SignedIn, flat: AnAccount, taras: SignedIn
):
    await accounts.link(taras.id, flat.id, role="family")
    await invitation(portal, flat, olena)
    page = await browser.get(f"/accounts/{flat.id}/removal")
    assert "Ці люди теж утратять доступ" in page.words and "Тарас" in page.words
    await browser.submit(page.form(f"/accounts/{flat.id}/removal"))
    assert await Link.count() == 0
    assert await Invitation.count().where(Invitation.revoked_at.is_not_null()) == 1
    assert await jobs() == ["notice"]


async def test_a_guest_who_leaves_takes_nobody_along(http, olena, flat: AnAccount, taras: SignedIn):
    await accounts.link(taras.id, flat.id, role="payer")
    browser = Browser(http, taras.token)
    page = await browser.get(f"/accounts/{flat.id}/removal")
    await browser.submit(page.form(f"/accounts/{flat.id}/removal"))
    assert [row["person_id"] for row in await Link.select()] == [olena.id]


@pytest.mark.parametrize("page", ["", "/removal", "/moving"])
async def test_a_stranger_finds_no_account_of_others(stranger: Browser, flat: AnAccount, page: str):
    assert (await stranger.get(f"/accounts/{flat.id}{page}")).status == 404


async def test_a_stranger_changes_nothing(stranger: Browser, olena: SignedIn, flat: AnAccount):
    own = {"Sec-Fetch-Site": "same-origin"}
    base = f"/accounts/{flat.id}"
    for path, fields in (
        ("/name", {"name": "Моє"}), ("/position", {"way": "up"}), ("/moving", {"agree": "1"}),
        ("/invitations", {"id": str(uuid4()), "role": "family"}),
        (f"/people/{uuid4()}/removal", {}), (f"/invitations/{uuid4()}/removal", {}),
        (f"/requests/{uuid4()}", {"role": "family"}),
    ):  # fmt: skip
        assert (await stranger.post(base + path, fields, **own)).status == 404, path
    assert (await stranger.post(f"{base}/removal", {}, **own)).status == 303
    (kept,) = await Link.select().where(Link.account_id == flat.id)
    assert kept["person_id"] == olena.id and kept["name"] == ""
    assert await Invitation.count() == 0


async def test_a_visitor_is_asked_to_sign_in(visitor: Browser):
    for path in ("/accounts", f"/accounts/{uuid4()}", "/joining", "/disputes/new"):
        assert (await visitor.get(path)).headers["location"].startswith("/sign-in")


SUMS = re.compile(r"71,68|186,40")
"""What Olena owes, and her last payment."""
SHOWN = {"owner": (True, True), "family": (True, True), "payer": (True, False), "reader": (False, True)}


@pytest.mark.parametrize("role", SHOWN)
async def test_each_role_sees_what_the_table_says_on_every_page(
    http, portal: APortal, olena, flat: AnAccount, taras: SignedIn, role: str
):
    await accounts.link(taras.id, flat.id, role=role)
    browser, (money, meters) = Browser(http, taras.token), SHOWN[role]
    for path in ("/cabinet", "/bills", "/statistics"):
        page = await browser.get(f"{path}?account={flat.id}")
        assert page.status == 200 and bool(SUMS.search(page.words)) == money, path
    for path in ("/cabinet", "/readings"):
        page = await browser.get(path)
        assert ("04 127" in page.words.replace("\u00a0", " ")) == meters, path
        assert (str(flat.meter_id) in page.html.select_one("#meters").text) == meters, path
    assert (await browser.get(f"/readings/new?meter={flat.meter_id}")).status == (200 if meters else 404)


@pytest.mark.parametrize("role", SHOWN)
async def test_a_reading_is_taken_from_those_who_may_send_it(
    http, flat: AnAccount, taras: SignedIn, role: str
):
    await accounts.link(taras.id, flat.id, role=role)
    browser = Browser(http, taras.token)
    own = {"Sec-Fetch-Site": "same-origin"}
    form = {"meter_id": str(flat.meter_id), "submission_id": str(uuid4()), "value": "4152"}
    sent = await browser.post("/readings", form, **own)
    assert sent.status == (303 if SHOWN[role][1] else 404)
    queued = {
        "submission_id": str(uuid4()), "meter_id": str(flat.meter_id), "value": "04153",
        "reading_date": "2026-11-03", "taken_at": NOW.isoformat(), "digest": "d",
    }  # fmt: skip
    answer = await browser.send_json("/api/v1/readings", {"protocol": 1, "readings": [queued]})
    (result,) = answer.json()["results"]
    assert (result["outcome"] == "owner_mismatch") != SHOWN[role][1]
