"""Where the consent comes after the sign-up, it is read and signed before the first account (R07, P-08)."""

import asyncio
from hashlib import sha256

import pytest

from tests import door
from tests.browser import Browser, Page
from tests.factories import accounts, people, portals
from tests.factories.people import NOW, SignedIn
from tests.factories.portals import APortal
from webapp.actions import consents
from webapp.database.engine import DB
from webapp.database.queries import visits
from webapp.database.tables.accounts import Link
from webapp.database.tables.people import Consent
from webapp.web.rendering import environment
from webapp.web.texts import text

NUMBER = "0910204517"


@pytest.fixture
async def portal(app) -> APortal:
    return await portals.portal(name="Мій Газ", policy=door.AFTERWARDS)


@pytest.fixture
async def taras(portal: APortal) -> SignedIn:
    return await people.person(portal.id, "Тарас", "+380931112233")


@pytest.fixture
def browser(http, taras: SignedIn) -> Browser:
    return Browser(http, taras.token)


@pytest.fixture
async def flat(portal: APortal) -> accounts.AnAccount:
    return await accounts.account(portal, NUMBER, "вул. Садова, 18, кв. 42")


async def sign(browser: Browser, **values: str) -> Page:
    form = (await browser.get("/linking")).form("/linking/consent")
    return await browser.submit(form, **({"agree": "1"} | values))


@pytest.mark.covers("R07", "R08")
async def test_the_consent_is_read_and_signed_before_the_first_account(
    browser: Browser, portal: APortal, flat
):
    page = await browser.get("/linking")
    assert page.html.h1.text == "Згода на обробку персональних даних"
    assert page.html.select_one("main a[href='/legal/consent']").text == "ТУТ"
    box = page.html.select_one("input[name=agree]")
    assert not box.has_attr("checked") and "Текст згоди прочитано" in box.find_parent("label").text
    form = (await browser.follow(await sign(browser))).form("/linking")
    linked = await browser.submit(form, company=str(portal.supplier), number=NUMBER, amount="186,40")
    assert "вул. Садова, 18, кв. 42" in (await browser.follow(linked)).words
    assert (await browser.get("/linking")).form("/linking"), "it is asked once"


@pytest.mark.covers("R07")
async def test_what_was_signed_is_kept_with_its_hash(browser: Browser, portal: APortal, taras: SignedIn):
    await sign(browser)
    kept = await Consent.objects().first()
    shown = await visits.portal(portal.id)
    words = environment("uk").get_template(text("legal", "consent", "uk").template).render(portal=shown)
    assert (kept.person_id, kept.portal_id, kept.document) == (taras.id, portal.id, "consent")
    assert (kept.version, kept.language) == (text("legal", "consent", "uk").version, "uk")
    assert kept.text_sha256 == sha256(words.encode()).hexdigest()
    assert kept.given_at == NOW and kept.ip == "127.0.0.1"


@pytest.mark.parametrize("htmx", [False, True])
async def test_without_the_tick_nothing_is_signed(browser: Browser, htmx: bool):
    form = (await browser.get("/linking")).form("/linking/consent")
    page = await browser.submit(form, htmx=htmx)
    assert page.status == 422 and "Без згоди рахунок не додати" in page.mistakes["agree"]
    assert bool(page.html.select_one("html")) is not htmx
    assert await Consent.count() == 0
    assert (await browser.get("/linking/consent")).headers["location"] == "/linking"


async def test_a_text_that_changed_meanwhile_is_shown_once_more(browser: Browser):
    page = await sign(browser, consent="2020-01-01")
    assert page.status == 422 and "Текст змінився" in page.mistakes["agree"]
    assert await Consent.count() == 0


async def test_a_new_wording_is_signed_anew(browser: Browser):
    await sign(browser)
    await DB.do("UPDATE consents SET version = '2020-01-01'")
    assert "Підписати згоду" in (await browser.get("/linking")).words
    await sign(browser)
    assert await Consent.count() == 2


async def test_nobody_links_past_the_consent(browser: Browser, portal: APortal, flat):
    claim = {"company": str(portal.supplier), "number": NUMBER, "amount": "186,40"}
    past = await browser.post("/linking", claim, **{"Sec-Fetch-Site": "same-origin"})
    assert past.headers["location"] == "/linking"
    assert await Link.count() == 0 and await door.rows("limits") == 0


async def test_twenty_presses_at_once_sign_once(browser: Browser):
    form = (await browser.get("/linking")).form("/linking/consent")
    answers = await asyncio.gather(*(browser.submit(form, agree="1") for _ in range(20)))
    assert {answer.headers["location"] for answer in answers} == {"/linking"}
    assert await Consent.count() == 1


async def test_the_first_signature_stands_when_it_is_sent_again(portal: APortal, taras: SignedIn):
    first = consents.Agreed("consent", "1", "a" * 64, NOW, "127.0.0.1")
    again = consents.Agreed("consent", "1", "b" * 64, NOW, "127.0.0.2")
    signed = [
        await consents.sign(one, by=taras.id, portal_id=portal.id, language="uk") for one in (first, again)
    ]
    assert signed == [True, False]
    assert [one["ip"] for one in await Consent.select(Consent.ip)] == ["127.0.0.1"]


async def test_the_text_says_what_it_is_needed_for(visitor: Browser, portal: APortal):
    for language, later, first in (
        ("uk", "додати до Вашого кабінету особові рахунки", "створити для Вас особистий кабінет"),
        ("ru", "добавить в Ваш кабинет лицевые счета", "создать для Вас личный кабинет"),
    ):
        visitor.cookies["language"] = language
        await portals.change_policy(portal.id, door.AFTERWARDS)
        assert later in (await visitor.get("/legal/consent")).words
        await portals.change_policy(portal.id, {"languages": ["uk", "ru"]})
        assert first in (await visitor.get("/legal/consent")).words
