"""The next bill, the winter and the sum that is the same each month, in hryvnias."""

from datetime import date
from decimal import Decimal

import pytest

from webapp.rules.outlook import Missing, Outlook, fee, levelled, outlook, winter_of
from webapp.rules.statistics import following
from webapp.rules.usual import PROFILES, Volume

TODAY = date(2026, 11, 3)
PRICE = Decimal("7.96")


def flat(last: date = date(2026, 9, 1), many: int = 24) -> list[Volume]:
    first = date(last.year - many // 12, last.month + 1, 1)
    return [Volume(month, 20) for month in following(first, many)]


def told(history: list[Volume], **other: object) -> Outlook | Missing:
    values: dict = {"price": PRICE, "balance": Decimal(0), "charged": {}} | other
    return outlook(history, ("stove", PROFILES["stove"]), TODAY, **values)


def test_the_next_bill_is_a_range_around_volume_times_price():
    next_ = told(flat()).next
    assert next_.months == [date(2026, 10, 1)] and next_.volume.m3 == 20
    assert next_.cost.low < 159 <= next_.cost.likely <= 160 < next_.cost.high
    assert next_.cost.high == next_.cost.high.to_integral_value()


def test_the_winter_counts_what_is_charged_already():
    charged = {date(2026, 9, 1): Decimal("5"), date(2026, 10, 1): Decimal("159.20")}
    made = told(flat(date(2026, 10, 1)), charged=charged)
    assert made.winter_booked == Decimal("159.20"), "September is no winter"
    assert made.winter.months == following(date(2026, 11, 1), 5)


@pytest.mark.parametrize(
    ("month", "begins"),
    [((2026, 4), 2026), ((2026, 9), 2026), ((2026, 10), 2026), ((2026, 12), 2026), ((2027, 3), 2026)],
)
def test_which_winter_it_is(month: tuple[int, int], begins: int):
    assert winter_of(date(*month, 1))[0] == date(begins, 10, 1)


def test_the_level_sum_is_rounded_up_and_knows_the_balance():
    assert levelled(Decimal("1900"), Decimal("71.68")) == 170
    assert levelled(Decimal("1900"), Decimal("-2500")) == 0
    assert levelled(Decimal("1200"), Decimal(0)) == 100


def test_without_a_price_there_are_volumes_alone():
    made = told(flat(), price=None)
    assert made.next.cost is None and made.levelled is None and made.next.volume.m3 == 20


def test_what_is_missing_is_said():
    assert told([]) is Missing.NOTHING
    assert told(flat(date(2026, 6, 1))) is Missing.STALE
    assert isinstance(told(flat(date(2026, 8, 1))), Outlook)


def test_the_fee_is_a_twelfth_rounded_once():
    """600 m³ at 0.384 (Kyiv, 2026)."""
    assert fee(600, Decimal("0.384")) == Decimal("19.20")
    assert fee(280, Decimal("2.388")) == Decimal("55.72")
