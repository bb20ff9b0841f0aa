"""The person's own data: a copy to keep, the consent taken back, the registration deleted."""

import asyncio
import csv
import io
import json
import zipfile

import httpx
import pytest

from tests import door
from tests.browser import Browser
from tests.factories import people, portals
from tests.factories.accounts import AnAccount
from tests.factories.people import NOW, PASSWORD, SignedIn
from tests.factories.portals import APortal, change_policy
from tests.integration.test_appeals_office import letter
from tests.integration.test_photos import picture
from tests.integration.test_photos_forms import sent_by_form
from tests.integration.test_profile_logins import OURS, confirm
from webapp.actions import contacts, leaving
from webapp.actions.consents import Agreed, sign
from webapp.database.engine import DB
from webapp.outside import Outside

ASKED = {"password": PASSWORD}


@pytest.fixture
async def agreed(olena: SignedIn, portal: APortal) -> None:
    consent = Agreed("consent", "2026-11-01", "0" * 64, NOW, "192.0.2.7")
    await sign(consent, by=olena.id, portal_id=portal.id, language="uk")


async def copy_of(http: httpx.AsyncClient, browser: Browser) -> dict[str, bytes]:
    await confirm(browser, "/profile/data")
    cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    answer = await http.post("/profile/data", headers={"Cookie": cookie} | OURS)
    assert answer.status_code == 200 and answer.headers["content-type"] == "application/zip"
    assert answer.headers["cache-control"] == "no-store" and ".zip" in answer.headers["content-disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as pack:
        return {name.partition("/")[2]: pack.read(name) for name in pack.namelist()}


async def test_olena_takes_a_copy_of_everything(http, browser: Browser, flat, other_flat, agreed: None):
    asked = await browser.post("/profile/data", {}, **OURS)
    assert asked.headers["location"] == "/profile/confirm?next=/profile/data"
    await DB.pool.execute("UPDATE people SET name = '=cmd|calc' WHERE name LIKE 'Олена%'")
    pack = await copy_of(http, browser)
    data = json.loads(pack["data.json"])
    assert data["person"][0]["name"] == "=cmd|calc" and data["logins"][0]["contact"] == "olena@example.com"
    assert data["accounts"][0]["number"] == "0910204517" and data["consents"][0]["version"] == "2026-11-01"
    assert {one["amount"] for one in data["payments"]} == {"186.40", "150.05"}
    assert len(data["charges"]) == 25 and data["readings"][0]["value"] == 4127 and data["sign_ins"]
    assert "0910204518" not in pack["data.json"].decode(), "nothing of anybody else"
    rows = list(csv.reader(io.StringIO(pack["payments.csv"].decode("utf-8-sig")), delimiter=";"))
    assert rows[0][:4] == ["особовий рахунок", "послуга", "вид", "сума, грн"] and rows[1][3] == "186,40"
    assert "'=cmd|calc" in pack["person.csv"].decode("utf-8-sig")


async def test_the_copy_has_the_photos_and_files_that_she_sent_and_nobody_else_s(
    http, browser: Browser, flat: AnAccount, olena: SignedIn, portal: APortal, outside: Outside
):
    await sent_by_form(browser, picture())
    (sent,) = outside.files.bodies.values()  # type: ignore[attr-defined]
    await letter(portal, olena.id, files=outside.files)
    await letter(portal, (await people.person(portal.id, "Іван", "ivan@example.com")).id, files=outside.files)
    pack = await copy_of(http, browser)
    (photo,) = [body for name, body in pack.items() if name.startswith("readings/")]
    (named,) = [name for name in pack if name.startswith("letters/")]
    assert photo == sent and named.endswith("-акт.pdf") and pack[named].startswith(b"%PDF")
    await DB.pool.execute("UPDATE attachments SET digest = repeat('1', 64)")
    assert "data.json" in await copy_of(http, browser), "a file that is gone costs nobody the copy"


async def test_a_basic_account_is_copied_without_money(http, browser: Browser, flat: AnAccount):
    await DB.pool.execute("UPDATE links SET level = 'basic'")
    data = json.loads((await copy_of(http, browser))["data.json"])
    assert (data["charges"], data["payments"], data["accounts"][0]["address"]) == ([], [], "")
    assert data["readings"]


async def test_copies_are_made_a_few_times_an_hour(browser: Browser, visitor: Browser, flat: AnAccount):
    await confirm(browser, "/profile/data")
    answers = [await browser.post("/profile/data", {}, **OURS) for _ in range(6)]
    assert [answer.status for answer in answers] == [200] * 5 + [429]
    assert "п’яти разів на годину" in answers[5].words
    assert (await visitor.post("/profile/data", {}, **OURS)).headers["location"] == "/sign-in"


async def test_the_consent_is_taken_back_and_the_cabinet_closes(http, browser: Browser, flat, agreed, portal):
    asked = await browser.get("/profile/consent")
    assert "версія 2026-11-01" in asked.words and "Кабінет закриється" in asked.words
    for password, sentence in (("", "Введіть пароль"), ("не той", "не той пароль")):
        refused = await browser.post("/profile/consent", {"password": password}, **OURS)
        assert refused.status == 422 and sentence in refused.mistakes["password"]
    token = dict(browser.cookies)
    gone = await browser.submit(asked.form("/profile/consent"), **ASKED)
    assert "Згоду відкликано" in (await browser.follow(gone)).words and "sid" not in browser.cookies
    browser.cookies = token
    assert (await browser.get("/profile")).status == 303 and await door.rows("links") == 0
    assert (await door.jobs())[-1] == "notice"
    again = Browser(http)
    await again.post("/sign-in", {"login": "olena@example.com", "password": PASSWORD}, **OURS)
    page = await again.get("/linking")
    assert page.form("/linking/consent"), "the next account wants the consent anew, also where it came first"
    await again.submit(page.form("/linking/consent"), agree="1")
    assert (await again.get("/linking")).html.select_one("form[action='/linking']")
    assert "Немає згоди" not in (await again.get("/profile/consent")).words


async def test_there_is_nothing_to_take_back_without_a_consent(
    browser: Browser, flat: AnAccount, olena: SignedIn
):
    assert "Немає згоди, яку можна відкликати" in (await browser.get("/profile/consent")).words
    assert await leaving.withdraw_consent(olena.id, NOW) is False and await door.jobs() == []


async def test_before_deleting_it_is_told_what_stays(browser: Browser, flat: AnAccount):
    words = (await browser.get("/profile/deletion")).words
    for said in (
        "Скасувати це буде неможливо",
        "1095 днів",
        "позовної давності",
        "Що зникне одразу",
        "копію своїх даних",
    ):
        assert said in words, said
    for password in ("", "не той пароль"):
        refused = await browser.post("/profile/deletion", {"password": password}, **OURS)
        assert refused.status == 422 and refused.mistakes["password"]
    assert await DB.pool.fetchval("SELECT count(*) FROM people WHERE gone_at IS NOT NULL") == 0


async def test_the_registration_is_deleted_and_the_companys_papers_stay(
    http, browser: Browser, portal, olena: SignedIn, other, flat, other_flat, agreed
):
    await people.add_login(portal.id, olena.id, "+380670000009")
    await Browser(http).submit((await browser.get("/recovery")).form(), login="olena@example.com")
    before = await door.rows("readings"), await door.rows("payments"), await door.rows("charges")
    gone = await browser.submit((await browser.get("/profile/deletion")).form("/profile/deletion"), **ASKED)
    page = await browser.follow(gone)
    assert "Реєстрацію видалено" in page.words and browser.cookies == {}
    row = dict(await DB.pool.fetchrow("SELECT * FROM people WHERE id = $1", olena.id))
    assert (row["name"], row["phone"], row["password_hash"]) == ("", "", None) and row["gone_at"] == NOW
    for table in ("logins", "sign_ins", "links"):
        assert await door.rows(table) == 1, f"the stranger keeps {table}"
    assert await door.rows("proofs") == 0
    assert (await door.rows("readings"), await door.rows("payments"), await door.rows("charges")) == before
    consent = await DB.pool.fetchrow("SELECT withdrawn_at, ip FROM consents")
    assert (consent["withdrawn_at"], consent["ip"]) == (NOW, "")
    assert [job for job in await door.jobs() if job == "written"] == ["written"] * 2
    out = await Browser(http).post("/sign-in", {"login": "olena@example.com", **ASKED}, **OURS)
    assert out.status == 422


async def test_whoever_has_left_may_sign_up_again(http, browser: Browser, portal, olena: SignedIn, flat):
    await browser.post("/profile/deletion", ASKED, **OURS)
    fresh = Browser(http)
    await door.sign_up_plainly(fresh, "olena@example.com")
    entered = await door.try_code(fresh, await door.code_for("olena@example.com"))
    assert entered.headers["location"] == "/cabinet"
    assert "Вітаємо Вас" in (await fresh.follow(entered)).words, (
        "a new person, without the accounts of before"
    )


async def test_deleting_twenty_times_at_once_is_told_once(browser: Browser, olena: SignedIn, flat: AnAccount):
    left = await asyncio.gather(*(leaving.leave(olena.id, NOW) for _ in range(20)))
    assert left.count(True) == 1 and await door.jobs() == ["written"]


async def test_without_the_lock_it_would_be_told_more_often(monkeypatch, olena: SignedIn, flat: AnAccount):
    """Shows that the test above bites."""
    met, of = asyncio.Barrier(2), contacts.of

    async def of_both(person_id):
        found = await of(person_id)
        await met.wait()
        return found

    monkeypatch.setattr(contacts, "LOCK", contacts.LOCK.replace("FOR UPDATE", ""))
    monkeypatch.setattr(contacts, "of", of_both)
    left = await asyncio.gather(*(leaving.leave(olena.id, NOW) for _ in range(2)))
    assert left == [True, True] and await door.jobs() == ["written"] * 2


async def test_a_sign_in_under_way_does_not_outlive_the_person(http, browser: Browser, olena: SignedIn, flat):
    entering = [
        Browser(http).post("/sign-in", {"login": "olena@example.com", **ASKED}, **OURS) for _ in range(5)
    ]
    await asyncio.gather(leaving.leave(olena.id, NOW), *entering)
    assert await door.rows("sign_ins") == 0


async def test_the_stranger_and_another_portal_keep_theirs(stranger, browser, portal, olena, flat, visitor):
    await portals.portal("elsewhere.localhost")
    await stranger.post("/profile/deletion", ASKED, **OURS)
    assert (await browser.get("/profile")).status == 200
    assert (await visitor.post("/profile/deletion", ASKED, **OURS)).headers["location"] == "/sign-in"
    await change_policy(portal.id, {})
    assert await DB.pool.fetchval("SELECT count(*) FROM logins WHERE person_id = $1", olena.id) == 1
