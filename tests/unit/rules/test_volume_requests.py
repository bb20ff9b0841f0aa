"""Which months may be asked for, until when, and how a volume is written."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from webapp.rules import volume_requests as rules
from webapp.rules.periods import KYIV
from webapp.rules.policy import BadPolicy, Policy, Volumes
from webapp.rules.volume_requests import Mistake

DECEMBER, JANUARY = date(2026, 12, 1), date(2027, 1, 1)


@pytest.mark.parametrize(
    ("moment", "first"),
    [
        (datetime(2026, 11, 20, 23, 59, tzinfo=KYIV), DECEMBER),
        (datetime(2026, 11, 21, 0, 0, tzinfo=KYIV), JANUARY),
        (datetime(2026, 12, 1, 0, 0, tzinfo=KYIV), JANUARY),
    ],
)
def test_a_month_closes_at_the_end_of_its_day(moment: datetime, first: date):
    months = rules.months(moment, 20)
    assert months[0] == first and len(months) == rules.AHEAD
    assert not rules.may_change(date(2026, 11, 1), "sent", moment, 20)


def test_what_was_given_back_may_be_changed_until_the_month_begins():
    late = datetime(2026, 11, 30, 23, 0, tzinfo=KYIV)
    assert rules.may_change(DECEMBER, "returned", late, 20) and not rules.may_change(
        DECEMBER, "sent", late, 20
    )
    assert not rules.may_change(DECEMBER, "returned", datetime(2026, 12, 1, tzinfo=KYIV), 20)


@pytest.mark.parametrize(
    ("text", "unit", "read"),
    [
        ("1,250", "thousand", Decimal(1250)), ("0.5", "thousand", Decimal(500)), ("1 250", "m3", Decimal(1250)),
        ("7.125", "m3", Decimal("7.125")), ("0", "m3", Decimal(0)), ("", "m3", Mistake.EMPTY),
        ("1,2345", "thousand", Mistake.TOO_EXACT),
        ("-5", "m3", Mistake.NOT_A_NUMBER), ("1e9", "m3", Mistake.NOT_A_NUMBER),
        ("١", "m3", Mistake.NOT_A_NUMBER), ("999999999999", "thousand", Mistake.TOO_MUCH),
    ],
)  # fmt: skip
def test_a_volume_as_people_type_it(text: str, unit: rules.Unit, read: Decimal | Mistake):
    assert rules.parse(text, unit) == read


@pytest.mark.parametrize(
    ("m3", "unit", "text"),
    [
        (Decimal("1250.000"), "thousand", "1,250"),
        (Decimal("7.125"), "m3", "7,125"),
        (Decimal("100.000"), "m3", "100"),
    ],
)
def test_what_is_written_is_read_back(m3: Decimal, unit: rules.Unit, text: str):
    assert rules.written(m3, unit) == text and rules.parse(text, unit) == m3


def test_a_day_that_not_every_month_has_is_no_policy():
    with pytest.raises(BadPolicy):
        Policy(volumes=Volumes(until_day=29))
