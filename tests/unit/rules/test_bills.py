"""Bills add up to the kopeck, however they are told; and each line is explained by what gives its sum."""

import csv
import io
import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.bills import any_bill
from webapp.pages.bills import paper
from webapp.rules import bills, due, ledger, subsidies, tariffs
from webapp.rules.bills import Line
from webapp.rules.policy import BadPolicy, Bills, Policy
from webapp.rules.subsidies import Grant
from webapp.rules.tariffs import Tariff
from webapp.web.filters import filters

FEES = json.loads((Path(__file__).parents[2] / "cases" / "distribution_fee.json").read_text())
SEPTEMBER, OCTOBER = date(2026, 9, 1), date(2026, 10, 1)
MANY = 10_000
TODAY = date(2026, 11, 3)


def figure(written: str) -> Decimal:
    bare = written.replace("\N{NO-BREAK SPACE}", "").replace("грн", "").replace(" ", "")
    return Decimal(bare.replace("−", "-").replace(",", "."))


def test_ten_thousand_bills_add_up_to_the_kopeck_wherever_they_are_told():
    """Rules, JSON, the table, figures of the page and of the PDF's data."""
    random, money = Random(2026), filters("uk")["money"]
    for _ in range(MANY):
        bill = any_bill(random)
        lines = sum((line.amount for line in bill.lines), Decimal(0))
        assert lines == bill.charged and bill.opening + lines - bill.paid == bill.closing
        told = msgspec.json.decode(msgspec.json.encode(paper.as_json(bill)))
        assert sum(Decimal(line["amount"]) for line in told["lines"]) == Decimal(told["charged"]) == lines
        assert Decimal(told["opening"]) + lines - Decimal(told["paid"]) == Decimal(told["closing"])
        rows = list(csv.reader(io.StringIO(paper.as_csv(bill).lstrip("\ufeff")), delimiter=";"))[1:]
        assert sum(figure(row[5]) for row in rows[:-3]) == figure(rows[-1][5]) == bill.closing
        assert sum(figure(paper._signed(line.amount)) for line in bill.lines) == lines
        assert figure(money(abs(bill.closing))) == abs(bill.closing)


@given(
    st.integers(-(10**11), 10**11),
    st.lists(st.integers(-(10**9), 10**9)),
    st.lists(st.integers(-(10**9), 10**9)),
)
def test_closing_is_opening_and_charged_less_paid(opening: int, charged: list[int], paid: list[int]):
    kopecks = [[Decimal(one).scaleb(-2) for one in many] for many in ([opening], charged, paid)]
    sums = ledger.turnover(kopecks[0][0], kopecks[1], kopecks[2])
    assert sums.closing.scaleb(2) == opening + sum(charged) - sum(paid)
    assert sums.payable == max(sums.closing, Decimal(0))


@pytest.mark.parametrize("case", FEES["vectors"], ids=str)
def test_delivery_is_a_twelfth_of_the_gas_year(case: dict[str, str]):
    assert tariffs.monthly_fee(int(case["gas_year_m3"]), Decimal(case["tariff"])) == Decimal(case["fee"])


@pytest.mark.parametrize("case", FEES["year_mapping"], ids=str)
def test_a_calendar_year_pays_for_the_gas_year_before(case: dict[str, str]):
    first, last = tariffs.gas_year(int(case["calendar_year"]))
    assert (str(first), str(last)) == (case["from"], case["to"])


def test_a_price_is_in_force_from_its_day_on():
    known = [Tariff(date(2021, 10, 1), Decimal("7.96")), Tariff(date(2021, 5, 1), Decimal("8.70"))]
    assert tariffs.in_force(known, date(2021, 4, 30)) is None
    assert tariffs.in_force(known, date(2021, 9, 30)) == known[1]
    assert tariffs.in_force(known, date(2021, 10, 1)) == known[0]


METERED = Line(
    "actual", OCTOBER, Decimal("222.88"), date(2026, 11, 6), Decimal("7.96"), 28, meter="1", read_from=SEPTEMBER,
    read_to=OCTOBER, reading_from=4099, reading_to=4127, source="consumer",
)  # fmt: skip


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (METERED, "meter"),
        (replace(METERED, reading_from=99_995, reading_to=23), "meter"),
        (replace(METERED, reading_to=4128), "difference"),
        (replace(METERED, amount=Decimal("222.89")), "sum"),
        (replace(METERED, volume=29, coefficient=Decimal("1.02"), amount=Decimal("230.84")), "meter"),
        (replace(METERED, kind="planned"), "plan"),
        (replace(METERED, kind="norm"), "norm"),
        (replace(METERED, kind="recalculation", volume=-3, amount=Decimal("-23.88")), "difference"),
        (replace(METERED, year_volume=600, price=Decimal("0.384"), amount=Decimal("19.20")), "year"),
        (replace(METERED, kind="subsidy", volume=None), "sum"),
    ],
)
def test_no_arithmetic_is_shown_that_does_not_give_the_sum(line: Line, shown: str):
    assert line.shown == shown


def test_what_is_put_right_later_stands_on_a_later_bill():
    assert ledger.billed_in(OCTOBER, date(2026, 11, 6)) == OCTOBER
    assert ledger.billed_in(date(2026, 8, 1), date(2026, 10, 6)) == SEPTEMBER
    assert ledger.billed_in(OCTOBER, date(2026, 10, 6)) == OCTOBER, "delivery is charged in its own month"


@pytest.mark.parametrize(
    ("service", "day", "due_day"),
    [("supply", None, "2026-11-30"), ("supply", 20, "2026-11-20"), ("distribution", None, "2026-10-20")],
)
def test_when_a_bill_is_due(service: bills.Service, day: int | None, due_day: str):
    assert str(bills.due_on(service, OCTOBER, day, 20)) == due_day


@pytest.mark.parametrize(
    ("closing", "balance", "under_way", "paid_after", "today", "left"),
    [
        ("71.68", "71.68", "0", None, 3, ("71.68", "open")),
        ("71.68", "71.68", "50", None, 3, ("21.68", "open")),
        ("71.68", "71.68", "0", None, 30, ("71.68", "late")),
        ("71.68", "0", "0", None, 30, ("0.00", "paid")),
        ("71.68", "140.00", "0", None, 3, ("71.68", "open")),
        ("71.68", "71.68", "80", None, 3, ("0.00", "paid")),
        ("71.68", "99", "0", "71.68", 3, ("0.00", "paid")),
        ("71.68", "99", "0", "71.67", 3, ("0.00", "carried")),
        ("-41.59", "-41.59", "0", None, 3, ("0.00", "nothing")),
    ],
)
def test_what_of_a_bill_is_left(
    closing: str, balance: str, under_way: str, paid_after: str | None, today: int, left: tuple[str, str]
):
    after = None if paid_after is None else Decimal(paid_after)
    found = bills.left_of(
        Decimal(closing),
        Decimal(balance),
        Decimal(under_way),
        after,
        date(2026, 11, 20),
        date(2026, 11, today),
    )
    assert (f"{found.amount:.2f}", found.state) == left


def test_a_subsidy_counts_in_its_months_and_leaves_the_rest():
    grants = [
        Grant("subsidy", date(2026, 10, 15), date(2027, 4, 15), Decimal("412.50"), "cash"),
        Grant("benefit", date(2026, 1, 1), date(2026, 9, 30), Decimal("35.00"), "bill"),
    ]
    assert subsidies.granted(grants, OCTOBER) == Decimal("412.50")
    assert subsidies.granted(grants, SEPTEMBER) == Decimal("35.00")
    assert subsidies.granted(grants, SEPTEMBER, "cash") == 0
    assert subsidies.left_to_pay(Decimal("947.24"), Decimal("412.50")) == Decimal("534.74")
    assert subsidies.left_to_pay(Decimal("100"), Decimal("412.50")) == 0


def test_creditors_are_never_one_sum():
    class Owed(msgspec.Struct):
        company_id: int
        company: str
        payable: Decimal
        due_on: date | None
        as_of: int = 0

    told = [
        Owed(1, "Газ", Decimal("71.68"), date(2026, 11, 30)), Owed(2, "Мережі", Decimal("58.90"), None),
        Owed(1, "Газ", Decimal("10.00"), date(2026, 11, 20)), Owed(1, "Газ", Decimal("0.00"), date(2026, 11, 1)),
    ]  # fmt: skip
    found = due.by_creditor(told)  # type: ignore[type-var]
    assert [(one.company, one.payable, one.due_on) for one in found] == [
        ("Газ", Decimal("81.68"), date(2026, 11, 20)), ("Мережі", Decimal("58.90"), None),
    ]  # fmt: skip


def test_the_code_asks_for_what_is_left_and_for_nothing_where_nothing_is():
    bill = any_bill(Random(4), closing=Decimal("71.68"), balance=Decimal("71.68"), under_way=Decimal("50.00"))
    code = paper.code_of(bill, Policy(), TODAY)
    assert code and code.startswith("https://qr.bank.gov.ua/")
    assert paper.code_of(bill, Policy(bills=Bills(qr="none")), TODAY) is None
    paid = msgspec.structs.replace(bill, balance=Decimal(0))
    assert paper.code_of(paid, Policy(), TODAY) is None
    nobody = msgspec.structs.replace(bill, company=msgspec.structs.replace(bill.company, iban=""))
    assert paper.code_of(nobody, Policy(), TODAY) is None


@pytest.mark.parametrize("terms", [Bills(supply_due_day=31), Bills(distribution_due_day=29)])
def test_a_day_that_some_months_lack_is_no_day_to_pay(terms: Bills):
    with pytest.raises(BadPolicy):
        Policy(bills=terms)
