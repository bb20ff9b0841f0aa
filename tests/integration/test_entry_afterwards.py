"""The portal that takes phone or mail and asks for the consent later (R01-R07), and the door's first page."""

import asyncio

import pytest

from tests import door
from tests.browser import Browser
from tests.factories import portals
from tests.factories.portals import APortal, change_policy
from webapp.database.tables.portals import Portal

OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
async def portal(app) -> APortal:
    return await portals.portal(name="Мій Газ", policy=door.AFTERWARDS)


@pytest.mark.covers("R01", "R03", "R05", "R06", "R20")
@pytest.mark.parametrize("login", ["093 111 22 33", "Ivan@Example.com"])
async def test_phone_or_mail_with_a_code(visitor: Browser, login: str):
    page = await visitor.follow(await visitor.get("/sign-up"))
    assert "Телефон або e-mail" in page.words and page.html.select_one("#sign-up a[href='/sign-in']")
    assert page.html.select_one("#sign-up a[href='/help/contacts']")
    assert (
        "Поставити запитання в технічну підтримку" in page.words
        and "Увійти в особистий кабінет" in page.words
    )
    assert "Версія 0.1.0" in page.html.footer.text
    await visitor.submit(page.form("/sign-up"), login=login, password="ліхтар")
    contact = "ivan@example.com" if "@" in login else "+380931112233"
    entered = await door.try_code(visitor, await door.code_for(contact))
    assert "Вас зареєстровано, для Вас створено особистий кабінет" in (await visitor.follow(entered)).words


@pytest.mark.covers("R03", page="/sign-up/form")
async def test_the_password_is_typed_twice_where_the_portal_asks_for_it(visitor: Browser, portal: APortal):
    assert not (await visitor.get("/sign-up/form")).html.select_one("#again")
    await change_policy(portal.id, door.AFTERWARDS | {"passwords": {"minimum": 5, "repeated": True}})
    form = await door.form_of_sign_up(visitor)
    slip = await visitor.submit(form, login="093 111 22 33", password="ліхтар", again="ліхтор")
    assert slip.status == 422 and "Удруге пароль інший" in slip.mistakes["again"]
    assert slip.html.select_one("#login")["value"] == "093 111 22 33" and await door.rows("sign_ups") == 0
    assert (
        await visitor.submit(form, login="093 111 22 33", password="ліхтар", again="ліхтар")
    ).status == 303


@pytest.mark.covers("R05", page="/sign-up/confirm")
async def test_a_letter_has_a_code_and_a_link_and_either_works_once(http, visitor: Browser, portal: APortal):
    page = await visitor.follow(await door.sign_up_plainly(visitor, "ivan@example.com"))
    assert "У листі є й посилання" in page.words and page.html.select_one("#code")
    assert await door.jobs() == ["code"], "a code does not wait behind letters"
    link, code = (
        f"/sign-up/link/{await door.link_for('ivan@example.com')}",
        await door.code_for("ivan@example.com"),
    )
    for _ in range(3):
        looked = await visitor.get(link)
    assert (await visitor.submit(looked.form(link))).headers[
        "location"
    ] == "/cabinet" and "sid" in visitor.cookies
    assert (await visitor.get(link)).status == 410
    assert (await door.try_code(Browser(http), code)).status == 303 and await door.rows("people") == 1


@pytest.mark.covers("R05", page="/sign-up/link/…")
async def test_in_another_browser_the_link_lets_the_holder_of_the_mailbox_set_the_password(
    http, visitor: Browser, portal: APortal
):
    """Whoever signs up with a foreign address does not know the password of what its holder confirms."""
    await door.sign_up_plainly(visitor, "ivan@example.com")
    link, elsewhere = f"/sign-up/link/{await door.link_for('ivan@example.com')}", Browser(http)
    answers = await asyncio.gather(*(elsewhere.post(link, {}, **OURS) for _ in range(10)))
    (first,) = [answer for answer in answers if answer.status == 303]
    assert sorted(answer.status for answer in answers) == [303] + [410] * 9
    known = await visitor.post("/sign-in", {"login": "ivan@example.com", "password": door.GOOD}, **OURS)
    assert known.status == 422
    new = await elsewhere.follow(first)
    assert "Ваш логін: ivan@example.com" in new.words
    assert (await elsewhere.submit(new.form(), password="інший ліхтар")).headers["location"] == "/cabinet"


async def test_the_code_of_such_a_letter_dies_before_its_link(visitor: Browser, portal: APortal, outside):
    await door.sign_up_plainly(visitor, "ivan@example.com")
    outside.clock.moment += door.minutes(11)
    late = await door.try_code(visitor, await door.code_for("ivan@example.com"))
    assert late.status == 422 and "Цей код більше не діє" in late.mistakes["code"]
    link = f"/sign-up/link/{await door.link_for('ivan@example.com')}"
    assert (await visitor.post(link, {}, **OURS)).headers["location"] == "/cabinet"


@pytest.mark.covers("R02", instead="five characters are enough as there, but any characters and no maximum")
async def test_five_characters_are_enough_and_sixty_are_welcome(visitor: Browser):
    form = await door.form_of_sign_up(visitor)
    assert "Закороткий" in (await visitor.submit(form, login="093 111 22 33", password="ночі")).words
    assert (await visitor.submit(form, login="093 111 22 33", password="жито9")).status == 303
    assert (await visitor.submit(form, login="093 111 22 34", password="довгі слова " * 5)).status == 303


@pytest.mark.covers("R07")
async def test_the_consent_is_told_of_and_asked_later(visitor: Browser):
    page = await visitor.get("/sign-up/form")
    assert page.status == 200 and "Згоду попросимо перед додаванням першого рахунку" in page.words
    assert page.html.select_one("#sign-up a[href='/legal/privacy']")
    assert (await visitor.get("/sign-up/consent")).headers["location"] == "/sign-up/form"
    await door.sign_up_plainly(visitor, "093 111 22 33")
    await door.try_code(visitor, await door.code_for("+380931112233"))
    assert await door.rows("consents") == 0


@pytest.mark.covers("A02", "K14", "H01")
@pytest.mark.covers(
    "A04",
    "K01",
    "K12",
    "H04",
    instead="paying, writing and bills to print are promised when they have their pages",
)
async def test_the_first_page_says_what_the_cabinet_gives(visitor: Browser, portal: APortal):
    await change_policy(portal.id, door.AFTERWARDS | {"contacts": door.CONTACTS})
    page = await visitor.get("/")
    for promise in (
        "Передавати показання лічильника", "З 28-го числа до кінця дня 5-го числа наступного місяця",
        "Знати тариф і поточний баланс", "Переглядати історію платежів і показань",
        "нарахування за будь-який місяць", "Стежити за споживанням газу", "підприємців",
    ):  # fmt: skip
        assert promise in page.words, promise
    main = page.html.main.text
    assert not [word for word in ("Платити", "Сплатити", "оплат", "звернен") if word in main], (
        "no page for it yet"
    )
    ways = {link.text.strip(): link["href"] for link in page.html.select("main .actions a")}
    assert ways == {
        "Вхід до кабінету": "/sign-in", "Зареєструватися": "/sign-up", "Відновити пароль": "/recovery"
    }  # fmt: skip
    assert page.html.select_one("main a[href='tel:+380462616204']")


@pytest.mark.covers("K10", "K11", "K35")
async def test_its_promises_are_the_policys(visitor: Browser, portal: APortal):
    await change_policy(portal.id, door.BY_PHONE)
    page = await visitor.get("/")
    assert "Передавати показання" not in page.words
    assert "Показання приймає лише оператор ГРМ «Миколаївгаз»" in page.words
    assert "Стежити за споживанням газу Статистика" in page.words
    assert "можливе після 10-го числа поточного місяця" in page.words


@pytest.mark.covers("A30")
async def test_on_https_the_cookies_cannot_be_planted_by_a_sibling(visitor: Browser):
    await Portal.update({Portal.address: "https://localhost"}, force=True)
    await door.sign_up_plainly(visitor, "093 111 22 33")
    assert set(visitor.cookies) == {"__Host-waiting"}
    await door.try_code(visitor, await door.code_for("+380931112233"))
    assert "__Host-sid" in visitor.cookies and all(
        name.startswith(("__Host-", "__Secure-")) for name in visitor.cookies
    )
