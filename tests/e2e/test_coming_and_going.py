"""A forgotten password, somebody else's device, the way out, another language."""

import pytest

from tests.e2e.at_home import comes_home
from tests.e2e.conftest import Visit
from tests.e2e.engines import DESKTOP, Look
from tests.e2e.pages.entry import PasswordPage, RecoveryPage, SignInPage, demo_login
from tests.e2e.person import Visitor
from tests.e2e.site import Site

NEW = "новий ліхтар над Псьолом"
PERSONAL = "caches.keys().then(names => names.filter(name => name.startsWith('personal-')))"
KNOWN = "Outbox.run('meters', 'readonly', tx => Outbox.result(tx.objectStore('meters').count()))"
"""How many meters the device remembers."""


@pytest.mark.covers("K07", "K09", page="/recovery", portal="kremenchuk")
def test_a_new_password_by_a_code(visit: Visit):
    visitor, login = visit("kremenchuk"), demo_login("kremenchuk")
    recovery = RecoveryPage(visitor, "kremenchuk")
    recovery.ask(login)
    recovery.confirm(recovery.post.code(login))
    PasswordPage(visitor).choose(NEW)
    told = (recovery.post.message(login) for _ in range(2))  # also of a device that was not there before
    assert any("Пароль змінено" in message for message in told)
    only_the_new_one_opens(visitor, "kremenchuk")


@pytest.mark.covers(
    "A35", instead="the link itself opens the page where a new password is set; none is mailed", page="/recovery",
    portal="chernihiv",
)  # fmt: skip
def test_a_new_password_by_a_link(visit: Visit):
    visitor, login = visit("chernihiv"), demo_login("chernihiv")
    recovery = RecoveryPage(visitor, "chernihiv")
    recovery.ask(login)
    link = recovery.post.link(login)
    visitor.goto(link)
    PasswordPage(visitor).choose(NEW)
    only_the_new_one_opens(visitor, "chernihiv")
    visitor.goto(link)
    visitor.sees("Посилання не діє")


def only_the_new_one_opens(visitor: Visitor, portal: str) -> None:
    door = SignInPage(visitor, portal)
    door.sign_out()
    visitor.goto("/sign-in")
    door.try_in()
    visitor.sees("Логін або пароль не підходить")
    door.sign_in(password=NEW)


def look_around(visitor: Visitor) -> None:
    """Twice: the worker keeps pages from its second sight of them on."""
    for path in ("/readings", "/statistics", "/cabinet") * 2:
        visitor.goto(path)
        visitor.run("navigator.serviceWorker ? navigator.serviceWorker.ready.then(() => 1) : 1")


def test_an_own_device_stays_signed_in_and_keeps_pages(device: Visitor):
    SignInPage(device).sign_in()
    look_around(device)
    assert device.run(PERSONAL) and device.run(KNOWN)
    device.restart()
    device.goto("/cabinet")
    device.sees("Станом на")


def test_on_somebody_elses_device_nothing_stays(device: Visitor):
    SignInPage(device).sign_in(shared=True)
    for path in ("/readings", "/statistics", "/cabinet"):
        device.goto(path)
    device.sees("Станом на")
    assert (device.run(PERSONAL), device.run(KNOWN)) == ([], 0)
    device.restart()
    device.goto("/cabinet")
    device.sees("Вхід до кабінету")
    assert (device.run(PERSONAL), device.run(KNOWN)) == ([], 0)


def test_whoever_signs_out_leaves_nothing_behind(visitor: Visitor):
    SignInPage(visitor).sign_in()
    look_around(visitor)
    assert visitor.run(PERSONAL) and visitor.run(KNOWN)
    SignInPage(visitor).sign_out()
    assert (visitor.run(PERSONAL), visitor.run(KNOWN)) == ([], 0)
    visitor.goto("/cabinet")
    visitor.is_at("/sign-in")
    visitor.back()
    visitor.sees_no("Станом на")


@pytest.mark.covers("A03", page="/sign-in")
def test_a_visitor_changes_the_language_and_stays_on_the_page(device: Visitor):
    device.goto("/help/contacts?from=receipt")
    device.click("УКР", "menu")
    device.click("Русский", "link")
    device.is_at("/help/contacts?from=receipt")
    device.sees("Контакты")
    device.restart()
    device.goto("/sign-in")
    device.sees("Вход в кабинет")


def test_the_language_of_a_person_goes_along_to_other_devices(visit: Visit, site: Site):
    desktop = visit(look=Look(size=DESKTOP))
    comes_home(desktop, site)
    desktop.goto("/statistics?year=2025")
    desktop.click("Акаунт", "menu")
    desktop.click("English", "link")
    desktop.is_at("/statistics?year=2025")
    desktop.sees("Charged")
    phone = visit()
    SignInPage(phone).sign_in()
    phone.sees("As of")
