"""The company's own side: files of the billing system, somebody on the phone, a business with many meters."""

from io import BytesIO
from pathlib import Path
from typing import cast

import openpyxl

from tests.e2e.at_home import at_work, comes_home, signed_in
from tests.e2e.conftest import Visit
from tests.e2e.pages.entry import LinkingPage, Receipt, of_portal
from tests.e2e.person import PlaywrightVisitor
from tests.e2e.site import Site

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
CONTRACT = "0930209901"
FILES = {
    "Особові рахунки": (EXAMPLES / "accounts.csv").read_text(),
    "Нарахування": "id;contract;month;kind;volume;price;amount;charged_on\n"
    f"D-1;{CONTRACT};2026-10;actual;106;2,388;253,13;2026-11-01\n",
    "Платежі": f"id;contract;amount;paid_on;channel\nD-2;{CONTRACT};200,00;2026-11-02;bank\n",
}
"""By what is chosen in the list, which begins with it."""


def someone(visit: Visit, site: Site, role: str) -> PlaywrightVisitor:
    colleague = cast(PlaywrightVisitor, visit())
    at_work(colleague.context, site, role)
    return colleague


def test_what_the_billing_system_says_is_in_the_cabinet(visit: Visit, site: Site):
    supervisor = someone(visit, site, "supervisor")
    for kind, content in FILES.items():
        supervisor.goto("/office/imports")
        field = supervisor.page.get_by_label("Що у файлі")
        field.select_option(field.locator("option", has_text=f"{kind}:").first.get_attribute("value"))
        supervisor.page.locator("#file").set_input_files(
            {"name": "billing.csv", "mimeType": "text/csv", "buffer": content.encode("cp1251")}
        )
        supervisor.click("Порівняти")
        supervisor.click("Застосувати")
        supervisor.sees("Застосовано")
    olena = visit()
    comes_home(olena, site)
    olena.goto("/linking")
    LinkingPage(olena).add(Receipt("АТ «Миколаївгаз»", "0910209901", "200,00", "", ()))
    olena.sees("Борг за доставку")
    olena.sees("53,13 грн")
    olena.sees("253,13")
    olena.sees("Нарахування оновлено")


def test_whoever_calls_is_found_looked_after_and_told(visit: Visit, site: Site):
    olena, clerk = visit(), someone(visit, site, "clerk")
    comes_home(olena, site)
    clerk.goto("/office/consumers")
    clerk.fill("Кого шукаєте?", "коваленко 18")
    clerk.click("Знайти")
    clerk.page.locator("#consumers tbody a").first.click()
    clerk.choose("Споживач зателефонував")
    clerk.click("Відкрити картку")
    clerk.sees("Підстава перегляду")
    clerk.run("document.querySelector('main a[href*=\"/mirror/\"]').click()")
    clerk.sees("Ви бачите кабінет споживача. Змінити тут нічого не можна.")
    clerk.back()
    clerk.click("Показання телефоном", "link")
    clerk.fill("Що показує лічильник, м³", "4152")
    clerk.click("Записати показання")
    clerk.sees("Прийнято №")
    olena.goto("/notifications")
    olena.sees("Контакт-центр записав Ваше показання")
    olena.goto("/readings")
    olena.sees("04 152")


def test_a_business_hands_its_readings_in_by_the_template(visit: Visit, site: Site):
    iryna = cast(PlaywrightVisitor, visit())
    keeper = next(one for one in of_portal("people", "localhost") if one["role"] == "business")
    signed_in(iryna.context, site, login=keeper["login"])
    iryna.goto("/business")
    iryna.click("ТОВ «Бузький хліб»", "link")
    iryna.click("Показання", "link")
    iryna.click("Файлом", "link")
    with iryna.page.expect_download() as taken:
        iryna.click("Шаблон, XLSX", "link")
    book = openpyxl.load_workbook(BytesIO(taken.value.path().read_bytes()))
    sheet = book.worksheets[0]
    names = [cell.value for cell in sheet[1]]
    rows = list(sheet.iter_rows(min_row=2))
    assert rows, "points that wait for a reading"
    for row in rows:
        told = dict(zip(names, row, strict=True))
        told["Нове показання"].value = int(told["Попереднє показання"].value) + 40
    filled = BytesIO()
    book.save(filled)
    iryna.page.locator("#file").set_input_files(
        {"name": "листопад.xlsx", "mimeType": "application/octet-stream", "buffer": filled.getvalue()}
    )
    iryna.click("Перевірити файл")
    iryna.sees("Подання показань")
    if "Сумнівне" in iryna.words():
        iryna.choose("Також сумнівні: я їх перевірив(-ла)")
    iryna.click("Подати показання")
    iryna.sees(f"Прийнято {len(rows)} показан")
