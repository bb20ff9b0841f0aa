"""Paying: from which day, which sums, what becomes of a try to pay, and when the bank is asked again.

A try has one state. The bank's own word, read back from it, is the only thing that changes it:

    open      the person may be at the bank's page
    paid      the bank has the money: it is credited, once
    declined  the bank, or the person, said no
    expired   nobody paid in time
    unknown   the time is over and the bank has not said what became of it
    refunded  the money went back
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from webapp.rules.money import Mistake, parse_amount
from webapp.rules.policy import Payments

State = Literal["open", "paid", "declined", "expired", "unknown", "refunded"]
Told = Literal["absent", "waiting", "paid", "declined", "expired", "returned"]
PENDING: tuple[State, ...] = ("open", "unknown")
"""While it is one of these, nobody begins a second payment of the same contract."""

LIFE = timedelta(minutes=20)
"""Of the bank's page: long enough for a card that is looked for, short enough to begin anew the same evening."""
GRACE = timedelta(minutes=5)
"""After it the bank may still be at the last step."""
CASE_AFTER = timedelta(hours=24)
CASE_DAYS = 3
"""Working it out with the bank takes that long."""
GIVEN_UP = timedelta(days=30)
LEAST, MOST = Decimal("1.00"), Decimal("100000.00")
CURRENCY = "UAH"


class Slip(StrEnum):
    """Why a sum cannot be paid."""

    NOT_MONEY = "not_money"
    TOO_PRECISE = "too_precise"
    TOO_LARGE = "too_large"
    TOO_LITTLE = "too_little"


class Trouble(StrEnum):
    """Why what the bank says is not believed: people look at it at once."""

    OTHER_ORDER = "other_order"
    OTHER_AMOUNT = "other_amount"
    OTHER_CURRENCY = "other_currency"


@dataclass(frozen=True)
class Seen:
    """What the bank said of an order when it was asked."""

    told: Told
    order: str
    amount: Decimal | None = None
    currency: str = ""
    at: datetime | None = None
    """By the bank's clock."""
    reference: str = ""
    """The bank's own number, for its support."""
    reason: str = ""
    """In the bank's words, for the staff."""


@dataclass(frozen=True)
class Turn:
    state: State
    trouble: Trouble | None = None


def opens_on(payments: Payments, today: date) -> date | None:
    """None where one may pay today; else the first day of this month when one may (P-11, K10)."""
    after = payments.opens_after_day
    if not after or today.day > after:
        return None
    return today.replace(day=1) + timedelta(days=after)


def payable(balance: Decimal, under_way: Decimal) -> Decimal:
    """What is left to pay: the debt without what is on its way already."""
    return max(balance - under_way, Decimal("0.00"))


def read_amount(text: str, debt: Decimal) -> Decimal | Slip | None:
    """None: nothing is to be paid here. Whoever owes less than the least sum pays just that."""
    amount = parse_amount(text)
    if amount is Mistake.EMPTY:
        return None
    if isinstance(amount, Mistake):
        return Slip(amount.value)
    return amount_slip(amount, debt) or amount


def amount_slip(amount: Decimal, debt: Decimal) -> Slip | None:
    if amount <= 0 or (amount < LEAST and amount != debt):
        return Slip.TOO_LITTLE
    return Slip.TOO_LARGE if amount > max(MOST, debt) else None


def turn(
    state: State, seen: Seen | None, *, order: str, amount: Decimal, expires_at: datetime, now: datetime
) -> Turn:
    """What a try becomes. `seen` None: the bank gave no answer that can be used.

    Money that comes late, after a refusal or after the time was over, has come all the same.
    """
    over = now >= expires_at + GRACE
    if state == "refunded" or (state == "paid" and (seen is None or seen.told != "returned")):
        return Turn(state)
    if seen is None or seen.told == "waiting":
        return Turn("unknown" if over and state == "open" else state)
    if seen.told in ("paid", "returned"):
        trouble = _differs(seen, order, amount)
        if trouble:
            return Turn(state if state == "paid" else "unknown", trouble)
        return Turn("paid" if seen.told == "paid" else "refunded")
    if state not in PENDING:
        return Turn(state)
    if seen.told == "absent":
        return Turn("expired" if over else state)
    return Turn("declined" if seen.told == "declined" else "expired")


def _differs(seen: Seen, order: str, amount: Decimal) -> Trouble | None:
    if seen.order != order:
        return Trouble.OTHER_ORDER
    if seen.amount != amount:
        return Trouble.OTHER_AMOUNT
    return None if seen.currency == CURRENCY else Trouble.OTHER_CURRENCY


def next_look(state: State, *, created_at: datetime, expires_at: datetime, now: datetime) -> datetime | None:
    """When the bank is asked again by itself: a lost callback costs minutes, a silent bank no storm."""
    age = now - created_at
    if state in ("paid", "refunded") or age > GIVEN_UP:
        return None
    if state not in PENDING:
        after = expires_at + GRACE * 3  # the bank's page may still have been open
        return after if after > now else None
    if age < timedelta(minutes=10):
        return now + timedelta(minutes=1)
    if age < timedelta(hours=1):
        return now + timedelta(minutes=3)
    return now + (timedelta(minutes=10) if age < CASE_AFTER else timedelta(hours=1))
