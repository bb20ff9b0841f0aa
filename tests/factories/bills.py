"""Bills: made up at random for what is true of all, and issued in the database for pages."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID, uuid4

from tests.factories.people import NOW
from webapp.actions import bills, ledger
from webapp.database.engine import DB
from webapp.database.queries.bill import Bill, Creditor, Received
from webapp.database.queries.shown import AccountName
from webapp.outside import Outside
from webapp.rules import tariffs
from webapp.rules.bills import Line, Service, due_on, number_of
from webapp.rules.ledger import turnover
from webapp.rules.periods import month_after
from webapp.rules.policy import Policy
from webapp.rules.tariffs import Tariff

COMPANY = Creditor(
    name="ТОВ «Миколаївгаз Збут»", short="Миколаївгаз Збут", address="м. Миколаїв, вул. Чкалова, 20",
    phone="+380512777104", mail="zbut@example.com", site="https://supplier.example", edrpou="12345678",
    iban="UA143000010000002600000000202",
)  # fmt: skip


def any_bill(random: Random, **changed: Any) -> Bill:
    """Whatever may stand on a bill: plan, norm, turned drums, a coefficient, recalculations below nought."""
    month = date(random.randint(2020, 2027), random.randint(1, 12), 1)
    service: Service = random.choice(("supply", "distribution"))
    price = Decimal(random.randint(1, 3_050_040)).scaleb(-5)
    lines = [any_line(random, month, service, price) for _ in range(random.randint(1, 6))]
    paid = [
        Received(
            Decimal(random.randint(1, 10**6)).scaleb(-2), month + timedelta(days=random.randint(0, 27)), "bank",
            random.choice(("payment", "payment", "refund")),
        )
        for _ in range(random.randint(0, 4))
    ]  # fmt: skip
    opening = Decimal(random.randint(-(10**6), 10**6)).scaleb(-2)
    sums = turnover(opening, (line.amount for line in lines), (one.signed for one in paid))
    account = AccountName(
        uuid4(), "0910204517", "м. Миколаїв", "вул. Садова, 18, кв. 42", "", "extended", "owner"
    )
    told: dict[str, Any] = {
        "id": uuid4(), "number": number_of(service, "0920204517", month), "month": month,
        "issued_on": month_after(month).replace(day=6), "due_on": due_on(service, month, None, 20),
        "opening": opening, "charged": sums.charged, "paid": sums.paid, "closing": sums.closing, "service": service,
        "contract": "0920204517", "contract_id": uuid4(), "company": COMPANY, "account": account,
        "accounts": [account], "holder": "Коваленко Олена Петрівна", "eics": ["56XM0910204517A1"], "lines": lines,
        "payments": paid, "balance": sums.closing, "as_of": datetime(2027, 12, 2, 19, 0, tzinfo=UTC),
        "under_way": Decimal(0), "paid_after": None, "before_id": None, "after_id": None, "sealed_pin": "",
        "tariffs": [Tariff(date(2019, 1, 1), price)], "grants": [],
    }  # fmt: skip
    return Bill(**told | changed)


def any_line(random: Random, month: date, service: Service, price: Decimal) -> Line:
    kind = random.choice(("actual", "actual", "planned", "norm", "recalculation", "correction", "subsidy"))
    on = month_after(month).replace(day=6)
    if kind in ("correction", "subsidy"):
        amount = Decimal(random.randint(-50_000, 50_000 if kind == "correction" else 0)).scaleb(-2)
        return Line(kind, month, amount, on, Decimal(0))
    if service == "distribution":
        year = random.randint(0, 40_000)
        return Line("actual", month, tariffs.monthly_fee(year, price), on, price, year_volume=year)
    if kind != "actual":
        volume = random.randint(-300 if kind == "recalculation" else 0, 900)
        return Line(kind, month, tariffs.charge(volume, price), on, price, volume)
    start, through = random.randint(0, 99_999), random.randint(0, 900)
    return Line(
        "actual", month, tariffs.charge(through, price), on, price, through, meter="12345678",
        read_from=month, read_to=month_after(month), reading_from=start, reading_to=(start + through) % 100_000,
        source="consumer",
    )  # fmt: skip


async def charged(
    contract_id: UUID, month: date, amount: str, *, volume: int | None = None, price: str = "7.96",
    kind: str = "actual", on: date | None = None,
) -> UUID:  # fmt: skip
    id, day = uuid4(), on or month_after(month).replace(day=6)
    async with DB.transaction():
        done = await ledger.post_charge(
            id=id, contract_id=contract_id, month=month, kind=kind, amount=Decimal(amount), charged_on=day, now=NOW,
            volume=volume, price=Decimal(price),
        )  # fmt: skip
    assert isinstance(done, ledger.Posted)
    return id


async def paid(contract_id: UUID, day: date, amount: str, *, under_way: bool = False) -> UUID:
    id = uuid4()
    async with DB.transaction():
        done = await ledger.post_payment(
            id=id, contract_id=contract_id, amount=Decimal(amount), paid_on=day, channel="card", now=NOW,
            under_way=under_way,
        )  # fmt: skip
    assert isinstance(done, ledger.Posted)
    return id


async def afresh(contract_id: UUID, balance: str = "0.00") -> None:
    """A contract without a history, that begins with `balance`."""
    for table in ("charges", "payments", "bills"):
        await DB.do(f"DELETE FROM {table} WHERE contract_id = $1", contract_id)
    await DB.do(
        "UPDATE contracts SET balance = $2, opening = $2 WHERE id = $1", contract_id, Decimal(balance)
    )


async def issued(contract_id: UUID, outside: Outside, policy: Policy | None = None) -> list[date]:
    done = await bills.issue(contract_id, policy=policy or Policy(), key=outside.key, now=NOW)
    assert isinstance(done, bills.Issued)
    return done.months


async def bill_id(contract_id: UUID, month: date) -> UUID:
    found = await DB.one(
        "SELECT to_json(id) FROM bills WHERE contract_id = $1 AND month = $2", contract_id, month, into=UUID
    )
    assert found
    return found
