"""Olena pays at the bank's page and comes back: in every engine."""

from datetime import timedelta

import pytest

from tests.e2e.at_home import comes_home
from tests.e2e.person import Visitor
from tests.e2e.site import Site
from webapp.outside import Outside


@pytest.mark.every_engine
def test_she_pays_what_she_owes_and_sees_it_among_her_payments(
    visitor: Visitor, site: Site, outside: Outside
):
    comes_home(visitor, site)
    visitor.goto("/payments")
    visitor.click("Сплатити", role="link")
    visitor.sees("Дані картки Ви вводите на сторінці банку")
    visitor.click("Перейти до оплати")
    visitor.click("Перейти до банку", role="link")
    visitor.sees("Демо-банк")
    visitor.click("банк повідомляє двічі")
    visitor.sees("Сплачено:")
    bank = outside.banks.pretend
    assert bank and [sheet.charged for sheet in bank._sheets.values()] == [1]
    visitor.goto("/payments")
    visitor.sees("Ваші останні в системі платежі")
    visitor.click("Квитанція", role="link")
    visitor.sees("Платіж підтверджено банком")


def test_the_page_that_waits_for_a_slow_bank_shows_its_word_by_itself(
    visitor: Visitor, site: Site, outside: Outside
):
    comes_home(visitor, site)
    visitor.goto("/payments/new")
    visitor.click("Перейти до оплати")
    visitor.click("Перейти до банку", role="link")
    visitor.click("банк думає")
    visitor.sees("Чекаємо підтвердження банку")
    outside.clock.moment += timedelta(minutes=1)  # type: ignore[attr-defined]
    order = str(visitor.run("location.pathname")).split("/")[2]
    bank = outside.banks.pretend
    sheet = bank.sheet(order) if bank else None
    assert bank and sheet
    body, headers = bank.callback(sheet)
    visitor.run(
        f"fetch('/api/v1/payments/{order}/callback', "
        f"{{method: 'POST', body: {body.decode()!r}, headers: {headers!r}}}).then(answer => answer.status)"
    )
    visitor.sees("Сплачено:")
