"""The portal that takes phone or mail and asks for the consent later (R01-R07), and the door's first page."""

import pytest

from tests import door
from tests.browser import Browser
from tests.factories import portals
from tests.factories.portals import APortal, change_policy
from webapp.database.tables.portals import Portal


@pytest.fixture
async def portal(app) -> APortal:
    return await portals.portal(name="Мій Газ", policy=door.AFTERWARDS)


@pytest.mark.covers("R01", "R03", "R05", "R06", "R20")
@pytest.mark.parametrize("login", ["093 111 22 33", "Ivan@Example.com"])
async def test_phone_or_mail_with_a_code(visitor: Browser, login: str):
    page = await visitor.follow(await visitor.get("/sign-up"))
    assert "Телефон або e-mail" in page.words and page.html.select_one("#sign-up a[href='/sign-in']")
    assert page.html.select_one("#sign-up a[href='/help/contacts']")
    await visitor.submit(page.form("/sign-up"), login=login, password="ліхтар")
    contact = "ivan@example.com" if "@" in login else "+380931112233"
    assert (await door.try_code(visitor, await door.code_for(contact))).headers["location"] == "/cabinet"


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
    assert set(visitor.cookies) == {"__Host-sid"}
