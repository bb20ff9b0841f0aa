"""How the staff come in: mail, password, second factor; and who does not."""

import asyncio
from datetime import timedelta

import httpx
import pytest

from tests.browser import Browser, Page
from tests.factories import people, portals, staff
from tests.factories.people import KEY, NOW, PASSWORD, SignedIn
from tests.factories.portals import APortal
from tests.factories.staff import AColleague
from webapp.actions import staff as actions
from webapp.actions import staff_sign_in
from webapp.actions.audit import By
from webapp.actions.staff_sign_in import Ended, Entered, Wrong
from webapp.database.engine import DB
from webapp.rules import authenticators, codes


@pytest.fixture
async def clerk(portal: APortal) -> AColleague:
    return await staff.colleague(portal)


@pytest.fixture
def at_door(http: httpx.AsyncClient, portal: APortal) -> Browser:
    return Browser(http)


async def try_in(browser: Browser, mail: str = "clerk@example.com", password: str = PASSWORD) -> Page:
    form = (await browser.get("/office/sign-in")).form("/office/sign-in")
    return await browser.submit(form, mail=mail, password=password)


async def come_in(browser: Browser, code: str, mail: str = "clerk@example.com") -> Page:
    page = await browser.follow(await try_in(browser, mail))
    return await browser.submit((await browser.follow(page)).form(), code=code)


async def test_a_clerk_comes_in_by_password_and_code(at_door: Browser, clerk: AColleague):
    half = await try_in(at_door)
    assert half.headers["location"] == "/office"
    first = at_door.cookies["staff"]
    asked = await at_door.get("/office")
    assert asked.headers["location"] == "/office/sign-in/second", "the half sign-in opens nothing else"
    assert (await at_door.get("/office/cases")).headers["location"] == "/office/sign-in/second"
    inside = await at_door.submit((await at_door.follow(asked)).form(), code=staff.code())
    assert at_door.cookies["staff"] != first, "a new token with every step"
    home = await at_door.follow(inside)
    assert "Огляд" in home.words and "Миколаївгаз" in home.words
    assert "X-Offline" not in home.headers and home.headers["cache-control"] == "no-store"
    assert not home.html.select_one("link[rel=manifest], script[src*='main.js'], script[src*='outbox']")
    old = Browser(at_door._http)
    old.cookies = {"staff": first}
    assert (await old.get("/office")).headers["location"] == "/office/sign-in"


@pytest.mark.parametrize(
    ("mail", "password"), [("clerk@example.com", "wrong-password"), ("nobody@example.com", PASSWORD)]
)
async def test_what_does_not_fit_gets_one_answer(at_door: Browser, clerk, mail: str, password: str):
    page = await try_in(at_door, mail, password)
    assert page.status == 422 and "E-mail або пароль не підходить" in page.words
    assert page.html.select_one("#mail")["value"] == mail and "staff" not in at_door.cookies


async def test_empty_fields_are_told_beside_themselves(at_door: Browser, clerk):
    page = await try_in(at_door, "", "")
    assert page.status == 422 and set(page.mistakes) == {"mail", "password"}


async def test_a_colleague_of_another_company_finds_the_door_shut(at_door: Browser, portal: APortal):
    elsewhere = await portals.portal("other.localhost", brand="other", name="Інший")
    foreign = await staff.colleague(elsewhere, "clerk", "foreign@example.com")
    page = await try_in(at_door, foreign.mail)
    assert page.status == 422 and "E-mail або пароль не підходить" in page.words
    at_door.cookies = {"staff": foreign.token}
    assert (await at_door.get("/office")).headers["location"] == "/office/sign-in"


async def test_when_the_portal_no_longer_serves_the_company_the_office_shuts(
    at_door: Browser, portal: APortal, clerk: AColleague
):
    at_door.cookies = {"staff": clerk.token}
    assert (await at_door.get("/office")).status == 200
    await DB.do("DELETE FROM portal_companies WHERE company_id = $1", portal.operator)
    assert (await at_door.get("/office")).headers["location"] == "/office/sign-in"


async def test_consumers_and_staff_open_nothing_of_each_other(
    browser: Browser, at_door: Browser, olena: SignedIn, clerk: AColleague
):
    assert (await browser.get("/office")).headers["location"] == "/office/sign-in"
    browser.cookies = {"staff": olena.token}
    assert (await browser.get("/office")).headers["location"] == "/office/sign-in"
    for cookie in ("sid", "staff"):
        at_door.cookies = {cookie: clerk.token}
        assert (await at_door.get("/cabinet")).headers["location"] == "/sign-in"


async def test_too_many_tries_wait(at_door: Browser, clerk):
    for _ in range(10):
        assert (await try_in(at_door, password="wrong-password")).status == 422
    late = await try_in(at_door)
    assert late.status == 429 and late.headers["retry-after"] and "Забагато спроб" in late.words


async def test_five_wrong_codes_wait_and_none_works_twice(at_door: Browser, clerk: AColleague, outside):
    assert (await come_in(at_door, staff.code())).headers["location"] == "/office"
    again = Browser(at_door._http)
    replayed = await come_in(again, staff.code())
    assert replayed.status == 422 and "не підходить" in replayed.words
    for _ in range(4):
        await again.submit(replayed.form(), code="000000")
    outside.clock.moment += timedelta(seconds=60)
    assert (await again.submit(replayed.form(), code=staff.code(outside.clock.moment))).status == 429


async def test_two_at_once_with_one_code_one_comes_in(portal: APortal, clerk: AColleague):
    by = By(clerk.id, portal.operator, "clerk", portal.id, "10.0.0.1")
    tokens = [await staff.sign_in(portal, clerk.id, whole=False) for _ in range(2)]
    halves = [
        await DB.pool.fetchval("SELECT id FROM staff_sign_ins WHERE token_sha256 = $1", codes.hash_of(token))
        for token in tokens
    ]
    outcomes = await asyncio.gather(
        *(
            staff_sign_in.second(half, staff.code(), by=by, key=KEY, device="", now=NOW)
            for half in (*halves, halves[0])
        )
    )
    assert sorted(type(one).__name__ for one in outcomes) == ["Entered", "Wrong", "Wrong"]


async def test_a_half_sign_in_becomes_whole_once(portal: APortal, clerk: AColleague, outside):
    """With two codes, one after the other: the first half was used up by the first."""
    by = By(clerk.id, portal.operator, "clerk", portal.id, "10.0.0.1")
    token = await staff.sign_in(portal, clerk.id, whole=False)
    half = await DB.pool.fetchval(
        "SELECT id FROM staff_sign_ins WHERE token_sha256 = $1", codes.hash_of(token)
    )
    later = NOW + timedelta(seconds=60)
    first = await staff_sign_in.second(half, staff.code(), by=by, key=KEY, device="", now=NOW)
    second = await staff_sign_in.second(half, staff.code(later), by=by, key=KEY, device="", now=later)
    assert isinstance(first, Entered) and isinstance(second, Ended)


async def test_half_an_hour_of_silence_and_twelve_hours_of_work_end_it(
    at_door: Browser, clerk: AColleague, outside
):
    at_door.cookies = {"staff": clerk.token}
    for _ in range(28):
        outside.clock.moment += timedelta(minutes=25)
        assert (await at_door.get("/office")).status == 200
    outside.clock.moment += timedelta(minutes=21)
    assert (await at_door.get("/office")).status == 303, "twelve hours are over"
    at_door.cookies = {"staff": await staff.sign_in(await of(clerk), clerk.id, now=outside.clock.moment)}
    outside.clock.moment += timedelta(minutes=31)
    assert (await at_door.get("/office")).status == 303, "nobody was there for half an hour"


async def of(clerk: AColleague) -> APortal:
    row = await DB.pool.fetchrow("SELECT id, address FROM portals LIMIT 1")
    return APortal(row["id"], row["address"], clerk.id, clerk.id)


async def test_the_way_out(at_door: Browser, clerk: AColleague):
    at_door.cookies = {"staff": clerk.token}
    home = await at_door.get("/office")
    out = await at_door.submit(home.html.select_one("header form"))
    assert out.headers["location"] == "/office/sign-in" and "staff" not in at_door.cookies
    at_door.cookies = {"staff": clerk.token}
    assert (await at_door.get("/office")).headers["location"] == "/office/sign-in"


@pytest.fixture
async def admin(portal: APortal) -> AColleague:
    return await staff.colleague(portal, "company_admin")


async def invite(portal: APortal, admin: AColleague, mail: str = "new@example.com") -> str:
    by = By(admin.id, portal.operator, "company_admin", portal.id, "10.0.0.1")
    done = await actions.invite(mail, name="Новий", role="clerk", company_id=portal.operator, by=by, now=NOW)
    assert isinstance(done, actions.Invited)
    return codes.invitation_of(KEY, done.invitation_id)


async def test_an_invitation_leads_to_password_second_factor_and_codes(
    at_door: Browser, portal: APortal, admin: AColleague
):
    link = f"/office/invitations/{await invite(portal, admin)}"
    for _ in range(2):
        page = await at_door.get(link)
        assert page.status == 200 and "new@example.com" in page.words, "looking uses nothing up"
    assert page.headers["referrer-policy"] == "no-referrer"
    short = await at_door.submit(page.form(), password="коротко")
    assert short.status == 422 and "щонайменше 12" in short.mistakes["password"]
    set_up = await at_door.follow(await at_door.submit(page.form(), password="синій ліхтар над Бугом"))
    assert "Друга перевірка" in set_up.words
    assert (await at_door.get("/office/cases")).headers["location"] == "/office/second-factor"
    shown = await at_door.follow(await at_door.submit(set_up.form("/office/second-factor/key")))
    secret = authenticators.read(shown.html.select_one("code").text.replace(" ", ""))
    wrong = await at_door.submit(shown.form("/office/second-factor"), code="12")
    assert wrong.status == 422 and "не підходить" in wrong.mistakes["code"]
    right = authenticators.code_at(secret, authenticators.step_of(NOW))
    done = await at_door.submit(shown.form("/office/second-factor"), code=right)
    recovery = [item.text for item in done.html.select(".codes li")]
    assert done.status == 200 and len(recovery) == 10
    assert "Огляд" in (await at_door.get("/office")).words
    assert (await at_door.get(link)).status == 410, "once"
    again = Browser(at_door._http)
    half = await again.submit(
        (await again.get("/office/sign-in")).form(), mail="new@example.com", password="синій ліхтар над Бугом"
    )
    second = await again.follow(await again.follow(half))
    assert (await again.submit(second.form(), code=recovery[0].lower())).headers["location"] == "/office"


@pytest.mark.parametrize(("hours", "status"), [(71, 200), (73, 410)])
async def test_an_invitation_is_good_for_three_days(
    at_door: Browser, portal: APortal, admin, outside, hours: int, status: int
):
    link = await invite(portal, admin)
    outside.clock.moment += timedelta(hours=hours)
    assert (await at_door.get(f"/office/invitations/{link}")).status == status


async def test_a_link_that_is_not_whole_or_belongs_elsewhere(at_door: Browser, portal: APortal, admin):
    link = await invite(portal, admin)
    for wrong in (link[:-1], "x", f"{portal.id}.abc", link.replace(link[:8], "00000000")):
        assert (await at_door.get(f"/office/invitations/{wrong}")).status == 404
    await portals.portal("other.localhost", brand="other", name="Інший")
    foreign = Browser(at_door._http, host="other.localhost")
    assert (await foreign.get(f"/office/invitations/{link}")).status == 404


async def test_two_who_use_one_invitation_at_once_one_gets_in(portal: APortal, admin):
    id = codes.invitation_in(KEY, await invite(portal, admin))
    assert id
    outcomes = await asyncio.gather(
        *(
            actions.join(
                id, f"синій ліхтар {n} над Бугом", portal_id=portal.id, ip="10.0.0.1", device="", now=NOW
            )
            for n in range(3)
        )
    )
    assert sum(isinstance(one, Entered) for one in outcomes) == 1
    assert sum(isinstance(one, Ended) for one in outcomes) == 2
    assert await DB.pool.fetchval("SELECT count(*) FROM audit WHERE deed = 'joined'") == 1


async def test_a_blocked_colleague_does_not_come_in(at_door: Browser, portal: APortal, clerk: AColleague):
    await DB.do("UPDATE staff SET blocked_at = now() WHERE id = $1", clerk.id)
    assert (await try_in(at_door)).status == 422
    outcome = await staff_sign_in.begin(
        clerk.mail, people.PASSWORD, portal_id=portal.id, ip="10.0.0.1", device="", now=NOW
    )
    assert isinstance(outcome, Wrong)
