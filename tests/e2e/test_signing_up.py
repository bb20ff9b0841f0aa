"""From an empty browser to a linked account: each portal in its own way, by its own forms and letters."""

import pytest
from playwright.sync_api import Page

from tests.e2e.conftest import OpenPage, Visit
from tests.e2e.pages.entry import LinkingPage, PasswordPage, Receipt, SignInPage, SignUpPage
from tests.e2e.person import PlaywrightVisitor, Visitor
from tests.e2e.site import Site

OWN = "тихий ліхтар над Десною"
MAIL, PHONE, TYPED = "ivan.petrenko@example.com", "+380671112233", "067 111-22-33"


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """Of whoever has no script: at the portal where one signs up by phone."""
    return open_page("kremenchuk")


def link_the_account(visitor: Visitor, portal: str, *, consent_first: bool = False) -> None:
    visitor.sees("Вітаємо Вас в особистому кабінеті")
    linking, receipt = LinkingPage(visitor).open(), Receipt.of(portal)
    if consent_first:
        linking.sign_consent()
    match portal:
        case "kremenchuk":
            linking.add_by_address(receipt)
        case "mygas":
            linking.add_by_number(receipt, f"0{receipt.number[:2]}-{receipt.number[2:]}")
            linking.answer_with_serial(receipt)
        case _:
            linking.add(receipt)
    visitor.sees("Станом на")
    assert "/cabinet?account=" in visitor.run("location.href")
    visitor.sees(receipt.number)


def come_in_again(visitor: Visitor, portal: str, login: str) -> None:
    """Out, and in by what was chosen; the account is still there."""
    SignInPage(visitor, portal).sign_out()
    SignInPage(visitor, portal).sign_in(login, OWN)
    visitor.sees(Receipt.of(portal).number)


@pytest.mark.covers("R05", "A33", page="/sign-up")
@pytest.mark.firefox
def test_by_mail_with_a_code(visitor: Visitor):
    by_code(visitor, "Ivan.Petrenko@example.com", MAIL)


@pytest.mark.covers("R05", "A33", page="/sign-up")
def test_by_phone_with_a_code(visitor: Visitor):
    by_code(visitor, TYPED, PHONE)


def by_code(visitor: Visitor, typed: str, contact: str) -> None:
    sign_up = SignUpPage(visitor, "localhost").begin()
    sign_up.agree()
    sign_up.send(typed, OWN)
    sign_up.confirm(sign_up.post.code(contact))
    link_the_account(visitor, "localhost")
    come_in_again(visitor, "localhost", typed)


@pytest.mark.covers("A09", "A12", "A28", page="/sign-up", portal="chernihiv")
@pytest.mark.covers(
    "A31", instead="the second letter has a link to set the password, not the password", page="/sign-up",
    portal="chernihiv",
)  # fmt: skip
@pytest.mark.firefox
def test_identified_first_then_by_two_letters(visit: Visit):
    visitor, receipt = visit("chernihiv"), Receipt.of("chernihiv")
    sign_up = SignUpPage(visitor, "chernihiv").begin()
    sign_up.go_on()
    sign_up.agree()
    sign_up.send_identified(receipt, "0462 61-62-04", MAIL)
    visitor.sees("Вам направлено лист з проханням підтвердити електронну адресу")
    sign_up.open_letter(sign_up.post.link(MAIL))
    visitor.sees("Ваші дані обробляються")
    visitor.goto(sign_up.post.link(MAIL))
    PasswordPage(visitor).choose(OWN)
    visitor.sees(receipt.number)
    come_in_again(visitor, "chernihiv", MAIL)


@pytest.mark.covers("A30", page="/sign-up/confirm", portal="chernihiv")
def test_a_slip_in_the_address_is_mended_in_the_form_as_it_was(visit: Visit):
    visitor, receipt = visit("chernihiv"), Receipt.of("chernihiv")
    sign_up = SignUpPage(visitor, "chernihiv").begin()
    sign_up.go_on()
    sign_up.agree()
    sign_up.send_identified(receipt, "0462 61-62-04", "iwan@example.com")
    visitor.click("Повернутись", "link")
    visitor.is_at("/sign-up/form")
    assert visitor.value("Номер особового рахунку") == receipt.number
    assert visitor.value("E-mail") == "iwan@example.com"
    visitor.fill("E-mail", MAIL)
    visitor.click("Продовжити")
    visitor.is_at("/sign-up/confirm")
    visitor.sees(MAIL)
    sign_up.open_letter(sign_up.post.link(MAIL))


@pytest.mark.covers("K03", "K05", "K17", page="/sign-up", portal="kremenchuk")
@pytest.mark.covers("K22", "K23", page="/linking", portal="kremenchuk")
@pytest.mark.firefox
def test_by_phone_and_sms(visit: Visit):
    visitor = visit("kremenchuk")
    by_phone(visitor)
    come_in_again(visitor, "kremenchuk", TYPED)


def test_the_same_without_script(page_without_script: Page, site: Site):
    origin = site.url("kremenchuk")
    visitor = PlaywrightVisitor("chromium", origin, lambda: page_without_script.context)
    by_phone(visitor)
    come_in_again(visitor, "kremenchuk", TYPED)
    assert visitor.run("typeof window.htmx") == "undefined"


def by_phone(visitor: Visitor) -> None:
    sign_up = SignUpPage(visitor, "kremenchuk").begin()
    sign_up.agree()
    sign_up.send(TYPED, OWN)
    sign_up.confirm(sign_up.post.code(PHONE))
    link_the_account(visitor, "kremenchuk")


@pytest.mark.covers(
    "R01", "R05", "R07", "R08", "R09", "R10", "R14", "R15", "R16", "R18", page="/linking", portal="mygas"
)
def test_the_consent_is_signed_before_the_first_account(visit: Visit):
    visitor = visit("mygas")
    sign_up = SignUpPage(visitor, "mygas").begin()
    sign_up.send(TYPED, OWN)
    sign_up.confirm(sign_up.post.code(PHONE))
    visitor.goto("/linking")
    visitor.click("Підписати згоду")
    visitor.sees("Без згоди рахунок не додати")
    visitor.goto("/cabinet")
    link_the_account(visitor, "mygas", consent_first=True)
    visitor.goto("/linking")
    visitor.sees("Чим підтвердите?")
    come_in_again(visitor, "mygas", TYPED)
