"""Olena and her companies: a letter and its answer, an hour in the office, a paper, what she is told of."""

from datetime import datetime
from typing import cast

import pytest

from tests.e2e.at_home import at_work, comes_home
from tests.e2e.conftest import Visit
from tests.e2e.pages.entry import SignInPage
from tests.e2e.pages.outbox import ready
from tests.e2e.person import PlaywrightVisitor, Visitor
from tests.e2e.site import Site
from tests.factories.people import NOW
from webapp.database.engine import DB
from webapp.outside import Outside

TITLE = "Чому плановий обсяг?"
KEPT = """new Promise((resolve) => {
    const look = async () => ((await caches.match(location.pathname)) ? resolve(true) : setTimeout(look, 50));
    look();
})"""


async def begins() -> datetime:
    """The hour that was booked last."""
    moment: datetime = await DB.speaker.fetchval(
        "SELECT starts_at FROM appointments ORDER BY created_at DESC LIMIT 1"
    )
    return moment


def clerk_at(visit: Visit, site: Site, now: datetime = NOW) -> Visitor:
    clerk = cast(PlaywrightVisitor, visit())
    at_work(clerk.context, site, "clerk", now=now)
    return clerk


@pytest.mark.firefox
def test_a_letter_is_answered_marked_and_opened_again(visit: Visit, site: Site):
    olena = visit()
    comes_home(olena, site)
    olena.goto("/appeals/new")
    olena.click("Нарахування й оплата за газ", "link")
    olena.choose("Запитання")
    olena.fill("Тема", TITLE)
    olena.click("Відправити повідомлення")
    olena.sees("Напишіть, про що йдеться")
    assert olena.value("Тема") == TITLE, "what was typed stays"
    olena.fill("Текст повідомлення", "Показання я передала 2 листопада, а в рахунку плановий обсяг.")
    olena.click("Відправити повідомлення")
    olena.sees("Надіслано, №")
    clerk = clerk_at(visit, site)
    clerk.goto("/office/appeals")
    clerk.click(TITLE, "link")
    clerk.click("Відкрити картку")
    clerk.sees("Показання я передала 2 листопада")
    clerk.fill("Споживачеві", "Перерахуємо в рахунку за листопад.")
    clerk.click("Надіслати")
    clerk.sees("Відповідь дано")
    olena.reload()
    olena.sees("Перерахуємо в рахунку за листопад.")
    olena.click("Оцінка 4 із 5")
    olena.sees("Дякуємо, оцінку збережено")
    olena.fill("Відповідь не допомогла?", "У рахунку за листопад того самого обсягу немає.")
    olena.click("Надіслати")
    olena.sees("На розгляді")


def test_somebody_who_cannot_sign_in_tells_support(visitor: Visitor):
    visitor.goto("/sign-in")
    visitor.click("Технічна підтримка", "link")
    visitor.fill("Тема", "Не надходить код")
    visitor.fill("Що Ви зробили і що побачили", "Тричі просила код, SMS немає.")
    visitor.fill("Куди Вам відповісти", "olena@example.com")
    visitor.click("Надіслати до підтримки")
    visitor.sees("Надіслано, №")


def test_a_ticket_is_shown_without_a_network_and_the_clerk_calls(visit: Visit, site: Site, outside: Outside):
    olena = visit()
    comes_home(olena, site)
    ready(olena)
    olena.goto("/appointments/new?kind=queue")
    olena.click("Договори та нарахування", "link")
    olena.sees("вул. Чкалова, 20")
    olena.run("document.querySelector('.slot input:enabled').click()")
    olena.click("Записатися")
    olena.sees("Ваш талон")
    assert olena.run(KEPT)
    site.stop()
    olena.reload()
    olena.sees("Ваш талон")
    assert olena.run("document.querySelector('.qr').naturalWidth") > 0, "the code is on the device"
    site.start()
    outside.clock.moment = site.do(begins())  # type: ignore[attr-defined]
    clerk = clerk_at(visit, site, outside.clock.now())
    clerk.goto("/office/queue")
    clerk.click("Викликати наступного")
    olena.reload()
    olena.sees("Вас викликають")


def test_a_certificate_is_ordered_and_anybody_checks_it(visit: Visit, site: Site):
    olena = visit()
    comes_home(olena, site)
    olena.goto("/certificates/new")
    olena.choose("Довідка про стан рахунку")
    olena.choose("ТОВ «Миколаївгаз Збут»")
    olena.click("Замовити")
    olena.sees("Завантажити PDF")
    address = olena.run("[...document.links].find((one) => one.href.includes('/check')).href")
    bank = visit()
    bank.goto(str(address))
    bank.sees("Довідка справжня")
    assert "Коваленко" not in bank.words() and "Нікольська" not in bank.words()


def test_she_reads_what_she_was_told_and_chooses_how(visit: Visit, site: Site):
    visitor = visit()
    comes_home(visitor, site)
    SignInPage(visit()).sign_in()
    visitor.goto("/notifications")
    visitor.sees("Вхід із нового пристрою")
    visitor.click("Усе прочитано")
    visitor.sees_no("Усе прочитано")
    visitor.click("Вибрати, як Вас сповіщати", "link")
    visitor.is_at("/profile/notifications")
    visitor.run("document.querySelector('input[type=checkbox]:not(:disabled)').click()")
    visitor.click("Зберегти")
    visitor.sees("Збережено")
    visitor.reload()
    assert visitor.run("document.querySelector('input[type=checkbox]:not(:disabled)').checked") is False
