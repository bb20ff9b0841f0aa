"""The second step on a real device: a code of the application, and passkeys of Chromium's virtual authenticator."""

import pyotp
import pytest
from playwright.sync_api import Page

from tests.e2e.conftest import OpenPage
from tests.e2e.pages.entry import LOGIN, PASSWORD, SignInPage, demo_login, of_portal
from tests.e2e.person import Visitor
from tests.factories.people import NOW


def with_authenticator(page: Page) -> None:
    """A device that keeps passkeys and knows its owner's finger."""
    wire = page.context.new_cdp_session(page)
    wire.send("WebAuthn.enable")
    kind = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    ready = {"isUserVerified": True, "automaticPresenceSimulation": True}
    wire.send("WebAuthn.addVirtualAuthenticator", {"options": kind | ready})


def sign_in(page: Page, portal: str) -> None:
    page.goto("/sign-in")
    page.get_by_label(LOGIN[portal]).fill(demo_login(portal))
    if portal == "localhost":
        page.get_by_role("button", name="Продовжити").click()
    page.get_by_label("Пароль", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Увійти").first.click()


@pytest.mark.firefox
def test_nataliia_signs_in_with_the_code_of_her_application(visitor: Visitor) -> None:
    (nataliia,) = [
        one for one in of_portal("people", "localhost") if one["role"] == "consumer" and one["totp_secret"]
    ]
    visitor.goto("/sign-in")
    SignInPage(visitor).try_in(nataliia["login"])
    visitor.is_at("/sign-in/second")
    visitor.fill("Код із застосунку", "000000")
    visitor.click("Увійти")
    visitor.sees("Лишилося 4 спроби")
    visitor.fill("Код із застосунку", pyotp.TOTP(nataliia["totp_secret"]).at(NOW))
    visitor.click("Увійти")
    visitor.is_at("/cabinet")


@pytest.mark.parametrize("engine", ["chromium"], indirect=True)
@pytest.mark.parametrize("portal", ["localhost", "kremenchuk"])
def test_a_passkey_is_made_and_signs_in_on_its_own_portal(open_page: OpenPage, portal: str) -> None:
    page = open_page(portal)
    with_authenticator(page)
    sign_in(page, portal)
    page.wait_for_url("**/cabinet")
    page.goto("/profile/security")
    page.get_by_label("Як його назвати").fill("Телефон Олени")
    page.get_by_role("button", name="Додати ключ доступу").click()
    page.get_by_text("Ключ доступу додано").wait_for()
    assert page.locator(".codes li").count() == 10
    page.get_by_role("link", name="Коди збережено").click()
    page.get_by_text("Телефон Олени").wait_for()
    page.context.clear_cookies()
    page.goto("/sign-in?next=/profile/security")
    page.get_by_role("button", name="Увійти ключем доступу").click()
    page.wait_for_url("**/profile/security")
    page.get_by_text("востаннє використано").wait_for()
    page.context.clear_cookies()
    sign_in(page, portal)
    page.wait_for_url("**/sign-in/second")
    page.get_by_role("button", name="Скористатися ключем доступу").click()
    page.wait_for_url("**/cabinet")
    page.goto("/profile/security")
    page.get_by_role("link", name="Прибрати ключ доступу Телефон Олени").click()
    page.get_by_role("button", name="Скористатися ключем доступу").click()
    page.get_by_text("Другу перевірку змінено").wait_for()


@pytest.mark.parametrize("engine", ["chromium"], indirect=True)
def test_a_device_without_the_passkey_says_so_and_the_password_still_signs_in(open_page: OpenPage) -> None:
    page = open_page("kremenchuk")
    with_authenticator(page)
    page.goto("/sign-in")
    page.get_by_role("button", name="Увійти ключем доступу").click()
    page.get_by_text("Ключем доступу не скористалися").wait_for()
    sign_in(page, "kremenchuk")
    page.wait_for_url("**/cabinet")


@pytest.mark.parametrize("engine", ["chromium"], indirect=True)
def test_without_scripts_no_passkey_is_offered(page_without_script: Page) -> None:
    page_without_script.goto("/sign-in")
    page_without_script.get_by_role("button", name="Продовжити").wait_for()
    assert not page_without_script.get_by_role("button", name="Увійти ключем доступу").is_visible()
