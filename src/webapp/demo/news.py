"""What the companies of the demo have told: an outage by branch, and a piece of news for everybody."""

from datetime import datetime, timedelta

from webapp.database.engine import DB
from webapp.demo import cast, rows
from webapp.demo.cast import id_of
from webapp.rules.periods import day_of

TOLD = (
    # brand, role of the company, kind, branch, begins in days, lasts days, title, text
    (
        "kremenchuk", "operator", "outage", "Гадяч", 3, 1, "Гадяч: ремонт мережі",
        "У ці дні з 9:00 до 17:00 ремонтуємо газопровід на вулиці Полтавській. Газу не буде в будинках 20–40.\n\n"
        "Перед відключенням закрийте крани на плиті та котлі. Подачу відновить бригада: вона зайде до кожного.",
    ),
    (
        "kremenchuk", "supplier", "news", "", -4, 30, "Рахунки за місяць – до 10-го числа",
        "Нарахування за минулий місяць з’являються в кабінеті до 10-го числа, платити можна від 11-го.",
    ),
    (
        "hub", "operator", "news", "", -2, 60, "Показання можна передати без мережі",
        "Установіть кабінет на телефон: він візьме показання й у підвалі без зв’язку, а надішле сам.",
    ),
)  # fmt: skip


async def load(fresh: set[str], now: datetime) -> None:
    """Inside the transaction of the demo, for portals that are new."""
    today = day_of(now)
    for portal in cast.portals():
        for n, (brand, role, kind, branch, ahead, lasts, title, text) in enumerate(TOLD):
            if brand == portal.brand and brand in fresh:
                company = rows.company_id(portal.company(role))
                start, published = today + timedelta(days=ahead), now - timedelta(days=4 - n)
                end = start + timedelta(days=lasts)
                await DB.do(
                    NEWS, id_of("news", brand, n), company, kind, branch, title, text, start, end, published,
                    id_of("staff", f"company_admin@{brand}.example.com"),
                )  # fmt: skip


NEWS = """
INSERT INTO news (id, company_id, kind, branch, title, text, starts_on, ends_on, published_at, published_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (id) DO NOTHING
"""
