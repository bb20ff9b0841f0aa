"""The inspector's day: 300 doors without a network, through restarts, and each of them arrives once."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import cast

import pytest
from playwright.sync_api import Page

from tests.e2e.at_home import at_work
from tests.e2e.conftest import OpenPage, Visit
from tests.e2e.engines import Look
from tests.e2e.looks import Looking
from tests.e2e.pages.office import colleague
from tests.e2e.pages.round import CODE, RoundPage
from tests.e2e.person import PlaywrightVisitor
from tests.e2e.rounds import doors_done, lose_all, outcome, plan
from tests.e2e.site import Site
from webapp.outside import Outside

TODAY = date(2026, 11, 3)
"""The day of the stopped clock."""


def phone_of(visit: Visit, site: Site, doors: int) -> RoundPage:
    site.do(plan(colleague("inspector")["login"], doors, TODAY))
    return RoundPage(cast(PlaywrightVisitor, visit(kept=True)))


def fetched(visit: Visit, site: Site, doors: int) -> RoundPage:
    """An inspector who has signed in, downloaded the day's round and chosen a code."""
    phone = phone_of(visit, site, doors)
    at_work(phone.visitor.context, site, "inspector")
    phone.visitor.goto("/field")
    phone.choose_code()
    phone.ready()
    return phone


@pytest.mark.firefox
def test_a_round_of_three_hundred_doors_without_a_network(
    visit: Visit, site: Site, outside: Outside, engine: str, everywhere: bool
):
    """All of them in Chromium; elsewhere as many as are only asked for with --all."""
    doors = 300 if engine == "chromium" or everywhere else 40
    phone = phone_of(visit, site, doors).sign_in(outside.clock.now())
    phone.choose_code()
    phone.ready()
    visitor = phone.visitor
    visitor.sees(f"0 з {doors}")
    site.stop()
    visitor.restart()
    phone.open()
    visitor.sees(f"0 з {doors}")
    phone.next()
    phone.type("04140")
    visitor.sees("Спожито 13 м³")
    phone.keep()
    visitor.sees("Збережено на телефоні: 04 140")
    phone.type("09127")
    visitor.sees("Забагато: +5 000 м³.")
    phone.keep()
    visitor.sees("Оберіть, чому показання таке.")
    visitor.select("Чому так?", "Більше або менше опалювали")
    phone.keep()
    visitor.sees("Зробіть фото барабанів")
    phone.photograph()
    phone.keep()
    visitor.sees("Збережено на телефоні: 09 127")
    visitor.click("Немає доступу", "link")
    visitor.choose("Собака")
    phone.keep()
    visitor.sees("Збережено на телефоні: Немає доступу")
    phone.type("04100")
    visitor.sees("Менше, ніж було: 04 127.")
    visitor.select("Чому так?", "Цифри правильні, звірено двічі")
    visitor.choose("Фото зробити не можна")
    phone.keep()
    visitor.sees("Напишіть у примітці, чому немає фото.")
    visitor.fill("Примітка", "Лічильник за решіткою")
    phone.keep()
    visitor.sees("Збережено на телефоні: 04 100")
    visitor.restart()
    phone.open()
    visitor.sees(f"4 з {doors}")
    visitor.sees("не надіслано: 4")
    far = doors - 2
    phone.find(str(7_700_000 + far))
    visitor.sees(f"буд. {far // 3 + 1}")
    visitor.click(f"буд. {far // 3 + 1}", "link")
    phone.type("04141")
    phone.keep()
    visitor.sees("Збережено на телефоні: 04 141")
    assert phone.do_the_rest(20) == doors - 5
    visitor.restart()
    phone.open()
    visitor.sees("Усі зупинки зроблено.")
    site.start()
    visitor.run("document.dispatchEvent(new Event('visibilitychange'))")
    assert phone.delivered()
    visitor.goto("/field#queue")
    visitor.sees("Усе надіслано")
    visitor.sees("Прийнято №")
    assert site.do(doors_done()) == doors
    assert site.do(outcome()) == [("no_access", "accepted", 1), ("reading", "accepted", doors - 1)]


def test_five_wrong_codes_erase_the_round_and_keep_what_is_not_sent(visit: Visit, site: Site):
    phone = fetched(visit, site, 3)
    visitor = phone.visitor
    site.stop()
    phone.next()
    phone.type("04140")
    phone.keep()
    visitor.sees("Збережено на телефоні")
    visitor.restart()
    visitor.goto("/field")
    phone.page = visitor.page
    visitor.sees("1 запис")
    for left in (4, 3):
        phone.unlock("1111")
        visitor.sees(f"Лишилося {left} спроби")
    visitor.restart()
    phone.open("1111")
    visitor.sees("Лишилося 2 спроби")
    phone.unlock("1111")
    visitor.sees("Лишилася 1 спроба")
    phone.unlock("1111")
    visitor.sees("Код п’ять разів не підійшов")
    visitor.sees("Не надіслано: 1")
    assert phone.store("rounds()") == [] and phone.store("counts()")["unsent"] == 1
    site.start()
    visitor.run("document.dispatchEvent(new Event('visibilitychange'))")
    assert phone.delivered(), "the ticket is enough"
    assert site.do(outcome()) == [("reading", "accepted", 1)]


def test_a_lost_phone_seals_what_it_has_and_another_one_delivers_it_from_a_file(
    visit: Visit, site: Site, tmp_path: Path
):
    phone = fetched(visit, site, 3)
    visitor = phone.visitor
    site.stop()
    phone.next()
    phone.type("09127")
    visitor.select("Чому так?", "Більше або менше опалювали")
    phone.photograph()
    phone.keep()
    visitor.sees("Збережено на телефоні")
    site.start()
    site.do(lose_all())
    visitor.run("document.dispatchEvent(new Event('visibilitychange'))")
    visitor.sees("Керівник завершив обхід")
    visitor.sees("Не надіслано: 1")
    assert phone.store("rounds()") == []
    assert [one["state"] for one in phone.store("entries()")] == ["sealed"]
    assert site.do(outcome()) == []
    visitor.click("Що не надіслано", "link")
    visitor.sees("Під печаткою на телефоні")
    visitor.click("Записи у файлі", "menu")
    saved = phone.save_to_file(tmp_path / "saved.json")
    other = RoundPage(cast(PlaywrightVisitor, visit()))
    at_work(other.visitor.context, site, "inspector")
    other.visitor.goto("/field")
    other.choose_code()
    other.visitor.goto("/field#queue")
    other.visitor.click("Записи у файлі", "menu")
    for words in ("З файлу взято 1 запис.", "З файлу взято 0 записів."):
        other.page.locator("#rescue").set_input_files(saved)
        other.visitor.sees(words)
    assert other.delivered()
    other.visitor.sees("Прийнято №")
    assert site.do(outcome()) == [("reading", "accepted", 1)]


def test_three_days_without_a_word_and_the_end_of_a_day(visit: Visit, site: Site, outside: Outside):
    phone = fetched(visit, site, 3)
    visitor = phone.visitor
    phone.do_the_rest(20)
    visitor.run("document.dispatchEvent(new Event('visibilitychange'))")
    assert phone.delivered()
    outside.clock.moment += timedelta(days=1)  # type: ignore[attr-defined]
    visitor.reload()
    visitor.sees("Обхід дня завершено")
    assert (phone.store("rounds()"), phone.store("entries()")) == ([], [])
    site.do(plan(colleague("inspector")["login"], 2, TODAY + timedelta(days=1)))
    phone.sign_in(outside.clock.now())
    phone.unlock()
    visitor.sees("0 з 2")
    site.stop()
    phone.store("remember({ contact_at: Date.now() - 3 * 86400000 - 60000, latest: null })")
    visitor.reload()
    visitor.sees("Три дні без зв’язку")
    assert phone.store("rounds()") == []


@pytest.mark.parametrize("engine", ["chromium"], indirect=True)
def test_the_screens_of_the_round(open_page: OpenPage, site: Site):
    site.do(plan(colleague("inspector")["login"], 5, TODAY))
    looking = Looking(open_page(look=Look(still=True), service_workers="block"))
    page = looking.page
    looking.at("/field")
    at_work(page.context, site, "inspector")
    page.goto("/field")
    page.get_by_label("Придумайте код").wait_for()
    looking.now("code")
    page.get_by_label("Придумайте код").fill(CODE)
    page.get_by_label("Ще раз").fill(CODE)
    page.get_by_role("button", name="Зберегти код").click()
    page.locator(".dock a").click()
    for digit in "09127":
        page.locator(f".keypad button[value='{digit}']").click()
    page.get_by_role("button", name="Записати й далі").click()
    page.get_by_text("Оберіть, чому показання таке.").wait_for()
    looking.now("doubt")
    page.get_by_role("button", name="Виправити цифри").click()
    looking.now("keypad")
    page.get_by_role("link", name="Немає доступу").click()
    page.get_by_role("button", name="Записати й далі").click()
    page.get_by_text("Оберіть, чому показання не знято.").wait_for()
    looking.now("absence")
    page.get_by_label("Собака").check()
    page.get_by_role("button", name="Записати й далі").click()
    page.get_by_text("Збережено на телефоні: Немає доступу").wait_for()
    page.evaluate("location.hash = 'all'")
    page.get_by_text("Собака · залишено картку").wait_for()
    looking.now("list")
    page.get_by_role("link", name="буд. 2").first.click()
    page.get_by_text("Зроблено тут").wait_for()
    looking.now("done")
    page.evaluate("location.hash = 'queue'")
    page.get_by_text("На цьому телефоні").wait_for()
    looking.now("queue")
    page.get_by_role("button", name="Закрити на код").click()
    page.get_by_text("Обхід закрито на код").wait_for()
    looking.now("locked")
    assert looking.found == {}


def test_the_phone_signs_and_judges_as_the_tables_say(page: Page):
    cases = Path(__file__).parents[1] / "cases"
    visits, verdicts = (json.loads((cases / f"{name}.json").read_text()) for name in ("visits", "verdicts"))
    page.goto("/field")
    signed, judged = page.evaluate(
        """async ([visits, verdicts]) => {
            const base = document.querySelector('script[src*="/js/field/main.js"]').src.replace('main.js', '');
            const { digest } = await import(`${base}store.js`);
            const { judge } = await import(`${base}verdict.js`);
            const meter = (one) => ({
                digits: one.digits, last: one.last === null ? [] : [{ value: one.last, on: '2026-10-01' }],
                usual: one.usual && { low: one.usual[0], high: one.usual[1] },
            });
            return [
                await Promise.all(visits.map((one) => digest(one.entry))),
                verdicts.map((one) => judge(one.value, meter(one))),
            ];
        }""",
        [visits, verdicts],
    )
    assert signed == [one["digest"] for one in visits]
    assert dict(zip((one["name"] for one in verdicts), judged, strict=True)) == {
        one["name"]: one["verdict"] for one in verdicts
    }
