"""Who invites, blocks and changes whom; and the record that nobody can change."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import asyncpg
import httpx
import pytest

from tests.browser import Browser, Page
from tests.factories import staff
from tests.factories.people import KEY, NOW
from tests.factories.portals import APortal
from tests.factories.staff import AColleague
from webapp import cli, staffing
from webapp.actions import audit
from webapp.actions import staff as actions
from webapp.actions.audit import By
from webapp.actions.staff import Done, Invited, LastAdmin, NotYours
from webapp.database.engine import DB
from webapp.settings import MissingSetting, Settings


@pytest.fixture
async def admin(portal: APortal) -> AColleague:
    return await staff.colleague(portal, "company_admin")


@pytest.fixture
async def clerk(portal: APortal) -> AColleague:
    return await staff.colleague(portal)


@pytest.fixture
def office(http: httpx.AsyncClient, admin: AColleague) -> Browser:
    return as_(http, admin)


def as_(http: httpx.AsyncClient, colleague: AColleague) -> Browser:
    browser = Browser(http)
    browser.cookies = {"staff": colleague.token}
    return browser


def by(portal: APortal, colleague: AColleague) -> By:
    return By(colleague.id, portal.operator, colleague.role, portal.id, "10.0.0.1")


async def press(office: Browser, action: str, **typed: str) -> Page:
    page = await office.get("/office/staff")
    return await office.submit(page.form(action), **typed)


async def test_an_administrator_invites_by_mail(office: Browser, portal: APortal):
    empty = await press(office, "/office/staff")
    assert empty.status == 422 and set(empty.mistakes) == {"name", "mail", "role"}
    done = await press(office, "/office/staff", name="Ірина", mail="Iryna@Example.com", role="clerk")
    page = await office.follow(done)
    assert "Запрошення надіслано" in page.words and "iryna@example.com" in page.words
    assert "Запрошено до 6 лист." in page.words
    payload = await DB.pool.fetchval("SELECT payload FROM pgqueuer WHERE entrypoint = 'written'")
    assert b"staff-invitation" in payload and b"iryna@example.com" in payload
    again = await press(office, "/office/staff", name="Ірина Д.", mail="iryna@example.com", role="viewer")
    assert again.status == 303 and "Ірина Д." in (await office.follow(again)).words
    assert await DB.pool.fetchval("SELECT count(*) FROM staff_invitations WHERE used_at IS NULL") == 1


@pytest.mark.parametrize("role", ["platform_admin", "nonsense", ""])
async def test_a_role_that_one_may_not_give(office: Browser, role: str):
    page = await press(office, "/office/staff", name="Хтось", mail="who@example.com", role=role)
    assert page.status == 422 and page.mistakes["role"]


async def test_a_mail_that_somebody_has_and_twenty_invitations_at_once(office: Browser, portal, clerk, admin):
    page = await press(office, "/office/staff", name="Хтось", mail=clerk.mail, role="viewer")
    assert page.status == 422 and "уже має хтось" in page.mistakes["mail"]
    outcomes = await asyncio.gather(
        *(
            actions.invite(
                "one@example.com",
                name=f"Н{n}",
                role="clerk",
                company_id=portal.operator,
                by=by(portal, admin),
                now=NOW,
            )
            for n in range(6)
        )
    )
    assert all(isinstance(one, Invited) for one in outcomes)
    assert await DB.pool.fetchval("SELECT count(*) FROM staff WHERE mail = 'one@example.com'") == 1
    assert await DB.pool.fetchval("SELECT count(*) FROM staff_invitations WHERE used_at IS NULL") == 1


async def test_whoever_keeps_the_platform_makes_administrators_only(http, portal: APortal, clerk, admin):
    keeper = await staff.colleague(portal, "platform_admin")
    office = as_(http, keeper)
    page = await office.get("/office/staff")
    assert admin.mail in page.words and clerk.mail not in page.words
    assert page.html.select_one("#company") and len(page.html.select("#role option")) == 2
    typed = {"name": "Нова", "mail": "new@example.com", "company": str(portal.supplier)}
    assert (await press(office, "/office/staff", role="clerk", **typed)).status == 422
    assert (await press(office, "/office/staff", role="company_admin", **typed)).status == 303
    company = await DB.pool.fetchval("SELECT company_id FROM staff WHERE mail = 'new@example.com'")
    assert company == portal.supplier
    stranger = by(portal, keeper)
    assert isinstance(await actions.block(clerk.id, by=stranger, now=NOW), NotYours)
    assert (await office.get("/office/cases")).status == 403


async def test_a_blocked_colleague_is_out_with_the_next_request(office: Browser, http, clerk: AColleague):
    desk = as_(http, clerk)
    assert (await desk.get("/office")).status == 200
    done = await press(office, f"/office/staff/{clerk.id}/block")
    assert "Заблоковано" in (await office.follow(done)).words
    assert (await desk.get("/office")).headers["location"] == "/office/sign-in"
    assert (await press(office, f"/office/staff/{clerk.id}/block")).status == 303
    assert (await desk.get("/office")).headers["location"] == "/office/sign-in", "its sign-ins stay ended"
    deeds = await DB.pool.fetch("SELECT deed FROM audit ORDER BY at, id")
    assert {row["deed"] for row in deeds} == {"blocked", "unblocked"}


async def test_a_new_role_counts_with_the_next_request(office: Browser, http, clerk: AColleague):
    desk = as_(http, clerk)
    assert (await desk.get("/office/audit")).status == 403
    assert (await press(office, f"/office/staff/{clerk.id}/role", role="auditor")).status == 303
    assert (await desk.get("/office/audit")).status == 200 and (await desk.get("/office/cases")).status == 403
    refused = await office.post(
        f"/office/staff/{clerk.id}/role", {"role": "platform_admin"}, **{"Sec-Fetch-Site": "same-origin"}
    )
    assert refused.status == 404


async def test_nobody_manages_oneself_or_another_company(office: Browser, portal: APortal, admin: AColleague):
    page = await office.get("/office/staff")
    assert not page.html.select(f"form[action*='{admin.id}']") and "Це Ви" in page.words
    foreign = await staff.colleague(portal, "clerk", "foreign@example.com", company_id=portal.supplier)
    assert foreign.mail not in page.words
    same = {"Sec-Fetch-Site": "same-origin"}
    for id in (admin.id, foreign.id, portal.id):
        for deed, typed in (("role", {"role": "viewer"}), ("block", {"on": "1"}), ("invitation", {})):
            assert (await office.post(f"/office/staff/{id}/{deed}", typed, **same)).status == 404
    roles = await DB.pool.fetch("SELECT role FROM staff WHERE blocked_at IS NULL ORDER BY role")
    assert [row["role"] for row in roles] == ["clerk", "company_admin"]


async def test_the_last_administrator_stays(http, portal: APortal, admin: AColleague):
    office = as_(http, await staff.colleague(portal, "platform_admin"))
    page = await press(office, f"/office/staff/{admin.id}/block")
    assert page.status == 422 and "останній адміністратор" in page.words
    unjoined = await staff.colleague(portal, "company_admin", "later@example.com", joined=False)
    assert isinstance(await actions.block(admin.id, by=by(portal, unjoined), now=NOW), LastAdmin)


async def test_of_two_administrators_who_block_each_other_one_stays(portal: APortal, admin: AColleague):
    second = await staff.colleague(portal, "company_admin", "second@example.com")
    outcomes = await asyncio.gather(
        actions.block(second.id, by=by(portal, admin), now=NOW),
        actions.change_role(admin.id, "viewer", by=by(portal, second), now=NOW),
    )
    assert sorted(type(one).__name__ for one in outcomes) == ["Done", "LastAdmin"]


async def test_without_the_lock_none_would_stay(monkeypatch, portal: APortal, admin: AColleague):
    second = await staff.colleague(portal, "company_admin", "second@example.com")
    monkeypatch.setattr(actions, "HOLD_COMPANY", actions.HOLD_COMPANY.replace("FOR UPDATE", ""))
    left, both = actions._others_left, asyncio.Barrier(2)

    async def counted(one: actions.Stored) -> bool:
        found = await left(one)
        await both.wait()
        return found

    monkeypatch.setattr(actions, "_others_left", counted)
    outcomes = await asyncio.gather(
        actions.block(second.id, by=by(portal, admin), now=NOW),
        actions.block(admin.id, by=by(portal, second), now=NOW),
    )
    assert outcomes == [Done(), Done()]


async def test_a_new_link_replaces_password_and_second_factor(
    office: Browser, portal: APortal, clerk: AColleague
):
    assert (await press(office, f"/office/staff/{clerk.id}/invitation")).status == 303
    invitation = await DB.pool.fetchval("SELECT id FROM staff_invitations WHERE used_at IS NULL")
    assert await DB.pool.fetchval("SELECT count(*) FROM authenticators WHERE owner_id = $1", clerk.id) == 1
    joined = await actions.join(
        invitation, "синій ліхтар над Бугом", portal_id=portal.id, ip="10.0.0.1", device="", now=NOW
    )
    assert isinstance(joined, actions.Entered)
    assert await DB.pool.fetchval("SELECT count(*) FROM authenticators WHERE owner_id = $1", clerk.id) == 0
    live = (
        "SELECT count(*) FROM staff_sign_ins WHERE colleague_id = $1 AND revoked_at IS NULL AND second_factor"
    )
    assert await DB.pool.fetchval(live, clerk.id) == 0


async def test_an_invitation_is_no_administrators_of_another_company(portal: APortal, admin: AColleague):
    outcome = await actions.invite(
        "x@example.com", name="", role="clerk", company_id=portal.supplier, by=by(portal, admin), now=NOW
    )
    assert outcome == NotYours() and await DB.pool.fetchval("SELECT count(*) FROM staff") == 1


@pytest.fixture
async def written(portal: APortal, clerk: AColleague, olena, flat) -> UUID:
    """Sixty looks of the clerk, one more of the supplier's colleague."""
    case = await staff.case(portal, "pin", person_id=olena.id, account_id=flat.id)
    for minute in range(60):
        await audit.look(case, "call", by=by(portal, clerk), now=NOW - timedelta(minutes=minute))
    foreign = await staff.colleague(portal, "clerk", "foreign@example.com", company_id=portal.supplier)
    elsewhere = By(foreign.id, portal.supplier, "clerk", portal.id, "10.9.9.9")
    async with DB.transaction():
        await audit.write("looked", elsewhere, now=NOW, reason="decide")
    return case


async def test_the_record_is_shown_by_pages_and_filtered(office: Browser, olena, clerk, admin, written):
    page = await office.get("/office/audit")
    assert (
        "60 записів" in page.words
        and len(page.html.select("tbody tr")) == 50
        and "10.9.9.9" not in page.words
    )
    assert len((await office.get("/office/audit?page=2")).html.select("tbody tr")) == 10
    for person, shown in (
        (olena.login, 50),
        ("0910204517", 50),
        ("Olena@Example.com", 50),
        ("nobody@example.com", 0),
    ):
        found = await office.get(f"/office/audit?person={person}")
        assert len(found.html.select("tbody tr")) == shown, person
    for query in (f"colleague={admin.id}", "day=2026-11-02", "person=%00"):
        shown = 50 if "%00" in query else 0
        assert len((await office.get(f"/office/audit?{query}")).html.select("tbody tr")) == shown
    assert (
        len((await office.get("/office/audit?day=2026-11-03&colleague=x&page=-1")).html.select("tbody tr"))
        == 50
    )


@pytest.mark.parametrize("statement", ["UPDATE audit SET reason = ''", "DELETE FROM audit", "TRUNCATE audit"])
async def test_nobody_changes_the_record(written, statement: str):
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await DB.do(statement)
    assert await DB.pool.fetchval("SELECT count(*) FROM audit") == 61


async def run(settings: Settings, *arguments: str) -> str:
    parsed = cli._parser().parse_args(["staff", *arguments])
    return await staffing.command(parsed, settings)


async def test_the_command_line_is_the_first_way_in(http, portal: APortal, settings: Settings):
    keyed = replace(settings, secret=KEY.decode())
    link = await run(
        keyed, "invite", "--mail", "Keeper@example.com", "--role", "platform_admin", "--portal", "localhost"
    )
    assert link.startswith(f"{portal.address}/office/invitations/")
    page = await Browser(http).get(link.removeprefix(portal.address))
    assert page.status == 200 and "keeper@example.com" in page.words
    to_company = ("invite", "--mail", "first@example.com", "--role", "company_admin", "--portal", "localhost")
    assert "/office/invitations/" in await run(keyed, *to_company, "--company", "Миколаївгаз")
    assert (
        await DB.pool.fetchval("SELECT company_id FROM staff WHERE mail = 'first@example.com'")
        == portal.operator
    )
    assert await run(keyed, "block", "--mail", "keeper@example.com") == "keeper@example.com is blocked"
    for wrong in (to_company, (*to_company[:-1], "nowhere"), ("block", "--mail", "nobody@example.com")):
        with pytest.raises(MissingSetting):
            await run(keyed, *wrong)
