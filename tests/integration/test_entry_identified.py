"""Signing up where the account proves itself in the same form: the whole way of 2015, made safe."""

import asyncio
from decimal import Decimal
from hashlib import sha256

import pytest

from tests import door
from tests.browser import Browser
from tests.factories import accounts, people, portals
from tests.factories.accounts import AnAccount
from tests.factories.portals import APortal
from webapp.database.engine import DB

MAIL = "ivan@example.com"


@pytest.fixture
async def portal(app) -> APortal:
    return await portals.portal(name="Чернігівгаз", policy=door.IDENTIFIED)


@pytest.fixture
async def home(portal: APortal) -> AnAccount:
    return await accounts.account(portal, "0910204517", "вул. Шевченка, 4")


@pytest.mark.covers("A01", "A05", "A06", "A07", "A08", "A09", "A10", "H01", "H07")
async def test_before_the_form_it_is_told_who_may_and_what_is_needed(visitor: Browser):
    page = await visitor.get("/sign-up")
    assert "фізична особа або приватний підприємець, на чиє ім’я відкрито особовий рахунок" in page.words
    for needed in (
        "номер особового рахунку",
        "сума останнього платежу",
        "номер телефону",
        "буде Вашим логіном",
    ):
        assert needed in page.words
    assert "На один e-mail можна зареєструвати один особовий рахунок." in page.words
    assert "щодня 8:00–20:00" in page.words and page.html.select_one("main a[href='tel:+380462616204']")
    assert "Safari, Opera" in page.words and "не гарантується" in page.words
    there = {link.text.strip(): link["href"] for link in page.html.select("main .actions a")}
    assert there == {"Продовжити": "/sign-up/consent", "Відмовитися": "/sign-up/refused"}
    assert "Реєстрацію зупинено" in (await visitor.get("/sign-up/refused")).words


@pytest.mark.covers("A11")
async def test_without_the_consent_it_goes_no_further(visitor: Browser):
    asked = await visitor.follow(await visitor.get("/sign-up/form"))
    assert "надати порталу «Чернігівгаз» свої персональні дані, поставте позначку нижче" in asked.words
    assert asked.html.select_one("main a[href='/legal/consent']").text == "ТУТ"
    box = asked.html.select_one("input[name=agree]")
    assert not box.has_attr("checked") and "Я згоден з умовами" in box.find_parent("label").text
    refused = await visitor.submit(asked.form())
    assert refused.status == 422 and "Без згоди реєстрація не продовжиться" in refused.mistakes["agree"]
    assert (await visitor.get("/sign-up/form")).status == 303
    ours = {"Sec-Fetch-Site": "same-origin"}
    past = await visitor.post("/sign-up", {"number": "0910204517", "mail": MAIL}, **ours)
    assert past.headers["location"] == "/sign-up/consent" and await door.rows("sign_ups") == 0


@pytest.mark.covers("A12", "A13", "A16", "A17", "A19", "A20", "A22", "H07")
@pytest.mark.covers("A21", instead="a link to set the password is sent, never a password")
async def test_the_form_has_its_fields_in_order_each_with_its_hint(visitor: Browser, portal: APortal):
    form = await door.form_of_sign_up(visitor)
    fields = form.select("input:not([type=hidden]), select")
    assert [field["name"] for field in fields] == ["number", "amount", "company", "phone", "mail"]
    words = " ".join(form.text.split())
    for said in (
        "Вкажіть номер особового рахунку та суму останнього платежу",
        "Набір символів має відповідати кодуванню Вашого особового рахунку. Цей номер має бути вказаний у договорі,"
        " також може зазначатись у книзі споживача, рахунку на оплату послуг газопостачання",
        "Формат суми в грн: 0.00 чи 0,00",
        "спробуйте вказати суму з попереднього платіжного документа",
        "Ваше газове господарство",
        "Введіть ваші контактні дані",
        "Формат: +380xx xxx xx xx мобільний чи стаціонарний включно із кодом",
        "Вкажіть діючу адресу. На цю адресу буде надіслано повідомлення з посиланням",
        "yandex.ru, yandex.ua, mail.ru",
    ):
        assert said in words, said
    offered = [one["value"] for one in form.select("select option")]
    assert offered == ["", str(portal.supplier), str(portal.operator)]
    assert [one.text.strip() for one in form.select(".actions > *")] == ["Продовжити", "Відмовитися"]


@pytest.mark.covers("A23", "A27", "R20")
async def test_help_is_under_the_form(visitor: Browser):
    await door.form_of_sign_up(visitor)
    page = await visitor.get("/sign-up/form")
    assert page.html.select_one("#sign-up a[href='/help/sign-up']")
    assert page.html.select_one("#sign-up a[href='mailto:support@example.com']")
    assert "вкажіть, які проблеми виникли в процесі реєстрації" in page.words


@pytest.mark.covers("A24")
@pytest.mark.parametrize("htmx", [False, True])
async def test_empty_fields_are_named_on_top_and_marked_beside(visitor: Browser, htmx: bool):
    form = await door.form_of_sign_up(visitor)
    page = await visitor.submit(form, htmx=htmx, number="0910204517")
    assert page.status == 422 and set(page.mistakes) == {"amount", "company", "phone", "mail"}
    top = page.html.select_one("#mistakes")
    assert "Перевірте 4 поля" in top.text
    assert [link["href"] for link in top.select("a")] == ["#amount", "#company", "#phone", "#mail"]
    assert len(page.html.select(".field-wrong [aria-invalid=true]")) == 4
    assert page.html.select_one("#number")["value"] == "0910204517"
    assert bool(page.html.select_one("html")) is not htmx


@pytest.mark.covers("A14", "R10")
async def test_a_surplus_character_is_named(visitor: Browser, portal: APortal, home: AnAccount):
    page = await door.sign_up_identified(visitor, portal.supplier, MAIL, number="№ 0910204517")
    assert "«№»" in page.mistakes["number"] and page.html.select_one("#number")["value"] == "№ 0910204517"


@pytest.mark.covers("A15", "A25")
async def test_a_wrong_sum_and_an_unknown_number_are_told_alike(visitor: Browser, portal, home):
    sum_ = await door.sign_up_identified(visitor, portal.supplier, MAIL, amount="186,41")
    number = await door.sign_up_identified(visitor, portal.supplier, MAIL, number="0910204599")
    assert sum_.status == number.status == 422
    assert "Не вдалося Вас ідентифікувати" in sum_.html.select_one("#sign-up .notice").text
    assert sum_.words.replace("186,41", "") == number.words.replace("186.40", "")
    assert sum_.html.select_one("#mail")["value"] == MAIL
    assert sum_.html.select_one(f"option[value='{portal.supplier}']").has_attr("selected")
    assert (await door.jobs(), await door.rows("sign_ups")) == ([], 0)


@pytest.mark.covers("A16", "A17", "A18")
@pytest.mark.parametrize("amount", ["186.40", "186,40", "150,05"])
async def test_comma_or_point_last_payment_or_the_one_before(visitor: Browser, portal, home, amount: str):
    page = await door.sign_up_identified(visitor, portal.supplier, MAIL, amount=amount)
    assert (page.status, page.headers["location"]) == (303, "/sign-up/confirm")


@pytest.mark.covers("A25")
async def test_after_five_wrong_sums_the_account_is_asked_about_no_more(visitor: Browser, portal, home):
    for cents in range(5):
        page = await door.sign_up_identified(visitor, portal.supplier, MAIL, amount=f"1,{cents:02}")
        assert page.status == 422
    right = await door.sign_up_identified(visitor, portal.supplier, MAIL)
    assert right.status == 429 and "На сьогодні спроб забагато" in right.words
    assert right.html.select_one("#sign-up a[href='tel:+380462616204']")


@pytest.mark.covers("A26")
async def test_an_account_that_somebody_has_leads_to_the_contact_centre(visitor: Browser, portal, home):
    holder = await people.person(portal.id, "Хтось", "holder@example.com")
    await accounts.link(holder.id, home.id)
    page = await door.sign_up_identified(visitor, portal.supplier, MAIL)
    assert page.status == 422 and "Цей рахунок уже зареєстровано" in page.words
    assert "Зателефонуйте в контакт-центр" in page.words


async def test_whoever_has_the_account_on_another_portal_is_told(visitor: Browser, portal: APortal, home):
    elsewhere = await portals.portal(host="elsewhere.localhost")
    holder = await people.person(elsewhere.id, "Хтось", "holder@example.com")
    await accounts.link(holder.id, home.id)
    await door.sign_up_identified(visitor, portal.supplier, MAIL)
    link = f"/sign-up/link/{await door.link_for(MAIL)}"
    await visitor.submit((await visitor.get(link)).form(link))
    assert await door.jobs() == ["letter", "notice", "letter"]


@pytest.mark.covers("A19")
async def test_a_company_that_is_not_in_the_list_is_asked_for(visitor: Browser):
    page = await visitor.get("/sign-up/company")
    assert "зареєструватися не можна" in page.words
    assert set((await visitor.submit(page.form())).mistakes) == {"company_name", "settlement"}
    asked = await visitor.submit(page.form(), company_name="Сумигаз", settlement="Суми")
    assert "Записали" in (await visitor.follow(asked)).words
    for _ in range(4):
        await visitor.submit(page.form(), company_name="Сумигаз", settlement="Суми")
    assert (await visitor.submit(page.form(), company_name="Сумигаз", settlement="Суми")).status == 429
    assert await door.rows("coverage_requests") == 5


@pytest.mark.covers("A28", "A29", "A30", "A32", "A10", "A33")
@pytest.mark.covers("A31", instead="the second letter has a link to set the password, not the password")
async def test_from_the_form_to_the_cabinet(visitor: Browser, portal: APortal, home: AnAccount):
    page = await visitor.follow(await door.sign_up_identified(visitor, portal.supplier, MAIL))
    assert page.html.h1.text == "Мої дані" and MAIL in page.words
    assert "Вам направлено лист з проханням підтвердити електронну адресу." in page.words
    assert "Якщо за годину ви не отримаєте лист, натисніть «Повторити»" in page.words
    assert "Повернутись" in page.words and "Небажаній пошті" in page.words
    link = f"/sign-up/link/{await door.link_for(MAIL)}"
    for _ in range(3):  # mail is looked through by programs; looking uses nothing up
        looked = await visitor.get(link)
    assert await door.rows("people") == 0 and looked.headers["referrer-policy"] == "no-referrer"
    thanks = await visitor.follow(await visitor.submit(looked.form(link)))
    assert (
        "Дякуємо" in thanks.words
        and "Протягом доби ми надішлемо на Вашу електронну адресу лист" in thanks.words
    )
    assert await door.jobs() == ["letter", "letter"] and "waiting" not in visitor.cookies
    assert (await visitor.get("/cabinet")).status == 303, "a letter alone signs nobody in"
    password = await visitor.get(f"/password/{await door.link_for(MAIL)}")
    inside = await visitor.follow(await visitor.submit(password.form(), password=door.GOOD))
    assert "вул. Шевченка, 4" in inside.words


@pytest.mark.covers("A11")
async def test_what_was_agreed_to_is_kept_with_its_hash(visitor: Browser, portal: APortal, home: AnAccount):
    await door.sign_up_identified(visitor, portal.supplier, MAIL)
    link = f"/sign-up/link/{await door.link_for(MAIL)}"
    await visitor.submit((await visitor.get(link)).form(link))
    row = await DB.pool.fetchrow("SELECT * FROM consents")
    assert (row["document"], row["version"], row["language"]) == ("consent", "2026-11-01", "uk")
    assert len(row["text_sha256"]) == len(sha256().hexdigest()) and row["ip"] == "127.0.0.1"


@pytest.mark.covers("A29", "A30")
async def test_the_letter_is_repeated_and_the_address_corrected(visitor: Browser, portal, home, outside):
    page = await visitor.follow(await door.sign_up_identified(visitor, portal.supplier, "ivna@example.com"))
    first = await door.link_for("ivna@example.com")
    early = await visitor.submit(page.form("/sign-up/resend"))
    assert early.status == 429 and "Ще трохи зачекайте" in early.words
    outside.clock.moment += door.minutes(1)
    again = await visitor.follow(await visitor.submit(page.form("/sign-up/resend")))
    assert "Надіслали ще раз" in again.words
    dead = await visitor.get(f"/sign-up/link/{first}")
    assert dead.status == 410 and "діє лише останнє" in dead.words
    form = (await visitor.get("/sign-up/form")).form("/sign-up")
    assert form.select_one("#mail")["value"] == "ivna@example.com"
    assert Decimal(form.select_one("#amount")["value"]) == accounts.LAST_PAYMENT
    sent = await visitor.submit(form, company=str(portal.supplier), mail=MAIL)
    assert sent.status == 303 and await door.link_for(MAIL)


@pytest.mark.covers("A22")
async def test_slow_mail_is_warned_about_never_refused(visitor: Browser, portal: APortal, home: AnAccount):
    page = await visitor.follow(await door.sign_up_identified(visitor, portal.supplier, "ivan@mail.ru"))
    assert "Листи на mail.ru можуть надходити із затримкою на кілька днів" in page.words


@pytest.mark.covers("A07", "A45")
async def test_of_two_sign_ups_with_one_account_one_gets_it(http, portal: APortal, home: AnAccount):
    links = {}
    for mail in ("one@example.com", "two@example.com"):
        browser = Browser(http)
        await door.sign_up_identified(browser, portal.supplier, mail)
        links[browser] = f"/sign-up/link/{await door.link_for(mail)}"
    ours = {"Sec-Fetch-Site": "same-origin"}
    answers = await asyncio.gather(*(browser.post(link, {}, **ours) for browser, link in links.items()))
    assert sorted(answer.status for answer in answers) == [303, 410]
    assert (await door.rows("people"), await door.rows("links")) == (1, 1)


@pytest.mark.covers("A07", "A28")
async def test_a_link_makes_one_person_however_often_it_is_pressed(visitor: Browser, portal, home):
    await door.sign_up_identified(visitor, portal.supplier, MAIL)
    link, ours = f"/sign-up/link/{await door.link_for(MAIL)}", {"Sec-Fetch-Site": "same-origin"}
    answers = await asyncio.gather(*(visitor.post(link, {}, **ours) for _ in range(20)))
    assert sorted(answer.status for answer in answers) == [303] + [410] * 19
    assert (await door.rows("people"), await door.rows("consents")) == (1, 1)


async def test_a_link_that_is_old_used_or_strange_has_its_own_sentence_and_a_way_on(
    visitor: Browser, portal, home, outside
):
    await door.sign_up_identified(visitor, portal.supplier, MAIL)
    link = f"/sign-up/link/{await door.link_for(MAIL)}"
    strange = await visitor.get(link[:-1] + ("A" if link[-1] != "A" else "B"))
    assert strange.status == 404 and "Воно неповне" in strange.words
    outside.clock.moment += door.minutes(24 * 60)
    old = await visitor.get(link)
    assert old.status == 410 and "Посилання діє добу" in old.words
    assert old.html.select_one("main a[href='/sign-up']")
    assert (await visitor.post(link, {}, **{"Sec-Fetch-Site": "same-origin"})).status == 410
    assert await door.rows("people") == 0


async def test_a_link_of_one_portal_is_nothing_on_another(http, visitor: Browser, portal, home):
    await portals.portal("elsewhere.localhost", policy=door.IDENTIFIED)
    await door.sign_up_identified(visitor, portal.supplier, MAIL)
    link = f"/sign-up/link/{await door.link_for(MAIL)}"
    assert (await Browser(http, host="elsewhere.localhost").get(link)).status == 404
    assert (await visitor.get(f"/password/{link.rpartition('/')[2]}")).status == 404
