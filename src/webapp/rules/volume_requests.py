"""Requests for volumes («заявка на обсяги»): for which months, until when, and how a volume is written."""

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Literal, get_args

from webapp.rules.periods import KYIV, day_of, month_after, month_before
from webapp.rules.readings import SPACES

Unit = Literal["thousand", "m3"]
UNITS: tuple[Unit, ...] = get_args(Unit)
State = Literal["sent", "accepted", "returned"]
AHEAD = 3
"""Months that may be asked for at a time."""
MOST = Decimal("999999999.999")
"""m³ of one line; all Ukraine takes less in a fortnight."""
FIGURE = re.compile(r"[0-9]{1,12}([.,][0-9]*)?")


class Mistake(StrEnum):
    EMPTY = "empty"
    NOT_A_NUMBER = "not_a_number"
    TOO_EXACT = "too_exact"
    TOO_MUCH = "too_much"


def closes_at(month: date, until_day: int) -> datetime:
    """The first moment that is too late: midnight in Kyiv after the last day, of the month before."""
    last = month_before(month).replace(day=until_day)
    return datetime.combine(last + timedelta(days=1), time.min, KYIV)


def last_day(month: date, until_day: int) -> date:
    return month_before(month).replace(day=until_day)


def is_open(month: date, now: datetime, until_day: int) -> bool:
    return month in months(now, until_day)


def may_change(month: date, state: State | None, now: datetime, until_day: int) -> bool:
    """Until the day; what the supplier gave back, until the month begins."""
    if is_open(month, now, until_day):
        return True
    return state == "returned" and day_of(now) < month


def months(now: datetime, until_day: int) -> list[date]:
    """Those that may be asked for, and changed, now."""
    first = month_after(day_of(now))
    if now >= closes_at(first, until_day):
        first = month_after(first)
    found = [first]
    while len(found) < AHEAD:
        found.append(month_after(found[-1]))
    return found


def parse(text: str, unit: Unit) -> Decimal | Mistake:
    """m³. At most three decimals of what it is typed in: of a thousand m³ that is a whole m³."""
    bare = "".join(char for char in text if char not in SPACES)
    if not bare:
        return Mistake.EMPTY
    if not FIGURE.fullmatch(bare):
        return Mistake.NOT_A_NUMBER
    if len(bare.replace(",", ".").partition(".")[2]) > 3:
        return Mistake.TOO_EXACT
    value = Decimal(bare.replace(",", ".").rstrip(".")) * (1000 if unit == "thousand" else 1)
    return Mistake.TOO_MUCH if value > MOST else value.quantize(Decimal("0.001"))


def written(m3: Decimal, unit: Unit) -> str:
    """As it is typed: with a comma, without a tail of noughts."""
    value = m3 / 1000 if unit == "thousand" else m3
    text = f"{value:.3f}"
    return (text if unit == "thousand" else text.rstrip("0").rstrip(".")).replace(".", ",")
