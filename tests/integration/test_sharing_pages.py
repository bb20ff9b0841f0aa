"""Letting others see an account: invited by a link, let in on request, and out again."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.browser import Browser, Page
from tests.door import jobs
from tests.factories import accounts, people, portals
from tests.factories.accounts import AnAccount
from tests.factories.people import KEY, NOW, SignedIn
from tests.factories.portals import APortal
from webapp.actions import accounts as removing
from webapp.actions import linking, sharing
from webapp.actions.identifying import Claim
from webapp.actions.linking import Full, Linked, Taken
from webapp.actions.sharing import AlreadyYours, Gone, Joined
from webapp.database.engine import DB
from webapp.database.tables.accounts import Invitation, Link
from webapp.jobs import deliver
from webapp.rules import codes
from webapp.rules.policy import Accounts

OWN = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
async def taras(portal: APortal) -> SignedIn:
    return await people.person(portal.id, "Тарас", "taras@example.com")


@pytest.fixture
def his(http, taras: SignedIn) -> Browser:
    return Browser(http, taras.token)


async def invite(browser: Browser, flat: AnAccount, **typed: str) -> Page:
    form = (await browser.get(f"/accounts/{flat.id}")).form(f"/accounts/{flat.id}/invitations")
    made = await browser.submit(form, **({"role": "family"} | typed))
    return await browser.follow(made) if made.status == 303 else made


def link_on(page: Page) -> str:
    return str(page.html.select_one("#link")["value"]).removeprefix("http://localhost")


async def test_an_invitation_is_a_link_that_lets_one_person_in(
    browser: Browser, his: Browser, flat: AnAccount
):
    link = link_on(await invite(browser, flat, role="payer", note="Тарас"))
    for _ in range(3):  # looking consumes nothing, mail scanners look too
        seen = await his.get(link)
        assert "Вас запрошено до рахунку № …4517" in seen.words and "Платник" in seen.words
        assert "Садова" not in seen.words and "Коваленко" not in seen.words
    assert seen.headers["referrer-policy"] == "no-referrer"
    accepted = await his.submit(seen.form(link))
    cabinet = await his.follow(accepted)
    assert "71,68" in cabinet.words and "04 127" not in cabinet.words.replace("\u00a0", " ")
    assert (await his.submit(seen.form(link))).headers["location"] == f"/cabinet?account={flat.id}"
    assert "Ви вже прийняли це запрошення" in (await his.get(link)).words
    people_of = (await browser.get(f"/accounts/{flat.id}")).words
    assert "Тарас" in people_of and "Платник, з 3 листопада 2026" in people_of.replace("\u00a0", " ")
    assert await jobs() == ["notice"]


async def test_pressing_twice_makes_one_invitation(browser: Browser, flat: AnAccount):
    form = (await browser.get(f"/accounts/{flat.id}")).form(f"/accounts/{flat.id}/invitations")
    made = await asyncio.gather(*(browser.submit(form, role="reader") for _ in range(4)))
    assert len({one.headers["location"] for one in made}) == 1 and await Invitation.count() == 1


async def test_the_link_goes_by_mail_where_the_owner_likes(
    browser: Browser, flat: AnAccount, outside, portal
):
    page = await invite(browser, flat, mail="Taras@Example.com ")
    assert "Лист уже в дорозі" in page.words
    (row,) = await DB.pool.fetch("SELECT entrypoint, payload FROM pgqueuer")
    assert row["entrypoint"] == "written" and link_on(page).split(".")[-1].encode() not in row["payload"]
    await deliver.send_written(type("Job", (), {"payload": row["payload"], "attempts": 0})(), outside)
    (sent,) = await DB.pool.fetch("SELECT contact, text FROM messages")
    assert sent["contact"] == "taras@example.com" and portal.address + link_on(page) in sent["text"]
    assert "…4517" in sent["text"] and "0910204517" not in sent["text"]


async def test_a_wrong_form_comes_back_as_it_was(browser: Browser, flat: AnAccount):
    wrong = await invite(browser, flat, role="owner", mail="taras@", note="Тарас")
    assert wrong.status == 422 and set(wrong.mistakes) == {"role", "mail"}
    assert wrong.html.select_one("#note")["value"] == "Тарас" and await Invitation.count() == 0
    form = (await browser.get(f"/accounts/{flat.id}")).form(f"/accounts/{flat.id}/invitations")
    piece = await browser.submit(form, htmx=True, role="king")
    assert [tag["id"] for tag in piece.html.find_all(recursive=False)] == ["people"]


async def test_letters_are_limited(browser: Browser, flat: AnAccount):
    assert "Лист" in (await invite(browser, flat, mail="taras@example.com")).words
    again = await invite(browser, flat, mail="taras@example.com")
    assert again.status == 429 and "передайте посилання самі" in again.words


async def test_of_two_people_with_one_link_the_first_is_let_in(portal, olena, flat, taras, other: SignedIn):
    made = await made_by(olena, flat, portal)
    outcomes = await at_once(made, portal, taras, other)
    assert sorted(type(one).__name__ for one in outcomes) == ["Gone", "Joined"]
    assert await Link.count().where(Link.account_id == flat.id, Link.role == "family") == 1


async def test_without_the_condition_both_would_be(monkeypatch, portal, olena, flat, taras, other: SignedIn):
    monkeypatch.setattr(sharing, "ACCEPT", sharing.ACCEPT.replace("used_at IS NULL AND", ""))
    outcomes = await at_once(await made_by(olena, flat, portal), portal, taras, other)
    assert [type(one).__name__ for one in outcomes] == ["Joined", "Joined"]


async def made_by(owner: SignedIn, flat: AnAccount, portal: APortal, **values: Any) -> UUID:
    row = {"role": "family", "created_at": NOW, "expires_at": NOW + timedelta(days=7)} | values
    made = Invitation(id=uuid4(), portal_id=portal.id, account_id=flat.id, invited_by=owner.id, **row)
    await made.save()
    return UUID(str(made.id))


async def at_once(made: UUID, portal: APortal, *who: SignedIn) -> list[Any]:
    return await asyncio.gather(*(accept(made, portal, one) for one in who))


async def accept(made: UUID, portal: APortal, by: SignedIn, policy: Accounts | None = None) -> Any:
    return await sharing.accept(made, by=by.id, portal_id=portal.id, policy=policy or Accounts(), now=NOW)


async def test_a_guest_of_two_invitations_is_one_guest(
    portal: APortal, olena, flat: AnAccount, taras: SignedIn
):
    first, second = await made_by(olena, flat, portal), await made_by(olena, flat, portal, role="payer")
    assert await accept(first, portal, taras) == Joined(flat.id)
    assert await accept(second, portal, taras) == AlreadyYours(flat.id)
    assert await accept(second, portal, olena) == AlreadyYours(flat.id)
    assert await Invitation.count().where(Invitation.used_at.is_null()) == 1


@pytest.mark.parametrize("why", ["expired", "revoked", "left", "basic"])
async def test_a_link_that_no_longer_works_says_so(
    browser: Browser, his: Browser, portal, olena, flat: AnAccount, taras: SignedIn, outside, why: str
):
    page = await invite(browser, flat)
    link, seen = link_on(page), await his.get(link_on(page))
    if why == "expired":
        outside.clock.moment += timedelta(days=7)
    elif why == "revoked":
        await browser.submit(page.form())
    elif why == "left":
        await Link.delete().where(Link.person_id == olena.id)
    else:
        await Link.update({Link.level: "basic"}).where(Link.person_id == olena.id)
    for answer in (await his.get(link), await his.submit(seen.form(link))):
        assert answer.status == 410 and "Попросіть нове в того, хто запросив" in answer.words
    assert await Link.count().where(Link.person_id == taras.id) == 0


async def test_a_link_that_was_never_made_is_absent(
    visitor: Browser, portal: APortal, olena, flat: AnAccount
):
    made = await made_by(olena, flat, portal)
    good = codes.invitation_of(KEY, made)
    for link in (good[:-1] + ("A" if good[-1] != "A" else "B"), f"{made}.", "x", str(uuid4()), "%D0%B0"):
        assert (await visitor.get(f"/invitations/{link}")).status == 404
        assert (await visitor.post(f"/invitations/{link}", {}, **OWN)).status == 404
    elsewhere = await portals.portal("other.localhost")
    away = Browser(visitor._http, host="other.localhost")
    assert elsewhere and (await away.get(f"/invitations/{good}")).status == 404


async def test_a_visitor_comes_back_after_signing_in_or_up(visitor: Browser, browser, flat, taras: SignedIn):
    link = link_on(await invite(browser, flat))
    seen = await visitor.get(link)
    assert "потім повернетеся сюди" in seen.words and not visitor.cookies
    asked = await visitor.submit(seen.form(link), way="sign-in")
    form = (await visitor.follow(asked)).form("/sign-in")
    entered = await visitor.submit(form, login=taras.login, password=people.PASSWORD)
    assert entered.headers["location"] == link
    newcomer = Browser(visitor._http)
    assert (await newcomer.submit(seen.form(link), way="sign-up")).headers["location"] == "/sign-up"
    form = (await newcomer.get("/sign-in")).form("/sign-in")
    entered = await newcomer.submit(form, login=taras.login, password=people.PASSWORD)
    assert entered.headers["location"] == link and "invited" not in newcomer.cookies


async def test_what_was_given_is_taken_back_at_any_time(
    browser: Browser, his, flat: AnAccount, taras: SignedIn
):
    await accounts.link(taras.id, flat.id, role="family")
    page = await browser.get(f"/accounts/{flat.id}")
    (form,) = [one for one in page.html.select("main form") if "/people/" in one["action"]]
    assert (await his.get(f"/cabinet?account={flat.id}")).status == 200
    assert (await browser.submit(form)).status == 303
    assert (await his.get(f"/cabinet?account={flat.id}")).status == 404
    assert (await browser.submit(form)).status == 404 and await jobs() == ["notice"]


async def test_only_an_owner_who_proved_it_shares(
    browser: Browser, his: Browser, olena, flat, taras: SignedIn
):
    own = (await browser.get(f"/accounts/{flat.id}")).form(f"/accounts/{flat.id}/invitations")
    await accounts.link(taras.id, flat.id, role="family")
    assert "Запросити" not in (await his.get(f"/accounts/{flat.id}")).words
    assert (await his.submit(own)).status == 404
    await Link.update({Link.level: "basic"}).where(Link.person_id == olena.id)
    basic = await browser.get(f"/accounts/{flat.id}")
    assert "підтвердьте, що рахунок Ваш" in basic.words and not basic.html.select(
        "form[action$='/invitations']"
    )
    assert (await browser.submit(own)).status == 404 and await Invitation.count() == 0
    (link,) = await Link.select().where(Link.person_id == taras.id)
    assert (await his.post(f"/accounts/{flat.id}/people/{link['id']}/removal", {}, **OWN)).status == 404


async def test_an_owner_excludes_no_owner(browser: Browser, flat: AnAccount, taras: SignedIn):
    await accounts.link(taras.id, flat.id)
    (link,) = await Link.select().where(Link.person_id == taras.id)
    assert not [
        f
        for f in (await browser.get(f"/accounts/{flat.id}")).html.select("form")
        if "/people/" in f["action"]
    ]
    assert (await browser.post(f"/accounts/{flat.id}/people/{link['id']}/removal", {}, **OWN)).status == 404


async def test_twenty_guests_are_enough(browser: Browser, portal: APortal, olena, flat: AnAccount):
    for _ in range(20):
        await made_by(olena, flat, portal)
    full = await invite(browser, flat)
    assert full.status == 422 and "уже двадцять" in full.words and await Invitation.count() == 20


async def test_shared_accounts_do_not_count_where_a_portal_gives_one(
    portal, olena, flat, other: SignedIn, other_flat
):
    """Whoever is let in keeps the right to an account of one's own, and takes nobody's."""
    one = Accounts(maximum=1, exclusive=True)
    assert await accept(await made_by(olena, flat, portal), portal, other, one) == Joined(flat.id)
    taras = await people.person(portal.id, "Тарас", "taras@example.com")
    assert await accept(await made_by(olena, flat, portal), portal, taras, one) == Joined(flat.id)
    free = await accounts.account(portal, "0910204600", "вул. Нова, 1")

    async def link(number: str, by: SignedIn) -> Any:
        claim = Claim.by_payment(portal.supplier, number, accounts.LAST_PAYMENT)
        return await linking.link(claim, by=by.id, portal_id=portal.id, policy=one, ip="10.0.0.1", now=NOW)

    assert isinstance(await link(free.number, taras), Linked)
    assert isinstance(await link(free.number, other), Full | Taken)
    assert await accept(uuid4(), portal, taras) == Gone()


async def owners_leave_at_once(portal: APortal, olena: SignedIn, flat: AnAccount, taras: SignedIn) -> int:
    """Two owners and a guest; how many still see the account afterwards."""
    guest = await people.person(portal.id, "Гість", "guest@example.com")
    await accounts.link(taras.id, flat.id)
    await accounts.link(guest.id, flat.id, role="reader")
    await asyncio.gather(*(removing.remove(one.id, flat.id, now=NOW) for one in (olena, taras)))
    return int(await Link.count().where(Link.account_id == flat.id))


async def test_when_both_owners_leave_at_once_no_guest_stays(
    portal: APortal, olena, flat: AnAccount, taras: SignedIn
):
    assert await owners_leave_at_once(portal, olena, flat, taras) == 0


async def test_without_the_lock_the_guest_would(
    monkeypatch, portal: APortal, olena, flat: AnAccount, taras: SignedIn
):
    one, both_left = DB.one, asyncio.Barrier(2)

    async def removed(sql: str, *values: object, **told: Any) -> Any:
        found = await one(sql, *values, **told)
        if sql in (removing.REMOVE, removing.WITHOUT_OWNER):
            await both_left.wait()  # neither sees what the other has done, nor commits before it has looked
        return found

    async def unheld(_: UUID) -> None: ...

    monkeypatch.setattr(DB, "one", removed)
    monkeypatch.setattr(removing, "hold", unheld)
    assert await owners_leave_at_once(portal, olena, flat, taras) == 1


async def test_invitations_at_once_do_not_pass_the_limit(portal: APortal, olena: SignedIn, flat: AnAccount):
    for _ in range(18):
        await made_by(olena, flat, portal)
    await asyncio.gather(
        *(
            sharing.invite(
                uuid4(), flat.id, "reader", "", mail=None, by=olena.id, portal_id=portal.id, language="uk",
                ip="10.0.0.1", now=NOW,
            )
            for _ in range(8)
        )
    )  # fmt: skip
    assert await Invitation.count() == 20
