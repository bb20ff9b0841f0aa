"""Olena and the hours of her companies: a call back, the head's reception, a technician; help, and word to many."""

from datetime import datetime
from typing import cast
from uuid import UUID

import pytest

from tests.e2e.at_home import at_work, comes_home, signed_in
from tests.e2e.conftest import Visit
from tests.e2e.person import PlaywrightVisitor, Visitor
from tests.e2e.site import Site
from tests.e2e.test_talking import begins, clerk_at
from webapp.database.engine import DB
from webapp.outside import Outside

FREE = "document.querySelector('.slot input:enabled').click()"
LAST = "[...document.querySelectorAll('main tbody a')].at(-1).click()"
FIRST = "(field => { field.selectedIndex = 1 })(document.querySelector('select[name=%s]'))"


@pytest.fixture
def olena(visit: Visit, site: Site) -> Visitor:
    visitor = visit()
    comes_home(visitor, site)
    return visitor


def at_home_in_chernihiv(visit: Visit, site: Site) -> Visitor:
    visitor = cast(PlaywrightVisitor, visit("chernihiv"))
    signed_in(visitor.context, site, "chernihiv")
    return visitor


async def newest() -> UUID:
    found: UUID = await DB.speaker.fetchval("SELECT id FROM appointments ORDER BY created_at DESC LIMIT 1")
    return found


def to_the_hour(site: Site, outside: Outside) -> datetime:
    """That was booked last."""
    moment = site.do(begins())
    outside.clock.moment = moment  # type: ignore[attr-defined]
    return moment


def test_whoever_orders_a_call_is_called(olena: Visitor, visit: Visit, site: Site):
    olena.goto("/appointments/callbacks/new")
    olena.click("Замовити дзвінок")
    olena.sees("Оберіть, коли телефонувати.")
    olena.run("document.querySelector('input[name=phone]').value = '067 123-45-67'")
    olena.select("Хто має зателефонувати", "ТОВ «Миколаївгаз Збут»")
    olena.run(
        "(field => { field.selectedIndex = field.length - 1 })(document.querySelector('select[name=when]'))"
    )
    olena.fill("Про що", "Перерахунок за серпень.")
    olena.click("Замовити дзвінок")
    olena.sees("Дзвінок замовлено")
    clerk = clerk_at(visit, site)
    clerk.goto("/office/callbacks")
    clerk.run(LAST)
    clerk.click("Показати телефон")
    clerk.sees("Перерахунок за серпень.")
    clerk.click("Поговорили")
    clerk.sees("Завершені")
    olena.goto("/appointments")
    olena.sees("поговорили")


def test_the_head_receives_at_the_hour_that_was_moved_to(visit: Visit, site: Site, outside: Outside):
    petro, clerk = at_home_in_chernihiv(visit, site), cast(PlaywrightVisitor, visit("chernihiv"))
    petro.goto("/appointments/new?kind=reception")
    petro.click("Директор ТОВ «Чернігівгаз Збут»", "link")
    petro.sees("Збут · м. Чернігів")
    petro.run(FREE)
    petro.fill("Про що", "Розтермінування боргу.")
    petro.click("Записатися")
    petro.sees("Вас записано")
    before = site.do(begins())
    petro.click("Обрати іншу годину", "link")
    petro.sees("Перенести на цю годину")
    petro.run(FREE)
    petro.click("Перенести на цю годину")
    petro.sees("Годину змінено")
    assert site.do(begins()) != before
    now = to_the_hour(site, outside)
    at_work(clerk.context, site, "clerk", "chernihiv", now)
    clerk.goto("/office/schedule")
    clerk.run(f"document.querySelector('main a[href$=\"{site.do(newest())}\"]').click()")
    clerk.click("Показати, чий це запис")
    clerk.sees("Розтермінування боргу.")
    clerk.click("Прийнято")
    clerk.sees("Завершено")
    petro.reload()
    petro.sees("відбулося")


def test_a_technician_comes_where_the_account_is_proved(olena: Visitor):
    olena.goto("/appointments/new?kind=technician")
    olena.run(FREE)
    olena.click("Записатися")
    olena.sees("Оберіть рахунок, за адресою якого прийти.")
    olena.fill("Про що", "Стукає лічильник.")
    olena.run(FIRST % "account")
    olena.click("Записатися")
    olena.sees("Вас записано")
    olena.click("Скасувати запис")
    olena.sees("Запис скасовано")


def test_the_help_finds_what_is_asked(visitor: Visitor):
    visitor.goto("/help")
    visitor.fill("Пошук у довідці", "куди передавати показання")
    visitor.click("Знайти")
    visitor.run("document.querySelector('#found a').click()")
    visitor.sees("показання")
    assert "/help" in visitor.run("location.pathname")


def test_word_of_a_cut_reaches_who_lives_there(olena: Visitor, visit: Visit, site: Site):
    supervisor = visit()
    assert isinstance(supervisor, PlaywrightVisitor)
    at_work(supervisor.context, site, "supervisor")
    supervisor.goto("/office/broadcasts/new")
    supervisor.choose("Перерви в газопостачанні")
    supervisor.fill("Заголовок", "Газу не буде 5 листопада")
    supervisor.fill("Текст", "З 9:00 до 15:00 на вул. Нікольській: заміна засувки.")
    supervisor.click("До чисел")
    supervisor.sees("Людей")
    supervisor.choose("Текст і числа прочитано")
    supervisor.click("Надіслати")
    supervisor.sees("Розсилаємо")
    supervisor.reload()
    olena.goto("/notifications")
    olena.sees("Газу не буде 5 листопада")
