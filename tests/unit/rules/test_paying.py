"""What may be paid when, what becomes of a try, and when the bank is asked again."""

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from webapp.rules import monobank
from webapp.rules.liqpay import amount_of, packed, unpacked
from webapp.rules.paying import (
    GRACE,
    LIFE,
    PENDING,
    Seen,
    Slip,
    State,
    Told,
    Trouble,
    Turn,
    next_look,
    opens_on,
    payable,
    read_amount,
    turn,
)
from webapp.rules.policy import Payments

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
ORDER, AMOUNT = "order", Decimal("71.68")
DEBT = Decimal("71.68")


@pytest.mark.parametrize(
    ("after", "day", "opens"),
    [
        (10, 10, date(2026, 11, 11)), (10, 1, date(2026, 11, 11)), (10, 11, None), (10, 30, None), (None, 1, None),
        (12, 12, date(2026, 11, 13)),
    ],
)  # fmt: skip
def test_payments_open_after_the_day_that_the_policy_names(after: int | None, day: int, opens: date | None):
    assert opens_on(Payments(opens_after_day=after), date(2026, 11, day)) == opens


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("1 234,56", Decimal("1234.56")), ("1\u00a0234.5", Decimal("1234.50")), ("1234.5", Decimal("1234.50")),
        ("71,68", AMOUNT), ("1", Decimal("1.00")), ("", None), ("  ", None), ("0", Slip.TOO_LITTLE),
        ("0,99", Slip.TOO_LITTLE), ("-1", Slip.NOT_MONEY), ("1e3", Slip.NOT_MONEY), ("1,234", Slip.TOO_PRECISE),
        ("0.001", Slip.TOO_PRECISE), ("1000000000000", Slip.TOO_LARGE), ("100000,01", Slip.TOO_LARGE),
        ("100000", Decimal("100000.00")), ("NaN", Slip.NOT_MONEY), ("∞", Slip.NOT_MONEY), ("１２", Slip.NOT_MONEY),
        ("1,5 грн", Slip.NOT_MONEY), ("12,,5", Slip.NOT_MONEY),
    ],
)  # fmt: skip
def test_sums_are_read_as_people_write_them(text: str, read: object):
    assert read_amount(text, DEBT) == read


def test_who_owes_a_little_or_very_much_pays_just_that():
    assert read_amount("0,45", Decimal("0.45")) == Decimal("0.45")
    assert read_amount("0,45", Decimal("0.46")) is Slip.TOO_LITTLE
    assert read_amount("250000", Decimal("250000.00")) == Decimal("250000.00")


def test_what_is_under_way_is_not_asked_for_again():
    assert payable(Decimal("71.68"), Decimal("50.00")) == Decimal("21.68")
    assert (
        payable(Decimal("71.68"), Decimal("100.00")) == payable(Decimal("-5"), Decimal(0)) == Decimal("0.00")
    )


def said(told: Told, amount: Decimal = AMOUNT, order: str = ORDER, currency: str = "UAH") -> Seen:
    return Seen(told, order, amount, currency)


def becomes(state: State, seen: Seen | None, *, over: bool = False) -> Turn:
    now = NOW + LIFE + GRACE if over else NOW
    return turn(state, seen, order=ORDER, amount=AMOUNT, expires_at=NOW + LIFE, now=now)


@pytest.mark.parametrize(
    ("state", "told", "over", "next"),
    [
        ("open", None, False, "open"), ("open", None, True, "unknown"), ("unknown", None, True, "unknown"),
        ("open", "waiting", False, "open"), ("open", "waiting", True, "unknown"),
        ("open", "absent", False, "open"), ("open", "absent", True, "expired"), ("unknown", "absent", True, "expired"),
        ("open", "paid", False, "paid"), ("open", "paid", True, "paid"), ("unknown", "paid", True, "paid"),
        ("open", "declined", False, "declined"), ("open", "expired", True, "expired"),
        ("unknown", "declined", True, "declined"), ("unknown", "waiting", True, "unknown"),
        ("declined", "paid", True, "paid"), ("expired", "paid", True, "paid"),
        ("declined", "absent", True, "declined"), ("expired", "declined", True, "expired"),
        ("open", "returned", False, "refunded"), ("paid", "returned", True, "refunded"),
        ("paid", None, True, "paid"), ("paid", "waiting", True, "paid"), ("paid", "declined", True, "paid"),
        ("paid", "expired", True, "paid"), ("refunded", "paid", True, "refunded"), ("refunded", None, True, "refunded"),
    ],
)  # fmt: skip
def test_a_try_becomes_what_the_bank_says(state: State, told: Told | None, over: bool, next: State):
    assert becomes(state, said(told) if told else None, over=over) == Turn(next)


@pytest.mark.parametrize(
    ("seen", "trouble"),
    [
        (said("paid", Decimal("100.00")), Trouble.OTHER_AMOUNT),
        (said("paid", Decimal("71.69")), Trouble.OTHER_AMOUNT),
        (said("paid", order="other"), Trouble.OTHER_ORDER),
        (said("paid", currency="USD"), Trouble.OTHER_CURRENCY),
        (Seen("paid", ORDER), Trouble.OTHER_AMOUNT),
    ],
)
def test_money_that_does_not_match_is_not_believed(seen: Seen, trouble: Trouble):
    for state in PENDING:
        assert becomes(state, seen) == Turn("unknown", trouble)
    assert becomes("paid", Seen("returned", "other", AMOUNT, "UAH")) == Turn("paid", Trouble.OTHER_ORDER)


def test_whatever_order_news_come_in_paid_money_stays_paid():
    news: list[Seen | None] = [
        None,
        *(said(told) for told in ("absent", "waiting", "paid", "declined", "expired")),
    ]
    chance = random.Random(7)
    for _ in range(2000):
        chosen = chance.sample(news, len(news))
        state: State = "open"
        for at, seen in enumerate(chosen):
            state = becomes(state, seen, over=at > 2).state
        assert state == "paid"


def test_a_lost_callback_is_found_within_a_quarter_of_an_hour_and_a_silent_bank_is_left_in_peace():
    now, asked = NOW, 0
    while now - NOW < timedelta(hours=24):
        due = next_look("unknown", created_at=NOW, expires_at=NOW + LIFE, now=now)
        assert due and timedelta(0) < due - now <= timedelta(minutes=15)
        now, asked = due, asked + 1
    assert asked < 200
    assert next_look("unknown", created_at=NOW, expires_at=NOW, now=NOW + timedelta(days=31)) is None
    assert next_look("paid", created_at=NOW, expires_at=NOW, now=NOW) is None


def test_a_refused_try_is_looked_at_once_more_when_the_banks_page_is_surely_closed():
    due = next_look("declined", created_at=NOW, expires_at=NOW + LIFE, now=NOW)
    assert due and due > NOW + LIFE + GRACE
    assert next_look("declined", created_at=NOW, expires_at=NOW + LIFE, now=due) is None


def test_ten_thousand_sums_are_the_same_to_the_kopeck_at_every_bank():
    chance = random.Random(2026)
    for _ in range(10_000):
        lines = [Decimal(chance.randint(100, 10**7)).scaleb(-2) for _ in range(chance.randint(1, 5))]
        total = sum(lines, Decimal(0))
        assert monobank.hryvnias(monobank.kopecks(total)) == total
        assert amount_of(unpacked(packed({"amount": f"{total:.2f}"}))["amount"]) == total
        written = f"{total:,.2f}".replace(",", " ").replace(".", ",")
        assert read_amount(written, total) == total
